import type { NsqError } from "../nsq-error.ts";

const MESSAGE_BYTES = 1024 * 1024;
const BODY_BYTES = 5 * 1024 * 1024;

/**
 * The message and command sizes that one nsqd accepts. It does not report them, so its defaults are assumed until it
 * rejects something and names the limit.
 */
export class Limits {
  #message: number | null = null;
  #body = BODY_BYTES;

  /** The largest size known to be accepted; a larger message must be tried alone, unless `refuses` it. */
  get messageBytes(): number {
    return Math.min(this.#message ?? MESSAGE_BYTES, this.#body - 8);
  }

  /** Largest body of a command with several messages. */
  get bodyBytes(): number {
    return this.#body;
  }

  /** The server's known limit that this message exceeds; null when it may be tried. */
  refuses(bytes: number): number | null {
    return this.#message !== null && bytes > this.#message ? this.#message : null;
  }

  /** Whether the error named a new limit. */
  learn(error: NsqError): boolean {
    const found = /(message|body) too big \d+ > (\d+)/.exec(error.message);
    const limit = Number(found?.[2] ?? 0);
    if (found === null || limit <= 0) return false;
    if (found[1] === "message" && limit !== this.#message) this.#message = limit;
    else if (found[1] === "body" && limit < this.#body) this.#body = limit;
    else return false;
    return true;
  }
}
