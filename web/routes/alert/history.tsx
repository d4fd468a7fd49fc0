import type { ReactElement, ReactNode } from "react";
import { alertStatus } from "../../components/alert-kind.tsx";
import { Mark, type Status } from "../../components/mark.tsx";
import { ago, type Clock } from "../../services/format.ts";
import type { AlertHistory } from "./alert-query.ts";

const VERBS: Readonly<
  Record<AlertHistory["changes"][number]["state"], { readonly verb: string; readonly status: Status }>
> = {
  open: { verb: "Opened", status: "warn" },
  acknowledged: { verb: "Acknowledged", status: "running" },
  silenced: { verb: "Silenced", status: "skipped" },
  resolved: { verb: "Resolved", status: "complete" },
};

interface Props {
  readonly alert: AlertHistory["alert"];
  readonly changes: AlertHistory["changes"];
  readonly clock: Clock;
  readonly now: number;
}

/** Who changed its state, when and why, as sentences. */
export function History({ alert, changes, clock, now }: Props): ReactElement {
  return (
    <ol className="grid gap-1.5">
      <Sentence at={alert.created_at} status={alertStatus({ ...alert, state: "open" })} clock={clock} now={now}>
        <b className="font-medium">Raised</b> for the first time
      </Sentence>
      {changes.map(({ at, state, by, note }, index) => (
        <Sentence key={index} at={at} status={VERBS[state].status} clock={clock} now={now}>
          <b className="font-medium">{VERBS[state].verb}</b> {by === "flowlord" ? "by itself" : `by ${by}`}
          {note !== "" && <span className="text-ink-2">: {note}</span>}
        </Sentence>
      ))}
    </ol>
  );
}

interface SentenceProps {
  readonly at: string;
  readonly status: Status;
  readonly clock: Clock;
  readonly now: number;
  readonly children: ReactNode;
}

function Sentence({ at, status, clock, now, children }: SentenceProps): ReactElement {
  const ms = Date.parse(at);
  return (
    <li
      data-status={status}
      className="grid grid-cols-[116px_14px_minmax(0,1fr)] items-start gap-x-2 max-[720px]:grid-cols-[14px_minmax(0,1fr)]"
    >
      <time
        dateTime={at}
        title={ago(ms, now)}
        className="text-right text-small text-ink-3 max-[720px]:col-span-2 max-[720px]:text-left"
      >
        {clock.moment(ms, now)}
      </time>
      <span className="pt-0.75">
        <Mark status={status} />
      </span>
      <p className="break-words">{children}</p>
    </li>
  );
}
