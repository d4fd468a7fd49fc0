import type { Bus } from "../bus/bus.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { TaskConsumer } from "./task-consumer.ts";
import type { OnProblem, TaskHandler } from "./task.ts";
import { WorkerOptionsError } from "./worker-options-error.ts";

export type { Bus } from "../bus/bus.ts";
export { createMemoryBus } from "../bus/memory.ts";
export { createStdioBus } from "../bus/stdio.ts";
export { openWorkerBus, type WorkerBusOptions } from "./open-worker-bus.ts";
export { TaskError } from "./task.ts";
export type {
  OnProblem,
  Outcome,
  RunningTask,
  Task,
  TaskContext,
  TaskHandler,
  TaskResult,
  WorkerProblem,
} from "./task.ts";
export { WorkerOptionsError } from "./worker-options-error.ts";

const DEFAULT_GRACE_MS = 5000;

export interface LaunchOptions {
  readonly bus: Bus;
  /** Most tasks that run at a time, and that are in flight. Default 1. */
  readonly concurrency?: number;
  /** The topic of results. Default `done`. */
  readonly doneTopic?: string;
  /** Workers of one channel share the tasks. Default: the type. */
  readonly channel?: string;
  /** Run only tasks of this job; others are answered with an error. Default: all jobs. */
  readonly job?: string;
  /** Names the worker where Flowlord shows what runs. Default: the type. */
  readonly name?: string;
  /** Gets errors that do not belong to a task. Default: a process warning. */
  readonly onProblem?: OnProblem;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

export interface Worker {
  /**
   * Accepts no more tasks, aborts the signals of running ones, and waits up to `graceMs` (default 5,000) for them. Then
   * unfinished tasks are requeued.
   */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Run a handler for every task of a type. Its result is sent to the done topic, and the task is acknowledged once the
 * result is safe. A task whose worker dies is redelivered, so a handler may see a task more than once.
 * Rejects when the bus cannot subscribe, throws WorkerOptionsError for invalid options.
 */
export async function launch(type: string, handler: TaskHandler, options: LaunchOptions): Promise<Worker> {
  const concurrency = options.concurrency ?? 1;
  if (type === "") throw new WorkerOptionsError("A worker needs the type of its tasks, which is also their topic.");
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new WorkerOptionsError(
      `concurrency of worker "${type}" is ${concurrency}; it must be an integer of at least 1.`,
    );
  }
  const limit = new ConcurrencyLimit((task, run) => {
    const progress = (done: number, msg?: string): void => run.progress(done, msg);
    return handler({ ...task, progress }, run);
  }, concurrency);
  const { job } = options;
  const consumer = new TaskConsumer({
    bus: options.bus,
    type,
    name: options.name ?? type,
    channel: options.channel ?? type,
    maxInFlight: concurrency,
    doneTopic: options.doneTopic ?? "done",
    onProblem: options.onProblem ?? warn,
    now: options.now ?? Date.now,
    limitOf: (task) =>
      job === undefined || task.job === job
        ? limit
        : `This worker of "${type}" only runs job "${job}", not "${task.job}"; start a worker for that job.`,
  });
  await consumer.start();
  return { stop: (graceMs = DEFAULT_GRACE_MS) => consumer.stop(graceMs) };
}

function warn(problem: { code: string; message: string }): void {
  process.emitWarning(problem.message, { type: "WorkerWarning", code: problem.code });
}
