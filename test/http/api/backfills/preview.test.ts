import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { z } from "zod";
import type { previewBackfillAnswer } from "../../../../src/contract/api/workflows/backfill-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { phase, report, rigWith, takeOne } from "../../../engine/rig/drive.ts";
import { wallOf } from "../../../../src/contract/time/wall-ms.ts";
import { newTask, taskMessage } from "../../../store/factories.ts";
import { serveRig } from "../../served-rig.ts";

type Preview = z.infer<typeof previewBackfillAnswer>;

const URL = "/api/backfills/preview";
const DAILY = phase("a", { cron: "0 5 * * *", timezone: "Europe/Berlin", template: "?d={yyyy}-{mm}-{dd}" });
const WEEK = { type: "a", from: "2026-11-01", to: "2026-11-07" };

test("a preview pages through the tasks with what there is of each, and creates nothing", async (t) => {
  const rig = await rigWith(t, DAILY);
  const { post } = serveRig(t, rig);
  await post("/api/workflows/phases/a/trigger", { at: "2026-11-02" });
  await report(rig, takeOne(rig), "complete");
  const first = await post<Preview>(URL, { ...WEEK, limit: 4 }, "viewer");
  assert.equal(first.status, 200);
  assert.deepEqual(
    first.body.slots.map(({ class: one, selected, task_time: time }) => `${one} ${selected} ${time}`),
    [
      "new true 2026-11-01T05:00:00+01:00",
      "exists false 2026-11-02T05:00:00+01:00",
      "new true 2026-11-03T05:00:00+01:00",
      "new true 2026-11-04T05:00:00+01:00",
    ],
  );
  assert.partialDeepStrictEqual(first.body, { workflow: "flow.toml", zone: "Europe/Berlin", step: "schedule" });
  assert.equal(first.body.slots[0]?.info, "?d=2026-11-01");
  const cursor = first.body.pagination.next_cursor;
  const second = await post<Preview>(URL, { ...WEEK, limit: 4, cursor });
  assert.deepEqual([second.body.slots.length, second.body.pagination.next_cursor], [3, null]);
  const other = await post<Problem>(URL, { ...WEEK, order: "newest", cursor });
  assert.equal(other.body.code, "cursor_of_another_filter");
  assert.equal(rig.stored.tasks().length, 1);
});

test("a preview of rows goes on within a time", async (t) => {
  const { post } = serveRig(
    t,
    await rigWith(t, phase("a", { cron: "0 5 * * *", meta: "k:1,2,3", template: "?k={meta:k}" })),
  );
  const infos: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 4; page++) {
    const { body } = await post<Preview>(URL, { ...WEEK, to: "2026-11-02", order: "newest", limit: 2, cursor });
    infos.push(...body.slots.map(({ info, task_time: time }) => `${time?.slice(8, 10)} ${info}`));
    cursor = body.pagination.next_cursor ?? undefined;
    if (cursor === undefined) break;
  }
  assert.deepEqual(infos, ["02 ?k=3", "02 ?k=2", "02 ?k=1", "01 ?k=3", "01 ?k=2", "01 ?k=1"]);
});

test("a preview compares each slot where many tasks are at a time", async (t) => {
  const rig = await rigWith(t, DAILY);
  const [daily] = rig.context.graph().phases;
  // More on the first days than one query answers, none on the 5th, and one on the 6th that goes on.
  const at = (day: number, n: number) =>
    newTask({
      phaseId: daily?.id ?? 0,
      taskTime: wallOf(Date.UTC(2026, 10, day, 5)),
      message: taskMessage({ id: `run-${day}-${n}` }),
      state: day === 6 ? "queued" : "cancelled",
    });
  const many = [1, 2, 3, 4].flatMap((day) => Array.from({ length: 1500 }, (_, n) => at(day, n)));
  await rig.store.createTasks([...many, at(6, 0)], rig.now);
  const { slots } = (await serveRig(t, rig).post<Preview>(URL, WEEK, "viewer")).body;
  assert.deepEqual(
    slots.map((slot) => slot.class),
    ["new", "new", "new", "new", "new", "running", "new"],
  );
});

test("a preview refuses what a backfill could not be made of", async (t) => {
  const { post } = serveRig(t, await rigWith(t, DAILY));
  for (const [change, status, code] of [
    [{ type: "b" }, 404, "unknown_phase"],
    [{ to: "2026-10-01" }, 422, "span"],
    [{ limit: 501 }, 400, "invalid_request"],
    [{ limit: 0 }, 400, "invalid_request"],
    [{ total: 3 }, 400, "invalid_request"],
    [{ cursor: "x" }, 400, "bad_cursor"],
  ] as const) {
    const answer = await post<Problem>(URL, { ...WEEK, ...change });
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(change));
  }
});

test("only the token of the instance names a file of rows outside of the folders for that", async (t) => {
  const rig = await rigWith(t, DAILY, { files: { "rows.csv": "k\n1\n2\n" } });
  const file = join(rig.dir, "rows.csv");
  const { app, post } = serveRig(t, rig, { mayReadMeta: async (path) => path !== file, workers: () => [] });
  const request = { ...WEEK, meta_file: file };
  for (const role of ["viewer", "operator", "admin"] as const) {
    const { status, body } = await post<Problem>(URL, request, role);
    assert.deepEqual([status, body.code], [403, "meta_root"]);
  }
  const refused = await post<Problem>("/api/backfills", { ...request, total: 14 });
  assert.deepEqual([refused.status, refused.body.code], [403, "meta_root"]);
  const headers = { "x-role": "admin", "x-via": "token" };
  const answer = await app.inject({ method: "POST", url: URL, headers, payload: request });
  assert.equal(answer.json<Preview>().slots.length, 14);
});
