import { DAY } from "../../../contract/time/time-units.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface TimingsRow {
  readonly run: string;
  readonly queue: string;
}

/** Number of durations in each bucket of the histogram. */
export type Histogram = Map<number, number>;

/** Timings of one type and job in an hour. */
export interface TimingsOf {
  readonly hour: number;
  readonly type: string;
  readonly job: string;
  readonly run: Histogram;
  readonly queue: Histogram;
}

/** `task_timings_hourly` and `task_timings_daily`: each row has a complete histogram, since it is always read and written as one. */
export class Timings {
  readonly #hour: Statement<TimingsRow>;
  readonly #day: Statement<TimingsRow>;
  readonly #putHour: Statement;
  readonly #putDay: Statement;

  constructor(statements: Statements) {
    const get = (table: string, key: string): Statement<TimingsRow> =>
      statements.prepare(`timings.${key}`, `SELECT run, queue FROM ${table} WHERE ${key} = ? AND type = ? AND job = ?`);
    const put = (table: string, key: string): Statement =>
      statements.prepare(
        `timings.put_${key}`,
        `INSERT INTO ${table} (${key}, type, job, run, queue) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET run = excluded.run, queue = excluded.queue`,
      );
    this.#hour = get("task_timings_hourly", "hour");
    this.#day = get("task_timings_daily", "day");
    this.#putHour = put("task_timings_hourly", "hour");
    this.#putDay = put("task_timings_daily", "day");
  }

  add({ hour, type, job, run, queue }: TimingsOf): void {
    if (run.size === 0 && queue.size === 0) return;
    const day = Math.floor(hour / DAY) * DAY;
    const ofHour = this.#hour.get(hour, type, job);
    this.#putHour.run(hour, type, job, added(ofHour?.run, run), added(ofHour?.queue, queue));
    const ofDay = this.#day.get(day, type, job);
    this.#putDay.run(day, type, job, added(ofDay?.run, run), added(ofDay?.queue, queue));
  }
}

/** The row's histogram plus new counts. */
function added(text: string | undefined, more: Histogram): string {
  const counts = text === undefined ? {} : (JSON.parse(text) as Record<string, number>);
  for (const [bucket, count] of more) {
    const sum = (counts[bucket] ?? 0) + count;
    if (sum === 0) delete counts[bucket];
    else counts[bucket] = sum;
  }
  return JSON.stringify(counts);
}
