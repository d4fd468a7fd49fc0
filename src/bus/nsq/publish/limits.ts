import type { NsqError } from "../nsq-error.ts";

const MESSAGE_BYTES = 1024 * 1024;
const BODY_BYTES = 5 * 1024 * 1024;

/**
 * The sizes that one nsqd takes. It does not tell them, so its standard ones are assumed until it refuses something and
 * names the limit.
 */
export class Limits {
  #message: number | null = null;
  #body = BODY_BYTES;

  /** The largest message that is known to be taken; a larger one has to be tried alone, unless `refuses` it. */
  get messageBytes(): number {
    return Math.min(this.#message ?? MESSAGE_BYTES, this.#body - 8);
  }

  /** Largest body of a command with several messages. */
  get bodyBytes(): number {
    return this.#body;
  }

  /** The limit that the server has named and this message is beyond; null when it may be tried. */
  refuses(bytes: number): number | null {
    return this.#message !== null && bytes > this.#message ? this.#message : null;
  }

  /** Whether the error named a limit that was not known. */
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
