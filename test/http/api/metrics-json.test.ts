import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { metricsAnswer } from "../../../src/contract/api/instance/metrics-api.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { Buckets } from "../../../src/http/metrics.ts";
import { daysUntilLimit } from "../../../src/contract/live/database-metrics.ts";
import { MEASURED_DATABASE } from "../measured-database.ts";
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
  await rig.store.maintenance.measure();
  rig.now += DAY;
  const { status, body } = await get<z.infer<typeof metricsAnswer>>("/api/metrics");
  assert.equal(status, 200);
  const { database } = body;
  assert.ok(database.size > 100_000 && database.wal > 0 && database.free >= 0);
  const tables = new Map(database.tables.map((table) => [table.name, table]));
  assert.partialDeepStrictEqual(tables.get("task_records"), { rows: 14, growth_per_day: null, rows_per_day: null });
  assert.ok((tables.get("task_records")?.index_bytes ?? 0) > 0);
  assert.equal(tables.get("task_counts_daily")?.rows, 1, "its rows are in its key");
  assert.equal(tables.get("task_search_data")?.rows, null, "its entries are no rows");
  const sum = database.tables.reduce((bytes, one) => bytes + (one.bytes ?? 0) + (one.index_bytes ?? 0), 0);
  assert.ok(sum <= database.size && sum > database.size / 2);
  assert.equal(database.measured?.at, new Date(rig.now - DAY).toISOString());
  assert.deepEqual([database.max_size, database.days_until_limit, database.growth_per_day], [null, null, null]);
  assert.deepEqual(body.queues, { outbox: 0, waiting: 0, queued: 0, sent: 0, running: 0, overdue: 0, dead_letters: 0 });
  assert.deepEqual(body.commit_ms, { count: 0, mean: 0, p50: null, p99: null });
  assert.equal(body.bus.link.name, "memory");
});

test("GET /api/metrics says in how many days the limit is reached, and how much the disks have left", async (t) => {
  const rig = await rigWith(t, FLOW);
  const disk = { path: "/data", free: 5e9, total: 9e9, level: "low" } as const;
  const database = { ...MEASURED_DATABASE, maxSize: 100e6, disks: () => [disk] };
  const { get } = serveRig(t, rig, { database });
  await rig.store.maintenance.measure();
  await deliver(
    rig,
    Array.from({ length: 500 }, (_, n) => rootTask(rig, { id: `run-${n}`, result: "complete" })),
  );
  rig.now += 2 * DAY;
  await rig.store.maintenance.measure();
  const { body } = await get<z.infer<typeof metricsAnswer>>("/api/metrics");
  const { max_size: max, growth_per_day: growth, days_until_limit: days, size, free } = body.database;
  assert.ok(max === 100e6 && growth !== null && growth > 0);
  assert.ok(Math.abs((days ?? 0) - (max - size + free) / growth) <= 0.05, `${days} days`);
  assert.partialDeepStrictEqual(
    body.database.tables.find(({ name }) => name === "task_records"),
    { rows: 500, rows_per_day: 250 },
  );
  assert.deepEqual(body.disks, [disk]);
});

test("the days until a limit are none without a limit or growth, and never below 0", () => {
  const file = { size: 900, free: 100 };
  assert.equal(daysUntilLimit(file, 10, 1000), 20);
  assert.equal(daysUntilLimit(file, 10, 700), 0);
  for (const [growth, limit] of [
    [10, 0],
    [null, 1000],
    [0, 1000],
    [-5, 1000],
  ] as const)
    assert.equal(daysUntilLimit(file, growth, limit), null);
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
