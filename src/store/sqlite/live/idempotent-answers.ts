import type { IdempotentAnswers, KeyedRequest, KnownRequest } from "../../../contract/live/idempotent-answers.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { Writer } from "../write/writer.ts";

/** Old ones that a new one deletes: more than come, so that they become fewer. */
const DELETED = 10;

/** `idempotent_answers`. */
export class AnswerTable {
  readonly #find: Statement<KnownRequest>;
  readonly #begin: Statement;
  readonly #keep: Statement;
  readonly #forget: Statement;
  readonly #deleteOld: Statement;

  constructor(statements: Statements) {
    const one = "WHERE caller = ? AND route = ? AND key = ?";
    this.#find = statements.prepare(
      "answer.find",
      `SELECT body_sha256 AS bodySha256, answer FROM idempotent_answers ${one} AND begun_at > ?`,
    );
    this.#begin = statements.prepare(
      "answer.begin",
      `INSERT INTO idempotent_answers (caller, route, key, body_sha256, begun_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET body_sha256 = excluded.body_sha256, begun_at = excluded.begun_at, answer = NULL`,
    );
    this.#keep = statements.prepare("answer.keep", `UPDATE idempotent_answers SET answer = ? ${one}`);
    this.#forget = statements.prepare("answer.forget", `DELETE FROM idempotent_answers ${one}`);
    this.#deleteOld = statements.prepare(
      "answer.delete_old",
      `DELETE FROM idempotent_answers WHERE (caller, route, key) IN (
         SELECT caller, route, key FROM idempotent_answers WHERE begun_at <= ? ORDER BY begun_at LIMIT ${DELETED})`,
    );
  }

  begin({ caller, route, key, bodySha256 }: KeyedRequest, now: number): KnownRequest | null {
    const known = this.#find.get(caller, route, key, now - DAY);
    if (known !== undefined) return known;
    this.#deleteOld.run(now - DAY);
    this.#begin.run(caller, route, key, bodySha256, now);
    return null;
  }

  keep({ caller, route, key }: KeyedRequest, answer: string): void {
    this.#keep.run(answer, caller, route, key);
  }

  forget({ caller, route, key }: KeyedRequest): void {
    this.#forget.run(caller, route, key);
  }
}

/** The port's methods on the table. */
export function idempotentAnswers(table: AnswerTable, writer: Writer): IdempotentAnswers {
  return {
    begin: async (request, now) => writer.transaction(() => table.begin(request, now)),
    keep: async (request, answer) => writer.transaction(() => table.keep(request, answer)),
    forget: async (request) => writer.transaction(() => table.forget(request)),
  };
}
