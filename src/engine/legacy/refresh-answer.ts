import { DomainError } from "../../contract/domain-error.ts";
import { vanishedText } from "../workflows/vanished.ts";
import type { WorkflowsReloaded } from "../workflows/workflows-in-force.ts";
import { indentedJson, plainError, type LegacyAnswer } from "./legacy-answer.ts";

/** The older program also deleted what is older than its retention, and said how much of it. */
const NOTHING_DELETED = "tasks: 0 alerts:0 files: 0 days: 0";
const FAILED = "error reloading workflow:";

/** `GET /refresh`: reads the workflows now. 400 while a file is not accepted, although the others are in force. */
export async function refreshAnswer(reload: () => Promise<WorkflowsReloaded>, path: string): Promise<LegacyAnswer> {
  let done: WorkflowsReloaded;
  try {
    done = await reload();
  } catch (error) {
    if (error instanceof DomainError) return plainError(400, `${FAILED} ${error.message}`);
    throw error;
  }
  const { changed, removed, rejected, vanished, at } = done;
  if (vanished !== null) return plainError(400, `${FAILED} ${vanishedText(vanished, path)}`);
  if (rejected.length > 0) return plainError(400, `${FAILED} ${rejected.join("\n")}`);
  const files = [...changed.toSorted(byFolder), ...removed.map((name) => `-${name}`)];
  return indentedJson({
    ...(files.length === 0 ? {} : { Files: files }),
    Cache: NOTHING_DELETED,
    Updated: new Date(at).toISOString(),
  });
}

/** As folders list them: what is in a folder stands where the folder does. */
function byFolder(a: string, b: string): number {
  const [one, other] = [a.split("/"), b.split("/")];
  const at = one.findIndex((part, index) => part !== other[index]);
  return (one[at] ?? "") < (other[at] ?? "") ? -1 : 1;
}
