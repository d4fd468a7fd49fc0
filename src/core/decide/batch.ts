import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { expandRows, unequalRows, type Row } from "../task/batch-rows.ts";
import { addCalendar, addToWall, isCalendar, NO_DAYS, type CalendarSpan } from "../time/calendar-span.ts";
import { sortedMeta } from "../task/meta.ts";
import { keepingOpen } from "../task/open-tokens.ts";
import type { Values } from "../task/values.ts";
import { hourText, taskTime } from "../task/task-time.ts";
import { fillMeta, fillTime, isPlainKey, metaKeys } from "../task/template.ts";
import { wallTime, zoneOf } from "../time/zone.ts";
import { instantOnWall, wallAt } from "../time/wall-ms.ts";
import { type WallMs, digitsOf, wallOf } from "../../contract/time/wall-ms.ts";

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
  /** The days and months of the span, besides its hours; none when left out. */
  readonly forDays?: CalendarSpan;
  /** The steps of a span back in time are counted from the task time, not from its older end. */
  readonly countsFromTaskTime?: boolean;
  /** `hour`, `day`, `week`, `month` or the same with `ly` (`daily`), in any case; anything else steps by day. */
  readonly by: string;
  /** Zone of the steps, of the template and of `cron` in meta. */
  readonly zone: string;
  readonly columns: Values | null;
  /** Rows of a `meta-file`; null when there is none. */
  readonly fileRows: readonly Row[] | null;
  /** What a person gives for keys that a row lacks; a key without a value then stays open instead of being emptied. */
  readonly given?: Values;
  readonly maxTasks: number;
  readonly host: string;
  /** Random hex digits for `{uuid}`. */
  readonly uuid: () => string;
}

/** What all tasks of a batch share. */
export type BatchSource = Pick<Batch, "type" | "job" | "workflow" | "template" | "zone" | "host" | "uuid">;

export interface BatchTask {
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  /** As readers of `meta` understand it. */
  readonly taskTime: WallMs | null;
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
  const rows: readonly (Row | null)[] = rowsOf(batch);
  if (rows.length === 0 && batch.fileRows !== null && isEmptySpan(batch)) return [];
  const perStep = rows.length === 0 ? [null] : rows;
  const maxSteps = Math.floor(batch.maxTasks / perStep.length);
  const times = stepsOf(batch, maxSteps);
  if (times === null) {
    const what = `the batch of ${batch.type} makes more than ${batch.maxTasks} tasks`;
    return new BatchError("too_many_tasks", `${what}; shorten its span, step more coarsely or give it fewer rows`);
  }
  const all = times.flatMap((time) => perStep.map((row) => ({ time, row })));
  if (batch.forNs < 0n || isBack(batch.forDays ?? NO_DAYS)) all.reverse();
  const keys = metaKeys(batch.template, () => true);
  return all.map(({ time, row }, position) => batchTask(batch, keys, time, row, position));
}

function rowsOf({ columns, fileRows, given, template }: Batch): readonly Row[] {
  const rows = expandRows(columns, fileRows);
  if (given === undefined) return rows;
  const firsts = new Map([...keepingOpen(template, given)].map(([key, values]) => [key, values[0] ?? ""]));
  return rows.map((row) => new Map([...firsts, ...row]));
}

function isEmptySpan({ forNs, forDays = NO_DAYS }: Batch): boolean {
  return forNs === 0n && !isCalendar(forDays);
}

function isBack({ months, days }: CalendarSpan): boolean {
  return months < 0 || days < 0;
}

/** One task of a batch. `keys`: those of the tokens in its template; `row`: null without any, so that `{meta:key}` stays as it is. */
export function batchTask(
  batch: BatchSource,
  keys: readonly string[],
  time: number,
  row: Row | null,
  position: number,
): BatchTask {
  const values = new Map<string, string[]>([["cron", [hourText(wallAt(time, zoneOf(batch.zone)))]]]);
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

/** Moments in order of time, both ends of the span included; null when they are more than `max`. */
function stepsOf(batch: Batch, max: number): readonly number[] | null {
  const step = stepOf(batch.by);
  return step === null ? hoursOf(batch, max) : datesOf(batch, step, max);
}

/** Null: by the hour, which goes in real time. */
export function stepOf(by: string): CalendarSpan | null {
  switch (by.toLowerCase()) {
    case "hour":
    case "hourly":
      return null;
    case "week":
    case "weekly":
      return { months: 0, days: 7 };
    case "month":
    case "monthly":
      return { months: 1, days: 0 };
    default:
      return { months: 0, days: 1 };
  }
}

const NS_PER_MS = 1_000_000n;

/** Steps of real hours. */
function hoursOf(batch: Batch, max: number): readonly number[] | null {
  const { start, forNs, forDays = NO_DAYS } = batch;
  if (countsFromFarEnd(batch)) {
    const { first, last } = endsOf(start, forNs);
    return walk(
      first,
      (count) => first + count * HOUR,
      (time) => time <= last,
      max,
    );
  }
  const end = addCalendar(start, forDays, zoneOf(batch.zone)) + Number(forNs / NS_PER_MS);
  const sign = end < start ? -1 : 1;
  return inOrder(
    walk(
      start,
      (count) => start + sign * count * HOUR,
      (time) => sign * (end - time) >= 0,
      max,
    ),
  );
}

/** Steps on the calendar of the zone: the same time of day, however long the days between are. */
function datesOf(batch: Batch, step: CalendarSpan, max: number): readonly number[] | null {
  const { start, forNs, forDays = NO_DAYS } = batch;
  const zone = zoneOf(batch.zone);
  const from = wallAt(start, zone);
  let walls: readonly WallMs[] | null;
  if (countsFromFarEnd(batch)) {
    const ends = endsOf(digitsOf(from), forNs);
    const first = wallOf(ends.first);
    walls = walk(
      first,
      (count) => addToWall(first, times(step, count)),
      (wall) => digitsOf(wall) <= ends.last,
      max,
    );
  } else {
    const hours = Number(forNs / NS_PER_MS);
    const end = digitsOf(addToWall(from, forDays)) + hours;
    const endsAt = addCalendar(start, forDays, zone) + hours;
    const sign = end < digitsOf(from) ? -1 : 1;
    // Neither a day of 25 hours nor one that the zone skipped takes a step away.
    const isWithin = (wall: WallMs): boolean =>
      sign * (end - digitsOf(wall)) >= 0 || sign * (endsAt - instantOnWall(wall, zone)) >= 0;
    walls = walk(from, (count) => addToWall(from, times(step, sign * count)), isWithin, max);
  }
  if (walls === null) return null;
  const instants = walls.map((wall) => (wall === from ? start : instantOnWall(wall, zone)));
  // A day that the zone skipped is shown as the next one.
  return inOrder([...new Set(instants)]);
}

/**
 * As in the older program, whose recorded answers count a span of hours back in time from its older end, so that the
 * newest time is left out where the steps do not divide the span.
 */
function countsFromFarEnd({ forNs, forDays = NO_DAYS, countsFromTaskTime = false }: Batch): boolean {
  return forNs < 0n && !isCalendar(forDays) && !countsFromTaskTime;
}

function times({ months, days }: CalendarSpan, count: number): CalendarSpan {
  return { months: months * count, days: days * count };
}

/** Null when they are more than `max`. */
function walk<T>(
  first: T,
  step: (count: number) => T,
  isWithin: (time: T) => boolean,
  max: number,
): readonly T[] | null {
  const found: T[] = [];
  for (let time = first; isWithin(time); time = step(found.length)) {
    if (found.length >= max) return null;
    found.push(time);
  }
  return found;
}

function inOrder(list: readonly number[] | null): readonly number[] | null {
  return list === null ? null : list.toSorted((a, b) => a - b);
}

/** In integer milliseconds, with as many steps as the nanoseconds would give. The span goes back in time. */
function endsOf(start: number, forNs: bigint): { readonly first: number; readonly last: number } {
  const rest = -forNs % NS_PER_MS;
  const first = start - Number(-forNs / NS_PER_MS) - (rest > 0n ? 1 : 0);
  // Every step lacks the same part of a millisecond as `first`, so none may fall on `start` itself.
  return { first, last: rest > 0n ? start - 1 : start };
}

/** Whether the span of a batch that counts from its older end has a step at the task time, from whatever date. */
export function reachesTaskTime(forNs: bigint, by: string): boolean {
  const step = stepOf(by);
  if (forNs >= 0n) return true;
  if (step !== null && step.months > 0) return false;
  const stepNs = BigInt(step === null ? HOUR : step.days * DAY) * NS_PER_MS;
  return forNs % stepNs === 0n;
}
