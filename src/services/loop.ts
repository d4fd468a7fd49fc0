import { Backoff } from "../contract/backoff.ts";
import { toError } from "../contract/to-error.ts";
import type { Service } from "./service.ts";

export interface LoopOptions {
  readonly name: string;
  /** One turn of work. Returns when the next is due (ms since 1970), or null to wait for `wake`. */
  readonly run: () => Promise<number | null>;
  readonly now: () => number;
  readonly onProblem: (name: string, error: Error) => void;
  /** A turn runs at least this often, so that a clock set forward is noticed. */
  readonly atLeastEveryMs: number;
}

const FIRST_RETRY = 250;
const LAST_RETRY = 30_000;

/** Runs one use case when it is due: never twice at once, later after a failure, at once when woken. */
export class Loop implements Service {
  readonly name: string;
  readonly #options: LoopOptions;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #dueAt = Infinity;
  #running: Promise<void> | null = null;
  #stopped = true;
  readonly #backoff = new Backoff(FIRST_RETRY, LAST_RETRY);
  lastRunAt: number | null = null;
  busySince: number | null = null;
  currentError: string | null = null;

  constructor(options: LoopOptions) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#dueAt = Infinity;
    this.wake(0);
  }

  /** Plans a turn at `at` (0 = now), if none is planned earlier. */
  wake(at: number): void {
    if (this.#stopped || at >= this.#dueAt) return;
    this.#dueAt = at;
    if (this.#running === null) this.#plan();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unplan();
    await this.#running;
  }

  #plan(): void {
    this.#unplan();
    const wait = Math.min(this.#dueAt - this.#options.now(), this.#options.atLeastEveryMs);
    // A timer of 0 still waits a millisecond: too long for late work of many turns.
    if (wait > 0) this.#timer = setTimeout(() => this.#begin(), wait);
    else this.#immediate = setImmediate(() => this.#begin());
  }

  #unplan(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  #begin(): void {
    this.#timer = null;
    this.#immediate = null;
    this.#running = this.#turn();
  }

  async #turn(): Promise<void> {
    this.#dueAt = Infinity;
    this.busySince = this.#options.now();
    try {
      const next = await this.#options.run();
      this.currentError = null;
      this.#backoff.reset();
      if (next !== null) this.#dueAt = Math.min(this.#dueAt, next);
    } catch (error) {
      const failure = toError(error);
      this.currentError = failure.message;
      this.#options.onProblem(this.name, failure);
      this.#dueAt = this.#options.now() + this.#backoff.next();
    }
    this.lastRunAt = this.#options.now();
    this.busySince = null;
    this.#running = null;
    if (!this.#stopped) this.#plan();
  }
}
