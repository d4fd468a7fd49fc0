import type { DeadLetter, OpenDeadLetter } from "../store.ts";
import type { Statement, Statements } from "./connection.ts";

/** `dead_letters`. */
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
      "SELECT id, topic, payload FROM dead_letters WHERE id = ? AND redriven_at IS NULL",
    );
    this.#openAfter = statements.prepare(
      "dead_letter.open_after",
      "SELECT id, topic, payload FROM dead_letters WHERE redriven_at IS NULL AND id > ? ORDER BY id LIMIT ?",
    );
    this.#redrive = statements.prepare(
      "dead_letter.redrive",
      "UPDATE dead_letters SET redriven_at = ? WHERE id = ? AND redriven_at IS NULL RETURNING id, topic, payload",
    );
    this.#redriveAll = statements.prepare(
      "dead_letter.redrive_all",
      "UPDATE dead_letters SET redriven_at = ? WHERE redriven_at IS NULL RETURNING id, topic, payload",
    );
  }

  add(letter: DeadLetter): void {
    this.#insert.run(letter.receivedAt, letter.topic, letter.payload, letter.code, letter.reason);
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
