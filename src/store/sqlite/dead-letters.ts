import type { DeadLetter } from "../store.ts";
import type { Statement, Statements } from "./connection.ts";

export interface Redriven {
  readonly id: number;
  readonly topic: string;
  readonly payload: string;
}

/** `dead_letters`. */
export class DeadLetters {
  readonly #insert: Statement;
  readonly #redrive: Statement<Redriven>;
  readonly #redriveAll: Statement<Redriven>;

  constructor(statements: Statements) {
    this.#insert = statements.prepare(
      "dead_letter.insert",
      "INSERT INTO dead_letters (received_at, topic, payload, code, reason) VALUES (?, ?, ?, ?, ?)",
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

  redrive(ids: readonly number[] | "all", now: number): readonly Redriven[] {
    if (ids === "all") return this.#redriveAll.all(now);
    return ids.flatMap((id) => this.#redrive.all(now, id));
  }
}
