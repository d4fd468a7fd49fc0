import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { createTask, TaskTooLargeError } from "../../../src/engine/create-task.ts";
import { queryWhyNot } from "../../../src/engine/query-why-not.ts";
import {
  alerts,
  arrive,
  codes,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeSent,
} from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";

const LARGE = "x".repeat(1024 * 1024 + 1);
const ROWS = { "rows.json": `{"k":"${LARGE}"}\n{"k":"small"}\n` };
const BATCH = { "meta-file": "<dir>/rows.json", template: "{meta:k}" };

function told(rig: Rig): unknown {
  return alerts(rig).map(({ type, task_type, job, count, severity }) => [type, task_type, job, count, severity]);
}

const ONE_ALERT = [["task_too_large", "a", "j", 1, "critical"]];

describe("a task that is too large to be handled is an alert and no task", () => {
  it("at a tick: the other rows are made, and why-not says it", async (t) => {
    const rig = await rigWith(t, phase("a:j", { cron: "0 * * * *", ...BATCH }), { files: ROWS });
    const sent = await fireAt(rig, await schedule(rig), rig.now + HOUR);
    assert.deepEqual([sent.map(({ type, info }) => [type, info]), told(rig)], [[["a", "small"]], ONE_ALERT]);
    const [row] = rig.stored.decisions("task_too_large");
    assert.partialDeepStrictEqual(row, { task_time: rig.now, data: { limit: 1024 * 1024 } });
  });

  it("at a tick whose every row is, and with no_alert it is only recorded", async (t) => {
    const flow = phase("a:j", { cron: "0 * * * *", meta: `k:${LARGE}`, template: "{meta:k}", no_alert: true });
    const rig = await rigWith(t, flow);
    assert.deepEqual(await fireAt(rig, await schedule(rig), rig.now + HOUR), []);
    assert.deepEqual([codes(rig), told(rig)], [["task_too_large", "alert_suppressed"], []]);
    const [answer] = await queryWhyNot(
      { type: "a", job: null, workflow: null, taskTime: { kind: "instant", at: rig.now } },
      { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" },
    );
    assert.equal(answer?.findings[0]?.code, "task_too_large");
  });

  it("of a finished parent, by a file, and as a retry", async (t) => {
    const child = phase("a:j", { dependsOn: "root", template: "{meta:k}" });
    const rig = await rigWith(t, child + phase("root", { retry: 1 }) + phase("a:file", { files: "/in/**" }));
    await report(rig, rootTask(rig), "complete", { meta: `workflow=flow.toml&k=${LARGE}` });
    assert.deepEqual([takeSent(rig), told(rig)], [[], ONE_ALERT]);
    await arrive(rig, `/in/${LARGE}`);
    await report(rig, rootTask(rig, { id: "run-2" }), "error", { meta: `workflow=flow.toml&k=${LARGE}` });
    rig.now += MINUTE;
    await rig.sweep();
    const [failed, ...more] = takeSent(rig);
    assert.match(failed?.meta ?? "", /&retried=0&retry=failed&/, "without its retry the task has failed for good");
    assert.deepEqual([more, alerts(rig).length], [[], 4]);
    assert.deepEqual(records(rig), ["root finished complete 0", "root finished error 0"]);
  });

  it("by hand it is refused with a sentence, whether its phase or the request makes it so, and none of its rows is made", async (t) => {
    const rig = await rigWith(t, phase("a:j", BATCH) + phase("a:k", { meta: "k:1,2" }), { files: ROWS });
    const request = { type: "a", job: "j", at: null, workflow: "", info: null, meta: "", by: "a test" };
    for (const more of [
      {},
      { job: "k", info: LARGE },
      { job: "k", meta: `k=${LARGE}` },
      { type: "b", job: "", info: LARGE },
    ]) {
      const name = `${more.type ?? "a"}${more.job === "" ? "" : `:${more.job ?? "j"}`}`;
      await assert.rejects(createTask({ ...request, ...more }, rig.context), (error) => {
        assert.ok(error instanceof TaskTooLargeError);
        assert.match(error.message, new RegExp(`^${name}: a task of \\d+ characters was not made, at most 1048576 `));
        return true;
      });
    }
    assert.deepEqual([takeSent(rig), records(rig), alerts(rig)], [[], [], []]);
    const made = await createTask({ ...request, info: "small", meta: "k=small" }, rig.context);
    assert.equal(made.length, 2, "what the request replaces does not count");
  });
});
