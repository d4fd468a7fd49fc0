import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BackfillRunner } from "../../../../src/engine/backfill/advance-backfills.ts";
import { begin, turns } from "../../../engine/backfill/ask.ts";
import { arrive, fireAt, phase, report, rigWith, rootTask, schedule, takeSent } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { cleanUp, DAY, orphans, queried, rowsOf } from "./cleanup-rig.ts";

function types(rig: Rig): readonly string[] {
  return queried(rig, (all) => all("SELECT type FROM task_records ORDER BY id")).map(({ type }) => String(type));
}

describe("a cleanup keeps", () => {
  const JOIN =
    phase("left", { cron: "0 5 * * *" }) +
    phase("right", { cron: "0 5 * * *" }) +
    phase("both", { dependsOn: "left, right", join: "all" });

  it("the task that a join of two runs waits with, and the join starts once its other task completes", async (t) => {
    const rig = await rigWith(t, JOIN, { now: Date.UTC(2026, 10, 24, 4) });
    const [left, right] = await fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 24, 5));
    assert.ok(left && right);
    await report(rig, left, "complete");
    rig.now += 100 * DAY;
    await cleanUp(rig);
    assert.deepEqual(types(rig), ["left", "right"], "each is a run of its own");
    await report(rig, right, "complete");
    const [both] = takeSent(rig);
    assert.equal(both?.type, "both");
    rig.now += DAY;
    assert.ok(both);
    await report(rig, both, "complete");
    rig.now += 91 * DAY;
    await cleanUp(rig);
    assert.deepEqual(types(rig), []);
    assert.deepEqual(orphans(rig), []);
    assert.equal(rowsOf(rig)["join_starts"], undefined);
  });

  it("the memory of a join that has started, as long as one of its tasks is there", async (t) => {
    const rig = await rigWith(t, JOIN, { now: Date.UTC(2026, 10, 24, 4) });
    const [left, right] = await fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 24, 5));
    assert.ok(left && right);
    await report(rig, left, "complete");
    rig.now += 60 * DAY;
    await report(rig, right, "complete");
    for (const task of takeSent(rig)) await report(rig, task, "complete");
    rig.now += 40 * DAY;
    await cleanUp(rig);
    assert.deepEqual(types(rig), ["right", "both"]);
    assert.equal(rowsOf(rig)["join_starts"], 1);
    await report(rig, right, "complete");
    await report(rig, left, "complete");
    assert.deepEqual(takeSent(rig), [], "a repeat starts nothing again");
  });

  it("the tasks of a backfill that has not ended, and deletes it with its slots and tasks after its end", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
    await begin(rig, "2026-11-01", "2026-11-02", { maxActive: 1 });
    const runner = new BackfillRunner(rig.context, 1);
    await turns(runner, 3);
    for (const task of takeSent(rig)) await report(rig, task, "complete");
    rig.now += 100 * DAY;
    await cleanUp(rig);
    assert.deepEqual(types(rig), ["a"]);
    await turns(runner, 3);
    for (const task of takeSent(rig)) await report(rig, task, "complete");
    await turns(runner, 3);
    rig.now += 91 * DAY;
    const done = await cleanUp(rig, {}, 1);
    assert.equal(done.deleted["backfills"]?.["backfill_slots"], 2);
    assert.deepEqual(types(rig), []);
    assert.equal(rowsOf(rig)["backfills"], undefined);
    assert.deepEqual(orphans(rig), []);
  });

  it("files that wait for more of them", async (t) => {
    const rig = await rigWith(t, phase("merge", { files: "/in/*/*.csv", gather: 2 }));
    await arrive(rig, "/in/2026-07-01/a.csv", "/else/b.csv");
    rig.now += 100 * DAY;
    await cleanUp(rig);
    assert.equal(rowsOf(rig)["file_messages"], 1);
    await arrive(rig, "/in/2026-07-01/b.csv");
    assert.equal(takeSent(rig).length, 1);
    rig.now += 91 * DAY;
    await cleanUp(rig);
    assert.equal(rowsOf(rig)["file_messages"], undefined);
    assert.deepEqual(types(rig), ["merge"], "it is unfinished");
  });

  it("a tick that waits for a slot, and what is in the outbox", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 5 * * *", overlap: "queue", max_active: 1 }));
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, Date.UTC(2026, 10, 25, 5));
    await fireAt(rig, scheduler, Date.UTC(2026, 10, 26, 5));
    const before = rowsOf(rig);
    rig.now += 100 * DAY;
    await cleanUp(rig);
    assert.deepEqual(types(rig), ["a", "a"]);
    assert.equal(rowsOf(rig)["outbox"], before["outbox"]);
  });

  it("each file's tasks by its own run where two workflow files have the same names, in other zones too", async (t) => {
    const flow = phase("root") + phase("child", { dependsOn: "root" });
    for (const zone of ["Pacific/Auckland", "America/St_Johns"]) {
      const rig = await rigWith(t, flow, { workflows: { "a/flow.toml": flow, "b/flow.toml": flow }, zone });
      await report(rig, rootTask(rig, { id: "a", meta: "workflow=a/flow.toml" }), "complete");
      for (const task of takeSent(rig)) await report(rig, task, "complete");
      await report(rig, rootTask(rig, { id: "b", meta: "workflow=b/flow.toml" }), "complete");
      rig.now += 90 * DAY;
      await cleanUp(rig);
      assert.equal(types(rig).length, 4, "to the millisecond");
      rig.now += 1;
      await cleanUp(rig);
      assert.deepEqual(types(rig), ["root", "child"]);
      const runs = queried(rig, (all) => all("SELECT DISTINCT task_id AS id FROM task_records"));
      assert.deepEqual(
        runs.map(({ id }) => id),
        ["b"],
      );
    }
  });

  it("what an id stands for that very many tasks share no longer than each of them", async (t) => {
    const rig = await rigWith(t, phase("root"));
    await report(rig, rootTask(rig, { id: "", info: "?old" }), "complete");
    rig.now += 91 * DAY;
    await report(rig, rootTask(rig, { id: "", info: "?new" }), "complete");
    await cleanUp(rig);
    const infos = queried(rig, (all) => all("SELECT info FROM task_records"));
    assert.deepEqual(
      infos.map(({ info }) => info),
      ["?new"],
    );
  });
});

describe("counters", () => {
  it("by the hour go after 400 days, those by the day never", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("load", { files: "/in/*" }));
    await report(rig, rootTask(rig, { started: "2026-11-24T12:00:00Z", ended: "2026-11-24T12:00:01Z" }), "complete");
    await arrive(rig, "/in/a");
    rig.now += 399 * DAY;
    await cleanUp(rig, { table: "task_counts_hourly" });
    assert.ok((rowsOf(rig)["task_counts_hourly"] ?? 0) > 0);
    rig.now += 2 * DAY;
    await cleanUp(rig);
    const left = rowsOf(rig);
    for (const table of ["task_counts_hourly", "task_timings_hourly", "file_counts_hourly", "file_timings_hourly"])
      assert.equal(left[table], undefined, table);
    assert.ok((left["task_counts_daily"] ?? 0) > 0);
    assert.ok((left["task_timings_daily"] ?? 0) > 0);
  });
});
