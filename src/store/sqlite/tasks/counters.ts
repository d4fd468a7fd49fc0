import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import { bucketOf } from "../../../core/stats/histogram.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { Timings, type Histogram, type TimingsOf } from "./timings.ts";

const NAMES = ["total", "complete", "error", "warn", "alert", "unknown", "cancelled", "run_ms", "queue_ms"] as const;

export interface Counts {
  total: number;
  complete: number;
  error: number;
  warn: number;
  alert: number;
  unknown: number;
  cancelled: number;
  run_ms: number;
  queue_ms: number;
}

/** The counters that a record counts in, and when it began to wait. */
export interface Counted {
  readonly type: string;
  readonly job: string;
  readonly decidedAt: number;
  readonly created: number | null;
}

/** The state of a record, as the counters see it. */
export interface CountedState {
  readonly state: string;
  readonly result: string;
  readonly started: number | null;
  readonly ended: number | null;
}

export interface Bucket extends TimingsOf {
  readonly counts: Counts;
}

/** Counter changes, collected over a transaction so that each counter is written once. */
export class CountChanges {
  readonly #buckets: Bucket[] = [];
  readonly #byHour = new Map<number, Map<string, Map<string, Bucket>>>();
  /** Records changed since they were indexed for search. */
  readonly changed: number[] = [];

  /** A new record. */
  add(record: Counted, state: CountedState | null): void {
    this.#bucketOf(record.decidedAt, record.type, record.job).counts.total += 1;
    if (state !== null) this.#change(record, state, 1);
  }

  /** The record changed: subtracts its former state. */
  replace(record: Counted & CountedState & { readonly recordId: number }, after: CountedState): void {
    this.changed.push(record.recordId);
    this.#change(record, record, -1);
    this.#change(record, after, 1);
  }

  merge(other: CountChanges): void {
    for (const { hour, type, job, counts, run, queue } of other.#buckets) {
      const mine = this.#bucketOf(hour, type, job);
      for (const name of NAMES) mine.counts[name] += counts[name];
      for (const [bucket, count] of run) addTo(mine.run, bucket, count);
      for (const [bucket, count] of queue) addTo(mine.queue, bucket, count);
    }
    this.changed.push(...other.changed);
  }

  buckets(): readonly Bucket[] {
    return this.#buckets;
  }

  #change(record: Counted, state: CountedState, sign: 1 | -1): void {
    const isCancelled = state.state === "cancelled";
    if (!isCancelled && state.state !== "finished") return;
    const { counts, run, queue } = this.#bucketOf(record.decidedAt, record.type, record.job);
    if (isCancelled) {
      counts.cancelled += sign;
      return;
    }
    counts[outcomeOf(state.result)] += sign;
    const [runMs, queueMs] = [span(state.started, state.ended), span(record.created, state.started)];
    if (runMs !== null) {
      counts.run_ms += sign * runMs;
      addTo(run, bucketOf(runMs), sign);
    }
    if (queueMs !== null) {
      counts.queue_ms += sign * queueMs;
      addTo(queue, bucketOf(queueMs), sign);
    }
  }

  /** Nested maps: building a key string for each message costs more than three lookups. */
  #bucketOf(at: number, type: string, job: string): Bucket {
    const hour = Math.floor(at / HOUR) * HOUR;
    let byType = this.#byHour.get(hour);
    if (byType === undefined) this.#byHour.set(hour, (byType = new Map()));
    let byJob = byType.get(type);
    if (byJob === undefined) byType.set(type, (byJob = new Map()));
    let bucket = byJob.get(job);
    if (bucket === undefined) {
      const counts = Object.fromEntries(NAMES.map((name) => [name, 0])) as unknown as Counts;
      bucket = { hour, type, job, counts, run: new Map(), queue: new Map() };
      byJob.set(job, bucket);
      this.#buckets.push(bucket);
    }
    return bucket;
  }
}

function addTo(histogram: Histogram, bucket: number, count: number): void {
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + count);
}

function outcomeOf(result: string): "complete" | "error" | "warn" | "alert" | "unknown" {
  return result === "complete" || result === "error" || result === "warn" || result === "alert" ? result : "unknown";
}

/** Null when unknown; never negative, even when a clock runs behind. */
function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from);
}

/** `task_counts_hourly` and `task_counts_daily`, with their histograms, and the records to index again for search. */
export class Counters {
  readonly #hourly: Statement;
  readonly #daily: Statement;
  readonly #timings: Timings;
  readonly #pending: Statement;

  constructor(statements: Statements) {
    this.#timings = new Timings(statements);
    this.#pending = statements.prepare("search.add_pending", "INSERT INTO search_pending (record_ids) VALUES (?)");
    this.#hourly = statements.prepare("counts.hourly", upsert("task_counts_hourly", "hour"));
    this.#daily = statements.prepare("counts.daily", upsert("task_counts_daily", "day"));
  }

  write(changes: CountChanges): void {
    for (const bucket of changes.buckets()) {
      const { hour, type, job, counts } = bucket;
      const values = NAMES.map((name) => counts[name]);
      this.#hourly.run(hour, type, job, ...values);
      this.#daily.run(Math.floor(hour / DAY) * DAY, type, job, ...values);
      this.#timings.add(bucket);
    }
    if (changes.changed.length > 0) this.#pending.run(JSON.stringify(changes.changed));
  }
}

function upsert(table: string, key: string): string {
  const sums = NAMES.map((name) => `${name} = ${name} + excluded.${name}`).join(", ");
  return `INSERT INTO ${table} (${key}, type, job, ${NAMES.join(", ")}) VALUES (?, ?, ?, ${NAMES.map(() => "?").join(", ")})
    ON CONFLICT DO UPDATE SET ${sums}`;
}
