import { MessageError } from "../../contract/message-error.ts";
import { secondsText } from "../../contract/time/instant.ts";
import type { DoneMessage } from "../decide/decider.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * A message of which no record is known, and that is as old as tasks whose records were deleted: it may be a repeat of one of them,
 * and is not taken for a new task of another program, which would start the children once more. Throws MessageError.
 */
export function refuseDeleted({ task, created }: DoneMessage, deletedThrough: number | null): void {
  const at = created ?? idTime(task.id);
  if (deletedThrough === null || at === null || at > deletedThrough) return;
  const until = secondsText(deletedThrough);
  throw new MessageError(
    "task_deleted",
    `no record of this task of ${secondsText(at)} is known, and records of tasks created up to ${until} were deleted by retention: it may be a repeat; if it is a new task, redrive it with a later \`created\``,
  );
}

/** When a UUID of version 7 was made; null of any other id. */
function idTime(id: string): number | null {
  return UUID_V7.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}
