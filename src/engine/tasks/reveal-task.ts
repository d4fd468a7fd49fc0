import type { RevealedTask } from "../../contract/api/tasks/reveal-api.ts";
import type { ReadStore } from "../../store/store.ts";
import { UnknownTaskError } from "./unknown-task.ts";

/** The values of a record as they are, with the secrets in them: whoever asks must have left an entry in the audit log. Throws UnknownTaskError. */
export async function revealTask(recordId: number, reads: Pick<ReadStore, "taskHistory">): Promise<RevealedTask> {
  const [history] = await reads.taskHistory(String(recordId));
  if (history === undefined) throw new UnknownTaskError(recordId);
  const { record_id, id, type, job, attempt, info, meta, msg } = history.task;
  return { record_id, id, type, job, attempt, info, meta, msg };
}
