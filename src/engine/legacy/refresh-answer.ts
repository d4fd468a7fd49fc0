import { DomainError } from "../../contract/domain-error.ts";
import { vanishedText } from "../workflows/vanished.ts";
import type { WorkflowsReloaded } from "../workflows/workflows-in-force.ts";
import { indentedJson, plainError, type LegacyAnswer } from "./legacy-answer.ts";

/** Rows that a cleanup deleted, by table. */
export type CleanUp = () => Promise<Readonly<Record<string, number>>>;

const FAILED = "error reloading workflow:";

/** `GET /refresh`: reads the workflows now, and deletes what is older than its retention. 400 while a file is not accepted, although the others are in force. */
export async function refreshAnswer(
  reload: () => Promise<WorkflowsReloaded>,
  path: string,
  cleanUp: CleanUp,
): Promise<LegacyAnswer> {
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
    Cache: deletedText(await cleanUp()),
    Updated: new Date(at).toISOString(),
  });
}

/** The older program counted rows of its index of days too; here days are counters, which stay. */
function deletedText(rows: Readonly<Record<string, number>>): string {
  const of = (table: string): number => rows[table] ?? 0;
  return `tasks: ${of("task_records")} alerts:${of("alert_records")} files: ${of("file_messages")} days: 0`;
}

/** As folders list them: what is in a folder stands where the folder does. */
function byFolder(a: string, b: string): number {
  const [one, other] = [a.split("/"), b.split("/")];
  const at = one.findIndex((part, index) => part !== other[index]);
  return (one[at] ?? "") < (other[at] ?? "") ? -1 : 1;
}
