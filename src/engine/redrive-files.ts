import { fileRedecider } from "../core/on-file.ts";
import type { FileFilter, RedrivenFile } from "../store/file-questions.ts";
import type { EngineContext } from "./context.ts";

/** Events of one turn: one transaction. */
export const REDRIVE_GROUP = 200;

export interface FilesToRedrive {
  /** Events by id, at most a turn of them; or those that the filter finds, a turn after the other. */
  readonly select:
    | { readonly ids: readonly number[] }
    | {
        readonly filter: FileFilter;
        /** `next` of the turn before; 0 to begin. */
        readonly after: number;
        /** `up_to` of the first turn, so that events that come meanwhile are left out; null to begin. */
        readonly upTo: number | null;
      };
  /** A task also for a phase that has made one of the event before. */
  readonly force: boolean;
  /** Answer what would come of it, and do nothing. */
  readonly dryRun: boolean;
}

export interface FilesRedriven {
  /** In the order of the ids; without those of which there is no event. */
  readonly results: readonly RedrivenFile[];
  /** Where the next turn begins; null: this was the last. */
  readonly next: number | null;
  readonly up_to: number | null;
}

/**
 * One turn of a second look at kept events, against the workflows in force: committed when it resolves. Which phases made
 * a task of an event stands in the database, so a turn that is done again makes none twice.
 */
export async function redriveFiles(request: FilesToRedrive, context: EngineContext): Promise<FilesRedriven> {
  const { store, world, taskTtl } = context;
  const { select, force, dryRun } = request;
  const found =
    "ids" in select
      ? { ids: [...new Set(select.ids)].slice(0, REDRIVE_GROUP), next: null, up_to: null }
      : await store.questions.files.select(select.filter, {
          limit: REDRIVE_GROUP,
          after: select.after,
          upTo: select.upTo,
        });
  const { next, up_to } = found;
  if (found.ids.length === 0) return { results: [], next, up_to };
  const now = world.now();
  const { host, newId, shortId } = world;
  const decider = fileRedecider({ graph: context.graph(), now, host, taskTtl, newId, shortId }, force);
  const { outbox, results } = await store.redriveFiles(found.ids, decider, now, dryRun);
  context.send(outbox);
  return { results, next, up_to };
}
