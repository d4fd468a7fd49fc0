import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import { changeBackfill } from "../../../src/engine/backfill/change-backfill.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { cancelByHand, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { arrive, phase, report, rigWith, takeOne, takeSent } from "../rig/drive.ts";
import { begin, turns } from "./ask.ts";

const RULE = { rule: "cron=0 5 * * *", template: "?day={yyyy}-{mm}-{dd}", retry: 2 };
const DAY = "2026-11-01";
const ANN = { by: "ann", reason: "" };

describe("a backfill", () => {
  for (const result of ["complete", "error"]) {
    it(`that is cancelled stops its tasks, and a late ${result} starts nothing`, async (t) => {
      const rig = await rigWith(t, phase("a", RULE) + phase("b", { dependsOn: "a", template: "?child" }));
      const stopped: unknown[] = [];
      rig.context.stopTasks = (tasks) => void stopped.push(...tasks);
      const runner = new BackfillRunner(rig.context, 10);
      const id = await begin(rig, DAY, DAY, { children: true });
      await turns(runner, 2);
      const task = takeOne(rig);
      await changeBackfill({ id, act: "cancel", ...ANN }, rig.context);
      await turns(runner, 2);
      assert.equal(stopped.length, 1);
      await report(rig, task, result);
      assert.equal(rig.stored.tasks().length, 1);
      assert.deepEqual(takeSent(rig), []);
    });
  }

  it("that has planned far enough ahead rests until there is something to do", async (t) => {
    const rig = await rigWith(t, phase("a", RULE));
    const runner = new BackfillRunner(rig.context, 10);
    await begin(rig, "2020-01-01", DAY, { maxActive: 1 });
    await turns(runner, 10);
    assert.ok(((await runner.run()) ?? Infinity) - rig.now > 100);
  });

  it("does not yield to what a paused phase of its type keeps", async (t) => {
    const kept = phase("a:other", { rule: "files=/in/*.csv&paused=true", template: "{meta:file}" });
    const rig = await rigWith(t, phase("a", RULE) + kept);
    await arrive(rig, "/in/1.csv");
    const runner = new BackfillRunner(rig.context, 10);
    await begin(rig, DAY, "2026-11-10", {});
    await turns(runner, 5);
    assert.equal(takeSent(rig).length, 10);
  });

  it("yields to tasks of its type that wait for the bus, and makes one in a turn of its own", async (t) => {
    const rig = await rigWith(t, phase("a", RULE));
    const runner = new BackfillRunner(rig.context, 3);
    const id = await begin(rig, DAY, "2026-11-10", {});
    await createTask({ type: "a", job: "", workflow: "", at: null, info: null, meta: "", by: "a test" }, rig.context);
    await rig.store.releaseOutbox(
      rig.sent.splice(0).map((row) => row.id),
      rig.now,
    );
    await turns(runner, 2);
    assert.deepEqual(takeSent(rig), []);
    await turns(runner, 1);
    assert.equal(takeOne(rig).info, "?day=2026-11-01");
    await turns(runner, 2);
    assert.deepEqual(takeSent(rig), []);
    rig.store.outboxSent(await rig.sweep());
    await rig.store.flush();
    takeSent(rig);
    await turns(runner, 1);
    assert.equal(takeSent(rig).length, 9, "nothing waits any more");
    assert.equal((await rig.store.reads.backfills.one(id))?.active, 10);
  });

  it("does not yield to tasks of another type, nor lets its own wait for a slot while none waits", async (t) => {
    const files = { files: "/in/*.csv", template: "{meta:file}", max_active: 1 };
    const rig = await rigWith(t, phase("a", { ...RULE, max_active: 1 }) + phase("b", files));
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    takeSent(rig);
    const runner = new BackfillRunner(rig.context, 10);
    await begin(rig, DAY, "2026-11-10", {});
    await turns(runner, 1);
    assert.equal(takeOne(rig).type, "a");
    await turns(runner, 12);
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(
      rig.stored.tasks().flatMap(({ type, state }) => (type === "a" ? [state] : [])),
      ["queued"],
      "the slot is in use, and nothing waits for it",
    );
  });

  it("follows the attempt that a person makes after a cancelled one", async (t) => {
    const rig = await rigWith(t, phase("a", { ...RULE, retry: 0 }));
    const runner = new BackfillRunner(rig.context, 10);
    const id = await begin(rig, DAY, DAY, {});
    await turns(runner, 2);
    takeOne(rig);
    await cancelByHand([1], { ...ANN, withChildren: false }, rig.context);
    await retryTasks([1], { ...ANN, withChildren: false, edit: null }, rig.context);
    await turns(runner, 2);
    const one = await rig.store.reads.backfills.one(id);
    assert.deepEqual([one?.active, one?.cancelled], [1, 0]);
    await report(rig, takeOne(rig), "complete");
    await turns(runner, 2);
    assert.equal((await rig.store.reads.backfills.one(id))?.complete, 1);
  });
});
