import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alerts, codes, dataOf, phase, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";

const FLOW = phase("root", { retry: 1 }) + phase("root:eu", { retry: 2 });
const META = "workflow=flow.toml&cron=2026-11-24T00&job=eu";

describe("a job that only the meta names", () => {
  it("is retried by the phase of that job, and the retry has the job", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig, { meta: META }), "error");
    assert.deepEqual(dataOf(rig, "retry_scheduled")["of"], 2);
    assert.deepEqual(
      rig.stored.tasks().map(({ job, attempt }) => [job, attempt]),
      [
        ["", 0],
        ["eu", 1],
      ],
    );
  });

  it("starts the children of that job, and comes as that parent of a join", async (t) => {
    const children =
      phase("eu", { dependsOn: "root:eu" }) +
      phase("us", { dependsOn: "root:us" }) +
      '[[phase]]\ntask = "both"\ndependsOn = ["root:eu", "root:us"]\njoin = "all"\n';
    const rig = await rigWith(t, FLOW + phase("root:us") + children);
    await report(rig, rootTask(rig, { meta: META }), "complete");
    assert.equal(takeOne(rig).type, "eu");
    await report(rig, rootTask(rig, { id: "run-2", meta: META.replace("job=eu", "job=us") }), "complete");
    assert.deepEqual(
      takeSent(rig).map(({ type }) => type),
      ["us", "both"],
    );
  });

  it("does not count beside the job of the task itself", async (t) => {
    const rig = await rigWith(t, FLOW + phase("eu", { dependsOn: "root:eu" }) + phase("us", { dependsOn: "root:us" }));
    await report(rig, rootTask(rig, { job: "us", meta: META }), "complete");
    assert.equal(takeOne(rig).type, "us");
  });

  it("belongs to no phase when none has it", async (t) => {
    const rig = await rigWith(t, FLOW + phase("eu", { dependsOn: "root:eu" }));
    await report(rig, rootTask(rig, { meta: META.replace("eu", "mars") }), "complete");
    await report(rig, rootTask(rig, { id: "run-2", meta: META.replace("eu", "mars") }), "error");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(codes(rig), ["external_task", "result_recorded", "external_task", "phase_unknown"]);
    assert.equal(alerts(rig).length, 1);
  });
});
