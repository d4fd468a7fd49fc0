import type { Delivery } from "../bus/bus.ts";
import { progressOf } from "../contract/task-report.ts";
import { messageText } from "./message-text.ts";
import type { BuiltInContext, Task, TaskContext } from "./task.ts";

/**
 * One delivered task in a worker, and the context of its handler. The abort signal is created on first use: most handlers
 * never use it, and a controller for each task would cost more than all other steps.
 */
export class TaskRun implements TaskContext, Required<BuiltInContext> {
  readonly delivery: Delivery;
  readonly task: Task;
  readonly attempt: number;
  /** Its task was cancelled: it need not be run again. */
  cancelled = false;
  state: "waiting" | "running" | "sending" | "settled" = "waiting";
  /** When its handler was called, milliseconds since 1970. */
  started = 0;
  /** When its last report was sent; 0: it has sent none. */
  reportedAt = 0;
  /** A report is on its way. */
  isReporting = false;
  /** It has said something since the last report. */
  hasNews = false;
  /** The last that its handler said. */
  said: { readonly progress: number | null; readonly msg: string } = { progress: null, msg: "" };
  /** The process and the output of its command; null: it runs in this process. */
  process: { readonly pid: number; readonly log: string } | null = null;
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

  progress(progress: number, msg = ""): void {
    const known = typeof progress === "number" ? progressOf(progress) : null;
    this.said = { progress: known, msg: typeof msg === "string" ? messageText(msg) : "" };
    this.hasNews = true;
  }

  began(process: { readonly pid: number; readonly log: string }): void {
    this.process = process;
    this.hasNews = true;
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
