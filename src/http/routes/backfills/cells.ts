import { backfillParams } from "../../../contract/api/workflows/backfill-api.ts";
import {
  backfillCellsAnswer,
  backfillCellsQuery,
  backfillPaceAnswer,
  backfillPaceQuery,
  previewCellsAnswer,
  previewCellsRequest,
} from "../../../contract/api/workflows/backfill-cells-api.ts";
import { MINUTE } from "../../../contract/time/time-units.ts";
import { askedPage, paginationOf, totalSeen } from "../../api/cursor.ts";
import { type Route, route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";
import { backfillOf, refuseOtherFiles, slotJson } from "./backfill-rows.ts";

export const ROUTES: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/backfills/preview/cells",
    summary: "The tasks that a backfill would make, counted by day and hour, a page at a time; nothing is created.",
    role: "viewer",
    reads: true,
    scope: "named",
    body: previewCellsRequest,
    answer: previewCellsAnswer,
    async handle({ body, caller, scope }, { queries }) {
      await refuseOtherFiles(body.meta_file, caller, scope, queries);
      const page = askedPage(body.cursor, body);
      const [at, row, seen] = Array.isArray(page.after) ? page.after : [];
      const after = typeof at === "number" && typeof row === "number" ? { at, row } : null;
      const before = typeof seen === "number" ? seen : 0;
      const { end, isLast, ...found } = await queries.backfills.count({ ...body, scope }, body.cell, after, body.limit);
      const total = before + found.slots;
      return {
        phase_id: found.phaseId,
        workflow: found.workflow,
        zone: found.zone,
        step: found.step,
        from: timeText(found.from),
        to: timeText(found.to),
        at: end === null ? null : timeText(end.at),
        slots: found.slots,
        selected: found.selected,
        counts: found.counts,
        rows: found.rows.map(({ kinds, ...own }) => ({ ...own, classes: kinds })),
        first: found.first.map(slotJson),
        last: found.last.map(slotJson),
        pagination: paginationOf(page, body, isLast || end === null ? null : [end.at, end.row, total], {
          total,
          total_is: isLast ? "exact" : "at_least",
        }),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/backfills/{id}/cells",
    summary: "What became of the slots of a backfill, counted by day and hour, a page at a time.",
    role: "viewer",
    records: true,
    scope: "named",
    params: backfillParams,
    query: backfillCellsQuery,
    answer: backfillCellsAnswer,
    async handle({ params: { id }, query, scope }, deps) {
      const filter = { ...query, id };
      const page = askedPage(query.cursor, filter);
      const { zone } = await backfillOf(id, scope, deps);
      const after = typeof page.after === "number" ? page.after : 0;
      const { rows, slots, last } = await deps.queries.backfills.cells({ id, zone }, query.cell, after, query.limit);
      return {
        zone,
        rows: rows.map(({ kinds, ...own }) => ({ ...own, states: kinds })),
        pagination: paginationOf(page, filter, last, totalSeen(page, query.limit, slots + (last === null ? 0 : 1))),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/backfills/{id}/pace",
    summary: "How many slots of a backfill ended in each of the last minutes.",
    role: "viewer",
    records: true,
    scope: "named",
    params: backfillParams,
    query: backfillPaceQuery,
    answer: backfillPaceAnswer,
    async handle({ params: { id }, query: { minutes }, scope }, deps) {
      const { ended_at: ended } = await backfillOf(id, scope, deps);
      const until = Math.floor((ended ?? deps.runtime.now()) / MINUTE) + 1;
      const begin = until - minutes;
      const found = await deps.reads.backfills.pace(id, begin * MINUTE);
      const of = (state: "complete" | "failed"): number[] => {
        const counts = Array.from({ length: minutes }, () => 0);
        for (const { minute, state: own, slots } of found)
          if (own === state && minute < until) counts[minute - begin] = slots;
        return counts;
      };
      return { from: timeText(begin * MINUTE), complete: of("complete"), failed: of("failed") };
    },
  }),
];
