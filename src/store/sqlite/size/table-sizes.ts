import { DAY } from "../../../contract/time/time-units.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { MeasuredTable } from "./measure-sizes.ts";

/** How long each measurement is kept, and how long the first of each day. */
const HOURLY_MS = 8 * DAY;
const DAILY_MS = 366 * DAY;
/** Old rows that one measurement deletes: more than it adds, so that they become fewer. */
const DELETED = 1000;

/** `table_sizes`. */
export class TableSizes {
  readonly #since: Statement;
  readonly #put: Statement;
  readonly #deleteHourly: Statement;
  readonly #deleteOld: Statement;

  constructor(statements: Statements) {
    this.#since = statements.prepare(
      "sizes.since",
      "SELECT 1 FROM table_sizes WHERE measured_at >= ? AND measured_at < ? LIMIT 1",
    );
    this.#put = statements.prepare(
      "sizes.put",
      `INSERT INTO table_sizes (measured_at, name, rows, bytes, index_bytes, daily) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET rows = excluded.rows, bytes = excluded.bytes, index_bytes = excluded.index_bytes`,
    );
    this.#deleteHourly = statements.prepare(
      "sizes.delete_hourly",
      `DELETE FROM table_sizes WHERE (measured_at, name) IN (SELECT measured_at, name FROM table_sizes
         WHERE daily = FALSE AND measured_at < ? ORDER BY measured_at LIMIT ${DELETED})`,
    );
    this.#deleteOld = statements.prepare(
      "sizes.delete_old",
      `DELETE FROM table_sizes WHERE (measured_at, name) IN (SELECT measured_at, name FROM table_sizes
         WHERE measured_at < ? ORDER BY measured_at LIMIT ${DELETED})`,
    );
  }

  /** Inside a transaction. */
  add(tables: readonly MeasuredTable[], now: number): void {
    const isFirst = this.#since.get(Math.floor(now / DAY) * DAY, now) === undefined;
    for (const { name, rows, bytes, index_bytes: indexBytes } of tables)
      this.#put.run(now, name, rows, bytes, indexBytes, isFirst ? 1 : 0);
    this.#deleteHourly.run(now - HOURLY_MS);
    this.#deleteOld.run(now - DAILY_MS);
  }
}
