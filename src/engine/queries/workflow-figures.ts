import { isInScope } from "../../contract/api/access/scope.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { comingTicks } from "../../core/cron/coming-ticks.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { PeriodCounts } from "../../store/workflow-queries.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";
import { holdsOf } from "./coming-ticks.ts";
import { slices } from "./slices.ts";

export type TaskCounts = Omit<PeriodCounts, "at" | "type" | "job">;

/** How a workflow file does. Null: whoever asks may not see all that is counted. */
export interface WorkflowFigures {
  readonly workflow: string;
  /** Of its next tick that nothing holds; null: there is none. */
  readonly nextAt: number | null;
  /** Of the last 24 hours. */
  readonly day: TaskCounts | null;
  /** `at`: where the day (UTC) begins. */
  readonly days: readonly (TaskCounts & { readonly at: number })[] | null;
}

const DAYS = 14;
const COUNTS = ["total", "complete", "warn", "error", "alert", "cancelled"] as const;
type Sum = { -readonly [key in keyof TaskCounts]: number };

/** Of all files with phases in force, by name: from counters and schedules, so that it costs the same with any number of tasks. */
export async function workflowFigures(
  { scope = null }: Within,
  context: EngineContext,
): Promise<readonly WorkflowFigures[]> {
  const { runtime, store } = context;
  const now = runtime.now();
  const byFile = Map.groupBy(graphWithin(context.graph(), scope).phases, ({ workflow }) => workflow);
  const { workflows } = store.reads;
  const [hours, days, holds] = await Promise.all([
    workflows.periodCounts("hour", now - DAY),
    workflows.periodCounts("day", now - (DAYS - 1) * DAY),
    holdsOf(context),
  ]);
  const hoursOf = Map.groupBy(hours, keyOf);
  const daysOf = Map.groupBy(days, keyOf);
  const pause = slices(runtime.monotonic);
  const found: WorkflowFigures[] = [];
  for (const [workflow, phases] of [...byFile].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const keys = new Set(phases.map(keyOf));
    const isSeen = phases.every(({ type }) => isInScope(scope, { type }));
    const ofFile = (counts: ReadonlyMap<string, readonly PeriodCounts[]>): readonly PeriodCounts[] =>
      [...keys].flatMap((key) => counts.get(key) ?? []);
    const nextAt = nextTick(phases, now, holds);
    found.push({
      workflow,
      nextAt,
      day: isSeen ? sumOf(ofFile(hoursOf)) : null,
      days: isSeen
        ? [...Map.groupBy(ofFile(daysOf), ({ at }) => at)]
            .toSorted(([a], [b]) => a - b)
            .map(([at, rows]) => ({ at, ...sumOf(rows) }))
        : null,
    });
    await pause();
  }
  return found;
}

function nextTick(phases: readonly Phase[], now: number, holds: Awaited<ReturnType<typeof holdsOf>>): number | null {
  const next = phases.map((phase) => ({ phase, at: phase.rule.cron?.next(now) ?? null }));
  // What is held comes once, and then what is after its hold.
  for (const { at, held } of comingTicks(next, holds)) if (held === null) return at;
  return null;
}

function keyOf({ type, job }: { readonly type: string; readonly job: string }): string {
  return `${type}\n${job}`;
}

function sumOf(rows: readonly PeriodCounts[]): TaskCounts {
  const sum: Sum = { total: 0, complete: 0, warn: 0, error: 0, alert: 0, cancelled: 0 };
  for (const row of rows) for (const name of COUNTS) sum[name] += row[name];
  return sum;
}
