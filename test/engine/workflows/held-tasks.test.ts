import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { arrive, dataOf, phase, records, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const REQUEST = { type: "a", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" };

/** Records of each state that count or wait. */
function slots(rig: Rig): string {
  const tasks = rig.stored.tasks();
  const held = tasks.filter((task) => task.held === 1).length;
  const active = tasks.filter((task) => ["queued", "waiting"].includes(task.state) && task.held === 0).length;
  return `${active} active, ${held} held`;
}

describe("a paused phase", () => {
  const keys = { files: "/in/*.csv", dependsOn: "root", gather: 2 };

  for (const [name, cap, atResume] of [
    ["without a cap", {}, 2],
    ["with a cap", { max_active: 1 }, 1],
  ] as const) {
    it(`${name} keeps what files and parents ask for until it is resumed, also over a restart`, async (t) => {
      const rig = await rigWith(t, phase("a", { ...keys, ...cap, paused: true }));
      await arrive(rig, "/in/1.csv", "/in/2.csv");
      await report(rig, rootTask(rig), "complete");
      assert.equal(slots(rig), "0 active, 2 held");
      assert.equal(dataOf(rig, "held")["paused"], true);
      await rig.reopen();
      assert.equal(await releaseHeld(rig.context), false);
      assert.deepEqual(takeSent(rig), []);
      rig.now += HOUR;
      await rig.write("flow.toml", phase("a", { ...keys, ...cap }));
      await rig.reload();
      assert.equal(await releaseHeld(rig.context), true);
      assert.equal(takeSent(rig).length, atResume);
    });
  }

  it("keeps its waiting tasks when an earlier one ends", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    await rig.write("flow.toml", phase("a", { files: "/in/*.csv", max_active: 1, paused: true }));
    await rig.reload();
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.equal(slots(rig), "0 active, 1 held");
  });

  it("starts what is created by hand", async (t) => {
    const rig = await rigWith(t, phase("a", { ...keys, paused: true }));
    await createTask(REQUEST, rig.context);
    assert.equal(takeSent(rig).length, 1);
  });
});

describe("held tasks after a reload", () => {
  async function twoHeld(t: Parameters<typeof rigWith>[0]): Promise<Rig> {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv", "/in/3.csv", "/in/4.csv");
    takeOne(rig);
    return rig;
  }

  it("are released up to a raised cap", async (t) => {
    const rig = await twoHeld(t);
    await rig.write("flow.toml", phase("a", { files: "/in/*.csv", max_active: 3 }));
    await rig.reload();
    await releaseHeld(rig.context);
    assert.equal(takeSent(rig).length, 2);
    assert.equal(slots(rig), "3 active, 1 held");
  });

  it("are all released when the cap is removed: decided tasks are sent", async (t) => {
    const rig = await twoHeld(t);
    await rig.write("flow.toml", phase("a", { files: "/in/*.csv" }));
    await rig.reload();
    while (await releaseHeld(rig.context));
    assert.equal(takeSent(rig).length, 3);
  });

  it("go one by one under the cap that their phase had when it is removed or renamed, and that is said", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1 }));
    await arrive(rig, "/in/1.csv", "/in/2.csv", "/in/3.csv");
    let task = takeOne(rig);
    await rig.write("flow.toml", phase("b", { files: "/in/*.csv", max_active: 1 }));
    const { leftHeld } = await rig.reload();
    assert.partialDeepStrictEqual(leftHeld, [
      { task: "a", workflow: "flow.toml", held: 2, cap: 1, onRemoved: "release" },
    ]);
    assert.partialDeepStrictEqual(dataOf(rig, "phase_retired"), { held: 2, cap: 1, on_removed: "release" });
    for (const file of ["2.csv", "3.csv"]) {
      await releaseHeld(rig.context);
      assert.deepEqual(takeSent(rig), [], "the earlier one is unfinished");
      rig.now += MINUTE;
      await rig.reopen();
      await report(rig, task, "complete");
      while (await releaseHeld(rig.context));
      task = takeOne(rig);
      assert.ok(task.meta.includes(file), task.meta);
    }
    assert.equal(rig.stored.decisions("phase_retired").length, 1);
  });

  for (const [where, before, after] of [
    ["the phase", phase("a", { files: "/in/*.csv", max_active: 1, on_removed: "cancel" }), phase("b")],
    ["the file", `on_removed = "cancel"\n${phase("a", { files: "/in/*.csv", max_active: 1 })}`, phase("b")],
    ["the file from now on", phase("a", { files: "/in/*.csv", max_active: 1 }), `on_removed = "cancel"\n${phase("b")}`],
  ] as const) {
    it(`are cancelled where ${where} says so`, async (t) => {
      const rig = await rigWith(t, before);
      await arrive(rig, "/in/1.csv", "/in/2.csv", "/in/3.csv");
      await rig.write("flow.toml", after);
      await rig.reload();
      assert.equal(await releaseHeld(rig.context), true);
      assert.deepEqual(records(rig), ["a queued - 0", "a cancelled - 0", "a cancelled - 0"]);
      assert.equal(dataOf(rig, "phase_retired")["on_removed"], "cancel");
      assert.deepEqual(
        rig.stored.decisions("held_cancelled").map(({ record_id }) => record_id),
        [2, 3],
      );
      assert.equal(await releaseHeld(rig.context), false);
    });
  }

  it("stay held while nothing changes", async (t) => {
    const rig = await twoHeld(t);
    assert.equal(await releaseHeld(rig.context), false);
    assert.equal(slots(rig), "1 active, 3 held");
  });
});
