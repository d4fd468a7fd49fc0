import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type {
  backfillCellsAnswer,
  backfillPaceAnswer,
  previewCellsAnswer,
} from "../../../../src/contract/api/workflows/backfill-cells-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { BackfillRunner } from "../../../../src/engine/backfill/advance-backfills.ts";
import { turns } from "../../../engine/backfill/ask.ts";
import { phase, report, rigWith, takeOne, takeSent } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

type Counted = z.infer<typeof previewCellsAnswer>;
type Cells = z.infer<typeof backfillCellsAnswer>;
type Pace = z.infer<typeof backfillPaceAnswer>;

const URL = "/api/backfills/preview/cells";
const HOURLY = phase("a", { cron: "0 * * * *", timezone: "Europe/Berlin", template: "?d={yyyy}-{mm}-{dd}T{hh}" });
const DAYS = { type: "a", from: "2026-10-24", to: "2026-10-25" };

test("a preview is counted by day and hour over its pages, with its first and last tasks", async (t) => {
  const rig = await rigWith(t, HOURLY);
  const { post } = serveRig(t, rig);
  await post("/api/workflows/phases/a/trigger", { at: "2026-10-24T05" });
  await report(rig, takeOne(rig), "complete");
  const first = await post<Counted>(URL, { ...DAYS, limit: 30 }, "viewer");
  assert.equal(first.status, 200);
  assert.partialDeepStrictEqual(first.body, {
    zone: "Europe/Berlin",
    step: "schedule",
    slots: 30,
    selected: 29,
    counts: { new: 29, exists: 1, failed: 0, running: 0 },
    from: "2026-10-23T22:00:00.000Z",
  });
  assert.deepEqual(
    first.body.rows.map(({ row, doubled, classes }) => [row, doubled, classes.new?.[2], classes.exists?.[5]]),
    [
      ["2026-10-24", [], 1, 1],
      ["2026-10-25", [2], 2, undefined],
    ],
  );
  const infos = (slots: Counted["first"]) => slots.map(({ info }) => info.slice(-5));
  assert.deepEqual(infos(first.body.first), ["24T00", "24T01", "24T02"]);
  assert.deepEqual(infos(first.body.last), ["25T02", "25T03", "25T04"]);
  const { next_cursor: cursor, total, total_is: totalIs } = first.body.pagination;
  assert.deepEqual([total, totalIs], [30, "at_least"]);
  const second = await post<Counted>(URL, { ...DAYS, limit: 30, cursor });
  assert.partialDeepStrictEqual(second.body, {
    slots: 19,
    pagination: { next_cursor: null, total: 49, total_is: "exact" },
  });
  const other = await post<Problem>(URL, { ...DAYS, cell: "day", limit: 30, cursor });
  assert.equal(other.body.code, "cursor_of_another_filter");
  assert.equal(rig.stored.tasks().length, 1);
});

test("a preview by month, and one that cannot be", async (t) => {
  const { post } = serveRig(t, await rigWith(t, phase("a", { cron: "0 5 * * *", timezone: "Europe/Berlin" })));
  const months = { type: "a", from: "2026-01-01", to: "2026-03-31", cell: "day" };
  const { body } = await post<Counted>(URL, months);
  assert.deepEqual(
    body.rows.map(({ row, classes }) => [row, classes.new?.reduce((sum, count) => sum + count, 0)]),
    [
      ["2026-01", 31],
      ["2026-02", 28],
      ["2026-03", 31],
    ],
  );
  const span = await post<Problem>(URL, { ...months, to: "2025-01-01" });
  assert.deepEqual([span.status, span.body.code], [422, "span"]);
  const large = await post<Problem>(URL, { ...months, limit: 1_000_000 });
  assert.equal(large.status, 400);
});

test("the slots of a backfill are counted by their states, and by the minutes in which they ended", async (t) => {
  const rig = await rigWith(t, HOURLY);
  const { get, post } = serveRig(t, rig);
  await post("/api/backfills", { type: "a", from: "2026-10-24T00", to: "2026-10-24T05", total: 6, max_active: 3 });
  const runner = new BackfillRunner(rig.context, 1);
  await turns(runner, 3);
  const [one, two] = takeSent(rig);
  assert.ok(one !== undefined && two !== undefined);
  await report(rig, one, "complete");
  await report(rig, two, "error");
  await turns(runner, 2);
  const cells = await get<Cells>("/api/backfills/1/cells?limit=4", "viewer");
  assert.deepEqual(
    cells.body.rows.map(({ row, states }) => [row, Object.keys(states).toSorted()]),
    [["2026-10-24", ["active", "complete", "failed"]]],
  );
  assert.equal(cells.body.rows[0]?.states.complete?.[0], 1);
  const rest = await get<Cells>(`/api/backfills/1/cells?limit=4&cursor=${cells.body.pagination.next_cursor}`);
  assert.equal(rest.body.pagination.next_cursor, null);
  const pace = await get<Pace>("/api/backfills/1/pace?minutes=5", "viewer");
  assert.deepEqual([pace.body.complete.at(-1), pace.body.failed.at(-1)], [1, 1]);
  assert.equal((await get<Problem>("/api/backfills/9/cells")).body.code, "unknown_backfill");
});
