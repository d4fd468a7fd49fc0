import type { Delivery } from "../bus/bus.ts";
import type { Task, TaskContext } from "./task.ts";

/**
 * One delivered task in a worker, and the context of its handler. The abort signal is created on first use: most handlers
 * never use it, and a controller for each task would cost more than all other steps.
 */
export class TaskRun implements TaskContext {
  readonly delivery: Delivery;
  readonly task: Task;
  readonly attempt: number;
  /** Its task was cancelled: it need not be run again. */
  cancelled = false;
  state: "waiting" | "running" | "sending" | "settled" = "waiting";
  #controller: AbortController | null = null;
  #aborted = false;

  constructor(delivery: Delivery, task: Task) {
    this.delivery = delivery;
    this.task = task;
    this.attempt = attemptOf(task.meta);
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}

/** One attempt of a task, over all its deliveries. */
export function attemptKey({ id, type, job, info, created, meta }: Task): string {
  return JSON.stringify([id, type, job, info, created, meta]);
}

/** The `retry` of a task's meta; 0 when it is missing or not a number. */
function attemptOf(meta: string): number {
  if (!meta.includes("retry=")) return 0;
  const digits = /(?:^|&)retry=(\d{1,9})(?:&|$)/.exec(meta)?.[1];
  return digits === undefined ? 0 : Number(digits);
}
