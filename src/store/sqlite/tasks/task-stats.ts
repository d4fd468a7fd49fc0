import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import { percentile } from "../../../core/stats/histogram.ts";
import type { Durations, Outcomes, StatsOf, StatsSpan, StatsSummary } from "../../stats-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { HoursFrom } from "../workflows/kind-hours.ts";

/** A longer range loses its beginning; the result says where it begins. */
const LONGEST = 400 * DAY;
const MAX_KINDS = 1000;
const OUTCOMES = ["total", "complete", "error", "warn", "alert", "unknown", "cancelled"] as const;
const NAMES = [...OUTCOMES, "run_ms", "queue_ms"] as const;

/** In the order of NAMES. */
type CountValues = readonly [at: number, type: string, job: string, ...counts: number[]];
type TimingValues = readonly [at: number, type: string, job: string, run: string, queue: string];

type SumValues = readonly [at: number, ...counts: number[]];

interface StatsTables {
  readonly counts: Statement<CountValues>;
  readonly timings: Statement<TimingValues>;
  /** Of all types and jobs; the names of NAMES, without the durations. */
  readonly sums: Statement<SumValues>;
}

/** Sums of counters. */
class Sum {
  readonly counts = new Float64Array(NAMES.length);
  readonly run: Histogram = [];
  readonly queue: Histogram = [];

  /** `first`: where the first of them stands. */
  addCounts(values: readonly unknown[], first: number): void {
    for (let index = 0; index < values.length - first; index++)
      this.counts[index] = (this.counts[index] ?? 0) + Number(values[first + index] ?? 0);
  }

  addTimings(run: string, queue: string): void {
    addHistogram(this.run, run);
    addHistogram(this.queue, queue);
  }

  addSum(other: Sum): void {
    other.counts.forEach((count, index) => (this.counts[index] = (this.counts[index] ?? 0) + count));
    other.run.forEach((count, bucket) => addTo(this.run, bucket, count));
    other.queue.forEach((count, bucket) => addTo(this.queue, bucket, count));
  }

  outcomes(): Outcomes {
    const [total = 0, complete = 0, error = 0, warn = 0, alert = 0, unknown = 0, cancelled = 0] = this.counts;
    const unfinished = total - complete - error - warn - alert - unknown - cancelled;
    return { total, complete, error, warn, alert, unknown, cancelled, unfinished };
  }

  result(): StatsOf {
    const [runMs = 0, queueMs = 0] = this.counts.subarray(NAMES.indexOf("run_ms"));
    return { ...this.outcomes(), run: durations(this.run, runMs), queue: durations(this.queue, queueMs) };
  }
}

/** Counts by bucket; a sparse array. */
type Histogram = number[];

/** Statistics from `task_counts_*` and `task_timings_*`. */
export class TaskStats {
  readonly #hourly: StatsTables;
  readonly #daily: StatsTables;
  readonly #hoursFrom: HoursFrom;

  constructor(statements: Statements, hoursFrom: HoursFrom) {
    this.#hourly = tables(statements, "hourly", "hour");
    this.#daily = tables(statements, "daily", "day");
    this.#hoursFrom = hoursFrom;
  }

  summary(span: StatsSpan): StatsSummary {
    const hoursOnly = completeHours(span);
    const all = new Sum();
    const kinds = new Map<string, Map<string, Sum>>();
    const sumOf = (type: string, job: string): Sum => {
      let jobs = kinds.get(type);
      if (jobs === undefined) kinds.set(type, (jobs = new Map()));
      let sum = jobs.get(job);
      if (sum === undefined) jobs.set(job, (sum = new Sum()));
      return sum;
    };
    for (const [source, from, until] of this.#parts(hoursOnly)) {
      for (const values of source.counts.iterate(from, until)) sumOf(values[1], values[2]).addCounts(values, 3);
      for (const [, type, job, run, queue] of source.timings.iterate(from, until))
        sumOf(type, job).addTimings(run, queue);
    }
    const types = [...kinds].map(([type, jobs]) => {
      const sum = new Sum();
      for (const one of jobs.values()) sum.addSum(one);
      all.addSum(sum);
      return { type, ...sum.result() };
    });
    const found = [...kinds].flatMap(([type, jobs]) => [...jobs].map(([job, sum]) => ({ type, job, ...sum.result() })));
    found.sort((a, b) => b.total - a.total);
    return {
      ...hoursOnly,
      all: all.result(),
      types,
      kinds: found.slice(0, MAX_KINDS),
      more_kinds: Math.max(0, found.length - MAX_KINDS),
    };
  }

  totals(span: StatsSpan): Outcomes {
    const sum = new Sum();
    for (const [source, from, until] of this.#parts(completeHours(span)))
      for (const values of source.counts.iterate(from, until)) sum.addCounts(values, 3);
    return sum.outcomes();
  }

  series(edges: readonly number[]): readonly Outcomes[] {
    const [from = 0] = edges;
    const until = edges.at(-1) ?? from;
    const hoursFrom = Math.min(this.#hoursFrom.day() ?? Infinity, ceil(until, DAY));
    const days = { source: this.#daily, from: floor(from, DAY), until: hoursFrom, middle: DAY / 2 };
    const hours = { source: this.#hourly, from: Math.max(floor(from, HOUR), hoursFrom), until, middle: HOUR / 2 };
    const parts = from < hoursFrom ? [days, hours] : [hours];
    const steps = edges.slice(1).map(() => new Sum());
    for (const part of parts) {
      let step = 0;
      for (const values of part.source.sums.iterate(part.from, part.until)) {
        const at = values[0] + part.middle;
        while (step < steps.length && at >= (edges[step + 1] ?? Infinity)) step += 1;
        if (at >= from) steps[step]?.addCounts(values, 1);
      }
    }
    return steps.map((sum) => sum.outcomes());
  }

  /** Full days from the daily counters, the rest from the hourly ones. */
  #parts({ from, until }: StatsSpan): readonly (readonly [StatsTables, number, number])[] {
    const [firstDay, lastDay] = [ceil(from, DAY), floor(until, DAY)];
    if (firstDay >= lastDay) return [[this.#hourly, from, until]];
    return [
      [this.#hourly, from, firstDay],
      [this.#daily, firstDay, lastDay],
      [this.#hourly, lastDay, until],
    ];
  }
}

function tables(statements: Statements, name: string, key: string): StatsTables {
  const select = <Row>(table: string, columns: string): Statement<Row> =>
    statements
      .prepare<Row>(
        `stats.${table}`,
        `SELECT ${key}, type, job, ${columns} FROM ${table} WHERE ${key} >= ? AND ${key} < ? ORDER BY ${key}, type, job`,
      )
      .raw();
  const sums = OUTCOMES.map((column) => `sum(${column})`).join(", ");
  return {
    counts: select<CountValues>(`task_counts_${name}`, NAMES.join(", ")),
    timings: select<TimingValues>(`task_timings_${name}`, "run, queue"),
    sums: statements
      .prepare<SumValues>(
        `stats.sums_${name}`,
        `SELECT ${key}, ${sums} FROM task_counts_${name} WHERE ${key} >= ? AND ${key} < ? GROUP BY ${key} ORDER BY ${key}`,
      )
      .raw(),
  };
}

function completeHours({ from, until }: StatsSpan): StatsSpan {
  const end = ceil(until, HOUR);
  return { from: Math.max(floor(from, HOUR), end - LONGEST), until: end };
}

function floor(at: number, unit: number): number {
  return Math.floor(at / unit) * unit;
}

function ceil(at: number, unit: number): number {
  return Math.ceil(at / unit) * unit;
}

const QUOTE = 34;
const [ZERO, NINE] = [48, 57];

/**
 * Adds a histogram as stored in `task_timings_*`, `{"80":3,"81":1}`. Parsed by hand: a month has thousands of them, and
 * `JSON.parse` would allocate an object for each.
 */
function addHistogram(sum: Histogram, text: string): void {
  let bucket = 0;
  let number = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      number = number * 10 + code - ZERO;
      digits += 1;
      continue;
    }
    // A number before a quotation mark is a bucket, the next one its count.
    if (digits > 0 && code === QUOTE) bucket = number;
    else if (digits > 0) addTo(sum, bucket, number);
    number = 0;
    digits = 0;
  }
}

function addTo(sum: Histogram, bucket: number, count: number): void {
  sum[bucket] = (sum[bucket] ?? 0) + count;
}

function durations(histogram: Histogram, total: number): Durations | null {
  const buckets = histogram.flatMap((count, bucket) => (count > 0 ? [{ bucket, count }] : []));
  const count = buckets.reduce((sum, one) => sum + one.count, 0);
  const at = (p: number): number => percentile(buckets, p) ?? 0;
  return count <= 0 ? null : { count, mean: total / count, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
