import {
  backfillFile,
  backfillPhase,
  type BackfillPlan,
  type BackfillQuestion,
  planBackfill,
} from "../../core/backfill/plan.ts";
import { type FoundTask, isSelected, slotClass, type SlotSelection } from "../../core/backfill/slot-class.ts";
import { type BackfillSpec, type PreviewedSlot, type Slot, slotsAfter, slotTasks } from "../../core/backfill/slots.ts";
import type { BatchTask } from "../../core/decide/batch.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import type { BackfillQueries } from "../../store/backfill-store.ts";
import type { Runtime } from "../context.ts";
import type { MetaFiles } from "../meta-files.ts";

export interface BackfillSources {
  readonly runtime: Pick<Runtime, "host" | "shortId" | "zone">;
  readonly metaFiles: Pick<MetaFiles, "rows">;
  readonly graph: WorkflowGraph;
}

/** What a backfill makes. Throws BackfillError. */
export async function readBackfill(question: BackfillQuestion, sources: BackfillSources): Promise<BackfillPlan> {
  const phase = backfillPhase(question, sources.graph);
  const rows = await sources.metaFiles.rows(backfillFile(question, phase));
  return planBackfill(question, phase, rows, sources.runtime.zone);
}

export interface BackfillPage {
  readonly slots: readonly PreviewedSlot[];
  readonly isLast: boolean;
}

/** How many slots are compared with the database at a time. */
export const PAGE = 500;

/** The slots after `cursor`, `size` at a time, so that a span of any length fits into memory. */
export async function* previewBackfill(
  spec: BackfillSpec,
  phase: Phase,
  selection: SlotSelection,
  cursor: Slot | null,
  reads: BackfillQueries,
  { host, shortId }: Pick<BackfillSources["runtime"], "host" | "shortId">,
  size = PAGE,
): AsyncGenerator<BackfillPage, void, undefined> {
  const taskOf = slotTasks(spec, { host, uuid: shortId });
  const iterator = slotsAfter(spec, phase, cursor)[Symbol.iterator]();
  for (let isLast = false; !isLast;) {
    const page: { readonly slot: Slot; readonly task: BatchTask }[] = [];
    while (page.length < size && !isLast) {
      const next = iterator.next();
      if (next.done === true) isLast = true;
      else page.push({ slot: next.value, task: taskOf(next.value) });
    }
    const times = [...new Set(page.map(({ task }) => task.taskTime))];
    const found: (readonly FoundTask[])[] = [];
    while (found.length < times.length) found.push(...(await reads.tasksAt(phase.id, times.slice(found.length))));
    const atTime = new Map(times.map((time, index) => [time, found[index] ?? []]));
    const slots = page.map(({ slot, task }) => {
      const one = slotClass(task.info, spec.rows !== null && spec.rows.length > 1, atTime.get(task.taskTime) ?? []);
      return { slot, task, class: one, isSelected: isSelected(selection, one) };
    });
    yield { slots, isLast };
  }
}
