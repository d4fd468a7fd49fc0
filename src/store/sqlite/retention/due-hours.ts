import type { Limits } from "../../../core/retention/policy.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { Cursor, DuePage, DueRow, DueRows } from "./due.ts";

/** Counters by the hour: all rows of an hour go at once. The hour is the cursor. */
export class DueHours implements DueRows {
  readonly #next: Statement<{ hour: number }>;
  readonly #count: Statement<{ rows: number }>;

  constructor(statements: Statements, table: string) {
    this.#next = statements.prepare(
      `retention.next_hour.${table}`,
      `SELECT hour FROM ${table} WHERE hour > ? AND hour < ? ORDER BY hour LIMIT 1`,
    );
    this.#count = statements.prepare(
      `retention.hour_rows.${table}`,
      `SELECT count(*) AS rows FROM ${table} WHERE hour = ?`,
    );
  }

  page({ before }: Limits, { at }: Cursor, maxRows: number): DuePage {
    const due: DueRow[] = [];
    let [hour, found] = [at, 0];
    if (before === null) return { due, next: null };
    while (found < maxRows) {
      const next = this.#next.get(hour, before)?.hour;
      if (next === undefined) return { due, next: null };
      hour = next;
      const rows = this.#count.get(hour)?.rows ?? 0;
      found += rows;
      due.push({ at: hour, id: 0, ids: [hour], rows });
    }
    return { due, next: { at: hour, id: 0, surplus: 0 } };
  }
}
