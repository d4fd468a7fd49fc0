import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type {
  backfillAnswer,
  backfillsAnswer,
  backfillSlotsAnswer,
  createBackfillAnswer,
} from "../../../../src/contract/api/workflows/backfill-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { BackfillRunner } from "../../../../src/engine/backfill/advance-backfills.ts";
import { turns } from "../../../engine/backfill/ask.ts";
import { phase, report, rigWith, takeSent } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

type List = z.infer<typeof backfillsAnswer>;
type One = z.infer<typeof backfillAnswer>;
type Slots = z.infer<typeof backfillSlotsAnswer>;
type Created = z.infer<typeof createBackfillAnswer>;

const DAILY = phase("a", { cron: "0 5 * * *", timezone: "Europe/Berlin" });
const WEEK = { type: "a", from: "2026-11-01", to: "2026-11-07", total: 7, reason: "last week" };

test("a backfill is begun, shown, paused, resumed, tried again and cancelled", async (t) => {
  const rig = await rigWith(t, DAILY);
  const { get, post } = serveRig(t, rig);
  const begun = await post<Created>("/api/backfills", { ...WEEK, max_active: 2 });
  assert.deepEqual([begun.status, begun.body], [200, { id: 1 }]);
  const runner = new BackfillRunner(rig.context, 1);
  await turns(runner, 3);
  const first = takeSent(rig);
  assert.equal(first.length, 2);
  for (const task of first) await report(rig, task, "complete");
  await turns(runner, 2);
  const show = async () => (await get<One>("/api/backfills/1")).body;
  assert.partialDeepStrictEqual(await show(), {
    id: 1,
    type: "a",
    workflow: "flow.toml",
    state: "running",
    total: 7,
    complete: 2,
    planned: true,
    step: "schedule",
    zone: "Europe/Berlin",
    order: "oldest",
    created_by: "ada",
    created_at: "2026-11-24T12:00:00.000Z",
    ended_at: null,
  });
  const act = async (name: string): Promise<unknown> => (await post(`/api/backfills/1/${name}`, { reason: "x" })).body;
  assert.deepEqual(await act("pause"), { slots: 5 });
  assert.equal((await show()).note, "x");
  const again = await post<Problem>("/api/backfills/1/pause", {});
  assert.deepEqual([again.status, again.body.code], [409, "wrong_state"]);
  assert.deepEqual(await act("resume"), { slots: 5 });
  const none = await post<Problem>("/api/backfills/1/retry-failed", {});
  assert.deepEqual([none.status, none.body.code], [409, "wrong_state"]);
  for (const task of takeSent(rig)) await report(rig, task, "error");
  await turns(runner, 2);
  assert.equal((await show()).failed, 2);
  assert.deepEqual(await act("retry-failed"), { slots: 2 });
  assert.deepEqual(await act("cancel"), { slots: 5 });
  assert.equal((await show()).state, "cancelled");
});

test("GET /api/backfills/{id}/slots goes from page to page, of one state too", async (t) => {
  const rig = await rigWith(t, DAILY);
  const { get, post } = serveRig(t, rig);
  await post("/api/backfills", { ...WEEK, max_active: 3 });
  await turns(new BackfillRunner(rig.context, 1), 3);
  const page = (query: string) => get<Slots>(`/api/backfills/1/slots?${query}`);
  const first = await page("limit=4");
  assert.deepEqual(
    first.body.slots.map(({ position, state }) => `${position} ${state}`),
    ["1 active", "2 active", "3 active", "4 waiting"],
  );
  assert.equal(first.body.slots[0]?.about_at, "2026-11-01T04:00:00.000Z");
  assert.equal(first.body.slots[0]?.record_id, 1);
  assert.partialDeepStrictEqual(first.body.pagination, { total: 7, total_is: "exact" });
  const second = await page(`limit=4&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual([second.body.slots.length, second.body.pagination.next_cursor], [3, null]);
  const waiting = await page("state=waiting&limit=3");
  assert.deepEqual(
    waiting.body.slots.map(({ position }) => position),
    [4, 5, 6],
  );
  assert.equal(waiting.body.pagination.total, 4);
  const other = await get<Problem>(`/api/backfills/1/slots?cursor=${waiting.body.pagination.next_cursor}`);
  assert.deepEqual([other.status, other.body.code], [400, "cursor_of_another_filter"]);
});

test("GET /api/backfills lists them, the newest first, of one state too", async (t) => {
  const rig = await rigWith(t, DAILY);
  const { get, post } = serveRig(t, rig);
  for (let count = 0; count < 5; count++) await post("/api/backfills", WEEK);
  await post("/api/backfills/2/pause", {});
  const first = await get<List>("/api/backfills?limit=2");
  const ids = ({ body }: { body: List }) => body.backfills.map(({ id }) => id);
  assert.deepEqual(ids(first), [5, 4]);
  assert.partialDeepStrictEqual(first.body.pagination, { page: 1, total: 3, total_is: "at_least" });
  const second = await get<List>(`/api/backfills?limit=2&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual(ids(second), [3, 2]);
  assert.deepEqual(ids(await get("/api/backfills?state=paused")), [2]);
  assert.equal((await get<Problem>("/api/backfills?state=odd")).status, 400);
});

test("a backfill that does not exist is a 404, and a viewer changes none", async (t) => {
  const { get, post } = serveRig(t, await rigWith(t, DAILY));
  for (const url of ["/api/backfills/7", "/api/backfills/7/slots"]) {
    const { status, body } = await get<Problem>(url);
    assert.deepEqual([status, body.code], [404, "unknown_backfill"], url);
  }
  for (const act of ["pause", "resume", "cancel", "retry-failed"]) {
    assert.equal((await post<Problem>(`/api/backfills/7/${act}`, {})).body.code, "unknown_backfill");
    assert.equal((await post<Problem>(`/api/backfills/7/${act}`, {}, "viewer")).body.code, "role");
    assert.equal((await post<Problem>(`/api/backfills/7/${act}`, { by: "eve" })).body.code, "invalid_request");
  }
  assert.equal((await post<Problem>("/api/backfills", WEEK, "viewer")).status, 403);
  assert.equal((await get<Problem>("/api/backfills/0")).status, 400);
});
