import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { handleFiles } from "../../../src/engine/handle-file.ts";
import { heldText } from "../../../src/engine/restore/held-text.ts";
import { parseTaskMessage, type TaskMessage, writeTaskMessage } from "../../../src/contract/task-message.ts";
import { codes, dataOf, fireAt, phase, records, report, rigWith, schedule, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { carryOut, controlOf, decide, heldIn, restored } from "./restored-rig.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const FLOW =
  phase("root", { rule: "cron=0 0 * * * *&catchup=all" }) +
  phase("child", { dependsOn: "root", template: "?day={yyyy}-{mm}-{dd}" }) +
  phase("load", { rule: "files=/in/*.csv", template: "?path={FULL_PATH}" });

/** A result as a bus delivers it once more after a restore. */
const again = (rig: Rig, task: TaskMessage, result: string): Promise<void> =>
  handleDone([{ topic: "done", payload: writeTaskMessage({ ...task, result }), reread: true }], rig.context);

/** At noon a tick was fired, and its task sent; restored six hours later. */
async function scene(t: TestContext, flow = FLOW): Promise<{ readonly rig: Rig; readonly root: TaskMessage }> {
  const rig = await rigWith(t, flow, { now: NOON - 1000 });
  const scheduler = await schedule(rig);
  const [root] = await fireAt(rig, scheduler, NOON);
  assert(root !== undefined);
  await restored(rig, NOON, NOON + 6 * HOUR);
  return { rig, root };
}

describe("after a restore to an earlier time", () => {
  it("what waited in the outbox and the ticks since are held, and new ticks run", async (t) => {
    const { rig } = await scene(t);
    assert.deepEqual(await rig.sweep(), []);
    const held = await heldIn(rig);
    assert.deepEqual(held.topics, [{ topic: "root", waited: 1, reread: 0 }]);
    assert.deepEqual(
      held.schedules.map(({ phase: { type }, ticks, first, last }) => [type, ticks, first, last]),
      [["root", 6, NOON + HOUR, NOON + 6 * HOUR]],
    );
    assert.equal(heldText(held), "1 message and 6 ticks of 1 schedule");
    const scheduler = await schedule(rig);
    assert.deepEqual(await fireAt(rig, scheduler, NOON + 6 * HOUR + 1), []);
    const sent = await fireAt(rig, scheduler, NOON + 7 * HOUR);
    assert.deepEqual(
      sent.map(({ type, created }) => [type, created]),
      [["root", "2026-11-24T19:00:00Z"]],
    );
    assert.equal((await heldIn(rig)).ticks, 6);
  });

  it("a second start holds nothing more", async (t) => {
    const { rig } = await scene(t);
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, NOON + 7 * HOUR);
    await rig.reopen();
    assert.equal((await rig.sweep()).length, 1);
    assert.deepEqual((await heldIn(rig)).topics, [{ topic: "root", waited: 1, reread: 0 }]);
  });

  it("accept sends what was held, and catchup decides about the ticks", async (t) => {
    const { rig, root } = await scene(t);
    await decide(rig, "accept", "the bus was lost, too");
    assert.deepEqual(
      (await rig.sweep()).map(({ payload }) => payload),
      [writeTaskMessage(root)],
    );
    assert.equal(takeSent(rig).length, 7);
    const fired = [...rig.stored.decisions("tick_late"), ...rig.stored.decisions("tick_fired")];
    assert.equal(fired.filter(({ data }) => data["restore"] === true).length, 6);
    assert.equal(dataOf(rig, "tick_late")["restore"], true);
    assert.deepEqual(dataOf(rig, "restore_accepted"), { by: "ann", reason: "the bus was lost, too" });
    const { restore, messages, ticks } = await heldIn(rig);
    assert.deepEqual([restore?.state, restore?.decided_messages, restore?.decided_ticks], ["accepted", 1, 6]);
    assert.deepEqual([messages, ticks], [0, 0]);
  });

  it("accept starts no ticks where catchup is none, and says so once", async (t) => {
    const { rig } = await scene(t, phase("root", { rule: "cron=0 0 * * * *" }));
    await decide(rig, "accept");
    assert.equal(rig.stored.tasks().length, 1);
    const { count, reason } = dataOf(rig, "tick_skipped");
    assert.deepEqual(
      [count, reason],
      [6, "a restore of the database held them, and catchup = none starts none of them"],
    );
    assert.deepEqual(rig.stored.alerts(), []);
  });

  it("drop cancels what was held, each with its decision", async (t) => {
    const { rig } = await scene(t);
    await decide(rig, "drop", "it ran");
    assert.deepEqual(records(rig), ["root cancelled - 0"]);
    assert.deepEqual(await rig.sweep(), []);
    const dropped = rig.stored.decisions("restore_dropped");
    assert.deepEqual(
      dropped.map(({ record_id, data }) => [record_id, data["count"] ?? null]),
      [
        [1, null],
        [null, 6],
      ],
    );
    const { restore } = await heldIn(rig);
    assert.deepEqual([restore?.state, restore?.decided_messages, restore?.decided_ticks], ["dropped", 1, 6]);
    assert.deepEqual(rig.stored.outbox(), []);
  });

  it("a result that is read again is recorded, and what follows from it is held", async (t) => {
    const { rig, root } = await scene(t);
    await again(rig, root, "complete");
    assert.deepEqual(records(rig), ["root finished complete 0", "child queued - 0"]);
    assert.deepEqual(
      takeSent(rig).filter(({ type }) => type === "child"),
      [],
    );
    // The root needs not be sent any more.
    assert.deepEqual((await heldIn(rig)).topics, [{ topic: "child", waited: 0, reread: 1 }]);
    assert.equal(dataOf(rig, "restore_held")["because"], "reread");
    await again(rig, root, "complete");
    assert.equal((await heldIn(rig)).messages, 1, "delivered once more");
  });

  it("the result of a held child is its own, though it was sent at another time before", async (t) => {
    const { rig, root } = await scene(t);
    await again(rig, root, "complete");
    const [payload] = await rig.store.held.payloads("child", 0, 10);
    assert(payload !== undefined);
    const sent = { ...parseTaskMessage(payload.payload), created: "2026-11-24T12:30:00Z" };
    await again(rig, sent, "complete");
    assert.deepEqual(records(rig), ["root finished complete 0", "child finished complete 0"]);
    assert.equal((await heldIn(rig)).messages, 0);
    assert.equal(codes(rig).includes("external_task"), false);
  });

  it("a new result starts its children as ever", async (t) => {
    const { rig, root } = await scene(t);
    rig.sent.splice(0);
    await report(rig, root, "complete");
    assert.equal(takeOne(rig).type, "child");
  });

  it("the task of a file that is announced again is held, that of a new one is not", async (t) => {
    const { rig } = await scene(t);
    rig.sent.splice(0);
    const event = (path: string) => ({ topic: "files", payload: JSON.stringify({ path, size: 5 }), id: path });
    await handleFiles([{ ...event("/in/a.csv"), reread: true }, event("/in/b.csv")], rig.context);
    assert.match(takeOne(rig).meta, /b\.csv/);
    assert.deepEqual((await heldIn(rig)).topics, [
      { topic: "load", waited: 0, reread: 1 },
      { topic: "root", waited: 1, reread: 0 },
    ]);
  });

  it("tasks that wait for a slot are held when there is one, and go on when that is accepted", async (t) => {
    const flow = phase("root", { rule: "cron=0 0 * * * *&overlap=queue" });
    for (const act of ["accept", "drop"] as const) {
      const rig = await rigWith(t, flow, { now: NOON - 1000 });
      const scheduler = await schedule(rig);
      const [first] = await fireAt(rig, scheduler, NOON);
      await fireAt(rig, scheduler, NOON + HOUR);
      await fireAt(rig, scheduler, NOON + 2 * HOUR);
      assert(first !== undefined);
      await restored(rig, NOON + 2 * HOUR, NOON + 6 * HOUR);
      assert.equal((await heldIn(rig)).waiting_tasks, 2);
      await report(rig, first, "complete");
      const { topics, waiting_tasks: waiting } = await heldIn(rig);
      assert.deepEqual([topics, waiting], [[{ topic: "root", waited: 0, reread: 1 }], 1]);
      await decide(rig, act);
      assert.deepEqual(
        records(rig).slice(1),
        act === "accept" ? ["root queued - 0", "root waiting - 0"] : ["root cancelled - 0", "root cancelled - 0"],
      );
      assert.equal((await rig.sweep()).length, act === "accept" ? 1 : 0);
    }
  });

  it("a retry that waits is held, and a message without a task too", async (t) => {
    const flow = phase("root", { rule: "cron=0 0 * * * *&retry_delay=1h", retry: 2 });
    const rig = await rigWith(t, flow, { now: NOON - 1000 });
    const [root] = await fireAt(rig, await schedule(rig), NOON);
    assert(root !== undefined);
    await report(rig, root, "error");
    await rig.store.enqueue([{ topic: "by-hand", payload: "{}" }], rig.now);
    await restored(rig, NOON, NOON + 6 * HOUR);
    assert.deepEqual(
      (await heldIn(rig)).topics.map(({ topic, waited }) => [topic, waited]),
      [
        ["by-hand", 1],
        ["root", 2],
      ],
    );
    await decide(rig, "drop");
    assert.deepEqual(rig.stored.outbox(), []);
    assert.equal(rig.stored.decisions("restore_dropped").filter(({ data }) => data["topic"] === "by-hand").length, 1);
  });

  it("a decision that was interrupted goes on after a restart, and decides about each once", async (t) => {
    const rig = await rigWith(t, phase("root", { rule: "cron=*/10 * * * * *&catchup=all" }), { now: NOON - 1000 });
    const scheduler = await schedule(rig);
    for (let at = NOON; at < NOON + 5_000_000; at += 10_000) await fireAt(rig, scheduler, at);
    await restored(rig, rig.now, rig.now + 10_000_000);
    rig.sent.splice(0);
    const before = await heldIn(rig);
    assert.deepEqual([before.messages, before.ticks], [500, 1000]);
    await controlOf(rig).decide({ act: "accept", by: "ann", reason: "" });
    const step = 250;
    await rig.store.held.release(
      (await rig.store.held.messages(null, step)).map(({ id }) => id),
      (about) => ({ code: "restore_accepted", ...about, data: { by: "ann", reason: "" } }),
      rig.now,
    );
    await rig.reopen();
    assert.equal((await heldIn(rig)).restore?.decision, "accept");
    await carryOut(rig);
    const sent = new Set(rig.sent.map(({ payload }) => payload));
    while ((await rig.sweep()).length > 0) for (const { payload } of rig.sent) sent.add(payload);
    assert.equal(sent.size, 1500);
    const { restore } = await heldIn(rig);
    assert.deepEqual([restore?.state, restore?.decided_messages, restore?.decided_ticks], ["accepted", 500, 1000]);
  });

  it("refuses a decision about nothing, and a second one while the first is carried out", async (t) => {
    const { rig } = await scene(t);
    const control = controlOf(rig);
    await control.decide({ act: "accept", by: "ann", reason: "" });
    await assert.rejects(control.decide({ act: "drop", by: "bob", reason: "" }), /is being accepted already/);
    await carryOut(rig);
    await assert.rejects(control.decide({ act: "accept", by: "ann", reason: "" }), /Nothing is held/);
  });

  it("a second restore while something is held asks anew, about all of it", async (t) => {
    const { rig } = await scene(t);
    await controlOf(rig).decide({ act: "accept", by: "ann", reason: "" });
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, NOON + 7 * HOUR);
    await restored(rig, NOON + 7 * HOUR, NOON + 10 * HOUR);
    assert.equal(await carryOut(rig), 1, "the first decision is not carried out any more");
    const held = await heldIn(rig);
    assert.deepEqual([held.messages, held.schedules.map(({ ticks }) => ticks)], [2, [6, 3]]);
    await decide(rig, "drop");
    assert.equal((await heldIn(rig)).ticks, 0);
    assert.equal(rig.stored.decisions("restore_dropped").length, 4);
  });

  it("what is read again after a decision is held anew", async (t) => {
    const { rig, root } = await scene(t);
    await decide(rig, "drop");
    await again(rig, { ...root, id: "another" }, "complete");
    const { restore, messages } = await heldIn(rig);
    assert.deepEqual([restore?.state, restore?.decision, messages], ["held", null, 1]);
  });
});
