import { isInScope, type Scope } from "../../../contract/api/access/scope.ts";
import { BackfillError } from "../../../contract/backfill-error.ts";
import { OutOfScopeError } from "../../../engine/access/out-of-scope.ts";
import type { BackfillSlotView, BackfillView } from "../../../engine/backfill/backfill-queries.ts";
import type { ApiDeps } from "../../api/deps.ts";
import type { Caller } from "../../auth/caller.ts";
import { timeText } from "../../request-time.ts";

/** Whoever has the token of the instance can read the files of its owner anyhow. A file is of no workflow, so it is in no scope. */
export async function refuseOtherFiles(
  metaFile: string,
  { via }: Caller,
  scope: Scope | null,
  queries: ApiDeps["queries"],
): Promise<void> {
  if (metaFile !== "" && scope !== null)
    throw new OutOfScopeError("meta_file: files with rows may be of any workflow; give the values with meta instead.");
  if (via !== "token") await queries.backfills.refuseOtherFiles(metaFile);
}

export async function backfillOf(id: number, scope: Scope | null, { queries }: ApiDeps): Promise<BackfillView> {
  const found = await queries.backfills.one(id);
  if (found === null || !isInScope(scope, found))
    throw new BackfillError("unknown_backfill", `there is no backfill ${id}; GET /api/backfills lists them`);
  return found;
}

/** A slot of a preview. */
export function slotJson({ class: one, isSelected, taskTime, type, job, info, meta, slot }: BackfillSlotView) {
  return { class: one, selected: isSelected, task_time: taskTime, type, job, info, meta, about_at: timeText(slot.at) };
}
