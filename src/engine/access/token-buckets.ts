/** How much is allowed: `capacity` at once, and then one every `everyMs`. */
export interface Allowance {
  readonly capacity: number;
  readonly everyMs: number;
}

/** More callers than that are never told apart: the one that was quiet longest is forgotten. */
const MAX_CALLERS = 10_000;

/** A token bucket for each caller. */
export class TokenBuckets {
  readonly #allowance: Allowance;
  /** When the bucket is full again, in the order of their last use. */
  readonly #fullAt = new Map<string, number>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** Milliseconds until the caller has a token again; 0: one is taken. */
  take(caller: string, now: number): number {
    const { capacity, everyMs } = this.#allowance;
    const fullAt = Math.max(now, this.#fullAt.get(caller) ?? 0) + everyMs;
    const wait = fullAt - now - capacity * everyMs;
    if (wait > 0) return wait;
    this.#put(caller, fullAt, now);
    return 0;
  }

  giveBack(caller: string, now: number): void {
    const fullAt = this.#fullAt.get(caller);
    if (fullAt !== undefined) this.#put(caller, fullAt - this.#allowance.everyMs, now);
  }

  #put(caller: string, fullAt: number, now: number): void {
    this.#fullAt.delete(caller);
    if (fullAt <= now) return;
    this.#fullAt.set(caller, fullAt);
    if (this.#fullAt.size <= MAX_CALLERS) return;
    const [quietest] = this.#fullAt.keys();
    if (quietest !== undefined) this.#fullAt.delete(quietest);
  }
}
