import { DAY, HOUR } from "../../contract/time-units.ts";
import { expandRows, unequalRows, type Row } from "../task/batch-rows.ts";
import { daysInMonth } from "../time/calendar.ts";
import { dateOf, daysOf } from "../time/civil-date.ts";
import { sortedMeta } from "../task/meta.ts";
import type { Values } from "../task/values.ts";
import { hourText, taskTime } from "../task/task-time.ts";
import { fillMeta, fillTime, isPlainKey, metaKeys } from "../task/template.ts";
import { fromWall, wallTime, zoneOf, type Zone } from "../time/zone.ts";

/** One task for each step of a span of time and each row. */
export interface Batch {
  readonly type: string;
  readonly job: string;
  /** As in meta; empty when the tasks belong to none. */
  readonly workflow: string;
  readonly template: string;
  /** The end of the span that the steps begin at, milliseconds since 1970. */
  readonly start: number;
  /** From `start` to the other end, in nanoseconds. Negative: back in time, and the last task comes first. */
  readonly forNs: bigint;
  /** `hour`, `day`, `week`, `month` or the same with `ly` (`daily`), in any case; anything else steps by day. */
  readonly by: string;
  /** Zone of the steps, of the template and of `cron` in meta. */
  readonly zone: string;
  readonly columns: Values | null;
  /** Rows of a `meta-file`; null when there is none. */
  readonly fileRows: readonly Row[] | null;
  readonly maxTasks: number;
  readonly host: string;
  /** Random hex digits for `{uuid}`. */
  readonly uuid: () => string;
}

export interface BatchTask {
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  /** As readers of `meta` understand it. */
  readonly taskTime: number | null;
  readonly position: number;
}

export class BatchError extends Error {
  readonly code: "rows_unequal" | "too_many_tasks";

  constructor(code: BatchError["code"], message: string) {
    super(message);
    this.name = "BatchError";
    this.code = code;
  }
}

/**
 * The tasks of a batch in the order in which they are sent. A span without length and a `meta-file` without rows make
 * no task; any other batch without rows makes one a step, and keeps `{meta:key}` as it is.
 */
export function expandBatch(batch: Batch): readonly BatchTask[] | BatchError {
  const unequal = batch.columns === null ? null : unequalRows(batch.columns);
  if (unequal !== null) return new BatchError("rows_unequal", unequal);
  const rows: readonly (Row | null)[] = expandRows(batch.columns, batch.fileRows);
  if (rows.length === 0 && batch.fileRows !== null && batch.forNs === 0n) return [];
  const perStep = rows.length === 0 ? [null] : rows;
  const maxSteps = Math.floor(batch.maxTasks / perStep.length);
  const times = stepsOf(batch, maxSteps);
  if (times === null) {
    const what = `the batch of ${batch.type} makes more than ${batch.maxTasks} tasks`;
    return new BatchError("too_many_tasks", `${what}; shorten its span, step more coarsely or give it fewer rows`);
  }
  const all = times.flatMap((time) => perStep.map((row) => ({ time, row })));
  if (batch.forNs < 0n) all.reverse();
  const keys = metaKeys(batch.template, () => true);
  return all.map(({ time, row }, position) => batchTask(batch, keys, time, row, position));
}

function batchTask(batch: Batch, keys: readonly string[], time: number, row: Row | null, position: number): BatchTask {
  const values = new Map<string, string[]>([["cron", [hourText(time + zoneOf(batch.zone).offsetAt(time))]]]);
  if (batch.job !== "") values.set("job", [batch.job]);
  if (batch.workflow !== "") values.set("workflow", [batch.workflow]);
  let info = fillTime(batch.template, wallTime(time, batch.zone), batch.host, batch.uuid);
  if (row !== null) {
    info = fillMeta(info, row);
    // A worker sees the row in its info; meta carries only the keys that the template uses.
    for (const key of keys) if (isPlainKey(key) || row.has(key)) values.set(key, [row.get(key) ?? ""]);
  }
  const { type, job } = batch;
  return { type, job, info, meta: sortedMeta(values), taskTime: taskTime(values, info), position };
}

/** Moments from the earlier end of the span to the later one, both included; null when they are more than `max`. */
function stepsOf(batch: Batch, max: number): readonly number[] | null {
  const { first, last } = endsOf(batch.start, batch.forNs);
  const zone = zoneOf(batch.zone);
  const step = stepBy(batch.by, first, zone);
  const times: number[] = [];
  for (let time = first; time <= last; time = step(time, times.length)) {
    if (times.length >= max) return null;
    times.push(time);
  }
  return times;
}

const NS_PER_MS = 1_000_000n;

/** In integer milliseconds, with as many steps as the nanoseconds would give. */
function endsOf(start: number, forNs: bigint): { readonly first: number; readonly last: number } {
  if (forNs >= 0n) return { first: start, last: start + Number(forNs / NS_PER_MS) };
  const rest = -forNs % NS_PER_MS;
  const first = start - Number(-forNs / NS_PER_MS) - (rest > 0n ? 1 : 0);
  // Every step lacks the same part of a millisecond as `first`, so none may fall on `start` itself.
  return { first, last: rest > 0n ? start - 1 : start };
}

/** Step number `count` (1 is the first after `first`), which comes after `time`. */
type Step = (time: number, count: number) => number;

function stepBy(by: string, first: number, zone: Zone): Step {
  switch (by.toLowerCase()) {
    case "hour":
    case "hourly":
      return (time) => time + HOUR;
    case "week":
    case "weekly":
      return (time) => addDays(time, 7, zone);
    case "month":
    case "monthly":
      return (_time, count) => addMonths(first, count, zone);
    default:
      return (time) => addDays(time, 1, zone);
  }
}

/** The same wall time some days later; one day more when the zone skipped that day. */
function addDays(time: number, days: number, zone: Zone): number {
  const wall = time + zone.offsetAt(time);
  const next = fromWall(wall + days * DAY, zone);
  return next > time ? next : fromWall(wall + (days + 1) * DAY, zone);
}

/** Counted from the first moment, so that a 31st is a 31st again after a shorter month (docs/compatibility.md, O2). */
function addMonths(first: number, months: number, zone: Zone): number {
  const wall = first + zone.offsetAt(first);
  const days = Math.floor(wall / DAY);
  const { year, month, day } = dateOf(days);
  const target = dateOf(daysOf(year, month + months, 1));
  const targetDay = Math.min(day, daysInMonth(target.year, target.month));
  return fromWall(daysOf(target.year, target.month, targetDay) * DAY + wall - days * DAY, zone);
}
