import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { pauseAnswer, resumeAnswer } from "../../../../src/contract/api/workflows/pause-api.ts";
import type { createTaskAnswer } from "../../../../src/contract/api/tasks/create-task-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { phase, rigWith, takeOne } from "../../../engine/rig/drive.ts";
import { openRig } from "../../../engine/rig/rig.ts";
import { serveRig } from "../../served-rig.ts";

type Paused = z.infer<typeof pauseAnswer>;
type Resumed = z.infer<typeof resumeAnswer>;
type Made = z.infer<typeof createTaskAnswer>;

const LOAD = phase("load:daily", { cron: "0 5 * * *" });

test("a phase is paused and resumed by its id, its task, or its type", async (t) => {
  const rig = await rigWith(t, LOAD + phase("load:hourly", { cron: "@hourly" }) + phase("7", { cron: "@hourly" }));
  const { post } = serveRig(t, rig);
  const idOf = (task: string) => rig.context.graph().phases.find((one) => one.task === task)?.id ?? 0;
  for (const [key, task] of [
    [String(idOf("load:daily")), "load:daily"],
    ["load:hourly", "load:hourly"],
    [encodeURIComponent("load:daily"), "load:daily"],
    ["7:", "7"],
  ] as const) {
    const scope = { phase_id: idOf(task), task, workflow: "flow.toml" };
    const paused = await post<Paused>(`/api/workflows/phases/${key}/pause`, { reason: "new disk" });
    assert.deepEqual([paused.status, paused.body], [200, { paused: [scope] }], key);
    assert.equal(rig.context.graph().byId.get(scope.phase_id)?.rule.paused, true);
    const resumed = await post<Resumed>(`/api/workflows/phases/${key}/resume`, {});
    assert.deepEqual(resumed.body, { resumed: [scope], dropped: 0, still_paused: [] });
    assert.equal(rig.context.graph().byId.get(scope.phase_id)?.rule.paused, false);
  }
});

test("two files with the same phase need the name of one", async (t) => {
  const rig = await openRig({ workflows: { "a.toml": LOAD, "sub/b.toml": LOAD } });
  t.after(() => rig.close());
  const { post } = serveRig(t, rig);
  const ambiguous = await post<Problem>("/api/workflows/phases/load/pause", { reason: "" });
  assert.deepEqual([ambiguous.status, ambiguous.body.code], [422, "ambiguous_phase"]);
  const { body } = await post<Paused>("/api/workflows/phases/load:daily/pause?workflow=sub%2Fb.toml", { reason: "" });
  assert.deepEqual(
    body.paused.map(({ workflow }) => workflow),
    ["sub/b.toml"],
  );
  await post("/api/workflows/phases/load/trigger?workflow=sub/b.toml", { at: "2026-11-24" });
  assert.match(rig.stored.tasks()[0]?.meta ?? "", /workflow=sub%2Fb\.toml|workflow=sub\/b\.toml/);
});

test("a phase that its file has twice is triggered by its id", async (t) => {
  const rig = await rigWith(t, phase("a", { template: "?one" }) + phase("a", { template: "?two" }));
  const { post } = serveRig(t, rig);
  const [one, two] = rig.context.graph().phases;
  for (const [id, info] of [
    [one?.id, "?one"],
    [two?.id, "?two"],
  ]) {
    const { status, body } = await post<Made>(`/api/workflows/phases/${id}/trigger`, { reason: "by hand" });
    assert.deepEqual([status, body.tasks[0]?.info, takeOne(rig).info], [200, info, info]);
  }
  assert.equal((await post<Paused>("/api/workflows/phases/a/pause", { reason: "" })).body.paused.length, 2);
});

test("all phases are paused and resumed at once, and one phase is not resumed with them", async (t) => {
  const rig = await rigWith(t, LOAD);
  const { post } = serveRig(t, rig);
  await post("/api/workflows/phases/load/pause", { reason: "one" });
  const all = { phase_id: 0, task: "", workflow: "" };
  const until = "2026-11-25T00:00:00Z";
  assert.deepEqual((await post<Paused>("/api/pause", { until, reason: "all" })).body, { paused: [all] });
  const held = (await post<Resumed>("/api/workflows/phases/load/resume", {})).body.still_paused;
  assert.deepEqual(held[0]?.because, "all phases are paused: flowlord resume --all");
  assert.deepEqual((await post<Resumed>("/api/resume", { drop: true })).body, {
    resumed: [all],
    dropped: 0,
    still_paused: [],
  });
  const again = await post<Problem>("/api/resume", {});
  assert.deepEqual([again.status, again.body.code], [409, "not_paused"]);
});

test("what names no phase, or a time that is over, is refused; a viewer changes nothing", async (t) => {
  const { post } = serveRig(t, await rigWith(t, LOAD));
  const refused = async (url: string, payload: object, role?: "viewer") => {
    const { status, body } = await post<Problem>(url, payload, role ?? "operator");
    return [status, body.code];
  };
  const long = encodeURIComponent("x".repeat(402));
  for (const act of ["pause", "resume", "trigger"]) {
    const body = act === "pause" ? { reason: "" } : {};
    const at = (key: string) => `/api/workflows/phases/${key}/${act}`;
    assert.deepEqual(await refused(at("no"), body), [404, "unknown_phase"], act);
    assert.deepEqual(await refused(at("99"), body), [404, "unknown_phase"], act);
    assert.deepEqual(await refused(at(":daily"), body), [400, "invalid_request"], act);
    assert.deepEqual(await refused(at(long), body), [400, "invalid_request"], act);
    assert.deepEqual(await refused(at("load"), body, "viewer"), [403, "role"], act);
    assert.deepEqual(await refused(at("load"), { ...body, type: "x" }, undefined), [400, "invalid_request"], act);
    assert.deepEqual(await refused(`${at("load")}?workflow=b.toml`, body), [404, "unknown_phase"], act);
  }
  assert.deepEqual(await refused("/api/pause", { reason: "", until: "2020-01-01T00:00:00Z" }), [422, "past_time"]);
  assert.deepEqual(await refused("/api/workflows/phases/load/trigger", { at: "1/2/26" }), [400, "invalid_request"]);
});
