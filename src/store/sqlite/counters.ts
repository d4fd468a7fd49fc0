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

/** Which counters a record counts in, and where its waiting began. */
export interface Counted {
  readonly type: string;
  readonly job: string;
  readonly decidedAt: number;
  readonly created: number | null;
}

/** How a record stands. */
export interface Standing {
  readonly state: string;
  readonly result: string;
  readonly started: number | null;
  readonly ended: number | null;
}

export interface Bucket {
  readonly hour: number;
  readonly type: string;
  readonly job: string;
  readonly counts: Counts;
}

/** Changes of the counters, gathered over a transaction so that each counter is written once. */
export class CountChanges {
  readonly #buckets: Bucket[] = [];
  readonly #byHour = new Map<number, Map<string, Map<string, Counts>>>();

  /** A new record. */
  add(record: Counted, standing: Standing | null): void {
    this.#countsOf(record.decidedAt, record.type, record.job).total += 1;
    if (standing !== null) this.#change(record, standing, 1);
  }

  /** The record changed; what it was is taken back. */
  replace(record: Counted & Standing, after: Standing): void {
    this.#change(record, record, -1);
    this.#change(record, after, 1);
  }

  merge(other: CountChanges): void {
    for (const { hour, type, job, counts } of other.#buckets) {
      const mine = this.#countsOf(hour, type, job);
      for (const name of NAMES) mine[name] += counts[name];
    }
  }

  buckets(): readonly Bucket[] {
    return this.#buckets;
  }

  #change(record: Counted, standing: Standing, sign: 1 | -1): void {
    const isCancelled = standing.state === "cancelled";
    if (!isCancelled && standing.state !== "finished") return;
    const counts = this.#countsOf(record.decidedAt, record.type, record.job);
    if (isCancelled) {
      counts.cancelled += sign;
      return;
    }
    counts[outcomeOf(standing.result)] += sign;
    counts.run_ms += sign * span(standing.started, standing.ended);
    counts.queue_ms += sign * span(record.created, standing.started);
  }

  /** Maps in maps, because gluing a key together for each message costs more than looking three times. */
  #countsOf(at: number, type: string, job: string): Counts {
    const hour = Math.floor(at / HOUR) * HOUR;
    let byType = this.#byHour.get(hour);
    if (byType === undefined) this.#byHour.set(hour, (byType = new Map()));
    let byJob = byType.get(type);
    if (byJob === undefined) byType.set(type, (byJob = new Map()));
    let counts = byJob.get(job);
    if (counts === undefined) {
      counts = { total: 0, complete: 0, error: 0, warn: 0, alert: 0, unknown: 0, cancelled: 0, run_ms: 0, queue_ms: 0 };
      byJob.set(job, counts);
      this.#buckets.push({ hour, type, job, counts });
    }
    return counts;
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
