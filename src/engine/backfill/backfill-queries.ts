import type { CreateBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { backfillQuestion } from "../../core/backfill/question.ts";
import { backfillSummary, type BackfillSummary } from "../../core/backfill/summary.ts";
import { graphWithin } from "../access/graph-within.ts";
import { type Cell, type CellRow, countCells } from "../../core/backfill/cells.ts";
import type { BackfillPlan } from "../../core/backfill/plan.ts";
import type { PreviewedSlot, Slot } from "../../core/backfill/slots.ts";
import type { SlotClass } from "../../core/backfill/slot-class.ts";
import { isoOfWall } from "../../core/time/wall-ms.ts";
import { type Zone, zoneOf } from "../../core/time/zone.ts";
import type { BackfillFilter, BackfillRow, SlotState } from "../../store/backfill-store.ts";
import type { EngineContext } from "../context.ts";
import type { Within } from "./backfill-control.ts";
import { type CountedSlots, countSlots } from "./count-slots.ts";
import { previewBackfill, readBackfill } from "./preview-backfill.ts";

/** A backfill with what people want to know of it. */
export type BackfillView = Omit<BackfillRow, "spec" | "planned"> & BackfillSummary;

/** A task that a backfill would make, or pass over. */
export interface BackfillSlotView {
  readonly class: SlotClass;
  readonly isSelected: boolean;
  /** RFC 3339 with the offset of `zone`; null: none can be read from it. */
  readonly taskTime: string | null;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  /** Where it is in the span. */
  readonly slot: Slot;
}

/** What a preview is of. */
interface PreviewedBackfill {
  readonly phaseId: number;
  readonly workflow: string;
  readonly zone: string;
  /** `schedule`, or the step between its times. */
  readonly step: string;
}

export interface BackfillPreview extends PreviewedBackfill {
  readonly slots: readonly BackfillSlotView[];
  readonly isLast: boolean;
}

export interface BackfillCounts extends PreviewedBackfill, Omit<CountedSlots, "first" | "last"> {
  readonly from: number;
  readonly to: number;
  readonly first: readonly BackfillSlotView[];
  readonly last: readonly BackfillSlotView[];
}

/** Slots of a backfill by what became of them. */
export interface BackfillCells {
  readonly rows: readonly CellRow<SlotState>[];
  readonly slots: number;
  /** The position after which the next slots are; null: there are no more. */
  readonly last: number | null;
}

export type PreviewRequest = Parameters<typeof backfillQuestion>[0] & Pick<CreateBackfillRequest, "only"> & Within;

export interface BackfillQueries {
  /** Newest first. */
  list(filter: BackfillFilter): Promise<readonly BackfillView[]>;
  /** Null: there is none of that number. */
  one(id: number): Promise<BackfillView | null>;
  /** The first `limit` slots after a position, counted by the cells of this zone. */
  cells(
    of: { readonly id: number; readonly zone: string },
    cell: Cell,
    after: number,
    limit: number,
  ): Promise<BackfillCells>;
  /** The first `limit` slots after `cursor`. Throws BackfillError. */
  preview(request: PreviewRequest, cursor: Slot | null, limit: number): Promise<BackfillPreview>;
  /** The same counted, for `limit` slots after `cursor`. Throws BackfillError. */
  count(request: PreviewRequest, cell: Cell, cursor: Slot | null, limit: number): Promise<BackfillCounts>;
  /** A file of rows that a request names: throws DomainError when it is outside of the folders for that. */
  refuseOtherFiles(metaFile: string): Promise<void>;
}

export function backfillQueries(
  context: EngineContext,
  mayReadMeta: (path: string) => Promise<boolean>,
): BackfillQueries {
  const { runtime, store, metaFiles } = context;
  const view = ({ spec, planned, ...row }: BackfillRow): BackfillView => ({
    ...row,
    ...backfillSummary({ ...row, spec, planned }, runtime.now()),
  });
  const planOf = (request: PreviewRequest): Promise<BackfillPlan> =>
    readBackfill(backfillQuestion(request), {
      runtime,
      metaFiles,
      graph: graphWithin(context.graph(), request.scope ?? null),
    });
  return {
    list: async (filter) => (await store.reads.backfills.list(filter)).map(view),
    one: async (id) => {
      const row = await store.reads.backfills.one(id);
      return row === null ? null : view(row);
    },
    cells: async ({ id, zone }, cell, after, limit) => {
      const found = await store.reads.backfills.slots(id, null, after, limit + 1);
      const slots = found.slice(0, limit).map(({ about_at: at, state, position }) => ({ at, kind: state, position }));
      const last = found.length > slots.length ? (slots.at(-1)?.position ?? null) : null;
      return { rows: countCells(slots, zoneOf(zone), cell), slots: slots.length, last };
    },
    preview: async (request, cursor, limit) => {
      const plan = await planOf(request);
      const { spec, phase } = plan;
      const pages = previewBackfill(spec, phase, request.only, cursor, store.reads.backfills, runtime, limit);
      const page = (await pages.next()).value;
      const slots = (page?.slots ?? []).map(slotView(zoneOf(spec.zone)));
      return { ...aboutPlan(plan), slots, isLast: page?.isLast ?? true };
    },
    count: async (request, cell, cursor, limit) => {
      const plan = await planOf(request);
      const asked = { plan, selection: request.only, cell, after: cursor, limit };
      const counted = await countSlots(asked, store.reads.backfills, runtime);
      const view = slotView(zoneOf(plan.spec.zone));
      const [first, last] = [counted.first.map(view), counted.last.map(view)];
      return { ...aboutPlan(plan), ...counted, first, last, from: plan.spec.first, to: plan.spec.last };
    },
    refuseOtherFiles: async (metaFile) => {
      if (metaFile === "" || (await mayReadMeta(metaFile))) return;
      throw new DomainError(
        "forbidden",
        "meta_root",
        `${metaFile} is outside of the folders whose files may be named: put it below the folder of the workflows, or name its folder in meta_roots.`,
      );
    },
  };
}

function aboutPlan({ phase, spec }: BackfillPlan): PreviewedBackfill {
  const step = spec.bySchedule ? "schedule" : spec.by;
  return { phaseId: phase.id, workflow: phase.workflow, zone: spec.zone, step };
}

function slotView(zone: Zone): (slot: PreviewedSlot) => BackfillSlotView {
  return ({ slot, task, class: one, isSelected }) => {
    const { taskTime, type, job, info, meta } = task;
    const time = taskTime === null ? null : isoOfWall(taskTime, zone);
    return { class: one, isSelected, taskTime: time, type, job, info, meta, slot };
  };
}
