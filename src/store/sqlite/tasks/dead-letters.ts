import { createHash } from "node:crypto";
import type { ByHand } from "../../../contract/api/from-person.ts";
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
    const redriven = "redriven_at = ?, redriven_by = ?, redriven_reason = ?";
    this.#redrive = statements.prepare(
      "dead_letter.redrive",
      `UPDATE dead_letters SET ${redriven} WHERE id = ? AND redriven_at IS NULL RETURNING id, topic, payload, bytes`,
    );
    this.#redriveAll = statements.prepare(
      "dead_letter.redrive_all",
      `UPDATE dead_letters SET ${redriven} WHERE redriven_at IS NULL AND code <> '${LEGACY_ROW}'
       RETURNING id, topic, payload, bytes`,
    );
  }

  /** Returns its id. `kept`: what `keptOf` made of the payload. */
  add(deadLetter: DeadLetter, kept = keptNow(deadLetter.payload)): number {
    const { receivedAt, topic, code, reason } = deadLetter;
    const id = this.#ids.next();
    const { beginning, bytes, sha256 } = kept;
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

  redrive(ids: readonly number[] | "all", { by, reason }: ByHand, now: number): readonly OpenDeadLetter[] {
    if (ids === "all") return this.#redriveAll.all(now, by, reason);
    return ids.flatMap((id) => this.#redrive.all(now, by, reason, id));
  }
}

/** What is stored of a payload. */
export interface Kept {
  readonly beginning: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** As `keptNow`; the hash is made outside of this thread. */
export async function keptOf(payload: string): Promise<Kept> {
  const complete = largeOf(payload);
  if (complete === null) return keptNow(payload);
  return cut(complete, Buffer.from(await crypto.subtle.digest("SHA-256", complete)).toString("hex"));
}

/** The complete payload, or the first 64 KiB of a larger one, up to the end of a character. */
function keptNow(payload: string): Kept {
  const complete = largeOf(payload);
  if (complete === null) return { beginning: payload, bytes: null, sha256: null };
  return cut(complete, createHash("sha256").update(complete).digest("hex"));
}

function largeOf(payload: string): Buffer<ArrayBuffer> | null {
  // A character is three bytes at most.
  if (payload.length <= MAX_BYTES / 3) return null;
  const complete = Buffer.from(payload);
  return complete.length <= MAX_BYTES ? null : complete;
}

function cut(complete: Buffer, sha256: string): Kept {
  let end = MAX_BYTES;
  while (end > 0 && ((complete[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { beginning: complete.toString("utf8", 0, end), bytes: complete.length, sha256 };
}
