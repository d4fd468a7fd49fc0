/**
 * How many messages a consumer may have in flight: halved by a failure, doubled after as many successes as its size, up
 * to the maximum. Failures of messages that were in flight together count once.
 */
export class ReadyWindow {
  readonly #most: number;
  #size: number;
  #successes = 0;
  /** Failures of messages delivered before this are ignored. */
  #failedAt = -Infinity;

  constructor(max: number) {
    this.#most = max;
    this.#size = max;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns whether the size changed. */
  succeeded(): boolean {
    if (this.#size >= this.#most) return false;
    this.#successes += 1;
    if (this.#successes < this.#size) return false;
    this.#successes = 0;
    this.#size = Math.min(this.#most, this.#size * 2);
    return true;
  }

  /** A message that was delivered at `sentAt` failed; returns whether the size changed. */
  failed(sentAt: number, now: number): boolean {
    if (sentAt <= this.#failedAt) return false;
    this.#failedAt = now;
    this.#successes = 0;
    if (this.#size === 1) return false;
    this.#size = Math.max(1, this.#size >> 1);
    return true;
  }
}
