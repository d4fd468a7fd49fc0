import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { workflowReloader } from "../../src/app/build-context.ts";
import { SILENT_LOG } from "../../src/app/log/log.ts";
import { loops } from "../../src/app/loops.ts";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { WorkflowsInForce } from "../../src/engine/workflows/workflows-in-force.ts";
import { AnyObjects } from "../../src/objects/any.ts";
import { fireAt, phase, report, rigWith, schedule, takeSent } from "../engine/rig/drive.ts";

it("the joins of an edit are decided after a restart, once, when the program was killed before", async (t) => {
  const parents = phase("a", { cron: "0 13 * * *" }) + phase("b", { cron: "0 13 * * *" });
  const rig = await rigWith(t, parents + phase("sum", { dependsOn: "a, b", join: "all" }));
  const sent = await fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 24, 13));
  for (const task of sent.filter(({ type }) => type === "a")) await report(rig, task, "complete");
  await rig.write("flow.toml", parents + phase("sum", { dependsOn: "a", join: "all" }));
  assert.equal((await rig.reload()).rejoined.length, 1);
  await rig.reopen();
  takeSent(rig);

  const { context, store, options } = rig;
  const reloader = workflowReloader(options, { runtime: context.runtime, store, objects: new AnyObjects() });
  const workflows = await WorkflowsInForce.read(reloader);
  const {
    services: [deadlines],
  } = loops(options, {
    context,
    bus: createMemoryBus(),
    workflows,
    scheduler: await schedule(rig),
    intake: { reason: null },
    isDrained: () => false,
    onProblem: (name, error) => assert.fail(`${name}: ${error.message}`),
    log: { ...SILENT_LOG, error: (_, line) => assert.fail(line) },
  });
  assert.equal(workflows.current.rejoined.length, 1);
  deadlines?.start();
  while (workflows.current.rejoined.length > 0) await setImmediate();
  await deadlines?.stop();
  assert.deepEqual(
    takeSent(rig).map(({ type }) => type),
    ["sum"],
  );
  assert.deepEqual((await rig.reopen()).rejoined, []);
});
