import type { Statement, Statements } from "./connection.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
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

/** What a record adds to the counters of its hour. */
export interface Counted {
  readonly type: string;
  readonly job: string;
  readonly decidedAt: number;
  readonly state: string;
  readonly result: string;
  readonly created: number | null;
  readonly started: number | null;
  readonly ended: number | null;
}

interface Bucket {
  readonly hour: number;
  readonly type: string;
  readonly job: string;
  readonly counts: Counts;
}

/** Changes of the counters, gathered over a transaction so that each counter is written once. */
export class CountChanges {
  readonly #buckets = new Map<string, Bucket>();

  add(record: Counted): void {
    this.#change(record, 1, 1);
  }

  /** The record changed; what it was is taken back. */
  replace(before: Counted, after: Counted): void {
    this.#change(before, -1, 0);
    this.#change(after, 1, 0);
  }

  merge(other: CountChanges): void {
    for (const [key, bucket] of other.#buckets) {
      const mine = this.#buckets.get(key);
      if (mine === undefined) this.#buckets.set(key, bucket);
      else for (const name of NAMES) mine.counts[name] += bucket.counts[name];
    }
  }

  buckets(): Iterable<Bucket> {
    return this.#buckets.values();
  }

  #change(record: Counted, sign: 1 | -1, total: 0 | 1): void {
    const settled = record.state === "finished" || record.state === "cancelled";
    if (!settled && total === 0) return;
    const counts = this.#countsOf(record);
    counts.total += total;
    if (!settled) return;
    counts[record.state === "cancelled" ? "cancelled" : outcomeOf(record.result)] += sign;
    if (record.state === "cancelled") return;
    counts.run_ms += sign * span(record.started, record.ended);
    counts.queue_ms += sign * span(record.created, record.started);
  }

  #countsOf(record: Counted): Counts {
    const hour = Math.floor(record.decidedAt / HOUR) * HOUR;
    const key = `${hour}|${record.type}|${record.job}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const counts = {
        total: 0,
        complete: 0,
        error: 0,
        warn: 0,
        alert: 0,
        unknown: 0,
        cancelled: 0,
        run_ms: 0,
        queue_ms: 0,
      };
      bucket = { hour, type: record.type, job: record.job, counts };
      this.#buckets.set(key, bucket);
    }
    return bucket.counts;
  }
}

function outcomeOf(result: string): "complete" | "error" | "warn" | "alert" | "unknown" {
  return result === "complete" || result === "error" || result === "warn" || result === "alert" ? result : "unknown";
}

function span(from: number | null, to: number | null): number {
  return from === null || to === null ? 0 : Math.max(0, to - from);
}

/** `task_counts_hourly` and `task_counts_daily`. */
export class Counters {
  readonly #hourly: Statement;
  readonly #daily: Statement;

  constructor(statements: Statements) {
    this.#hourly = statements.prepare("counts.hourly", upsert("task_counts_hourly", "hour"));
    this.#daily = statements.prepare("counts.daily", upsert("task_counts_daily", "day"));
  }

  write(changes: CountChanges): void {
    for (const { hour, type, job, counts } of changes.buckets()) {
      const values = NAMES.map((name) => counts[name]);
      this.#hourly.run(hour, type, job, ...values);
      this.#daily.run(Math.floor(hour / DAY) * DAY, type, job, ...values);
    }
  }
}

function upsert(table: string, key: string): string {
  const sums = NAMES.map((name) => `${name} = ${name} + excluded.${name}`).join(", ");
  return `INSERT INTO ${table} (${key}, type, job, ${NAMES.join(", ")}) VALUES (?, ?, ?, ${NAMES.map(() => "?").join(", ")})
    ON CONFLICT DO UPDATE SET ${sums}`;
}
