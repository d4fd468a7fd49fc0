import type { WallMs } from "../../contract/time/wall-ms.ts";
import { parseAttempt } from "../task/attempt.ts";
import { parseMeta } from "../task/meta.ts";
import { taskTime } from "../task/task-time.ts";

/** What is known about a stored task from its meta and info. */
export interface ImportedTask {
  readonly attempt: number;
  readonly taskTime: WallMs | null;
  /** As in meta; empty when it names none. */
  readonly workflow: string;
}

/**
 * Of a task that the older program stored. An exhausted task (`retry=failed&retried=2`) is a copy of the last attempt,
 * so it counts as that one.
 */
export function importedTask(meta: string, info: string): ImportedTask {
  const values = parseMeta(meta);
  const retry = values.get("retry")?.[0];
  const attempt = retry === "failed" ? values.get("retried")?.[0] : retry;
  return {
    attempt: parseAttempt(attempt) ?? 0,
    taskTime: taskTime(values, info),
    workflow: values.get("workflow")?.[0] ?? "",
  };
}
