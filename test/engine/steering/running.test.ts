import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { type TaskReport, writeTaskReport } from "../../../src/contract/task-report.ts";
import { HOUR, MINUTE, SECOND } from "../../../src/contract/time/time-units.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { expireLeases, LeaseCheck } from "../../../src/engine/steering/expire-leases.ts";
import { codes, dataOf, deliver, phase, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const SILENT: TaskReport = {
  progress: null,
  worker: "load",
  host: "host-1",
  pid: 7,
  log: "",
  leaseMs: null,
  requeued: false,
};

async function goesOn(rig: Rig, task: TaskMessage, more: Partial<TaskReport> = {}, msg = ""): Promise<void> {
  const payload = writeTaskReport({ ...task, msg }, { ...SILENT, ...more });
  await handleDone([{ topic: "done", payload }], rig.context);
}

const stateOf = (rig: Rig, id = 2): string => rig.stored.tasks()[id - 1]?.state ?? "missing";
const running = (rig: Rig) => rig.store.reads.running.tasks({ type: null, job: null, limit: 10 });

/** A child of a task that completed; its message is with the bus, which has not confirmed it. */
async function childOf(
  t: TestContext,
  keys: Parameters<typeof phase>[1] = {},
): Promise<{ rig: Rig; task: TaskMessage }> {
  const rig = await rigWith(t, phase("root") + phase("load", { dependsOn: "root", ...keys }));
  await report(rig, rootTask(rig), "complete");
  const rows = [...rig.sent];
  const task = takeOne(rig);
  rig.sent.push(...rows);
  return { rig, task };
}

async function confirm(rig: Rig): Promise<void> {
  rig.store.outboxSent(rig.sent.splice(0));
  await rig.store.flush();
  rig.now += 2 * SECOND;
  await rig.store.flush();
}

describe("the states of a task that was decided", () => {
  it("is queued until the bus confirms it, sent until its worker says that it began, running until its result", async (t) => {
    const { rig, task } = await childOf(t);
    assert.equal(stateOf(rig), "queued");
    await confirm(rig);
    assert.equal(stateOf(rig), "sent");
    await goesOn(rig, task);
    assert.equal(stateOf(rig), "running");
    await report(rig, task, "complete");
    assert.equal(stateOf(rig), "finished");
    assert.deepEqual(await running(rig), []);
  });

  it("is counted in that state, for each scrape, also after a restart", async (t) => {
    const { rig, task } = await childOf(t, { max_active: 1, timeout: "1m" });
    const open = async (): Promise<Record<string, number>> => {
      const { open: counts, unfinished } = await rig.store.reads.counts();
      assert.equal(
        Object.values(counts).reduce((sum, count) => sum + count, 0),
        unfinished,
        "none is left out",
      );
      return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
    };
    assert.deepEqual(await open(), { queued: 1 });
    await confirm(rig);
    assert.deepEqual(await open(), { sent: 1 });
    await goesOn(rig, task);
    await deliver(rig, [rootTask(rig, { id: "run-2", result: "complete" })]);
    assert.deepEqual(await open(), { waiting: 1, running: 1 });
    rig.now += 2 * MINUTE;
    await checkIncomplete(rig.context);
    await rig.reopen();
    assert.deepEqual(await open(), { waiting: 1, overdue: 1 });
    await report(rig, task, "complete");
    assert.deepEqual(await open(), { queued: 1 });
  });

  it("writes no `sent` of a task that has its result by then", async (t) => {
    const { rig, task } = await childOf(t);
    rig.store.outboxSent(rig.sent.splice(0));
    await report(rig, task, "complete");
    rig.now += 2 * SECOND;
    assert.equal(await rig.store.flush(), null);
    assert.equal(stateOf(rig), "finished");
  });

  it("marks at a stop what the bus has just confirmed", async (t) => {
    const { rig } = await childOf(t);
    rig.store.outboxSent(rig.sent.splice(0));
    await rig.reopen();
    assert.equal(stateOf(rig), "sent");
  });

  it("queues again what a bus without storage had at the restart, and says so", async (t) => {
    const { rig, task } = await childOf(t);
    await goesOn(rig, task);
    await rig.reopen();
    assert.equal(stateOf(rig), "queued");
    assert.equal(dataOf(rig, "requeued")["because"], "restart");
  });
});

describe("a report", () => {
  it("is no result: it starts nothing, ends nothing, and is no dead letter", async (t) => {
    const { rig, task } = await childOf(t);
    const before = codes(rig);
    await goesOn(rig, task, { progress: 0.4 }, "3 of 7 files");
    assert.deepEqual(codes(rig), before);
    assert.deepEqual(await rig.store.reads.deadLetters({ limit: 10, before: null, includeRedriven: true }), []);
    const [row] = await running(rig);
    assert.deepEqual(
      [row?.worker, row?.host, row?.pid, row?.progress, row?.msg],
      ["load", "host-1", 7, 0.4, "3 of 7 files"],
    );
  });

  it("is written at most once a second", async (t) => {
    const { rig, task } = await childOf(t);
    const progress = async (): Promise<number | null | undefined> => (await running(rig))[0]?.progress;
    await goesOn(rig, task, { progress: 0.1 });
    rig.now += SECOND - 1;
    await goesOn(rig, task, { progress: 0.2 });
    assert.equal(await progress(), 0.1);
    rig.now += 1;
    await goesOn(rig, task, { progress: 0.3 });
    assert.equal(await progress(), 0.3);
  });

  it("is about the one that this worker has, of tasks that look the same", async (t) => {
    const rig = await rigWith(t, phase("root") + phase("load", { dependsOn: "root", meta: "n:1,2" }));
    await report(rig, rootTask(rig), "complete");
    const [task, twin] = takeSent(rig);
    assert.deepEqual(task, twin);
    assert.ok(task !== undefined);
    for (const [pid, progress] of [
      [1, 0.1],
      [2, 0.2],
      [1, 0.3],
      [2, 0.4],
    ] as const) {
      await goesOn(rig, task, { pid, progress });
      rig.now += SECOND;
    }
    const rows = await running(rig);
    assert.deepEqual(
      new Map(rows.map(({ pid, progress }) => [pid, progress])),
      new Map([
        [1, 0.3],
        [2, 0.4],
      ]),
    );
    assert.deepEqual(rig.stored.decisions("requeued"), []);
  });

  it("changes nothing after the result, and of a task that is not known", async (t) => {
    const { rig, task } = await childOf(t);
    await report(rig, task, "complete");
    await goesOn(rig, task);
    await goesOn(rig, { ...task, id: "another" });
    assert.deepEqual([stateOf(rig), rig.stored.tasks().length], ["finished", 2]);
  });

  it("says nothing wrong by a value of another kind", async (t) => {
    const { rig, task } = await childOf(t);
    const payload = JSON.stringify({
      ...task,
      result: "running",
      progress: "half",
      worker: 3,
      pid: -0.5,
      lease: "long",
    });
    await handleDone([{ topic: "done", payload }], rig.context);
    const [row] = await running(rig);
    assert.deepEqual([row?.state, row?.progress, row?.worker, row?.pid], ["running", null, "", null]);
  });

  it("moves the deadline where the phase asks for that", async (t) => {
    for (const [timeout, isMoved] of [
      ["10m after last report", true],
      ["10m", false],
    ] as const) {
      const { rig, task } = await childOf(t, { timeout });
      rig.now += 9 * MINUTE;
      await goesOn(rig, task);
      rig.now += 9 * MINUTE;
      await checkIncomplete(rig.context);
      assert.equal(stateOf(rig), isMoved ? "running" : "overdue", timeout);
      rig.now += 2 * MINUTE;
      await checkIncomplete(rig.context);
      assert.equal(stateOf(rig), "overdue");
    }
  });

  it("keeps the slot of its phase", async (t) => {
    const { rig, task } = await childOf(t, { max_active: 1 });
    await confirm(rig);
    await goesOn(rig, task);
    await deliver(rig, [rootTask(rig, { id: "run-2", result: "complete" })]);
    assert.equal(stateOf(rig, 4), "waiting");
    await report(rig, task, "complete");
    assert.equal(stateOf(rig, 4), "queued");
  });
});

describe("a worker that does not go on", () => {
  it("leaves its task sent when it promised another report and did not send it", async (t) => {
    const { rig, task } = await childOf(t);
    await goesOn(rig, task, { leaseMs: MINUTE });
    rig.now += MINUTE - 1;
    await expireLeases(rig.context);
    assert.equal(stateOf(rig), "running");
    rig.now += 1;
    await expireLeases(rig.context);
    assert.equal(stateOf(rig), "sent");
    assert.deepEqual([dataOf(rig, "requeued")["because"], dataOf(rig, "requeued")["host"]], ["lease", "host-1"]);
    await goesOn(rig, task, { host: "host-2", leaseMs: MINUTE });
    assert.equal(stateOf(rig), "running");
    assert.equal(rig.stored.decisions("requeued").length, 1);
  });

  it("gets as long after a start of Flowlord: its reports may wait on the bus", async (t) => {
    const { rig, task } = await childOf(t);
    await confirm(rig);
    await goesOn(rig, task, { leaseMs: MINUTE });
    rig.now += HOUR;
    const leases = new LeaseCheck(rig.context);
    await leases.run();
    assert.equal(stateOf(rig), "running");
    rig.now += MINUTE;
    await leases.run();
    assert.equal(stateOf(rig), "sent");
  });

  it("is not called lost without a promise", async (t) => {
    const { rig, task } = await childOf(t);
    await goesOn(rig, task);
    rig.now += 3 * HOUR;
    await expireLeases(rig.context);
    assert.equal(stateOf(rig), "running");
  });

  it("leaves nothing to say of a task that ended in time", async (t) => {
    const { rig, task } = await childOf(t);
    await goesOn(rig, task, { leaseMs: MINUTE });
    await report(rig, task, "complete");
    rig.now += HOUR;
    await expireLeases(rig.context);
    assert.deepEqual([stateOf(rig), rig.stored.decisions("requeued").length], ["finished", 0]);
  });

  it("returns a task to the bus", async (t) => {
    const { rig, task } = await childOf(t);
    await goesOn(rig, task);
    await goesOn(rig, task, { requeued: true });
    assert.equal(stateOf(rig), "sent");
    assert.equal(dataOf(rig, "requeued")["because"], "requeued");
  });

  it("does not stop the worker that has the task now", async (t) => {
    const { rig, task } = await childOf(t);
    await goesOn(rig, task);
    rig.now += SECOND;
    await goesOn(rig, task, { host: "host-2" });
    assert.deepEqual(dataOf(rig, "requeued")["by"], { worker: "load", host: "host-2", pid: 7 });
    await goesOn(rig, task, { requeued: true });
    assert.equal(stateOf(rig), "running");
  });
});
