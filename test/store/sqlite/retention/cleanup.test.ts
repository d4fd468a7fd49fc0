import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrive, phase, report, rigWith, rootTask, takeSent } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { cancelByHand } from "../../../../src/engine/steering/act-on-tasks.ts";
import { cleanUp, DAY, orphans, queried, rowsOf, runAll } from "./cleanup-rig.ts";

const FLOW =
  phase("root", { retry: 1 }) +
  phase("child", { dependsOn: "root" }) +
  phase("load", { files: "/in/*/*.csv" }) +
  phase("never", { files: "/other/*.csv" });

async function index(rig: Rig): Promise<void> {
  while ((await rig.store.indexSearch(1000)).isMore);
}

/** A run that is done: a root with a failed attempt, and a child. */
async function runOne(rig: Rig, id: string): Promise<void> {
  const task = rootTask(rig, { id, info: `?n=${id}` });
  await report(rig, task, "error", { msg: "broken pipe" });
  rig.now += 2000;
  await rig.sweep();
  for (const sent of takeSent(rig)) await report(rig, sent, "complete");
  for (const sent of takeSent(rig)) await report(rig, sent, "complete");
}

/** Ids of the records that are left. */
function left(rig: Rig): readonly string[] {
  return queried(rig, (all) => all("SELECT DISTINCT task_id AS id FROM task_records ORDER BY id")).map(({ id }) =>
    String(id),
  );
}

describe("a cleanup", () => {
  it("deletes runs that ended long ago, with all that is theirs, and leaves the others", async (t) => {
    const rig = await rigWith(t, FLOW);
    await runOne(rig, "old-1");
    await runOne(rig, "old-2");
    await index(rig);
    rig.now += 91 * DAY;
    await runOne(rig, "new-1");
    await index(rig);
    const before = rowsOf(rig);
    const done = await cleanUp(rig);
    assert.equal(done.state, "done");
    assert.deepEqual(left(rig), ["new-1"]);
    assert.deepEqual(orphans(rig), []);
    assert.equal(done.deleted["task_records"]?.["task_records"], 6);
    const after = rowsOf(rig);
    for (const [table, rows] of Object.entries(done.deleted["task_records"] ?? {}))
      if (table !== "task_search") assert.equal((before[table] ?? 0) - (after[table] ?? 0), rows, table);
    const found = await rig.store.reads.searchTasks({ query: { kind: "and", terms: [] }, before: null, limit: 10 });
    assert.deepEqual(new Set(found.rows.map((row) => row.id)), new Set(["new-1"]));
  });

  it("counts in a dry run exactly what it deletes then, and deletes nothing before", async (t) => {
    const rig = await rigWith(t, FLOW);
    for (const id of ["a", "b", "c"]) await runOne(rig, id);
    await arrive(rig, "/in/2026-07-01/a.csv", "/elsewhere/b.csv", { path: "/in/2026-07-01/c.csv", id: "m1" });
    for (const sent of takeSent(rig)) await report(rig, sent, "complete");
    await rig.store.addDeadLetters([
      { topic: "done", payload: "x", reason: "no JSON", code: "bad", receivedAt: rig.now },
    ]);
    rig.now += 91 * DAY;
    const before = rowsOf(rig);
    const dry = await cleanUp(rig, { dry_run: true });
    assert.deepEqual({ ...rowsOf(rig), cleanups: 0 }, { ...before, cleanups: 0 });
    const done = await cleanUp(rig);
    const own = (one: typeof done) => Object.entries(one.deleted).map(([table, rows]) => [table, rows[table] ?? 0]);
    assert.deepEqual(own(dry), own(done));
    const belonging = ({ deleted }: typeof done) => deleted["task_records"];
    assert.deepEqual(belonging(dry), belonging(done));
    assert.deepEqual(own(done).slice(0, 2), [
      ["task_records", 11],
      ["file_messages", 3],
    ]);
    assert.deepEqual(orphans(rig), []);
    const rest = rowsOf(rig);
    for (const table of [
      "task_records",
      "task_relationships",
      "decisions",
      "file_messages",
      "file_pattern_matches",
      "dead_letters",
    ])
      assert.equal(rest[table], undefined, table);
  });

  it("is the same in steps of one row, over restarts between them", async (t) => {
    const rig = await rigWith(t, FLOW);
    for (const id of ["a", "b"]) await runOne(rig, id);
    await arrive(rig, "/in/2026-07-01/a.csv");
    for (const sent of takeSent(rig)) await report(rig, sent, "complete");
    await index(rig);
    rig.now += 91 * DAY;
    const dry = await cleanUp(rig, { dry_run: true });
    const id = await rig.store.retention.create({ cause: "hand", dryRun: false, plan: dry.plan, by: "ann" }, rig.now);
    for (let steps = 0; ; steps += 1) {
      assert.ok(steps < 200);
      const after = await rig.store.retention.step(id, { maxRows: 1, rows: null, archived: null }, rig.now);
      assert.deepEqual(orphans(rig), []);
      if (after?.state === "done") break;
      await rig.reopen();
    }
    assert.deepEqual(left(rig), []);
    assert.equal((await rig.store.reads.retention.cleanup(id))?.deleted["task_records"]?.["task_records"], 7);
  });

  it("keeps a run with an unfinished task whole, and an open alert with its tasks", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig, { id: "open" }), "complete");
    takeSent(rig);
    await report(rig, rootTask(rig, { id: "alerted", meta: "workflow=flow.toml" }), "alert", { msg: "look" });
    await runOne(rig, "done");
    rig.now += 400 * DAY;
    await cleanUp(rig);
    assert.deepEqual(left(rig), ["alerted", "open"]);
    assert.equal(queried(rig, (all) => all("SELECT 1 FROM task_records WHERE task_id = 'open'")).length, 2);
    await rig.store.alerts.resolve([1], { by: "ann", note: "seen" }, rig.now);
    rig.now += 91 * DAY;
    const done = await cleanUp(rig);
    assert.deepEqual(left(rig), ["open"]);
    assert.equal(done.deleted["alert_records"]?.["alert_records"], 1);
    assert.deepEqual(orphans(rig), []);
  });

  it("counts the age of a cancelled task from its cancel, and of a resolved alert from its end", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig, { id: "cancelled" }), "complete");
    const [child] = takeSent(rig);
    assert.ok(child);
    rig.now += 100 * DAY;
    const open = queried(rig, (all) => all("SELECT id FROM task_records WHERE state = 'queued'")).map(({ id }) =>
      Number(id),
    );
    await cancelByHand(open, { by: "ann", reason: "old", withChildren: false }, rig.context);
    await cleanUp(rig);
    assert.deepEqual(left(rig), ["cancelled"]);
    rig.now += 91 * DAY;
    await cleanUp(rig);
    assert.deepEqual(left(rig), []);
  });

  it("takes the notes of what goes, and leaves those of what stays", async (t) => {
    const rig = await rigWith(t, FLOW);
    await runOne(rig, "old");
    await arrive(rig, "/elsewhere/b.csv");
    for (const [target, target_id] of [
      ["task", 1],
      ["file", 1],
      ["phase", 1],
      ["day", 20261124],
    ] as const) {
      const about = { recordId: target === "task" ? 1 : null, fileMessageId: target === "file" ? 1 : null };
      const note = { target, target_id, text: "why?", author: "ann" };
      const decided = () => ({ code: "note_added", phaseId: 0, taskTime: null, data: {} }) as const;
      await rig.store.notes.add(note, about, decided, rig.now);
    }
    rig.now += 91 * DAY;
    const done = await cleanUp(rig);
    assert.deepEqual(orphans(rig), []);
    assert.equal(done.deleted["task_records"]?.["notes"], 1);
    assert.equal(done.deleted["file_messages"]?.["notes"], 1);
    assert.equal(rowsOf(rig)["notes"], 2);
  });

  it("deletes nothing of a time to come: a clock set back leaves what was done before", async (t) => {
    const rig = await rigWith(t, FLOW);
    rig.now += 1000 * DAY;
    await runOne(rig, "future");
    rig.now -= 1000 * DAY;
    await runOne(rig, "now");
    rig.now += 91 * DAY;
    await cleanUp(rig);
    assert.deepEqual(left(rig), ["future"]);
  });

  it("keeps the newest rows of a table that may have only so many, none that ended less than a day ago", async (t) => {
    const rig = await rigWith(t, FLOW);
    for (const id of ["a", "b", "c", "d"]) {
      await runOne(rig, id);
      rig.now += DAY;
    }
    const limits = { table: "task_records", before: null, maxRows: 7, surplusBefore: rig.now - DAY } as const;
    await rig.store.retention.create({ cause: "hand", dryRun: true, plan: [limits], by: "ann" }, rig.now);
    assert.equal((await runAll(rig))?.deleted["task_records"]?.["task_records"], 6, "two runs of three");
    await rig.store.retention.create({ cause: "hand", dryRun: false, plan: [limits], by: "ann" }, rig.now);
    await runAll(rig);
    assert.deepEqual(left(rig), ["c", "d"]);
    await rig.store.retention.create(
      { cause: "hand", dryRun: false, plan: [{ ...limits, maxRows: 1, surplusBefore: rig.now - 3 * DAY }], by: "ann" },
      rig.now,
    );
    await runAll(rig);
    assert.deepEqual(left(rig), ["c", "d"]);
  });
});

describe("a repeated result of a deleted task", () => {
  it("is a dead letter that says so, and starts no child again", async (t) => {
    const rig = await rigWith(t, FLOW);
    const task = rootTask(rig, { id: "again" });
    await report(rig, task, "complete");
    for (const sent of takeSent(rig)) await report(rig, sent, "complete");
    rig.now += 91 * DAY;
    await cleanUp(rig);
    assert.deepEqual(left(rig), []);
    await rig.reopen();
    await report(rig, task, "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(left(rig), []);
    const [letter] = await rig.store.reads.deadLetters({ limit: 1, before: null, includeRedriven: false });
    assert.equal(letter?.code, "task_deleted");
    assert.match(
      letter?.reason ?? "",
      /no record of this task of 2026-11-24T12:00:00Z is known.*redrive it with a later `created`/,
    );
    await report(rig, rootTask(rig, { id: "another" }), "complete");
    assert.equal(takeSent(rig).length, 1, "a new one starts its child");
  });

  it("is known by the time in its id where it says no other", async (t) => {
    const rig = await rigWith(t, FLOW);
    const hex = rig.now.toString(16).padStart(12, "0");
    const task = rootTask(rig, { id: `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8abc-0123456789ab` });
    await report(rig, task, "complete");
    for (const sent of takeSent(rig)) await report(rig, sent, "complete");
    rig.now += 91 * DAY;
    await cleanUp(rig);
    await report(rig, { ...task, created: "" }, "complete");
    assert.deepEqual(left(rig), []);
    await report(rig, { ...task, id: "no-time", created: "" }, "complete");
    assert.deepEqual(left(rig), ["no-time"]);
  });
});
