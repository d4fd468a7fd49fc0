import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import type { KindStep, UsualHoursRequest } from "../../stats-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

const HOURS_OF_DAY = 24;

type KindHour = readonly [
  hour: number,
  type: string,
  job: string,
  total: number,
  complete: number,
  error: number,
  warn: number,
  alert: number,
  unknown: number,
  cancelled: number,
];

/** Where the counters by hour begin: those of older days are deleted, and only their days are counted on. */
export class HoursFrom {
  readonly #oldest: Statement<readonly [hour: number | null, day: number | null]>;

  constructor(statements: Statements) {
    this.#oldest = statements
      .prepare<readonly [number | null, number | null]>(
        "stats.oldest",
        "SELECT (SELECT min(hour) FROM task_counts_hourly), (SELECT min(day) FROM task_counts_daily)",
      )
      .raw();
  }

  /** The first day (UTC) that has all of its hours; null: there is none. */
  day(): number | null {
    const [hour = null, day = null] = this.#oldest.get() ?? [];
    if (hour === null) return null;
    // On the very first day of all nothing was deleted.
    const first = Math.floor(hour / DAY) * DAY;
    return first === hour || first === day ? first : first + DAY;
  }
}

/** What was made hour by hour, of each type and job: from the same counters as TaskStats. */
export class KindHours {
  readonly #hours: Statement<KindHour>;
  readonly #days: Statement<KindHour>;
  readonly #hoursFrom: HoursFrom;

  constructor(statements: Statements, hoursFrom: HoursFrom) {
    const rows = (name: string, key: string): Statement<KindHour> =>
      statements
        .prepare<KindHour>(
          `kinds.${name}`,
          `SELECT ${key}, type, job, total, complete, error, warn, alert, unknown, cancelled FROM task_counts_${name} WHERE ${key} >= ? AND ${key} < ? ORDER BY ${key}, type, job`,
        )
        .raw();
    this.#hours = rows("hourly", "hour");
    this.#days = rows("daily", "day");
    this.#hoursFrom = hoursFrom;
  }

  series(edges: readonly number[]): readonly KindStep[] {
    const [from = 0] = edges;
    const until = edges.at(-1) ?? from;
    const hoursFrom = Math.min(this.#hoursFrom.day() ?? Infinity, Math.ceil(until / DAY) * DAY);
    const found = new Map<string, Counted>();
    const add = (rows: Iterable<KindHour>, unit: number): void => {
      let step = 0;
      for (const row of rows) {
        const at = row[0] + unit / 2;
        while (step < edges.length - 2 && at >= (edges[step + 1] ?? Infinity)) step += 1;
        if (at >= from && at < until) addTo(found, step, row);
      }
    };
    if (from < hoursFrom) add(this.#days.iterate(Math.floor(from / DAY) * DAY, hoursFrom), DAY);
    add(this.#hours.iterate(Math.max(Math.floor(from / HOUR) * HOUR, hoursFrom), until), HOUR);
    return [...found.values()].map(({ type, job, step, counts }) => {
      const [total = 0, complete = 0, error = 0, warn = 0, alert = 0, unknown = 0, cancelled = 0] = counts;
      const unfinished = total - complete - error - warn - alert - unknown - cancelled;
      return { type, job, step, total, complete, error, warn, alert, unknown, cancelled, unfinished };
    });
  }

  usual({ until, days, except }: UsualHoursRequest): readonly number[] {
    const end = Math.floor(until / DAY) * DAY;
    const from = Math.max(end - days * DAY, this.#hoursFrom.day() ?? end);
    const known = Math.max(0, (end - from) / DAY);
    if (known === 0) return Array.from({ length: HOURS_OF_DAY }, () => 0);
    const left = new Set(except.map(({ type, job }) => nameOf(type, job)));
    const totals = new Float64Array(known * HOURS_OF_DAY);
    for (const [hour, type, job, total] of this.#hours.iterate(from, end)) {
      const index = (hour - from) / HOUR;
      if (!left.has(nameOf(type, job))) totals[index] = (totals[index] ?? 0) + total;
    }
    return Array.from({ length: HOURS_OF_DAY }, (_, hour) =>
      median(totals.filter((__, at) => at % HOURS_OF_DAY === hour)),
    );
  }
}

interface Counted {
  readonly type: string;
  readonly job: string;
  readonly step: number;
  readonly counts: number[];
}

function addTo(found: Map<string, Counted>, step: number, [, type, job, ...counts]: KindHour): void {
  const key = `${step} ${nameOf(type, job)}`;
  const known = found.get(key);
  if (known === undefined) found.set(key, { type, job, step, counts });
  else counts.forEach((count, index) => (known.counts[index] = (known.counts[index] ?? 0) + count));
}

/** A type has no line break. */
function nameOf(type: string, job: string): string {
  return `${type}\n${job}`;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
