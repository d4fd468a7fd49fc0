import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { Mark, type Status } from "../../components/mark.tsx";
import { ago, type Clock, count } from "../../services/format.ts";
import { condition } from "../../services/query-text.ts";
import { alertsLink } from "./alert-links.ts";
import { LINK_BUTTON } from "./link-button.ts";

type Duties = SummaryAnswer["duty"];
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
          duty.map((one) => (
            <Line
              key={one.sentence}
              status={STATUS[one.severity] ?? "none"}
              text={one.sentence}
              since={
                one.since === null
                  ? null
                  : { at: clock.moment(Date.parse(one.since), now), ago: ago(Date.parse(one.since), now) }
              }
              help={helpFor(one)}
            />
          ))
        )}
      </ol>
    </section>
  );
}

interface Help {
  readonly text: string;
  readonly link: LinkProps;
}

/** Where something can be done about it. */
function helpFor({ about, alert_ids: ids, type, tasks }: Duties[number]): Help {
  switch (about) {
    case "alerts":
      return {
        text: ids.length === 1 ? "Open alert" : `Open ${count(ids.length)} alerts`,
        link: alertsLink(ids, type),
      };
    case "tasks": {
      const q = type === "" ? "state:overdue" : `${condition("type", type)} result:error created:today`;
      return { text: `Open ${count(tasks)} tasks`, link: { to: "/tasks", search: { q } } };
    }
    case "dead_letters":
      return { text: "Show messages", link: { to: "/system" } };
    case "instance":
      return { text: "Show health", link: { to: "/system" } };
  }
}

interface LineProps {
  readonly status: Status;
  readonly text: string;
  readonly since?: { readonly at: string; readonly ago: string } | null;
  readonly help?: Help;
}

function Line({ status, text, since = null, help }: LineProps): ReactElement {
  return (
    <li
      data-status={status}
      className="grid min-h-11 grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-2.5 px-(--gutter) py-1.5 not-first:border-t not-first:border-line max-[720px]:grid-cols-[16px_minmax(0,1fr)]"
    >
      <Mark status={status} size={16} />
      <p className="text-pretty break-words">
        {text}
        {since !== null && (
          <b className="font-semibold whitespace-nowrap text-(--word)" title={since.at}>
            {" "}
            Since {since.ago.replace(/ ago$/, "")}.
          </b>
        )}
      </p>
      {help !== undefined && (
        <Link {...help.link} className={`${LINK_BUTTON} max-[720px]:col-start-2 max-[720px]:justify-self-start`}>
          {help.text}
        </Link>
      )}
    </li>
  );
}
