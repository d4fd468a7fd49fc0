import assert from "node:assert/strict";
import { it } from "node:test";
import { createTask } from "../../src/engine/create-task.ts";
import { phase, rigWith } from "./rig/drive.ts";

const REQUEST = { type: "load", job: "", at: null, workflow: "", info: null, meta: "", by: "test" };
const CHILD = phase("root", { cron: "@yearly" }) + phase("load", { dependsOn: "root", template: "?n={meta:n}" });

it("fills the template of a child with the meta of the request", async (t) => {
  const rig = await rigWith(t, CHILD);
  const [task] = await createTask({ ...REQUEST, meta: "n=5&more=1" }, rig.context);
  assert.equal(task?.info, "?n=5");
  assert.match(task?.meta ?? "", /more=1&n=5/);
});

it("takes the info of the request as it is", async (t) => {
  const rig = await rigWith(t, CHILD);
  const [task] = await createTask({ ...REQUEST, meta: "n=5", info: '{"n":{n},"m":"{{x}}"}' }, rig.context);
  assert.equal(task?.info, '{"n":{n},"m":"{{x}}"}');
});
