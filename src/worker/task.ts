import type { TaskMessage } from "../contract/task-message.ts";

/** A task as a worker receives it: the parsed message from the bus. `info` and `meta` are the strings of the message. */
export type Task = Readonly<TaskMessage>;

export type TaskResult = "complete" | "error" | "warn" | "alert";
export const TASK_RESULTS: readonly TaskResult[] = ["complete", "error", "warn", "alert"];

/** The outcome of a task, from its handler. All fields are optional; the default result is `complete`. */
export interface Outcome {
  readonly result?: TaskResult | undefined;
  /** One sentence for readers of the task's history; cut at 1,000 characters. */
  readonly msg?: string | undefined;
  /** Keys to merge into the task's meta, as values or as a URL query string. */
  readonly meta?: string | Readonly<Record<string, string>> | undefined;
}

export interface TaskContext {
  /** Aborted when the worker stops: when the handler then throws, its task is requeued. */
  readonly signal: AbortSignal;
  /** 0 for the first attempt of a task, n for its nth retry. */
  readonly attempt: number;
  /** Says how far the task is, from 0 to 1, and what it does. Cheap: at most one report a second is sent. */
  progress(progress: number, msg?: string): void;
}

/** A task as a handler gets it; `task.progress` is that of its context. */
export interface RunningTask extends Task {
  progress(progress: number, msg?: string): void;
}

export type TaskHandler = (task: RunningTask, context: TaskContext) => Promise<Outcome | void> | Outcome | void;

/** What the built-in workers have of a task's context, and say to it. */
export interface BuiltInContext extends Omit<TaskContext, "progress"> {
  progress?(progress: number, msg?: string): void;
  /** The command of the task was started; `log` is the path of its output. */
  began?(process: { readonly pid: number; readonly log: string }): void;
}

export type BuiltInHandler = (task: Task, context: BuiltInContext) => Promise<Outcome | void> | Outcome | void;

/** A handler with resources to release. */
export interface ClosableHandler {
  readonly run: BuiltInHandler;
  /** End running tasks at once and release the resources. */
  readonly close: () => void;
}

/** Thrown by a handler to set the result of its task; any other error gives `error`. */
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

/** Thrown by the built-in workers when a task was not finished and must be redelivered. */
export class TaskRequeued extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TaskGivenBack";
  }
}

/** An error for the owner of a worker that is not part of a task's result. */
export interface WorkerProblem {
  readonly code:
    | "unreadable_task"
    | "done_not_sent"
    | "meta_key_kept"
    | "leftovers"
    | "log_not_written"
    | "log_not_sent"
    | "host_ended";
  /** A full sentence: what happened, and what the worker does about it. */
  readonly message: string;
}

export type OnProblem = (problem: WorkerProblem) => void;
