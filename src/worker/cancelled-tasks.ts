import { attemptKey } from "./task-run.ts";
import type { Task } from "./task.ts";

/** Of those that other workers have nothing is heard: the oldest are forgotten. */
const MAX = 100_000;

/** Cancelled tasks, as they were sent, that may still be delivered. */
export class CancelledTasks {
  readonly #keys = new Set<string>();

  add(tasks: readonly Task[]): void {
    for (const task of tasks) {
      this.#keys.add(attemptKey(task));
      const [oldest] = this.#keys;
      if (this.#keys.size > MAX && oldest !== undefined) this.#keys.delete(oldest);
    }
  }

  has(task: Task): boolean {
    return this.#keys.size > 0 && this.#keys.has(attemptKey(task));
  }
}
