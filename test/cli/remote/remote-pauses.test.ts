import assert from "node:assert/strict";
import { test } from "node:test";
import { remotePauses } from "../../../src/cli/remote/remote-pauses.ts";
import { parsePhaseKey } from "../../../src/contract/api/workflows/phase-key.ts";

const NOWHERE = { job: null, workflow: null };

test("pauses of a running instance name the phase in their address", async () => {
  const requests: (readonly [string, object])[] = [];
  const pauses = remotePauses(async (path, body) => {
    requests.push([path, body]);
    return { paused: [], resumed: [], dropped: 0, still_paused: [] };
  });
  const why = { until: Date.UTC(2026, 0, 31, 18), by: "ann", reason: "new disk" };
  await pauses.pause({ ...NOWHERE, type: "load", ...why });
  await pauses.pause({ type: "load", job: "a/b", workflow: "sub/sales.toml", ...why });
  await pauses.pause({ ...NOWHERE, type: null, ...why, until: null });
  await pauses.resume({ ...NOWHERE, type: "7", drop: true, by: "ann", reason: "" });
  await pauses.resume({ ...NOWHERE, type: null, drop: false, by: "ann", reason: "" });
  const paused = { until: "2026-01-31T18:00:00Z", by: "ann", reason: "new disk" };
  assert.deepEqual(requests, [
    ["/api/workflows/phases/load%3A/pause", paused],
    ["/api/workflows/phases/load%3Aa%2Fb/pause?workflow=sub%2Fsales.toml", paused],
    ["/api/pause", { ...paused, until: null }],
    ["/api/workflows/phases/7%3A/resume", { drop: true, by: "ann", reason: "" }],
    ["/api/resume", { drop: false, by: "ann", reason: "" }],
  ]);
});

test("a key is an id, or a type with or without a job", () => {
  assert.deepEqual(parsePhaseKey("12"), { phaseId: 12 });
  assert.deepEqual(parsePhaseKey("12:"), { type: "12", job: null });
  assert.deepEqual(parsePhaseKey("0"), { type: "0", job: null });
  assert.deepEqual(parsePhaseKey("load"), { type: "load", job: null });
  assert.deepEqual(parsePhaseKey("load:a:b"), { type: "load", job: "a:b" });
  assert.equal(parsePhaseKey(":a"), null);
  assert.equal(parsePhaseKey(""), null);
});
