import type { SummaryAnswer } from "../../contract/api/instance/summary-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { type AlertGroup, duties } from "../../core/summary/duty.ts";
import { errorRates, type Thresholds } from "../../core/summary/error-rates.ts";
import { printDuration } from "../../core/time/duration.ts";
import { edgesOf, type Period, type PeriodSpan, periodAt, periodBefore } from "../../core/time/period.ts";
import { isZone, zoneOf } from "../../core/time/zone.ts";
import type { AlertRow } from "../../store/alert-store.ts";
import type { Outcomes, StatsOf, StatsSummary } from "../../store/stats-queries.ts";
import type { EngineContext } from "../context.ts";
import type { UsualWork } from "../queries/usual-work.ts";
import type { PlannedAhead, PlannedWork } from "./planned-work.ts";

export interface SummaryRequest {
  readonly period: Period;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly zone: string;
}

export interface SummarySources {
  readonly context: Pick<EngineContext, "store" | "graph" | "runtime">;
  readonly planned: PlannedAhead;
  readonly usual: UsualWork;
  readonly thresholds: Thresholds;
  /** A sentence for each part of the instance that does not work. */
  failing(): readonly string[];
}

const MAX_ALERTS = 500;
const MAX_IDS = 20;
const MAX_LATE = 50;
const MAX_LONGEST = 10;

/** What the period was like, and what needs somebody now. Throws DomainError for an unknown zone. */
export async function summarize(request: SummaryRequest, sources: SummarySources): Promise<SummaryAnswer> {
  const { period, at } = request;
  if (!isZone(request.zone))
    throw new DomainError(
      "invalid",
      "unknown_zone",
      `"${request.zone}" is not a time zone: write it as in Europe/Berlin or UTC.`,
    );
  const zone = zoneOf(request.zone);
  const { context, planned, usual, thresholds } = sources;
  const { reads } = context.store;
  const span = periodAt(period, at, zone);
  const before = periodBefore(period, span, zone);
  const hours = { from: span.from, until: span.to };
  const edges = edgesOf(period, span, zone);
  const alertFilter = {
    before: null,
    severity: null,
    type: null,
    taskType: null,
    job: null,
    workflow: null,
    since: null,
    until: null,
  };
  const [found, earlier, series, { alerts, next: moreAlerts }, counts, running] = await Promise.all([
    reads.stats.summary(hours),
    reads.stats.totals({ from: before.from, until: before.to }),
    reads.stats.series(edges),
    reads.alerts.list({ ...alertFilter, state: "open", limit: MAX_ALERTS }),
    reads.counts(),
    reads.running.longest(MAX_LONGEST),
  ]);
  const groups = alertGroups(alerts);
  const finished = found.types.map((one) => ({ type: one.type, total: one.total, ...endsOf(one) }));
  const rates = errorRates(finished, thresholds);
  const failing = sources.failing();
  const now = context.runtime.now();
  const [ahead, usually] = await Promise.all([planned.of(context.graph(), now), usual.hours(context)]);
  const duty = duties({
    failing,
    alerts: groups,
    rates,
    deadLetters: counts.deadLetters,
    overdue: counts.open.overdue,
  });
  return {
    time_period: spanText(span),
    task_summary: outcomesOf(found.all),
    previous: { time_period: spanText(before), task_summary: outcomesOf(earlier) },
    by_type: byType(found),
    more_kinds: found.more_kinds,
    series: {
      step: period === "week" || period === "month" ? "day" : "hour",
      steps: series.map((outcomes, at) => ({ at: timeText(edges[at] ?? span.from), ...outcomesOf(outcomes) })),
    },
    planned: { hours: plannedHours(ahead, usually, now), until: timeText(ahead.until) },
    next_ticks: ahead.next.filter((tick) => tick.at > now).map((tick) => ({ ...tick, at: timeText(tick.at) })),
    error_rates: [...rates],
    duty: duty.map(({ alertIds, since, ...one }) => ({
      ...one,
      alert_ids: [...alertIds],
      since: since === null ? null : timeText(since),
    })),
    open_alerts: groups.map((group) => ({ ...group, ids: [...group.ids], since: timeText(group.since) })),
    more_alerts: moreAlerts !== null,
    late_files: alerts
      .filter(({ type }) => type === "file_missing")
      .slice(0, MAX_LATE)
      .map(lateFile),
    running: {
      tasks: counts.open,
      longest: running.map(({ began_at: began, ...task }) => ({
        ...task,
        began_at: began === null ? null : timeText(began),
      })),
    },
    dead_letters: counts.deadLetters,
    health: { status: failing.length === 0 ? "ok" : "failing", reasons: [...failing] },
  };
}

/** Ticks, and with them what else the hour of the day (UTC) usually has; of the current hour what is left of it. */
function plannedHours(
  { hours }: PlannedWork,
  usually: readonly number[],
  now: number,
): SummaryAnswer["planned"]["hours"] {
  const ticksAt = new Map(hours.map((hour) => [hour.at, hour.ticks]));
  const current = Math.floor(now / HOUR) * HOUR;
  return Array.from({ length: DAY / HOUR + 1 }, (_, hour) => current + hour * HOUR).flatMap((at) => {
    const share = at === current ? 1 - (now - at) / HOUR : at === current + DAY ? (now - current) / HOUR : 1;
    const ticks = ticksAt.get(at) ?? 0;
    const tasks = ticks + Math.round((usually[(at % DAY) / HOUR] ?? 0) * share);
    return tasks === 0 ? [] : [{ at: timeText(at), ticks, tasks }];
  });
}

/** RFC 3339 with milliseconds. */
function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function spanText({ from, to }: PeriodSpan): SummaryAnswer["time_period"] {
  return { from: timeText(from), to: timeText(to) };
}

function outcomesOf({ total, complete, warn, alert, cancelled, unfinished, ...rest }: Outcomes) {
  const failed = rest.error + rest.unknown;
  return { total, completed: complete, failed, warned: warn, alerted: alert, cancelled, in_progress: unfinished };
}

/** Cancelled tasks neither failed nor finished. */
function endsOf({ complete, error, unknown, warn, alert }: Outcomes): { failed: number; finished: number } {
  return { failed: error + unknown, finished: complete + error + unknown + warn + alert };
}

function kindOf(of: StatsOf) {
  const { run } = of;
  return {
    ...outcomesOf(of),
    avg_duration: run === null ? null : durationText(run.mean),
    avg_duration_ms: run === null ? null : run.mean,
    p95_duration_ms: run === null ? null : run.p95,
  };
}

/** To the second, or for shorter ones to the millisecond. */
function durationText(ms: number): string {
  const rounded = ms < 1000 ? Math.round(ms) : Math.round(ms / 1000) * 1000;
  return printDuration(BigInt(rounded) * 1_000_000n);
}

/** Objects without a prototype: a type may be called `__proto__`. */
function byType({ types, kinds }: StatsSummary): SummaryAnswer["by_type"] {
  const jobs = Map.groupBy(kinds, ({ type }) => type);
  const shown = types.filter(({ type }) => jobs.has(type));
  const record = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
    Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));
  return record(
    shown.map((one) => [
      one.type,
      { ...kindOf(one), jobs: record((jobs.get(one.type) ?? []).map((kind) => [kind.job, kindOf(kind)])) },
    ]),
  );
}

/** By type, severity and type of task; the oldest first. */
function alertGroups(alerts: readonly AlertRow[]): readonly AlertGroup[] {
  const groups = Map.groupBy(alerts, ({ type, severity, task_type: of }) => JSON.stringify([type, severity, of]));
  return [...groups.values()]
    .flatMap((all): AlertGroup[] => {
      // The newest first, as they are listed.
      const [newest] = all;
      if (newest === undefined) return [];
      return [
        {
          alert_type: newest.type,
          severity: newest.severity,
          type: newest.task_type,
          alerts: all.length,
          tasks: all.reduce((sum, { open }) => sum + open, 0),
          since: Math.min(...all.map(({ created_at: at }) => at)),
          message: newest.message,
          ids: all.slice(0, MAX_IDS).map(({ id }) => id),
        },
      ];
    })
    .toSorted((a, b) => a.since - b.since);
}

function lateFile({ id, task_type: type, job, workflow, created_at: since, message }: AlertRow) {
  return { alert_id: id, type, job, workflow, since: timeText(since), message };
}
