import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { arrive, fireAt, phase, report, rigWith, rootTask, schedule, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const FROM = { dependsOn: "split", template: "?f={meta:file}" };
/** What a person gives in place of split. */
const GIVEN = "file=b&rows=1";
const MERGE = phase("merge", { dependsOn: "left, right", join: "all" });
const TREE = phase("left", FROM) + phase("right", { ...FROM, require: "rows" }) + MERGE;

async function trigger(rig: Rig, type: string, at: number | null = null, meta = ""): Promise<TaskMessage> {
  await createTask({ type, job: "", at, workflow: "", info: null, meta, by: "test" }, rig.context);
  return takeOne(rig);
}

async function done(rig: Rig, task: TaskMessage | undefined, result = "complete", meta = ""): Promise<TaskMessage[]> {
  assert.ok(task !== undefined);
  await report(rig, task, result, { meta: meta === "" ? task.meta : `${task.meta}&${meta}` });
  return takeSent(rig).filter((one) => !one.meta.includes("retry=failed"));
}

const types = (tasks: readonly TaskMessage[]) => tasks.map(({ type }) => type);

describe("a task by hand in place of a parent of a join", () => {
  it("that was never made, of a task with that time", async (t) => {
    const rig = await rigWith(t, phase("split", { cron: "0 5 * * *" }) + TREE);
    const scheduler = await schedule(rig);
    for (const at of [FIVE, FIVE + DAY]) {
      const [split] = await fireAt(rig, scheduler, at);
      const [left, ...others] = await done(rig, split);
      assert.deepEqual(types(others), [], "right needs rows");
      assert.deepEqual(await done(rig, left), []);
    }
    await rig.reopen();
    assert.deepEqual(await done(rig, await trigger(rig, "right", FIVE + 2 * DAY, GIVEN)), [], "of another day");
    const [merge, ...more] = await done(rig, await trigger(rig, "right", FIVE, GIVEN));
    assert.equal(merge?.meta, "workflow=flow.toml&cron=2026-11-25T05");
    assert.deepEqual(more, []);
  });

  it("that failed, also where a person cannot give it the same info", async (t) => {
    const rig = await rigWith(t, phase("split", { files: "/in/*/*" }) + TREE);
    await arrive(rig, "/in/2026-07-01/a");
    const [left, right] = await done(rig, takeOne(rig), "complete", "rows=1&file=a");
    assert.deepEqual(await done(rig, left), []);
    assert.deepEqual(await done(rig, right, "error"), []);
    rig.now += 60_000;
    const again = await trigger(rig, "right", Date.UTC(2026, 6, 1), GIVEN);
    assert.notEqual(again.info, right?.info);
    assert.deepEqual(types(await done(rig, again)), ["merge"]);
  });

  it("whose task time is absent", async (t) => {
    const rig = await rigWith(t, phase("split", { files: "/in/*" }) + TREE);
    await arrive(rig, "/in/a");
    const [left] = await done(rig, takeOne(rig));
    assert.deepEqual(await done(rig, left), []);
    assert.deepEqual(await done(rig, await trigger(rig, "right", FIVE, GIVEN)), [], "a time was given");
    assert.deepEqual(types(await done(rig, await trigger(rig, "right", null, GIVEN))), ["merge"]);
    await arrive(rig, "/in/b", "/in/c");
    for (const split of takeSent(rig)) await done(rig, (await done(rig, split))[0]);
    assert.deepEqual(await done(rig, await trigger(rig, "right", null, GIVEN)), [], "two could be meant");
  });

  it("of one run without a time, where nothing is common", async (t) => {
    const rig = await rigWith(t, phase("left", { retry: 0 }) + phase("right", { retry: 0 }) + MERGE);
    const untimed = { info: "", meta: "workflow=flow.toml", id: "r-1" };
    await done(rig, rootTask(rig, { ...untimed, type: "left" }));
    await done(rig, rootTask(rig, { ...untimed, type: "right" }), "error");
    rig.now += 60_000;
    assert.deepEqual(types(await done(rig, await trigger(rig, "right"))), ["merge"]);
  });

  it("again, of a parent that has completed: its failure takes nothing back", async (t) => {
    const rig = await rigWith(t, phase("left", { retry: 0 }) + phase("right", { retry: 0 }) + MERGE);
    const untimed = { info: "", meta: "workflow=flow.toml", id: "r-1" };
    await done(rig, rootTask(rig, { ...untimed, type: "left" }));
    await retryTasks([1], { by: "ann", reason: "", withChildren: false, edit: null }, rig.context);
    assert.deepEqual(await done(rig, takeOne(rig), "error"), []);
    await rig.reopen();
    assert.deepEqual(types(await done(rig, rootTask(rig, { ...untimed, type: "right" }))), ["merge"]);
  });

  it("does not stand for another row of its own batch", async (t) => {
    const batch = phase("left", { cron: "0 5 * * *", rule: "meta=r:x,y", template: "?r={meta:r}" });
    const rig = await rigWith(t, batch + phase("merge", { dependsOn: "left", join: "all" }));
    await createTask({ type: "left", job: "", at: FIVE, workflow: "", info: null, meta: "", by: "test" }, rig.context);
    const [x, y] = takeSent(rig);
    rig.now += 60_000;
    assert.deepEqual(await done(rig, x, "error"), []);
    assert.deepEqual(await done(rig, y), [], "x failed");
    assert.deepEqual(types(await done(rig, x)), ["merge"], "a result that comes late completes it");
  });

  it("begins a completed join anew, with and without an ancestor", async (t) => {
    const flat = phase("a", { cron: "0 5 * * *" }) + phase("b", { cron: "0 5 * * *" });
    const flow = `${flat}${phase("sum", { dependsOn: "a, b", join: "all" })}${phase("split", { cron: "0 5 * * *" })}${TREE}`;
    const rig = await rigWith(t, flow);
    const sent = await fireAt(rig, await schedule(rig), FIVE);
    const [split] = sent.filter(({ type }) => type === "split");
    const halves = await done(rig, split, "complete", "rows=1&file=a");
    const first: string[] = [];
    for (const one of [...sent.filter((task) => task !== split), ...halves]) first.push(...types(await done(rig, one)));
    assert.deepEqual(first.toSorted(), ["merge", "sum"]);
    for (const [one, other, child] of [
      ["a", "b", "sum"],
      ["left", "right", "merge"],
    ] as const) {
      const given = child === "merge" ? "file=a&rows=1" : "";
      assert.deepEqual(await done(rig, await trigger(rig, one, FIVE, given)), [], `${child} waits for both again`);
      await rig.reopen();
      takeSent(rig);
      assert.deepEqual(types(await done(rig, await trigger(rig, other, FIVE, given))), [child]);
    }
  });
});
