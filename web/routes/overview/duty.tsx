import type { ReactElement } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { Mark, type Status } from "../../components/mark.tsx";
import { ago, type Clock } from "../../services/format.ts";

const STATUS: Readonly<Record<string, Status>> = { critical: "error", warning: "warn", info: "none" };

interface Props {
  readonly summary: SummaryAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** At most three sentences, the worst first; when all is well, one that says so. */
export function Duty({ summary: { duty, next_ticks: ticks }, clock, now }: Props): ReactElement {
  const [next] = ticks;
  const nextTick = next === undefined ? "no tick is planned" : `next tick ${clock.minutes(Date.parse(next.at))}`;
  return (
    <section aria-label="On duty" className="border-b border-line">
      <ol>
        {duty.length === 0 ? (
          <Line status="complete" text={`Everything is running: ${nextTick}.`} />
        ) : (
          duty.map(({ severity, sentence, since }) => (
            <Line
              key={sentence}
              status={STATUS[severity] ?? "none"}
              text={sentence}
              since={
                since === null ? null : { at: clock.moment(Date.parse(since), now), ago: ago(Date.parse(since), now) }
              }
            />
          ))
        )}
      </ol>
    </section>
  );
}

interface LineProps {
  readonly status: Status;
  readonly text: string;
  readonly since?: { readonly at: string; readonly ago: string } | null;
}

function Line({ status, text, since = null }: LineProps): ReactElement {
  return (
    <li
      data-status={status}
      className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-2.5 px-(--gutter) py-[7px] not-first:border-t not-first:border-line"
    >
      <Mark status={status} size={16} />
      <p className="text-pretty">{text}</p>
      {since !== null && (
        <span className="font-semibold whitespace-nowrap text-(--word)" title={since.at}>
          since {since.ago}
        </span>
      )}
    </li>
  );
}
