import type { DeadLetter, OpenDeadLetter } from "../store.ts";
import type { Statement, Statements } from "./connection.ts";
import { OLDER_ROW } from "./legacy/letters.ts";

/** `dead_letters`. Rows of the older program's tables came from no topic, so they are fed to none. */
export class DeadLetters {
  readonly #insert: Statement;
  readonly #open: Statement<OpenDeadLetter>;
  readonly #openAfter: Statement<OpenDeadLetter>;
  readonly #redrive: Statement<OpenDeadLetter>;
  readonly #redriveAll: Statement<OpenDeadLetter>;

  constructor(statements: Statements) {
    this.#insert = statements.prepare(
      "dead_letter.insert",
      "INSERT INTO dead_letters (received_at, topic, payload, code, reason) VALUES (?, ?, ?, ?, ?)",
    );
    this.#open = statements.prepare(
      "dead_letter.open",
      `SELECT id, topic, payload FROM dead_letters WHERE id = ? AND redriven_at IS NULL AND code <> '${OLDER_ROW}'`,
    );
    this.#openAfter = statements.prepare(
      "dead_letter.open_after",
      `SELECT id, topic, payload FROM dead_letters WHERE redriven_at IS NULL AND id > ? AND code <> '${OLDER_ROW}'
       ORDER BY id LIMIT ?`,
    );
    this.#redrive = statements.prepare(
      "dead_letter.redrive",
      "UPDATE dead_letters SET redriven_at = ? WHERE id = ? AND redriven_at IS NULL RETURNING id, topic, payload",
    );
    this.#redriveAll = statements.prepare(
      "dead_letter.redrive_all",
      `UPDATE dead_letters SET redriven_at = ? WHERE redriven_at IS NULL AND code <> '${OLDER_ROW}'
       RETURNING id, topic, payload`,
    );
  }

  /** Answers its id. */
  add(letter: DeadLetter): number {
    const { receivedAt, topic, payload, code, reason } = letter;
    return Number(this.#insert.run(receivedAt, topic, payload, code, reason).lastInsertRowid);
  }

  open(ids: readonly number[]): readonly OpenDeadLetter[] {
    return [...new Set(ids)].toSorted((a, b) => a - b).flatMap((id) => this.#open.all(id));
  }

  openAfter(after: number, limit: number): readonly OpenDeadLetter[] {
    return this.#openAfter.all(after, limit);
  }

  redrive(ids: readonly number[] | "all", now: number): readonly OpenDeadLetter[] {
    if (ids === "all") return this.#redriveAll.all(now);
    return ids.flatMap((id) => this.#redrive.all(now, id));
  }
}
