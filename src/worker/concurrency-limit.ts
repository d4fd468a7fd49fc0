import type { Outcome, Task } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** Runs one task. */
export type RunTask = (task: Task, run: TaskRun) => Promise<Outcome | void> | Outcome | void;

/** A handler and its limit of concurrent tasks; further tasks wait here, first in, first out. */
export class ConcurrencyLimit {
  readonly handler: RunTask;
  readonly #concurrency: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(handler: RunTask, concurrency: number) {
    this.handler = handler;
    this.#concurrency = concurrency;
  }

  /** Calls `start` now, or once an earlier task has left. Call `leave` once after each start. */
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
