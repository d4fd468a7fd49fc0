import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeldMessageJson, RestoreAnswer } from "../../../src/contract/api/instance/restore-api.ts";
import type { Pagination } from "../../../src/contract/api/list.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { fireAt, phase, rigWith, schedule } from "../../engine/rig/drive.ts";
import { carryOut, restored } from "../../engine/restore/restored-rig.ts";
import { serveRig } from "../served-rig.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

test("what a restore holds is counted, listed and decided, by an admin", async (t) => {
  const rig = await rigWith(t, phase("root", { cron: "0 * * * *", catchup: "all" }), { now: NOON - 1000 });
  const before = serveRig(t, rig);
  assert.equal((await before.get<RestoreAnswer>("/api/restore")).body.restore, null);
  assert.equal((await before.post<Problem>("/api/restore/accept", {}, "admin")).body.code, "nothing_held");
  const scheduler = await schedule(rig);
  for (const hour of [0, 1, 2]) await fireAt(rig, scheduler, NOON + hour * HOUR);
  await restored(rig, NOON + 2 * HOUR, NOON + 6 * HOUR);
  const { get, post } = serveRig(t, rig);
  const status = async (): Promise<RestoreAnswer> => (await get<RestoreAnswer>("/api/restore")).body;

  assert.partialDeepStrictEqual(await status(), {
    restore: { backup: "backup-1", data_at: "2026-11-24T14:00:00Z", state: "held", decision: null },
    deciding: false,
    messages: 3,
    ticks: 4,
    topics: [{ topic: "root", waited: 3, reread: 0 }],
    schedules: [{ type: "root", workflow: "flow.toml", schedule: "cron", ticks: 4, catchup: "all" }],
  });
  type Page = { messages: HeldMessageJson[]; pagination: Pagination };
  const first = (await get<Page>("/api/restore/messages?limit=2")).body;
  assert.deepEqual(
    first.messages.map(({ record_id, topic, cause }) => [record_id, topic, cause]),
    [
      [1, "root", "waited"],
      [2, "root", "waited"],
    ],
  );
  const rest = (await get<Page>(`/api/restore/messages?limit=2&cursor=${first.pagination.next_cursor}`)).body;
  assert.deepEqual([rest.messages.map((one) => one.record_id), rest.pagination.next_cursor], [[3], null]);

  for (const role of ["viewer", "operator"])
    assert.equal((await post<Problem>("/api/restore/drop", {}, role)).status, 403, role);
  assert.equal((await get<Problem>("/api/restore/messages", "viewer on type:root")).body.code, "out_of_scope");
  const dropped = await post<RestoreAnswer>("/api/restore/drop", { reason: "all of it ran" }, "admin");
  assert.equal(dropped.status, 202);
  assert.equal(dropped.body.deciding, true);
  assert.equal((await post<Problem>("/api/restore/accept", {}, "admin")).body.code, "restore_deciding");
  await carryOut(rig);
  assert.partialDeepStrictEqual(await status(), {
    restore: {
      state: "dropped",
      decided_by: "ada",
      decision_reason: "all of it ran",
      decided_messages: 3,
      decided_ticks: 4,
    },
    deciding: false,
    messages: 0,
    ticks: 0,
  });
});
