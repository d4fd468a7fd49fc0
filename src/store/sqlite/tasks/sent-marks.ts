import type { SentRow } from "../../outbox-row.ts";

/** A task that is finished by then was never seen as `sent`; so the many short ones cost no write. */
const SETTLE_MS = 1000;
/** At most so many are marked in a second: a flood of tasks must not wait for it. */
const MAX_MARKS = 2000;
/** So many wait at most; then all are forgotten, and found by one statement once the flood is over. */
const MAX_WAITING = 100_000;

/**
 * Tasks whose message the bus has confirmed and that are not yet marked `sent`: that is written a second later or more, if the
 * task is unfinished then. What a crash loses is marked at the next start.
 */
export class SentMarks {
  /** When each was confirmed, milliseconds since 1970; in that order. */
  readonly #waiting = new Map<number, number>();
  #isIncomplete = false;
  #nextAt = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Confirmed now. */
  confirmed(rows: readonly SentRow[]): void {
    if (this.#waiting.size + rows.length > MAX_WAITING) {
      this.#waiting.clear();
      this.#isIncomplete = true;
    }
    const now = this.#now();
    for (const { recordId } of rows) if (recordId !== null) this.#waiting.set(recordId, now);
  }

  /** It has a result, or its worker reported. */
  delete(recordId: number): void {
    this.#waiting.delete(recordId);
  }

  /** Those to mark now; null: all that are in no outbox. Call `marked` once they are committed. */
  take(): readonly number[] | null {
    if (this.#waiting.size === 0 && this.#isIncomplete) return null;
    const due: number[] = [];
    const until = this.#now() - SETTLE_MS;
    for (const [id, at] of this.#waiting) {
      if (at > until || due.length === MAX_MARKS) break;
      due.push(id);
    }
    return due;
  }

  marked(recordIds: readonly number[] | null): void {
    if (recordIds === null) this.#isIncomplete = false;
    else for (const id of recordIds) this.#waiting.delete(id);
    this.#nextAt = this.#now() + SETTLE_MS;
  }

  /** When `take` is due; null: none waits. */
  nextAt(): number | null {
    if (this.#waiting.size === 0) return this.#isIncomplete ? this.#nextAt : null;
    for (const at of this.#waiting.values()) return Math.max(at + SETTLE_MS, this.#nextAt);
    return null;
  }
}
