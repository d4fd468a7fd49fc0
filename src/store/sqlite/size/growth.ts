import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** Growth is that of so long before the newest measurement. */
const SPAN_MS = 7 * DAY;
/** Of a shorter time it would be chance. */
const LEAST_MS = 6 * HOUR;

interface SizeRow {
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly index_bytes: number;
}

/** A table as it was last measured, and what it has grown a day until then. */
export interface GrownTable extends SizeRow {
  readonly growth_per_day: number | null;
  readonly rows_per_day: number | null;
}

/** What `table_sizes` says now. */
export class Growth {
  readonly #newest: Statement<{ at: number | null }>;
  readonly #oldest: Statement<{ at: number | null }>;
  readonly #tables: Statement<SizeRow>;

  constructor(statements: Statements) {
    this.#newest = statements.prepare(
      "growth.newest",
      "SELECT max(measured_at) AS at FROM table_sizes WHERE measured_at <= ?",
    );
    this.#oldest = statements.prepare(
      "growth.oldest",
      "SELECT min(measured_at) AS at FROM table_sizes WHERE measured_at >= ?",
    );
    this.#tables = statements.prepare(
      "growth.tables",
      "SELECT name, rows, bytes, index_bytes FROM table_sizes WHERE measured_at = ?",
    );
  }

  /** By name; empty: nobody has measured yet. */
  tables(now: number): ReadonlyMap<string, GrownTable> {
    const newest = this.#newest.get(now)?.at ?? null;
    if (newest === null) return new Map();
    const oldest = this.#oldest.get(newest - SPAN_MS)?.at ?? newest;
    const days = newest - oldest < LEAST_MS ? null : (newest - oldest) / DAY;
    const before = new Map(days === null ? [] : this.#tables.all(oldest).map((row) => [row.name, row]));
    const perDay = (grown: number): number | null => (days === null ? null : Math.round(grown / days));
    return new Map(
      this.#tables.all(newest).map((row) => {
        const then = before.get(row.name);
        const grown = row.bytes + row.index_bytes - (then === undefined ? 0 : then.bytes + then.index_bytes);
        const rows = row.rows === null ? null : perDay(row.rows - (then?.rows ?? 0));
        return [row.name, { ...row, growth_per_day: perDay(grown), rows_per_day: rows }];
      }),
    );
  }

  /** Of all tables together. */
  perDay(now: number): number | null {
    const grown = Array.from(this.tables(now).values(), ({ growth_per_day: growth }) => growth);
    return grown.length === 0 || grown.includes(null) ? null : grown.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  }
}
