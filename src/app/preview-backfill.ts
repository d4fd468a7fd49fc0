/** Previews of the command line, read from the database, also beside a running instance. */
import type { Options } from "../config/options.ts";
import type { BackfillPlan, BackfillQuestion } from "../core/backfill/plan.ts";
import type { SlotSelection } from "../core/backfill/slot-class.ts";
import { storedGraph } from "../core/why/stored-graph.ts";
import { MetaFiles } from "../engine/meta-files.ts";
import { type BackfillPage, previewBackfill, readBackfill } from "../engine/backfill/preview-backfill.ts";
import { AnyObjects } from "../objects/any.ts";
import { damagedValue } from "../store/damage.ts";
import { openReader } from "./open-store.ts";
import { systemRuntime } from "./system-runtime.ts";

/**
 * The slots of a backfill by the workflows that the database has in force, a page at a time. Throws BackfillError and StoreError.
 */
export async function* previewHere(
  options: Options,
  question: BackfillQuestion,
  selection: SlotSelection,
  now: number,
): AsyncGenerator<BackfillPage & { readonly plan: BackfillPlan }, void, undefined> {
  const runtime = systemRuntime(options.timezone);
  const reader = openReader(options);
  try {
    const graph = storedGraph(await reader.lineage.workflows(), { zone: runtime.zone, now });
    const plan = await readBackfill(question, {
      runtime,
      metaFiles: new MetaFiles(new AnyObjects(options.file)),
      graph,
    });
    const pages = previewBackfill(plan.spec, plan.phase, selection, null, reader.backfills, runtime);
    for await (const page of pages) yield { ...page, plan };
  } catch (error) {
    throw damagedValue(error, options.sqlite.localPath) ?? error;
  } finally {
    reader.close();
  }
}
