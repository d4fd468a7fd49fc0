import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { alertWord } from "../../components/alert-kind.tsx";
import { Icon } from "../../components/icon.tsx";
import { Mark, type Status } from "../../components/mark.tsx";
import { ago, type Clock, count } from "../../services/format.ts";
import { ofKind } from "../../services/query-text.ts";
import { alertLink, alertsLink } from "./alert-links.ts";
import { ScheduleAndBus } from "./schedule-and-bus.tsx";

const STATUS: Readonly<Record<string, Status>> = { critical: "error", warning: "warn", info: "none" };

interface Props {
  readonly summary: SummaryAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** What is open, late and next. */
export function Beside({ summary, clock, now }: Props): ReactElement {
  const { open_alerts: alerts, late_files: late, next_ticks: ticks } = summary;
  return (
    <aside className="min-w-0 border-l border-line max-[1180px]:border-t max-[1180px]:border-l-0">
      <Section
        title="Open alerts"
        count={alerts.reduce((sum, group) => sum + group.alerts, 0)}
        empty="No alert is open."
        more={{ name: "All alerts", link: alertsLink([], "") }}
      >
        {alerts.map((group) => (
          <li
            key={`${group.alert_type} ${group.severity} ${group.type}`}
            className="border-t border-line first:border-t-0"
          >
            <Link
              {...alertsLink(group.ids, group.type)}
              className="grid grid-cols-[14px_minmax(0,1fr)_auto] gap-x-2 rounded-control py-2 hover:bg-surface-3"
            >
              <Mark status={STATUS[group.severity] ?? "none"} label={group.severity} />
              <span className="truncate">{group.type === "" ? alertWord(group.alert_type) : group.type}</span>
              <span className="text-right">{count(group.alerts)}</span>
              <span className="col-start-2 truncate text-small text-ink-2" title={group.message}>
                {group.message}
              </span>
              <span className="text-small text-ink-3">{ago(Date.parse(group.since), now)}</span>
            </Link>
          </li>
        ))}
      </Section>
      <Section
        title="Late or missing files"
        count={late.length}
        empty="Every file that was expected has come."
        more={{ name: "Arrivals", link: { to: "/files", search: { side: "arrivals" } } }}
      >
        {late.map((file) => (
          <li key={file.alert_id} className="flex items-center border-t border-line first:border-t-0">
            <Link
              {...alertLink(file.alert_id)}
              className="flex min-w-0 flex-1 items-center gap-2 rounded-control py-2 hover:bg-surface-3"
            >
              <Mark status="warn" label="missing" />
              <span className="min-w-0 flex-1 truncate" title={file.message}>
                {nameOf(file)}
              </span>
              <span className="text-small text-warn-text">
                {ago(Date.parse(file.since), now).replace(" ago", " late")}
              </span>
            </Link>
            <Link
              to="/files"
              search={{ arrivals: nameOf(file), side: "arrivals" }}
              aria-label={`Arrivals of ${nameOf(file)}`}
              title={`Arrivals of ${nameOf(file)}`}
              className="ml-1 inline-flex size-6 items-center justify-center rounded-control text-ink-3 hover:text-ink"
            >
              <Icon name="file" size={14} />
            </Link>
          </li>
        ))}
      </Section>
      <Section title="Next ticks" count={ticks.length} empty="No phase has a schedule.">
        {ticks.map((tick) => (
          <li
            key={`${tick.at} ${tick.workflow} ${tick.type} ${tick.job}`}
            className="flex min-h-6 items-center gap-3 text-small"
          >
            <time dateTime={tick.at} className="text-ink-2">
              {clock.moment(Date.parse(tick.at), now).replace(/:00$/, "")}
            </time>
            <Link
              to="/tasks"
              search={{ q: ofKind(tick.type, tick.job) }}
              className="min-w-0 truncate hover:underline"
              title={tick.workflow}
            >
              {nameOf(tick)}
            </Link>
            <span className="ml-auto whitespace-nowrap text-ink-3">{ago(Date.parse(tick.at), now)}</span>
          </li>
        ))}
      </Section>
      <InProgress running={summary.running} />
      <ScheduleAndBus deadLetters={summary.dead_letters} clock={clock} now={now} />
    </aside>
  );
}

function nameOf({ type, job }: { readonly type: string; readonly job: string }): string {
  return job === "" ? type : `${type}:${job}`;
}

const STATES = ["waiting", "queued", "sent", "running", "overdue"] as const;

function InProgress({ running }: Pick<SummaryAnswer, "running">): ReactElement {
  const { tasks } = running;
  return (
    <Section
      title="In progress"
      count={STATES.reduce((sum, state) => sum + tasks[state], 0)}
      empty="No task is on its way."
    >
      {STATES.filter((state) => tasks[state] > 0).map((state) => (
        <li key={state}>
          <Link
            to="/tasks"
            search={{ q: `state:${state}` }}
            className="flex min-h-6 items-center gap-2 text-small hover:underline"
          >
            <Mark status={state} />
            {state}
            <span className="ml-auto">{count(tasks[state])}</span>
          </Link>
        </li>
      ))}
    </Section>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count: number;
  readonly empty: string;
  readonly more?: { readonly name: string; readonly link: LinkProps };
  readonly children: ReactNode;
}

function Section({ title, count: of, empty, more, children }: SectionProps): ReactElement {
  return (
    <section className="border-b border-line px-4 py-3 max-[1180px]:px-(--gutter)">
      <div className="mb-1 flex items-baseline gap-2">
        <h2 className="font-semibold">{title}</h2>
        <span className="text-small text-ink-3">{count(of)}</span>
        {more !== undefined && (
          <Link {...more.link} className="ml-auto text-small text-accent hover:underline">
            {more.name}
          </Link>
        )}
      </div>
      {of === 0 ? <p className="text-small text-ink-2">{empty}</p> : <ol>{children}</ol>}
    </section>
  );
}
