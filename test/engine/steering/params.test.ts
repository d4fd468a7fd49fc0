import assert from "node:assert/strict";
import { test } from "node:test";
import { createTask, ParamError, type TaskRequest } from "../../../src/engine/create-task.ts";
import { phase, rigWith, takeOne } from "../rig/drive.ts";

const FLOW =
  phase("a", { template: "?region={meta:region}&key={meta:key}" }) +
  '[[phase.param]]\nname = "region"\nchoices = ["eu", "us"]\n[[phase.param]]\nname = "key"\nsecret = true\ndefault = "k-1"\n';

const request = (meta: string, more: Partial<TaskRequest> = {}): TaskRequest => ({
  type: "a",
  job: "",
  at: null,
  workflow: "",
  info: null,
  meta,
  by: "a test",
  ...more,
});

test("a task by hand has the inputs of its phase, with their defaults, and secrets are not shown", async (t) => {
  const rig = await rigWith(t, FLOW);
  const [made] = await createTask(request("region=eu"), rig.context);
  assert.equal(takeOne(rig).info, "?region=eu&key=k-1");
  assert.equal(made?.info, "?region=eu&key=***");
  assert.ok(made?.meta.includes("key=***"));
});

test("a task by hand without its inputs is refused, unless it has its own info", async (t) => {
  const rig = await rigWith(t, FLOW);
  await assert.rejects(createTask(request(""), rig.context), ParamError);
  await assert.rejects(createTask(request("region=fr"), rig.context), /region is one of eu, us, and "fr" is not/);
  await createTask(request("", { info: "?own" }), rig.context);
  assert.equal(takeOne(rig).info, "?own");
});
