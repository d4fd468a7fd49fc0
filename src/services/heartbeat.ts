import { toError } from "../contract/to-error.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";

export interface HeartbeatOptions {
  /** Gives one sign of life; rejects when it did not arrive. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  /** Whether scheduler, bus and store do their work. */
  readonly isWell: () => boolean;
  readonly every: number;
  readonly now: () => number;
  /** Signs of life do not arrive; told once until they do again, and anew when the reason is another. */
  readonly onProblem: (name: string, error: Error) => void;
  /** They arrive again. */
  readonly onBack: () => void;
}

const NAME = "heartbeat";
/** What is well again is not left to be taken for dead. */
const POLL_MS = 5000;

/**
 * Calls out while all is well, and is silent when it is not, so that somebody else notices. One that does not arrive is no
 * trouble of this instance: `/status` does not turn bad by it, or the calls would never begin again.
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
      if (this.#reported !== null) this.#options.onBack();
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
