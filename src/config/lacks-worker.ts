import { taskName } from "../core/task/task-name.ts";
import type { Options } from "./options.ts";

/** A task by the topic and the job that its worker would take. */
interface Workable {
  readonly type: string;
  readonly job: string;
}

/** How a task fares that no worker of the configuration runs. */
export interface LackingWorker {
  /** `topic`: no worker listens, it waits for ever · `job`: a worker of its type answers it with an error. */
  readonly lacks: "topic" | "job";
  /** What becomes of the task; a sentence without its full stop, in lower case. */
  readonly sentence: string;
}

/**
 * Whether no `[[worker]]` runs the task; null: one does, or it cannot be known. Only the embedded bus has no listeners
 * besides the workers of the configuration.
 */
export function lackingWorker(task: Workable, { bus, workers }: WorkerOptions): LackingWorker | null {
  const { type, job } = task;
  if (type === "" || bus.outKind !== "memory") return null;
  const ofType = workers.filter((one) => one.type === type);
  if (ofType.some((one) => one.job === null || one.job === job)) return null;
  const name = taskName(task);
  return ofType.length === 0
    ? {
        lacks: "topic",
        sentence: `no [[worker]] runs ${name}, and the embedded bus has no other listeners: its tasks wait for ever`,
      }
    : {
        lacks: "job",
        sentence: `no [[worker]] runs ${name}: those of ${type} run other jobs, and answer its tasks with an error`,
      };
}

export type WorkerOptions = Pick<Options, "bus" | "workers">;
