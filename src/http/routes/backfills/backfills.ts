import {
  BACKFILL_ACTS,
  type BackfillAct,
  backfillAnswer,
  backfillParams,
  backfillsAnswer,
  backfillSlotsAnswer,
  backfillSlotsQuery,
  backfillsQuery,
  changeBackfillAnswer,
  changeBackfillRequest,
  createBackfillAnswer,
  createBackfillRequest,
  previewBackfillAnswer,
  previewBackfillRequest,
} from "../../../contract/api/workflows/backfill-api.ts";
import { isInScope } from "../../../contract/api/access/scope.ts";
import type { BackfillView } from "../../../engine/backfill/backfill-queries.ts";
import { askedPage, paginationOf, totalSeen } from "../../api/cursor.ts";
import { rowsWithin } from "../../api/rows-within.ts";
import { type Route, route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";
import { backfillOf, refuseOtherFiles, slotJson } from "./backfill-rows.ts";

const SUMMARIES: Readonly<Record<BackfillAct, string>> = {
  pause: "Pause a backfill: what was sent goes on, and nothing more is created.",
  resume: "Go on with a paused backfill.",
  cancel: "Cancel a backfill, also its tasks that are unfinished.",
  "retry-failed": "Create the tasks of a backfill that failed once more.",
};

export const ROUTES: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/backfills",
    summary: "Backfills, the newest first.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: backfillsQuery,
    answer: backfillsAnswer,
    async handle({ query, scope }, { queries }) {
      const page = askedPage(query.cursor, query);
      const found = await rowsWithin(
        { after: typeof page.after === "number" ? page.after : (query.before ?? null), limit: query.limit + 1 },
        ({ after: before, limit }) => queries.backfills.list({ limit, before, state: query.state ?? null }),
        ({ id }) => id,
        (row) => isInScope(scope, row),
      );
      const rows = found.slice(0, query.limit);
      const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
      return {
        backfills: rows.map(backfillJson),
        pagination: paginationOf(page, query, last, totalSeen(page, query.limit, found.length)),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/backfills",
    summary: "Begin a backfill.",
    creates: true,
    role: "operator",
    scope: "named",
    body: createBackfillRequest,
    answer: createBackfillAnswer,
    async handle({ body, caller, scope }, { acts, queries }) {
      await refuseOtherFiles(body.meta_file, caller, scope, queries);
      return await acts.backfills.create({ ...body, by: caller.name, scope });
    },
  }),
  route({
    method: "POST",
    path: "/api/backfills/preview",
    summary: "The tasks that a backfill would make, a page at a time; nothing is created.",
    role: "viewer",
    reads: true,
    scope: "named",
    body: previewBackfillRequest,
    answer: previewBackfillAnswer,
    async handle({ body, caller, scope }, { queries }) {
      await refuseOtherFiles(body.meta_file, caller, scope, queries);
      const page = askedPage(body.cursor, body);
      const [at, row] = Array.isArray(page.after) ? page.after : [];
      const after = typeof at === "number" && typeof row === "number" ? { at, row } : null;
      const { phaseId, workflow, zone, step, slots, isLast } = await queries.backfills.preview(
        { ...body, scope },
        after,
        body.limit,
      );
      const end = slots.at(-1)?.slot;
      const last = isLast || end === undefined ? null : [end.at, end.row];
      return {
        phase_id: phaseId,
        workflow,
        zone,
        step,
        slots: slots.map(slotJson),
        pagination: paginationOf(page, body, last, totalSeen(page, body.limit, slots.length + (isLast ? 0 : 1))),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/backfills/{id}",
    summary: "How far a backfill is.",
    role: "viewer",
    records: true,
    scope: "named",
    params: backfillParams,
    answer: backfillAnswer,
    handle: async ({ params, scope }, deps) => backfillJson(await backfillOf(params.id, scope, deps)),
  }),
  route({
    method: "GET",
    path: "/api/backfills/{id}/slots",
    summary: "The task times of a backfill, and what became of them.",
    role: "viewer",
    records: true,
    scope: "named",
    params: backfillParams,
    query: backfillSlotsQuery,
    answer: backfillSlotsAnswer,
    async handle({ params: { id }, query, scope }, deps) {
      const filter = { ...query, id };
      const page = askedPage(query.cursor, filter);
      const { state, limit } = query;
      const of = await backfillOf(id, scope, deps);
      const after = typeof page.after === "number" ? page.after : 0;
      const found = await deps.reads.backfills.slots(id, state ?? null, after, limit + 1);
      const rows = found.slice(0, limit);
      const last = found.length > rows.length ? (rows.at(-1)?.position ?? null) : null;
      const { waiting, active, complete, failed, cancelled } = of;
      const total = state === undefined ? waiting + active + complete + failed + cancelled : of[state];
      return {
        slots: rows.map((slot) => ({ ...slot, about_at: timeText(slot.about_at) })),
        pagination: paginationOf(page, filter, last, { total, total_is: of.planned ? "exact" : "at_least" }),
      };
    },
  }),
  ...BACKFILL_ACTS.map((act) =>
    route({
      method: "POST",
      path: `/api/backfills/{id}/${act}`,
      summary: SUMMARIES[act],
      role: "operator",
      scope: "named",
      params: backfillParams,
      body: changeBackfillRequest,
      answer: changeBackfillAnswer,
      async handle({ params: { id }, body: { reason }, caller, scope }, deps) {
        if (scope !== null) await backfillOf(id, scope, deps);
        return await deps.acts.backfills.change({ id, act, reason, by: caller.name });
      },
    }),
  ),
];

function backfillJson({ from, to, created_at: begun, ended_at: ended, ...row }: BackfillView) {
  return {
    ...row,
    from: timeText(from),
    to: timeText(to),
    created_at: timeText(begun),
    ended_at: timeText(ended),
  };
}
