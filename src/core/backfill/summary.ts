import type { BackfillSpec } from "./slots.ts";

/** A backfill as it is kept, in the spelling of its columns. */
export interface KeptBackfill {
  readonly state: string;
  readonly spec: string;
  readonly planned: number;
  readonly total: number;
  readonly complete: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly created_at: number;
  readonly ended_at: number | null;
}

/** What people want to know of it. Times are milliseconds since 1970. */
export interface BackfillSummary {
  /** All of its slots are counted. */
  readonly planned: boolean;
  readonly from: number;
  readonly to: number;
  /** `schedule`, or the step between its times. */
  readonly step: string;
  readonly zone: string;
  readonly order: BackfillSpec["order"];
  /** Tasks that ended since it was begun; null: none has. */
  readonly a_minute: number | null;
  /** While it runs. */
  readonly left_ms: number | null;
}

export function backfillSummary(row: KeptBackfill, now: number): BackfillSummary {
  const { first, last, by, bySchedule, zone, order } = backfillSpec(row);
  const step = bySchedule ? "schedule" : by;
  return { planned: row.planned === 1, from: first, to: last, step, zone, order, ...rateOf(row, now) };
}

/** As it was written when the backfill began. */
export function backfillSpec({ spec }: Pick<KeptBackfill, "spec">): BackfillSpec {
  return JSON.parse(spec) as BackfillSpec;
}

/** Slots that are ended. */
export function doneOf({
  complete,
  failed,
  cancelled,
}: Pick<KeptBackfill, "complete" | "failed" | "cancelled">): number {
  return complete + failed + cancelled;
}

function rateOf(row: KeptBackfill, now: number): Pick<BackfillSummary, "a_minute" | "left_ms"> {
  const ended = row.complete + row.failed;
  const ms = (row.ended_at ?? now) - row.created_at;
  if (ended === 0 || ms <= 0) return { a_minute: null, left_ms: null };
  const left = row.state === "running" ? Math.round(((row.total - doneOf(row)) * ms) / ended) : null;
  return { a_minute: (ended * 60_000) / ms, left_ms: left };
}
