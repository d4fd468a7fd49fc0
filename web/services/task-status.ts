import type { ShownTaskJson } from "../../src/contract/api/tasks/task-list-api.ts";
import type { Status } from "../components/mark.tsx";

const BY_STATE: Readonly<Record<string, Status>> = {
  waiting: "waiting",
  queued: "queued",
  sent: "sent",
  running: "running",
  overdue: "overdue",
  cancelled: "cancelled",
};
const BY_RESULT: Readonly<Record<string, Status>> = {
  complete: "complete",
  warn: "warn",
  error: "error",
  alert: "alert",
};

/** A task that waits for its next attempt is retrying; a result that nobody knows counts as an error. */
export function statusOf({ state, result, attempt }: Pick<ShownTaskJson, "state" | "result" | "attempt">): Status {
  if (state === "finished") return BY_RESULT[result] ?? "error";
  if (attempt > 0 && (state === "waiting" || state === "queued")) return "retrying";
  return BY_STATE[state] ?? "none";
}
