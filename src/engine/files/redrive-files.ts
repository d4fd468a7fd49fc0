import { REDRIVE_GROUP, type RedriveFilesRequest } from "../../contract/api/file-api.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { fileRedecider } from "../../core/decide/on-file.ts";
import type { FileSelection, RedrivenFile } from "../../store/file-queries.ts";
import type { EngineContext } from "../context.ts";
import { fileContextOf } from "./file-context.ts";
import { fileFilter } from "./file-filter.ts";

export interface FilesRedriven {
  /** In the order of the ids; without ids that do not exist. */
  readonly results: readonly RedrivenFile[];
  /** `after` of the next turn; null: this was the last. */
  readonly next: number | null;
  /** The same for the next turns, so that events that arrive meanwhile are left out. */
  readonly up_to: number | null;
}

/**
 * One turn of redriving stored events against the workflows in force: committed when it resolves. The database knows
 * which phases made a task of an event, so a repeated turn makes none twice.
 */
export async function redriveFiles(request: RedriveFilesRequest, context: EngineContext): Promise<FilesRedriven> {
  const { store, runtime } = context;
  const { ids, next, up_to } = await selected(request, context);
  if (ids.length === 0) return { results: [], next, up_to };
  const now = runtime.now();
  const decider = fileRedecider(fileContextOf(context, now), request);
  const { outbox, results } = await store.redriveFiles(ids, decider, now, request.dry_run);
  context.send(outbox);
  return { results, next, up_to };
}

async function selected(
  request: RedriveFilesRequest,
  { store }: EngineContext,
): Promise<Omit<FileSelection, "up_to"> & { readonly up_to: number | null }> {
  const { ids, after, up_to: upTo } = request;
  // An event that is named twice is redriven once: with `force` each time makes a task.
  if (ids !== null) return { ids: [...new Set(ids)], next: null, up_to: null };
  const { since, until } = request;
  const filter = fileFilter({
    ...request,
    since: since === null ? null : parseInstant(since),
    until: until === null ? null : parseInstant(until),
  });
  return await store.reads.files.select(filter, { limit: REDRIVE_GROUP, after, upTo });
}
