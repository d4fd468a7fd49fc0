import { dueTicks } from "../../core/decide/catch-up.ts";
import type { CronSchedule } from "../../core/cron/cron.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import type { HeldCounts, HeldQueries, HeldRestore, HeldTicks } from "../../store/backup/held-store.ts";

/** The ticks of a schedule that wait for a decision. Times are milliseconds since 1970. */
export interface HeldSchedule {
  readonly phase: Phase;
  readonly kind: HeldTicks["kind"];
  readonly ticks: number;
  /** There are more than `ticks`: counting stopped. */
  readonly more: boolean;
  readonly first: number;
  readonly last: number;
}

export interface HeldStatus extends HeldCounts {
  /** The newest restore; null: never. */
  readonly restore: HeldRestore | null;
  readonly schedules: readonly HeldSchedule[];
  /** How much is held of each kind. */
  readonly messages: number;
  readonly ticks: number;
}

/** What a restore to an earlier time holds. */
export async function heldStatus(held: HeldQueries, graph: WorkflowGraph): Promise<HeldStatus> {
  const counts = await held.counts();
  const schedules = (await held.ticks()).flatMap((ticks) => ticksOf(ticks, graph) ?? []);
  return {
    ...counts,
    restore: await held.restore(),
    schedules,
    messages: counts.topics.reduce((sum, { waited, reread }) => sum + waited + reread, 0),
    ticks: schedules.reduce((sum, { ticks }) => sum + ticks, 0),
  };
}

export function isHeld({ messages, ticks, waiting_tasks: tasks, backfills, jobs }: HeldStatus): boolean {
  return messages + ticks + tasks + backfills.length + jobs.length > 0;
}

/** The schedule of held ticks, as its file says now; null: the phase, or its schedule, is gone. */
export function scheduleOf(
  { phaseId, kind }: HeldTicks,
  graph: WorkflowGraph,
): { phase: Phase; cron: CronSchedule } | null {
  const phase = graph.byId.get(phaseId);
  const cron = (kind === "cron" ? phase?.rule.cron : phase?.rule.expectBy) ?? null;
  return phase === undefined || cron === null ? null : { phase, cron };
}

/** Null: there are none. */
export function ticksOf(held: HeldTicks, graph: WorkflowGraph): HeldSchedule | null {
  const found = scheduleOf(held, graph);
  if (found === null) return null;
  const { passed } = dueTicks(found.cron, held.afterAt, held.untilAt, NONE, 1);
  if (passed === null) return null;
  const { count: ticks, more, first, last } = passed;
  return { phase: found.phase, kind: held.kind, ticks, more, first, last };
}

/** All of them are late, also the last one. */
const NONE = { catchUp: "none", window: 0, lateAfter: -1 } as const;
