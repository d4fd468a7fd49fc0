interface Request {
  readonly token: string;
  readonly size: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** How long after its expiry the end of a request may still arrive. */
const GRACE_MS = 5000;
/** A request that ends sooner than this has an error that an immediate new request would not solve. */
const EARLY_MS = 500;

/**
 * The pull requests that the server has not fully served. The count is over all of them; which one a message belongs to
 * does not matter.
 */
export class Requests {
  readonly #lifeMs: number;
  #list: Request[] = [];
  #open = 0;
  #counter = 0;

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Messages that were requested and have not arrived. */
  get open(): number {
    return this.#open;
  }

  /** How many to request: all free capacity, but no tiny requests while an earlier one is still open. */
  next(max: number, inFlight: number): number {
    const free = max - inFlight - this.#open;
    return free <= 0 || (this.#open > 0 && free < max / 4) ? 0 : free;
  }

  /** Returns the token that identifies the request in the server's answers. */
  add(size: number, now: number): string {
    this.#counter += 1;
    const token = String(this.#counter);
    this.#list.push({ token, size, at: now });
    this.#open += size;
    return token;
  }

  /** A message arrived. */
  served(): void {
    if (this.#open > 0) this.#open -= 1;
    // All requests are fully served.
    if (this.#open === 0) this.#list = [];
  }

  /** The server ended a request, with `left` messages unserved (null: unknown). Returns true when that was early. */
  ended(token: string, left: number | null, now: number): boolean {
    const request = this.#list.find((one) => one.token === token);
    if (request === undefined) return false;
    this.#list = this.#list.filter((one) => one !== request);
    this.#open = Math.max(0, this.#open - (left ?? request.size));
    return now - request.at < EARLY_MS;
  }

  /** Drop requests that expired without an answer. */
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
