import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { metricsAnswer } from "../../../src/contract/api/instance/metrics-api.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { Buckets } from "../../../src/http/metrics.ts";
import { deliver, phase, rigWith, rootTask } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

const FLOW = phase("a", { cron: "0 5 * * *" });

test("GET /api/metrics says how large the database and its tables are", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  rig.now -= DAY;
  await deliver(
    rig,
    Array.from({ length: 14 }, (_, n) => rootTask(rig, { id: `run-${n}`, result: "complete" })),
  );
  rig.now += DAY;
  const { status, body } = await get<z.infer<typeof metricsAnswer>>("/api/metrics");
  assert.equal(status, 200);
  const { database } = body;
  assert.ok(database.size > 100_000 && database.wal > 0 && database.free >= 0);
  const tables = new Map(database.tables.map((table) => [table.name, table]));
  assert.partialDeepStrictEqual(tables.get("task_records"), { rows: 14, growth_per_day: 2 });
  assert.ok((tables.get("task_records")?.index_bytes ?? 0) > 0);
  assert.equal(tables.get("task_counts_daily")?.rows, null, "it has no row ids");
  assert.equal(tables.get("task_search_data")?.rows, null, "its row ids number no rows");
  const sum = database.tables.reduce((bytes, one) => bytes + (one.bytes ?? 0) + (one.index_bytes ?? 0), 0);
  assert.ok(sum <= database.size && sum > database.size / 2);
  assert.deepEqual(body.queues, { outbox: 0, waiting: 0, queued: 0, sent: 0, running: 0, overdue: 0, dead_letters: 0 });
  assert.deepEqual(body.commit_ms, { count: 0, mean: 0, p50: null, p99: null });
  assert.equal(body.bus.link.name, "memory");
});

test("GET /api/health/live and /ready need no login and tell no detail", async (t) => {
  const rig = await rigWith(t, FLOW);
  let working = true;
  const store = (): object => ({ working, reason: working ? null : "the disk is full", integrity: "checked" });
  const well = { working: true, reason: null };
  const status = () => ({ bus: well, store: store(), scheduler: well, degraded: [] }) as never;
  const { get } = serveRig(t, rig, { status });
  const nobody = undefined as never;
  assert.deepEqual((await get("/api/health/live", nobody)).body, { status: "ok" });
  assert.deepEqual((await get("/api/health/ready", nobody)).body, { status: "ok" });
  working = false;
  assert.equal((await get("/api/health/live", nobody)).status, 200);
  const refused = await get<Problem>("/api/health/ready", nobody);
  assert.deepEqual([refused.status, refused.body.code], [503, "not_ready"]);
  assert.doesNotMatch(JSON.stringify(refused.body), /disk/);
});

test("a share of the values in buckets is the bound that they are below", () => {
  const buckets = new Buckets([1, 2, 5]);
  assert.equal(buckets.quantile(0.5), null);
  for (const value of [0.5, 0.6, 1.5, 4]) buckets.add(value);
  assert.deepEqual(
    [0.5, 0.75, 0.99].map((share) => buckets.quantile(share)),
    [1, 2, 5],
  );
  buckets.add(9);
  assert.equal(buckets.quantile(1), null, "above the last bound");
});
