import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DAY, HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { alerts, arrive, fireAt, phase, report, rigWith, rootTask, schedule, takeOne, takeSent } from "../rig/drive.ts";
import { alertRig } from "./alert-rig.ts";

const BATCH = phase("load", { rule: "cron=0 0 5 * * *&meta=region:eu,us,asia", template: "?region={meta:region}" });
/** No copies of failed tasks among the messages sent. */
const NO_COPIES = { failedTopic: null };
const AT = Date.UTC(2026, 10, 25, 5);

function states(rig: Rig): string[] {
  return alerts(rig).map(({ type, state, count, open }) => `${type} ${state} ${open} of ${count}`);
}

function byHand(rig: Rig, type: string, at: number): Promise<unknown> {
  const request = { type, job: "", workflow: "", info: null, meta: "", by: "ada" };
  return createTask({ ...request, at }, rig.context);
}

async function failAll(rig: Rig, tasks: readonly TaskMessage[]): Promise<void> {
  for (const task of tasks) await report(rig, task, "error", { msg: "disk full" });
}

describe("an alert about tasks", () => {
  it("is open until each of its rows completes, whichever completes first", async (t) => {
    const rig = await rigWith(t, BATCH, NO_COPIES);
    const [eu, us, asia] = await fireAt(rig, await schedule(rig), AT);
    assert.ok(eu !== undefined && us !== undefined && asia !== undefined);
    await failAll(rig, [eu, us]);
    await report(rig, asia, "complete");
    assert.deepEqual(states(rig), ["retry_exhausted open 2 of 2"]);
    await report(rig, us, "complete");
    await rig.reopen();
    assert.deepEqual(states(rig), ["retry_exhausted open 1 of 2"]);
    await report(rig, eu, "complete");
    assert.deepEqual(states(rig), ["retry_exhausted resolved 0 of 2"]);
  });

  it("is resolved by the same rows made by hand", async (t) => {
    const rig = await rigWith(t, BATCH, NO_COPIES);
    const [eu, us] = await fireAt(rig, await schedule(rig), AT);
    assert.ok(eu !== undefined && us !== undefined);
    await failAll(rig, [eu, us]);
    rig.now += MINUTE;
    await byHand(rig, "load", AT);
    const again = takeSent(rig);
    assert.equal(again.length, 3);
    for (const [index, task] of again.entries()) {
      await report(rig, task, "complete");
      assert.equal(states(rig)[0], `retry_exhausted ${["open 1", "resolved 0", "resolved 0"][index]} of 2`);
    }
  });

  it("is not resolved by another file of that day, but by the same file redriven", async (t) => {
    const rig = await rigWith(t, phase("load", { files: "/in/*/*/*/*.csv" }), NO_COPIES);
    await arrive(rig, "/in/2026/11/24/a.csv");
    await arrive(rig, "/in/2026/11/24/b.csv");
    const [a, b] = takeSent(rig);
    assert.ok(a !== undefined && b !== undefined);
    await failAll(rig, [a]);
    await report(rig, b, "complete");
    rig.now += MINUTE;
    await arrive(rig, "/in/2026/11/24/c.csv");
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(states(rig), ["retry_exhausted open 1 of 1"]);
    await arrive(rig, "/in/2026/11/24/a.csv");
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(states(rig), ["retry_exhausted resolved 0 of 1"]);
  });

  it("is not resolved by another tick of its hour", async (t) => {
    const rig = await rigWith(
      t,
      phase("load", { rule: "cron=0 */15 * * * *", template: "?h={yyyy}{mm}{dd}{hh}" }),
      NO_COPIES,
    );
    const scheduler = await schedule(rig);
    const first = await fireAt(rig, scheduler, rig.now + 15 * MINUTE);
    await failAll(rig, first);
    const second = await fireAt(rig, scheduler, rig.now + 15 * MINUTE);
    assert.equal(second.length, 1);
    await report(rig, second[0] ?? rootTask(rig), "complete");
    assert.equal(states(rig).length, 1);
    assert.deepEqual(states(rig), ["retry_exhausted open 1 of 1"]);
  });

  it("is not resolved by a phase of the same names in another workflow, which has an alert of its own", async (t) => {
    const rig = await openRig({ workflows: { "a.toml": phase("root"), "b.toml": phase("root") } });
    t.after(() => rig.close());
    const [a, b] = ["a", "b"].map((name) =>
      rootTask(rig, { id: name, meta: `workflow=${name}.toml&cron=2026-11-24T00` }),
    );
    assert.ok(a !== undefined && b !== undefined);
    await failAll(rig, [a]);
    await report(rig, { ...b, id: "b-0" }, "complete");
    assert.deepEqual(states(rig), ["retry_exhausted open 1 of 1"]);
    await failAll(rig, [b]);
    await report(rig, b, "complete");
    assert.deepEqual(states(rig), ["retry_exhausted open 1 of 1", "retry_exhausted resolved 0 of 1"]);
  });

  it("tells the children of two parents apart, and knows one whose run was repeated", async (t) => {
    const flow =
      phase("root", { template: "?day={yyyy}" }) +
      phase("rows", { dependsOn: "root", meta: "r:x,y", inherit_meta: true }) +
      phase("leaf", { dependsOn: "rows", template: "?r={meta:r}" });
    const rig = await rigWith(t, flow);
    const run = async (id: string): Promise<TaskMessage[]> => {
      await report(rig, rootTask(rig, { id }), "complete");
      for (const row of takeSent(rig)) await report(rig, row, "complete");
      return takeSent(rig);
    };
    const [x, y] = await run("run-1");
    assert.ok(x !== undefined && y !== undefined);
    await failAll(rig, [x]);
    await report(rig, y, "complete");
    assert.deepEqual(states(rig), ["retry_exhausted open 1 of 1"]);
    rig.now += HOUR;
    const repeated = await run("run-2");
    for (const task of repeated) await report(rig, task, "complete");
    assert.deepEqual(states(rig), ["retry_exhausted resolved 0 of 1"]);
  });

  it("also when a task is late, and by its retry", async (t) => {
    const rig = await rigWith(t, phase("load", { rule: "cron=0 0 5 * * *", retry: 1, retry_delay: "1s" }));
    const [task] = await fireAt(rig, await schedule(rig), AT);
    assert.ok(task !== undefined);
    rig.now += 2 * DAY;
    await checkIncomplete(rig.context);
    assert.deepEqual(states(rig), ["incomplete open 1 of 1"]);
    await failAll(rig, [task]);
    rig.now += HOUR;
    await rig.sweep();
    assert.deepEqual(states(rig), ["incomplete open 1 of 1"]);
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(states(rig), ["incomplete resolved 0 of 1"]);
  });
});

describe("a task that failed for good", () => {
  it("and was well again before anybody was notified is told once, as recovered", async (t) => {
    const rig = await rigWith(t, phase("root"));
    const channel = alertRig(rig);
    await channel.turn();
    await failAll(rig, [rootTask(rig)]);
    await report(rig, rootTask(rig), "complete");
    for (let turn = 0; turn < 3; turn++) {
      rig.now += 2 * HOUR;
      await channel.turn();
    }
    assert.deepEqual(
      channel.received.map(({ text }) => text),
      ["root:                                  1  2026/11/24T00\n    disk full; record 1; 1 recovered\n"],
    );
    assert.equal(channel.received[0]?.alerts[0]?.recovered, true);
  });

  it("is not told as recovered when it completes after it was told", async (t) => {
    const rig = await rigWith(t, phase("root"));
    const channel = alertRig(rig, [{ name: "ops", sendResolved: false }]);
    await channel.turn();
    await failAll(rig, [rootTask(rig)]);
    rig.now += HOUR;
    await channel.turn();
    await report(rig, rootTask(rig), "complete");
    rig.now += 2 * HOUR;
    await channel.turn();
    assert.equal(channel.received.length, 1);
    assert.match(channel.received[0]?.text ?? "", /1 open\n$/);
  });
});
