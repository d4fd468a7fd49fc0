/** The wait after a failure that follows `before` failures in a row: doubled for each, at most `longest`. */
export function backoffMs(first: number, longest: number, before: number): number {
  return Math.min(longest, first * 2 ** before);
}

/** Counts failures in a row and says how long to wait after each. */
export class Backoff {
  readonly #first: number;
  readonly #longest: number;
  #failures = 0;

  /** Both in milliseconds. */
  constructor(first: number, longest: number) {
    this.#first = first;
    this.#longest = longest;
  }

  /** The wait after one more failure. */
  next(): number {
    const wait = backoffMs(this.#first, this.#longest, this.#failures);
    this.#failures += 1;
    return wait;
  }

  /** The same, less a random share of up to one half, so that clients that failed together do not return together. */
  nextJittered(random: () => number): number {
    return this.next() * (0.5 + random() / 2);
  }

  /** After a success: the next wait is the first again. */
  reset(): void {
    this.#failures = 0;
  }
}
