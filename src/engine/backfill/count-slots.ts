import { type Cell, type CellRow, countCells } from "../../core/backfill/cells.ts";
import type { BackfillPlan } from "../../core/backfill/plan.ts";
import { SLOT_CLASSES, type SlotClass, type SlotSelection } from "../../core/backfill/slot-class.ts";
import type { PreviewedSlot, Slot } from "../../core/backfill/slots.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { BackfillQueries } from "../../store/backfill-store.ts";
import { type BackfillSources, PAGE, previewBackfill } from "./preview-backfill.ts";

/** How many of the slots that get a task are shown of either end of a page. */
const SHOWN = 3;

/** A page of a preview as counts: of its classes, and of the cells of a calendar. */
export interface CountedSlots {
  readonly slots: number;
  readonly selected: number;
  readonly counts: Readonly<Record<SlotClass, number>>;
  readonly rows: readonly CellRow<SlotClass>[];
  /** The first that get a task, and the last ones behind these. */
  readonly first: readonly PreviewedSlot[];
  readonly last: readonly PreviewedSlot[];
  /** The last slot of the page; null: it has none. */
  readonly end: Slot | null;
  readonly isLast: boolean;
}

interface Counting {
  readonly plan: BackfillPlan;
  readonly selection: SlotSelection;
  readonly cell: Cell;
  readonly after: Slot | null;
  /** How many slots are counted. */
  readonly limit: number;
}

/** Counts the next slots after `after`; they are compared with the database in small pages, so that other work has its turn. */
export async function countSlots(
  { plan: { spec, phase }, selection, cell, after, limit }: Counting,
  reads: BackfillQueries,
  runtime: Pick<BackfillSources["runtime"], "host" | "shortId">,
): Promise<CountedSlots> {
  const counts = Object.fromEntries(SLOT_CLASSES.map((one) => [one, 0])) as Record<SlotClass, number>;
  const all: { readonly at: number; readonly kind: SlotClass }[] = [];
  const first: PreviewedSlot[] = [];
  const last: PreviewedSlot[] = [];
  let [end, selected, isLast]: [Slot | null, number, boolean] = [null, 0, false];
  const size = Math.min(PAGE, limit);
  for await (const page of previewBackfill(spec, phase, selection, after, reads, runtime, size)) {
    for (const one of page.slots) {
      counts[one.class] += 1;
      all.push({ at: one.slot.at, kind: one.class });
      if (!one.isSelected) continue;
      selected += 1;
      if (first.length < SHOWN) first.push(one);
      else if (last.push(one) > SHOWN) last.shift();
    }
    end = page.slots.at(-1)?.slot ?? end;
    isLast = page.isLast;
    if (all.length + size > limit) break;
  }
  const rows = countCells(all, zoneOf(spec.zone), cell);
  return { slots: all.length, selected, counts, rows, first, last, end, isLast };
}
