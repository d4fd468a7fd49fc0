import type { ReactElement, ReactNode } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { Mark, type Status } from "../../components/mark.tsx";
import { ago, type Clock, count } from "../../services/format.ts";

const STATUS: Readonly<Record<string, Status>> = { critical: "error", warning: "warn", info: "none" };

interface Props {
  readonly summary: SummaryAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** What is open, late and next. */
export function Beside({ summary, clock, now }: Props): ReactElement {
  const { open_alerts: alerts, late_files: late, next_ticks: ticks, running } = summary;
  return (
    <aside className="min-w-0 border-l border-line max-[1100px]:border-t max-[1100px]:border-l-0">
      <Section
        title="Open alerts"
        count={alerts.reduce((sum, group) => sum + group.alerts, 0)}
        empty="No alert is open."
      >
        {alerts.map((group) => (
          <li
            key={`${group.alert_type} ${group.severity} ${group.type}`}
            className="grid grid-cols-[14px_minmax(0,1fr)_auto] gap-x-2 border-t border-line py-2 first:border-t-0"
          >
            <Mark status={STATUS[group.severity] ?? "none"} label={group.severity} />
            <span className="truncate">{group.type === "" ? group.alert_type : group.type}</span>
            <span>{count(group.alerts)}</span>
            <span className="col-start-2 truncate text-small text-ink-2" title={group.message}>
              {group.message}
            </span>
            <span className="text-small text-ink-3">{ago(Date.parse(group.since), now)}</span>
          </li>
        ))}
      </Section>
      <Section title="Late or missing files" count={late.length} empty="Every file that was expected has come.">
        {late.map((file) => (
          <li key={file.alert_id} className="flex items-center gap-2 border-t border-line py-2 first:border-t-0">
            <Mark status="warn" label="missing" />
            <span className="min-w-0 flex-1 truncate" title={file.message}>
              {file.type}
              {file.job === "" ? "" : `:${file.job}`}
            </span>
            <span className="text-small text-warn-text">
              {ago(Date.parse(file.since), now).replace(" ago", " late")}
            </span>
          </li>
        ))}
      </Section>
      <Section title="Next ticks" count={ticks.length} empty="No phase has a schedule.">
        {ticks.map((tick) => (
          <li key={`${tick.at} ${tick.workflow} ${tick.type} ${tick.job}`} className="flex gap-3 py-0.5 text-small">
            <time dateTime={tick.at} title={ago(Date.parse(tick.at), now)}>
              {clock.moment(Date.parse(tick.at), now)}
            </time>
            <span className="min-w-0 truncate">
              {tick.type}
              {tick.job === "" ? "" : `:${tick.job}`}
            </span>
            <span className="ml-auto truncate text-ink-3">{tick.workflow}</span>
          </li>
        ))}
      </Section>
      <Section title="In progress" count={running.tasks.running} empty="">
        <li className="text-small text-ink-2">
          {count(running.tasks.waiting)} waiting, {count(running.tasks.queued)} queued, {count(running.tasks.sent)}{" "}
          sent, {count(running.tasks.running)} running, {count(running.tasks.overdue)} overdue
        </li>
      </Section>
    </aside>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count: number;
  readonly empty: string;
  readonly children: ReactNode;
}

function Section({ title, count: of, empty, children }: SectionProps): ReactElement {
  return (
    <section className="border-b border-line px-4 py-3">
      <div className="mb-1 flex items-baseline gap-2">
        <h2 className="font-semibold">{title}</h2>
        <span className="text-small text-ink-3">{count(of)}</span>
      </div>
      {of === 0 && empty !== "" ? <p className="text-small text-ink-2">{empty}</p> : <ol>{children}</ol>}
    </section>
  );
}
