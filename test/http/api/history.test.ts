import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { databaseHistoryAnswer, healthHistoryAnswer } from "../../../src/contract/api/instance/history-api.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { DAY, MINUTE } from "../../../src/contract/time/time-units.ts";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

const FLOW = phase("a", { cron: "0 5 * * *" });

test("GET /api/health/history answers by steps, and leaves out those without a measurement", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  const measured = { measured_ms: MINUTE, bus_ms: 0, store_ms: 0, scheduler_ms: 0, disk_ms: 0, loop_ms: 1 };
  const at = Date.UTC(2026, 0, 14, 10, 2);
  await rig.store.maintenance.sampled({
    ...measured,
    at,
    first: true,
    lag_ms: 38,
    commit_ms: 2.1,
    messages: 41,
    memory: 5,
  });
  const asked = "from=2026-01-14T00:00:00Z&until=2026-01-15T00:00:00Z";
  const { body } = await get<z.infer<typeof healthHistoryAnswer>>(`/api/health/history?${asked}`);
  assert.deepEqual(body.steps, [
    { ...measured, at: "2026-01-14T10:00:00.000Z", starts: 1, lag_ms: 38, commit_ms: 2.1, messages: 41, memory: 5 },
  ]);
  const refused = await get<Problem>(`/api/health/history?${asked}&step=60`);
  assert.equal(refused.status, 200, "1,440 steps");
  const tooMany = await get<Problem>(
    "/api/health/history?from=2026-01-01T00:00:00Z&until=2026-01-15T00:00:00Z&step=60",
  );
  assert.deepEqual([tooMany.status, tooMany.body.errors?.[0]?.pointer], [400, "/query/until"]);
});

test("GET /api/database/history has the largest tables by name, and the others together", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  rig.now -= DAY;
  await rig.store.maintenance.measure();
  rig.now += DAY;
  await rig.store.maintenance.measure();
  const { body } = await get<z.infer<typeof databaseHistoryAnswer>>("/api/database/history?days=7");
  assert.deepEqual([body.tables.length, body.days.length], [5, 2]);
  for (const { bytes, other } of body.days) {
    assert.equal(bytes.length, 5);
    assert.ok(bytes.every((one) => one > 0) && other > 0);
  }
});
