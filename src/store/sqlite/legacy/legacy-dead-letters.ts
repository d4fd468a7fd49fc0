import type { Connection, Statement } from "../database/connection.ts";
import type { LEGACY_ROW } from "../tasks/dead-letters.ts";

/** Code of a row that was imported without a time that cannot be read. */
export const LEGACY_TIME = "older_time";

/** Legacy rows in `dead_letters`: `topic` is the table, `payload` is the row as JSON. */
export class LegacyDeadLetters {
  readonly #insert: Statement;
  readonly #now: number;

  constructor(db: Connection, now: number) {
    this.#now = now;
    this.#insert = db.prepare(
      "INSERT INTO dead_letters (received_at, topic, payload, code, reason, redriven_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
  }

  add(table: string, payload: string, code: typeof LEGACY_ROW | typeof LEGACY_TIME, reason: string): void {
    // A row without its time was imported all the same, so its dead letter is not open.
    this.#insert.run(this.#now, table, payload, code, reason, code === LEGACY_TIME ? this.#now : null);
  }
}
