import type { TaskHandler } from "./task.ts";

/** One handler and how many of its tasks run at a time; those above that wait here, first come first run. */
export class ConcurrencyLimit {
  readonly handler: TaskHandler;
  readonly #concurrency: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(handler: TaskHandler, concurrency: number) {
    this.handler = handler;
    this.#concurrency = concurrency;
  }

  /** Calls `start` now, or when a task before it has left. Each start is followed by one `leave`. */
  enter(start: () => void): void {
    if (this.#running >= this.#concurrency) {
      this.#waiting.push(start);
      return;
    }
    this.#running += 1;
    start();
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
