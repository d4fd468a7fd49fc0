import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MINUTE } from "../../../src/contract/time/time-units.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import {
  alerts,
  codes,
  dataOf,
  fireAt,
  phase,
  report,
  rigWith,
  rootTask,
  schedule,
  takeOne,
  takeSent,
} from "../rig/drive.ts";

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

  it("answers the record that was sent, whether the job is in the meta or in the type", async (t) => {
    const flow = phase("root", { rule: "cron=0 0 5 * * *&job=eu&timeout=10m", template: "?d={yyyy}" });
    const rig = await rigWith(t, flow, { failedTopic: null });
    const scheduler = await schedule(rig);
    for (const [day, changes] of [{ job: "" }, { type: "root:eu", job: "" }].entries()) {
      const [task = rootTask(rig)] = await fireAt(rig, scheduler, Date.UTC(2026, 10, 25 + day, 5));
      await report(rig, task, "error", changes);
      rig.now += 11 * MINUTE;
      await checkIncomplete(rig.context);
      assert.deepEqual(
        alerts(rig).map(({ type }) => type),
        Array.from({ length: day + 1 }, () => "retry_exhausted"),
      );
      await report(rig, task, "complete", changes);
      assert.equal(alerts(rig)[day]?.state, "resolved");
    }
    assert.deepEqual(
      rig.stored.tasks().map(({ job, result }) => [job, result]),
      [
        ["eu", "complete"],
        ["eu", "complete"],
      ],
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
