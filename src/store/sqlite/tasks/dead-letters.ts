import { createHash } from "node:crypto";
import type { DeadLetterCause } from "../../alert-store.ts";
import type { DeadLetter, OpenDeadLetter } from "../../store.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** Code of a legacy row that could not be imported. */
export const LEGACY_ROW = "older_row";

/** Bytes of a payload that are kept. */
const MAX_BYTES = 64 * 1024;

/** `dead_letters`. Legacy rows have no topic, so they cannot be redriven. */
export class DeadLetters {
  readonly #ids: IdSequence;
  readonly #insert: Statement;
  readonly #open: Statement<OpenDeadLetter>;
  readonly #openAfter: Statement<OpenDeadLetter>;
  readonly #causesAfter: Statement<DeadLetterCause & { id: number }>;
  readonly #hasOpen: Statement;
  readonly #redrive: Statement<OpenDeadLetter>;
  readonly #redriveAll: Statement<OpenDeadLetter>;

  constructor(statements: Statements, ids: IdSequences) {
    this.#ids = ids.of("dead_letters", 64);
    this.#insert = statements.prepare(
      "dead_letter.insert",
      `INSERT INTO dead_letters (id, received_at, topic, payload, bytes, sha256, code, reason)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#open = statements.prepare(
      "dead_letter.open",
      `SELECT id, topic, payload, bytes FROM dead_letters WHERE id = ? AND redriven_at IS NULL AND code <> '${LEGACY_ROW}'`,
    );
    this.#openAfter = statements.prepare(
      "dead_letter.open_after",
      `SELECT id, topic, payload, bytes FROM dead_letters WHERE redriven_at IS NULL AND id > ? AND code <> '${LEGACY_ROW}'
       ORDER BY id LIMIT ?`,
    );
    this.#causesAfter = statements.prepare(
      "dead_letter.causes_after",
      "SELECT id, topic, code, reason FROM dead_letters WHERE redriven_at IS NULL AND id > ? ORDER BY id LIMIT ?",
    );
    this.#hasOpen = statements.prepare(
      "dead_letter.has_open",
      "SELECT 1 FROM dead_letters WHERE topic = ? AND code = ? AND redriven_at IS NULL LIMIT 1",
    );
    this.#redrive = statements.prepare(
      "dead_letter.redrive",
      "UPDATE dead_letters SET redriven_at = ? WHERE id = ? AND redriven_at IS NULL RETURNING id, topic, payload, bytes",
    );
    this.#redriveAll = statements.prepare(
      "dead_letter.redrive_all",
      `UPDATE dead_letters SET redriven_at = ? WHERE redriven_at IS NULL AND code <> '${LEGACY_ROW}'
       RETURNING id, topic, payload, bytes`,
    );
  }

  /** Returns its id. */
  add(deadLetter: DeadLetter): number {
    const { receivedAt, topic, payload, code, reason } = deadLetter;
    const id = this.#ids.next();
    const { beginning, bytes, sha256 } = cut(payload);
    this.#insert.run(id, receivedAt, topic, beginning, bytes, sha256, code, reason);
    return id;
  }

  open(ids: readonly number[]): readonly OpenDeadLetter[] {
    return [...new Set(ids)].toSorted((a, b) => a - b).flatMap((id) => this.#open.all(id));
  }

  openAfter(after: number, limit: number): readonly OpenDeadLetter[] {
    return this.#openAfter.all(after, limit);
  }

  causesAfter(after: number, limit: number): readonly (DeadLetterCause & { readonly id: number })[] {
    return this.#causesAfter.all(after, limit);
  }

  hasOpen(topic: string, code: string): boolean {
    return this.#hasOpen.get(topic, code) !== undefined;
  }

  redrive(ids: readonly number[] | "all", now: number): readonly OpenDeadLetter[] {
    if (ids === "all") return this.#redriveAll.all(now);
    return ids.flatMap((id) => this.#redrive.all(now, id));
  }
}

interface Kept {
  readonly beginning: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** The first 64 KiB of a larger payload, up to the end of a character. */
function cut(payload: string): Kept {
  if (Buffer.byteLength(payload) <= MAX_BYTES) return { beginning: payload, bytes: null, sha256: null };
  const complete = Buffer.from(payload);
  let end = MAX_BYTES;
  while (end > 0 && ((complete[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return {
    beginning: complete.toString("utf8", 0, end),
    bytes: complete.length,
    sha256: createHash("sha256").update(complete).digest("hex"),
  };
}
