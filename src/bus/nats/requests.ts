interface Request {
  readonly token: string;
  readonly size: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** How much longer than agreed the end of a request may take to arrive. */
const GRACE_MS = 5000;
/** A request that ends sooner than this ended for a reason that asking again at once would not mend. */
const EARLY_MS = 500;

/**
 * The requests for messages that the server has not served yet. It counts down over all of them; which one a message
 * came for does not matter.
 */
export class Requests {
  readonly #lifeMs: number;
  #list: Request[] = [];
  #open = 0;
  #counter = 0;

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Messages that were asked for and have not come. */
  get open(): number {
    return this.#open;
  }

  /** How many to ask for: all that is free, but not in tiny portions while the server still has something to serve. */
  next(max: number, inFlight: number): number {
    const free = max - inFlight - this.#open;
    return free <= 0 || (this.#open > 0 && free < max / 4) ? 0 : free;
  }

  /** Returns the token by which the server names it. */
  add(size: number, now: number): string {
    this.#counter += 1;
    const token = String(this.#counter);
    this.#list.push({ token, size, at: now });
    this.#open += size;
    return token;
  }

  /** A message came. */
  served(): void {
    if (this.#open > 0) this.#open -= 1;
    // Every request has been served in full.
    if (this.#open === 0) this.#list = [];
  }

  /** The server ended one, with `left` messages of it unserved (null: it does not say). True when that was early. */
  ended(token: string, left: number | null, now: number): boolean {
    const request = this.#list.find((one) => one.token === token);
    if (request === undefined) return false;
    this.#list = this.#list.filter((one) => one !== request);
    this.#open = Math.max(0, this.#open - (left ?? request.size));
    return now - request.at < EARLY_MS;
  }

  /** Forget those of which nothing was heard when their time was over. */
  expire(now: number): void {
    const young = this.#list.filter(({ at }) => now - at < this.#lifeMs + GRACE_MS);
    if (young.length === this.#list.length) return;
    this.#list = young;
    this.#open = Math.min(
      this.#open,
      young.reduce((sum, { size }) => sum + size, 0),
    );
  }

  clear(): void {
    this.#list = [];
    this.#open = 0;
  }
}
