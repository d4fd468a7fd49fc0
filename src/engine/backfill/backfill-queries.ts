import type { CreateBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { backfillQuestion } from "../../core/backfill/question.ts";
import { backfillSummary, type BackfillSummary } from "../../core/backfill/summary.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { Slot } from "../../core/backfill/slots.ts";
import type { SlotClass } from "../../core/backfill/slot-class.ts";
import { isoOfWall } from "../../core/time/wall-ms.ts";
import { zoneOf } from "../../core/time/zone.ts";
import type { BackfillFilter, BackfillRow } from "../../store/backfill-store.ts";
import type { EngineContext } from "../context.ts";
import type { Within } from "./backfill-control.ts";
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

export interface BackfillPreview {
  readonly phaseId: number;
  readonly workflow: string;
  readonly zone: string;
  /** `schedule`, or the step between its times. */
  readonly step: string;
  readonly slots: readonly BackfillSlotView[];
  readonly isLast: boolean;
}

export type PreviewRequest = Parameters<typeof backfillQuestion>[0] & Pick<CreateBackfillRequest, "only"> & Within;

export interface BackfillQueries {
  /** Newest first. */
  list(filter: BackfillFilter): Promise<readonly BackfillView[]>;
  /** Null: there is none of that number. */
  one(id: number): Promise<BackfillView | null>;
  /** The first `limit` slots after `cursor`. Throws BackfillError. */
  preview(request: PreviewRequest, cursor: Slot | null, limit: number): Promise<BackfillPreview>;
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
  return {
    list: async (filter) => (await store.reads.backfills.list(filter)).map(view),
    one: async (id) => {
      const row = await store.reads.backfills.one(id);
      return row === null ? null : view(row);
    },
    preview: async (request, cursor, limit) => {
      const question = backfillQuestion(request);
      const { spec, phase } = await readBackfill(question, {
        runtime,
        metaFiles,
        graph: graphWithin(context.graph(), request.scope ?? null),
      });
      const pages = previewBackfill(spec, phase, request.only, cursor, store.reads.backfills, runtime, limit);
      const zone = zoneOf(spec.zone);
      const page = (await pages.next()).value;
      const slots = (page?.slots ?? []).map(({ slot, task, class: one, isSelected }) => {
        const { taskTime, type, job, info, meta } = task;
        const time = taskTime === null ? null : isoOfWall(taskTime, zone);
        return { class: one, isSelected, taskTime: time, type, job, info, meta, slot };
      });
      const step = spec.bySchedule ? "schedule" : spec.by;
      const isLast = page?.isLast ?? true;
      return { phaseId: phase.id, workflow: phase.workflow, zone: spec.zone, step, slots, isLast };
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
