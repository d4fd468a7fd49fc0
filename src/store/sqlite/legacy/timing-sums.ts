import type { Connection, Statement } from "../connection.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Bucket → how many. */
type Histogram = Record<string, number>;

interface Timings {
  readonly hour: number;
  readonly type: string;
  readonly job: string;
  readonly run: Histogram;
  readonly queue: Histogram;
}

interface Row {
  readonly run: string;
  readonly queue: string;
}

/** `task_timings_hourly` and `task_timings_daily` of what is imported; `bucketOf` takes milliseconds. */
export class TimingSums {
  readonly #bucketOf: (ms: number) => number;
  readonly #tables: readonly { readonly span: number; readonly get: Statement<Row>; readonly put: Statement }[];
  #kept = new Map<string, Timings>();

  constructor(db: Connection, bucketOf: (ms: number) => number) {
    this.#bucketOf = bucketOf;
    this.#tables = [
      { span: HOUR, ...statements(db, "task_timings_hourly", "hour") },
      { span: DAY, ...statements(db, "task_timings_daily", "day") },
    ];
  }

  get size(): number {
    return this.#kept.size;
  }

  /** `sign` -1 takes back what was added. `at`: when the record was made. */
  add(
    at: number,
    { type, job }: { readonly type: string; readonly job: string },
    durations: { readonly run: number | null; readonly queue: number | null },
    sign: 1 | -1,
  ): void {
    if (durations.run === null && durations.queue === null) return;
    const hour = Math.floor(at / HOUR) * HOUR;
    const key = `${hour}|${job}|${type}`;
    let timings = this.#kept.get(key);
    if (timings === undefined) this.#kept.set(key, (timings = { hour, type, job, run: {}, queue: {} }));
    this.#count(timings.run, durations.run, sign);
    this.#count(timings.queue, durations.queue, sign);
  }

  write(): void {
    for (const { span, get, put } of this.#tables) {
      for (const { hour, type, job, run, queue } of this.#kept.values()) {
        const at = Math.floor(hour / span) * span;
        const row = get.get(at, type, job);
        put.run(at, type, job, sumText(row?.run, run), sumText(row?.queue, queue));
      }
    }
    this.#kept = new Map();
  }

  #count(histogram: Histogram, ms: number | null, sign: 1 | -1): void {
    if (ms === null) return;
    const bucket = this.#bucketOf(ms);
    histogram[bucket] = (histogram[bucket] ?? 0) + sign;
  }
}

function statements(
  db: Connection,
  table: string,
  key: string,
): { readonly get: Statement<Row>; readonly put: Statement } {
  return {
    get: db.prepare<unknown[], Row>(`SELECT run, queue FROM ${table} WHERE ${key} = ? AND type = ? AND job = ?`),
    put: db.prepare(
      `INSERT INTO ${table} (${key}, type, job, run, queue) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET run = excluded.run, queue = excluded.queue`,
    ),
  };
}

function sumText(kept: string | undefined, more: Histogram): string {
  const sum = kept === undefined ? {} : (JSON.parse(kept) as Histogram);
  for (const [bucket, count] of Object.entries(more)) sum[bucket] = (sum[bucket] ?? 0) + count;
  return JSON.stringify(Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0)));
}
