import { HOUR } from "../../../contract/time/time-units.ts";
import { bucketOf } from "../../../core/stats/histogram.ts";
import type { Statement, Statements } from "../database/connection.ts";

const NAMES = ["events", "bytes", "matched", "unmatched", "tasks"] as const;

type Counts = Record<(typeof NAMES)[number], number>;

interface Bucket {
  readonly phaseId: number;
  readonly hour: number;
  readonly counts: Counts;
  /** Counts by bucket of the histogram. */
  readonly timings: Map<number, number>;
}

/** Counter changes of one transaction, so that each counter is written once. */
export class FileCountChanges {
  readonly #byPhase = new Map<number, Map<number, Bucket>>();

  /** `phaseId` 0 counts all events. */
  add(phaseId: number, receivedAt: number, change: Partial<Counts>): void {
    const { counts } = this.#bucket(phaseId, receivedAt);
    for (const name of NAMES) counts[name] += change[name] ?? 0;
  }

  /** `ms`: milliseconds from the receipt to the end of the transaction. */
  addDuration(phaseId: number, receivedAt: number, ms: number): void {
    const { timings } = this.#bucket(phaseId, receivedAt);
    const bucket = bucketOf(ms);
    timings.set(bucket, (timings.get(bucket) ?? 0) + 1);
  }

  *buckets(): Generator<Bucket> {
    for (const byHour of this.#byPhase.values()) yield* byHour.values();
  }

  #bucket(phaseId: number, receivedAt: number): Bucket {
    const hour = Math.floor(receivedAt / HOUR) * HOUR;
    let byHour = this.#byPhase.get(phaseId);
    if (byHour === undefined) this.#byPhase.set(phaseId, (byHour = new Map()));
    let bucket = byHour.get(hour);
    if (bucket === undefined) {
      const counts = { events: 0, bytes: 0, matched: 0, unmatched: 0, tasks: 0 };
      byHour.set(hour, (bucket = { phaseId, hour, counts, timings: new Map() }));
    }
    return bucket;
  }
}

/** `file_counts_hourly` and `file_timings_hourly`. */
export class FileCounters {
  readonly #counts: Statement;
  readonly #timings: Statement;

  constructor(statements: Statements) {
    const sums = NAMES.map((name) => `${name} = ${name} + excluded.${name}`).join(", ");
    this.#counts = statements.prepare(
      "file_counts.add",
      `INSERT INTO file_counts_hourly (phase_id, hour, ${NAMES.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET ${sums}`,
    );
    this.#timings = statements.prepare(
      "file_timings.add",
      `INSERT INTO file_timings_hourly (phase_id, hour, bucket, count) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
  }

  write(changes: FileCountChanges): void {
    for (const { phaseId, hour, counts, timings } of changes.buckets()) {
      this.#counts.run(phaseId, hour, ...NAMES.map((name) => counts[name]));
      for (const [bucket, count] of timings) this.#timings.run(phaseId, hour, bucket, count);
    }
  }
}
