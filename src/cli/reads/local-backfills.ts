import { backfillQuestion } from "../../core/backfill/question.ts";
import { backfillSummary } from "../../core/backfill/summary.ts";
import type { BackfillRow } from "../../store/backfill-store.ts";
import type { BackfillReads, ShownBackfill } from "./backfill-reads.ts";
import type { LocalParts } from "./local-parts.ts";

export function localBackfills({ open, options, now }: LocalParts): BackfillReads {
  const shown = ({ spec, planned, ...row }: BackfillRow): ShownBackfill => ({
    ...row,
    ...backfillSummary({ ...row, spec, planned }, now()),
  });
  return {
    list: async (limit, before) => (await (await open()).backfills.list({ limit, before, state: null })).map(shown),
    one: async (id) => {
      const row = await (await open()).backfills.one(id);
      return row === null ? null : shown(row);
    },
    failedSlots: async (id, limit) => await (await open()).backfills.slots(id, "failed", 0, limit),
    preview: async function* (request) {
      const { previewHere } = await import("../../app/preview-backfill.ts");
      for await (const { slots, plan } of previewHere(options, backfillQuestion(request), request.only, now()))
        yield {
          zone: plan.spec.zone,
          slots: slots.map(({ class: one, isSelected, slot: { at }, task }) => {
            const { taskTime, type, job, info, meta } = task;
            return { class: one, isSelected, at, taskTime, type, job, info, meta };
          }),
        };
    },
  };
}
