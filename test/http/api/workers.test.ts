import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { workersAnswer } from "../../../src/contract/api/tasks/worker-api.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { phase, report, rigWith, takeOne } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

type Page = z.infer<typeof workersAnswer>;

test("GET /api/workers has those that were heard of and those of the instance, a page at a time", async (t) => {
  const rig = await rigWith(t, phase("load:a", { cron: "@daily" }) + phase("sum", { cron: "@daily" }));
  const workers = () => [
    { type: "load", job: null, kind: "exec" as const, concurrency: 4 },
    { type: "mail", job: "ops", kind: "http" as const, concurrency: 1 },
  ];
  const { get, post } = serveRig(t, rig, { mayReadMeta: async () => false, workers });
  await post("/api/workflows/phases/load/trigger", {});
  await report(rig, takeOne(rig), "complete");
  const { status, body } = await get<Page>("/api/workers");
  assert.equal(status, 200);
  assert.deepEqual(body, {
    workers: [
      {
        type: "load",
        job: "a",
        kind: "exec",
        concurrency: 4,
        sent: 0,
        running: 0,
        done: 1,
        failed: 0,
        last_heard: "2026-11-24T12:00:00.000Z",
        instances: [],
      },
      {
        type: "mail",
        job: "ops",
        kind: "http",
        concurrency: 1,
        sent: 0,
        running: 0,
        done: 0,
        failed: 0,
        last_heard: null,
        instances: [],
      },
    ],
    drained: false,
    running: 0,
    pagination: { next_cursor: null, page: 1, total: 2, total_is: "exact" },
  });
  const first = (await get<Page>("/api/workers?limit=1")).body;
  const second = await get<Page>(`/api/workers?limit=1&cursor=${first.pagination.next_cursor}`);
  assert.deepEqual([second.body.workers[0]?.type, second.body.pagination.next_cursor], ["mail", null]);
  assert.equal((await get<Problem>("/api/workers?limit=0")).status, 400);
});

test("POST /api/workers/drain needs an operator", async (t) => {
  const { post } = serveRig(t, await rigWith(t, phase("a")));
  assert.deepEqual((await post("/api/workers/drain", {})).body, { drained: true, running: 0 });
  assert.equal((await post<Problem>("/api/workers/drain", {}, "viewer")).body.code, "role");
});
