import type { TaskMessage } from "../contract/task-message.ts";

/** A task as a worker gets it: the message from the bus, parsed. `info` and `meta` are the strings of the message. */
export type Task = Readonly<TaskMessage>;

export type TaskResult = "complete" | "error" | "warn" | "alert";
export const TASK_RESULTS: readonly TaskResult[] = ["complete", "error", "warn", "alert"];

/** What a handler says about its task. Everything may be left out: the result is then `complete`. */
export interface Outcome {
  readonly result?: TaskResult | undefined;
  /** One sentence for the people who read the task's history; longer than 1,000 characters it is cut. */
  readonly msg?: string | undefined;
  /** Keys laid over the task's meta, as values or as a URL query string. */
  readonly meta?: string | Readonly<Record<string, string>> | undefined;
}

export interface TaskContext {
  /** Aborted when the worker stops: a handler that gives up then gets its task again from the bus. */
  readonly signal: AbortSignal;
  /** 0 for the first try of a task, n for its nth retry. */
  readonly attempt: number;
}

export type TaskHandler = (task: Task, context: TaskContext) => Promise<Outcome | void> | Outcome | void;

/** A handler that holds something beyond its tasks. */
export interface ClosableHandler {
  readonly run: TaskHandler;
  /** End at once what still runs, and let go. */
  readonly close: () => void;
}

/** Thrown by a handler to say how its task ended; any other error ends it as `error`. */
export class TaskError extends Error {
  readonly result: TaskResult;
  readonly meta: Outcome["meta"];

  constructor(msg: string, outcome: { readonly result?: TaskResult; readonly meta?: Outcome["meta"] } = {}) {
    super(msg);
    this.name = "TaskError";
    this.result = outcome.result ?? "error";
    this.meta = outcome.meta;
  }
}

/** Thrown by the workers of this room when a task was not run to its end and is to be delivered again. */
export class TaskRequeued extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TaskGivenBack";
  }
}

/** Something a worker's owner should hear of, but that belongs to no task's result. */
export interface WorkerProblem {
  readonly code: "unreadable_task" | "done_not_sent" | "meta_key_kept" | "leftovers" | "log_not_written" | "host_ended";
  /** A whole sentence: what happened, and what the worker does about it. */
  readonly message: string;
}

export type OnProblem = (problem: WorkerProblem) => void;
