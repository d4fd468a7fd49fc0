import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { cancelByHand, markTasks, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import {
  alerts,
  codes,
  dataOf,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeOne,
  takeSent,
} from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const CRON = { cron: "0 5 * * *" };
const ANN = { by: "ann", reason: "not needed" };

async function cancel(rig: Rig, ids: readonly number[], withChildren = false) {
  const results = await cancelByHand(ids, { ...ANN, withChildren }, rig.context);
  return results.map(({ changed, refused, followed }) => changed ?? refused ?? `${followed} that followed`);
}

async function mark(rig: Rig, ids: readonly number[], result: "complete" | "error" | "skipped") {
  const results = await markTasks(ids, { ...ANN, result }, rig.context);
  return results.map(({ changed, refused }) => changed ?? refused);
}

async function tick(rig: Rig): Promise<TaskMessage[]> {
  return fireAt(rig, await schedule(rig), FIVE);
}

describe("cancel by hand", () => {
  it("does not send what waits, and a late result of what was sent is recorded and starts nothing", async (t) => {
    const flow = phase("a", { ...CRON, retry: 3, rule: "meta=r:1,2", template: "?r={meta:r}", max_active: 1 });
    const rig = await rigWith(t, flow + phase("next", { dependsOn: "a" }));
    const [sent = rootTask(rig)] = await tick(rig);
    assert.deepEqual(await cancel(rig, [2, 1]), [2, 1]);
    await rig.sweep();
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(records(rig), ["a cancelled - 0", "a cancelled - 0"]);
    await report(rig, sent, "error", { msg: "killed" });
    assert.deepEqual(records(rig), ["a finished error 0", "a cancelled - 0"], "recorded");
    await report(rig, sent, "complete");
    assert.deepEqual(takeSent(rig), [], "neither a retry nor a child");
    assert.deepEqual(alerts(rig), []);
    const late = { result: "complete", attempt: 0, because: "closed", was: "error", msg: "" };
    assert.deepEqual(dataOf(rig, "late_result"), late);
    assert.deepEqual(await cancel(rig, [1, 2]), ["it is finished already", "it is cancelled already"]);
  });

  it("of the first record of a task cancels its attempt that is under way", async (t) => {
    const rig = await rigWith(t, phase("a", { ...CRON, retry: 1 }) + phase("next", { dependsOn: "a" }));
    const [sent = rootTask(rig)] = await tick(rig);
    await report(rig, sent, "error");
    assert.deepEqual(await cancel(rig, [1]), [2]);
    rig.now += 60_000;
    await rig.sweep();
    await report(rig, sent, "complete");
    assert.deepEqual(takeSent(rig), [], "the task is cancelled: no attempt of it starts anything");
    await retryTasks([1], { by: "ann", reason: "", withChildren: false, edit: null }, rig.context);
    await report(rig, takeOne(rig), "complete");
    assert.equal(takeOne(rig).type, "next", "until it is retried");
  });

  it("stops the worker of what was sent, as it was sent", async (t) => {
    const rig = await rigWith(t, phase("a", CRON));
    const stopped: TaskMessage[] = [];
    const context = { ...rig.context, stopTasks: (tasks: readonly TaskMessage[]) => void stopped.push(...tasks) };
    const sent = await tick(rig);
    await cancelByHand([1], { ...ANN, withChildren: false }, context);
    assert.deepEqual(stopped, sent);
  });

  it("with its children cancels what is unfinished of all that followed, also what a join starts for it", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", CRON) +
        phase("b", { dependsOn: "a" }) +
        phase("c", { dependsOn: "b" }) +
        phase("d", { dependsOn: "a" }) +
        phase("sum", { dependsOn: "c, d", join: "all", join_when: "all_done" }),
    );
    const [a = rootTask(rig)] = await tick(rig);
    await report(rig, a, "complete");
    for (const task of takeSent(rig)) if (task.type === "b") await report(rig, task, "complete");
    takeSent(rig);
    assert.deepEqual(await cancel(rig, [1]), ["it is finished already"]);
    assert.deepEqual(await cancel(rig, [1], true), ["3 that followed"]);
    const open = records(rig).filter((one) => one.includes("queued"));
    assert.deepEqual(open, []);
    assert.ok(records(rig).includes("sum cancelled - 0"));
    assert.deepEqual(await cancel(rig, [1], true), ["it is finished already, and so is all that followed from it"]);
  });
});

describe("mark by hand", () => {
  it("complete starts children and resolves alerts; what the worker says later starts nothing", async (t) => {
    const rig = await rigWith(t, phase("a", CRON) + phase("next", { dependsOn: "a" }));
    const [sent = rootTask(rig)] = await tick(rig);
    await report(rig, sent, "error");
    takeSent(rig);
    assert.deepEqual(await mark(rig, [1], "complete"), [1]);
    assert.equal(takeOne(rig).type, "next");
    const raised = alerts(rig).map(({ type, state }) => [type, state]);
    assert.deepEqual(raised, [["retry_exhausted", "resolved"]]);
    await report(rig, sent, "error");
    await report(rig, sent, "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(records(rig), ["a finished complete 0", "next queued - 0"], "the result of a person stays");
    assert.deepEqual(await mark(rig, [1], "error"), ["it is complete, and what follows from it has started"]);
    assert.equal(rig.stored.tasks()[0]?.msg, "not needed");
  });

  it("error of a task that hangs is retried as the phase says", async (t) => {
    const rig = await rigWith(t, phase("a", { ...CRON, retry: 1, timeout: "1m" }));
    const [sent = rootTask(rig)] = await tick(rig);
    rig.now += 3_600_000;
    await checkIncomplete(rig.context);
    assert.deepEqual(await mark(rig, [1], "error"), [1]);
    await report(rig, sent, "error");
    rig.now += 60_000;
    await rig.sweep();
    assert.match(takeOne(rig).meta, /retry=1/);
    assert.deepEqual(takeSent(rig), []);
  });

  it("skipped starts nothing and holds no join", async (t) => {
    const join = { dependsOn: "a, b", join: "all", template: "?x={meta:x}" };
    const flow = phase("a", CRON) + phase("b", CRON) + phase("after", { dependsOn: "a" }) + phase("sum", join);
    const rig = await rigWith(t, flow);
    const sent = await tick(rig);
    for (const task of sent) if (task.type === "b") await report(rig, task, "complete", { meta: `${task.meta}&x=1` });
    const a = sent.find(({ type }) => type === "a") ?? rootTask(rig);
    await report(rig, a, "error", { meta: `${a.meta}&x=9` });
    takeSent(rig);
    const id = rig.stored.tasks().find(({ type }) => type === "a")?.id ?? 0;
    assert.deepEqual(await mark(rig, [id], "skipped"), [id]);
    const started = takeOne(rig);
    assert.deepEqual([started.type, started.info], ["sum", "?x=1"], "without what the skipped one reported");
    await report(rig, a, "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.ok(codes(rig).includes("marked_by_hand"));
  });

  it("skipped for all that a join waits for starts no join", async (t) => {
    const join = phase("sum", { dependsOn: "a, b", join: "all" });
    const rig = await rigWith(t, phase("a", CRON) + phase("b", CRON) + join);
    await tick(rig);
    await mark(rig, [1, 2], "skipped");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(records(rig).toSorted(), ["a finished skipped 0", "b finished skipped 0"]);
  });

  it("frees the slot of its phase, and a retry that waits is what it ends", async (t) => {
    const rows = { rule: "meta=r:1,2", template: "?r={meta:r}", max_active: 1, retry: 1, retry_delay: "10m" };
    const rig = await rigWith(t, phase("a", { ...CRON, ...rows }));
    const [sent = rootTask(rig)] = await tick(rig);
    await report(rig, sent, "error");
    assert.deepEqual(await mark(rig, [1], "skipped"), [3]);
    assert.equal(takeOne(rig).info, "?r=2");
    rig.now += 3_600_000;
    await rig.sweep();
    assert.deepEqual(takeSent(rig), [], "the retry is not sent");
  });
});

it("cancelling a retry that waits for its delay frees its slot at once", async (t) => {
  const rows = { rule: "meta=r:1,2", template: "?r={meta:r}", max_active: 1, retry: 1, retry_delay: "10m" };
  const rig = await rigWith(t, phase("a", { ...CRON, ...rows }));
  const [sent = rootTask(rig)] = await tick(rig);
  await report(rig, sent, "error");
  assert.deepEqual(takeSent(rig), [], "the retry keeps the slot");
  assert.deepEqual(await cancel(rig, [3]), [3]);
  assert.equal(takeOne(rig).info, "?r=2");
});
