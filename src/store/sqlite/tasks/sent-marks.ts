/** A task that is finished by then was never seen as `sent`; so the many short ones cost no write. */
const SETTLE_MS = 1000;
/** At most so many are marked in one transaction: it must stay short. */
const MAX_MARKS = 1000;

/**
 * Tasks whose message the bus has confirmed and that are not yet marked `sent`: that is written a second later, if the task is
 * unfinished then. What a crash loses is marked at the next start.
 */
export class SentMarks {
  /** When each was confirmed, milliseconds since 1970; in that order. */
  #waiting = new Map<number, number>();
  #marked: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Confirmed now; in a transaction that may still fail, and then confirms them again. */
  confirmed(recordIds: readonly number[]): void {
    const now = this.#now();
    for (const id of recordIds) this.#waiting.set(id, now);
  }

  /** It has a result, or its worker reported. */
  delete(recordId: number): void {
    this.#waiting.delete(recordId);
  }

  /** Those to mark now; `all`: also those confirmed just now. They are forgotten once `committed`. */
  take(all: boolean): readonly number[] {
    this.#marked = [];
    if (this.#waiting.size === 0) return this.#marked;
    const until = all ? Infinity : this.#now() - SETTLE_MS;
    for (const [id, at] of this.#waiting) {
      if (at > until || (!all && this.#marked.length === MAX_MARKS)) break;
      this.#marked.push(id);
    }
    return this.#marked;
  }

  committed(): void {
    for (const id of this.#marked) this.#waiting.delete(id);
    this.#marked = [];
  }

  /** When the next one is to be marked; null: none waits. */
  nextAt(): number | null {
    for (const at of this.#waiting.values()) return at + SETTLE_MS;
    return null;
  }
}
