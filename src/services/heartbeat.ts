import { toError } from "../contract/to-error.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";

export interface HeartbeatOptions {
  /** Sends one ping; rejects when it did not arrive. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  /** Whether scheduler, bus and store work. */
  readonly isWell: () => boolean;
  readonly every: number;
  readonly now: () => number;
  /** Pings do not arrive; called once until they do again, and again when the reason changes. */
  readonly onProblem: (name: string, error: Error) => void;
  /** Pings arrive again. */
  readonly onRecovered: () => void;
}

const NAME = "heartbeat";
/** After a recovery, ping at once instead of waiting for the next turn. */
const POLL_MS = 5000;

/**
 * Pings while everything works, and stops when something does not, so that a monitor notices. A ping that does not arrive
 * is not an error of this instance: if `/status` failed because of it, the pings would never start again.
 */
export class Heartbeat implements Service {
  readonly name = NAME;
  readonly currentError = null;
  readonly #options: HeartbeatOptions;
  readonly #stop = new AbortController();
  readonly #loop: Loop;
  #reported: string | null = null;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { every, now, onProblem } = options;
    this.#loop = new Loop({ name: NAME, now, onProblem, atLeastEveryMs: every, run: () => this.#turn() });
  }

  get lastRunAt(): number | null {
    return this.#loop.lastRunAt;
  }

  get busySince(): number | null {
    return this.#loop.busySince;
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop.stop();
  }

  async #turn(): Promise<number> {
    const { ping, isWell, every, now } = this.#options;
    const begun = now();
    if (!isWell()) return begun + Math.min(every, POLL_MS);
    try {
      await ping(this.#stop.signal);
      if (this.#reported !== null) this.#options.onRecovered();
      this.#reported = null;
    } catch (error) {
      this.#report(toError(error));
    }
    return begun + every;
  }

  #report(error: Error): void {
    if (this.#stop.signal.aborted || error.message === this.#reported) return;
    this.#reported = error.message;
    this.#options.onProblem(NAME, error);
  }
}
