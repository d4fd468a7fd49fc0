import type { TaskMessage } from "../../contract/task-message.ts";
import type { DoneMessage } from "./decider.ts";

/** The job of a task: its own, else the one that its meta names. A worker may copy only the meta. */
export function jobOf({ task, meta }: Pick<DoneMessage, "task" | "meta">): string {
  return task.job === "" ? (meta.get("job")?.[0] ?? "") : task.job;
}

/**
 * How the record of the task names it where the worker gave its job only in the meta, or as part of the type; null: as the
 * message does.
 */
export function nameOnRecord(message: Pick<DoneMessage, "task" | "meta">): Pick<TaskMessage, "type" | "job"> | null {
  const { type, job } = message.task;
  if (job !== "") return null;
  const colon = type.indexOf(":");
  if (colon > 0) return { type: type.slice(0, colon), job: type.slice(colon + 1) };
  const ofMeta = jobOf(message);
  return ofMeta === "" ? null : { type, job: ofMeta };
}
