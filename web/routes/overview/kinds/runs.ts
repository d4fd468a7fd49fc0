import type { z } from "zod";
import type { graphAnswer, scheduleAnswer } from "../../../../src/contract/api/workflows/plan-api.ts";

type Node = z.output<typeof graphAnswer>["nodes"][number];
type Tick = z.output<typeof scheduleAnswer>["ticks"][number];

/** When the phases of a type, or of a type and job, ran last, and run next. */
export interface Runs {
  readonly last: NonNullable<Node["last"]> | null;
  /** RFC 3339; without one: what starts it instead, or null: nothing is known. */
  readonly next: string | null;
  readonly isByParent: boolean;
  readonly isByFile: boolean;
}

/** `job` null: of all of the type. */
export function runsOf(nodes: readonly Node[], ticks: readonly Tick[], type: string, job: string | null): Runs {
  const isOne = (of: { readonly type: string; readonly job: string }): boolean =>
    of.type === type && (job === null || of.job === job);
  const own = nodes.filter(isOne);
  const last = own.reduce<Runs["last"]>(
    (newest, { last: one }) => (one !== null && (newest === null || one.at > newest.at) ? one : newest),
    null,
  );
  const withoutCron = own.filter(({ trigger }) => trigger.cron === null);
  return {
    last,
    next: ticks.find((tick) => isOne(tick) && tick.held === null)?.scheduled_at ?? null,
    isByFile: withoutCron.some(({ trigger }) => trigger.files !== null),
    isByParent: withoutCron.some(({ trigger }) => trigger.files === null),
  };
}
