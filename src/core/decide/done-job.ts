import type { DoneMessage } from "./decider.ts";

/** The job of a task: its own, else the one that its meta names. A worker may copy only the meta. */
export function jobOf({ task, meta }: Pick<DoneMessage, "task" | "meta">): string {
  return task.job === "" ? (meta.get("job")?.[0] ?? "") : task.job;
}
