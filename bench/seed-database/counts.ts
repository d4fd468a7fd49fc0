import { bucketOf } from "../../src/core/stats/histogram.ts";
import type { Connection } from "../../src/store/sqlite/database/connection.ts";
import { TableWriter } from "./table-writer.ts";

const NAMES = ["total", "complete", "error", "warn", "alert", "unknown", "cancelled", "run_ms", "queue_ms"];
const RESULTS: Readonly<Record<string, number>> = { complete: 1, error: 2, warn: 3, alert: 4 };
const [TOTAL, UNKNOWN, RUN_MS, QUEUE_MS] = [0, 5, 7, 8];

/** Counts and durations of one type and job in the span that is being made. */
class Tally {
  readonly counts = new Float64Array(NAMES.length);
  readonly run = new Map<number, number>();
  readonly queue = new Map<number, number>();

  get isEmpty(): boolean {
    return this.counts[TOTAL] === 0;
  }

  addAll(other: Tally): void {
    for (const [index, value] of other.counts.entries()) this.counts[index] = (this.counts[index] ?? 0) + value;
    for (const [bucket, count] of other.run) addTo(this.run, bucket, count);
    for (const [bucket, count] of other.queue) addTo(this.queue, bucket, count);
  }

  clear(): void {
    this.counts.fill(0);
    this.run.clear();
    this.queue.clear();
  }
}

/** What one type and job has come to in this hour, and in this day. */
export class HourCounts {
  readonly type: string;
  readonly job: string;
  readonly hour = new Tally();
  readonly day = new Tally();

  constructor(type: string, job: string) {
    this.type = type;
    this.job = job;
  }

  unfinished(): void {
    const { counts } = this.hour;
    counts[TOTAL] = (counts[TOTAL] ?? 0) + 1;
  }

  finished(result: string, created: number, started: number, ended: number): void {
    this.unfinished();
    const { counts, run, queue } = this.hour;
    const index = RESULTS[result] ?? UNKNOWN;
    counts[index] = (counts[index] ?? 0) + 1;
    const [runMs, queueMs] = [Math.max(0, ended - started), Math.max(0, started - created)];
    counts[RUN_MS] = (counts[RUN_MS] ?? 0) + runMs;
    counts[QUEUE_MS] = (counts[QUEUE_MS] ?? 0) + queueMs;
    addTo(run, bucketOf(runMs), 1);
    addTo(queue, bucketOf(queueMs), 1);
  }
}

export function addTo(map: Map<number, number>, bucket: number, count: number): void {
  map.set(bucket, (map.get(bucket) ?? 0) + count);
}

export function sorted(map: ReadonlyMap<number, number>): readonly (readonly [bucket: number, count: number])[] {
  return [...map].toSorted(([a], [b]) => a - b);
}

function histogram(map: ReadonlyMap<number, number>): string {
  return JSON.stringify(Object.fromEntries(map));
}

/** The counters and histograms of tasks, an hour at a time and in the order of their keys. */
export class CountTables {
  readonly writers: readonly TableWriter[];
  readonly #hourly: TableWriter;
  readonly #daily: TableWriter;
  readonly #timingsHourly: TableWriter;
  readonly #timingsDaily: TableWriter;

  constructor(db: Connection) {
    this.#hourly = new TableWriter(db, "task_counts_hourly", `hour type job ${NAMES.join(" ")}`);
    this.#daily = new TableWriter(db, "task_counts_daily", `day type job ${NAMES.join(" ")}`);
    this.#timingsHourly = new TableWriter(db, "task_timings_hourly", "hour type job run queue");
    this.#timingsDaily = new TableWriter(db, "task_timings_daily", "day type job run queue");
    this.writers = [this.#hourly, this.#daily, this.#timingsHourly, this.#timingsDaily];
  }

  endHour(hour: number, all: readonly HourCounts[]): void {
    for (const one of all) {
      if (one.hour.isEmpty) continue;
      this.#write(this.#hourly, this.#timingsHourly, hour, one, one.hour);
      one.day.addAll(one.hour);
      one.hour.clear();
    }
  }

  endDay(day: number, all: readonly HourCounts[]): void {
    for (const one of all) {
      if (one.day.isEmpty) continue;
      this.#write(this.#daily, this.#timingsDaily, day, one, one.day);
      one.day.clear();
    }
  }

  #write(counts: TableWriter, timings: TableWriter, at: number, { type, job }: HourCounts, tally: Tally): void {
    counts.add(at, type, job, ...tally.counts);
    if (tally.run.size > 0) timings.add(at, type, job, histogram(tally.run), histogram(tally.queue));
  }
}
