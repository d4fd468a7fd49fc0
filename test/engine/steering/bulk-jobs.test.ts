import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JobAct, JobRequest } from "../../../src/contract/api/tasks/task-control-api.ts";
import { cancelByHand } from "../../../src/engine/steering/act-on-tasks.ts";
import { advanceJobs, bulkJob, JobRunner, UnknownJobError } from "../../../src/engine/steering/bulk-jobs.ts";
import { arrive, fireAt, phase, report, rigWith, schedule, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const PERSON = { by: "ann", reason: "why" };

/** 250 tasks that have failed. */
async function failed(rig: Rig): Promise<number[]> {
  const sent = await fireAt(rig, await schedule(rig), FIVE);
  for (const task of sent) await report(rig, task, "error");
  takeSent(rig);
  return rig.stored.tasks().map(({ id }) => id);
}

const rows = Array.from({ length: 250 }, (_, n) => String(n)).join(",");
const FLOW = phase("a", { cron: "0 5 * * *", rule: `meta=n:${rows}`, template: "?n={meta:n}" });

const CAPPED = { files: "/in/*.csv", max_active: 1 };
const RETRY: JobAct = { kind: "retry", ...PERSON, children: false, info: null, meta: null, as: "recorded" };

function job(rig: Rig, fields: Partial<JobRequest>) {
  return bulkJob({ id: null, act: null, ids: [], begin: false, ...fields }, rig.context);
}

describe("a job", () => {
  it("retries each task once, in steps, over restarts and steps that fail", async (t) => {
    const rig = await rigWith(t, FLOW);
    const ids = await failed(rig);
    const { id, state } = await job(rig, { act: RETRY, ids: ids.slice(0, 100) });
    assert.equal(state, "filling");
    assert.equal(await advanceJobs(rig.context), false, "it has not begun");
    await job(rig, { id, ids: ids.slice(50), begin: true });
    await job(rig, { id, ids: [999] });
    assert.equal(await advanceJobs(rig.context), true);
    assert.deepEqual(await job(rig, { id }), {
      id,
      state: "running",
      total: 250,
      changed: 100,
      refused: 0,
      refusals: [],
    });
    await rig.reopen();
    const failing = { ...rig.context, metaFiles: { load: () => Promise.reject(new Error("the disk")) } } as never;
    await advanceJobs(failing).catch(() => undefined);
    while (await advanceJobs(rig.context));
    assert.partialDeepStrictEqual(await job(rig, { id }), { state: "done", total: 250, changed: 250 });
    const retried = rig.stored.tasks().filter(({ attempt }) => attempt === 1);
    assert.equal(new Set(retried.map((task) => task.first_attempt_id)).size, 250);
    assert.equal(retried.length, 250);
  });

  it("leaves turns to live tasks of its type that wait, and other jobs go on meanwhile", async (t) => {
    const rig = await rigWith(t, FLOW + phase("b", { cron: "0 5 * * *" }) + phase("a:live", { ...CAPPED, retry: 0 }));
    const ids = await failed(rig);
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    assert.deepEqual(
      takeSent(rig).map(({ job: name }) => name),
      ["live"],
      "the second waits for the slot",
    );
    const runner = new JobRunner(rig.context, 10);
    const { id } = await job(rig, { act: RETRY, ids, begin: true });
    const cancel = await job(rig, { act: { kind: "cancel", ...PERSON, children: false }, ids, begin: true });
    const dueAt = await runner.run();
    assert.equal((await job(rig, { id: cancel.id })).refused, 100, "a cancel does not wait behind the retry");
    assert.equal(dueAt, rig.now);
    const b = rig.stored.tasks().find(({ type }) => type === "b");
    assert.equal(rig.stored.tasks().filter(({ first_attempt_id: first }) => first === b?.id).length, 1);
    for (let turn = 2; turn <= 9; turn++) await runner.run();
    assert.equal((await job(rig, { id })).changed, 0);
    await runner.run();
    assert.equal((await job(rig, { id })).changed, 1, "the tenth turn is its own");
    assert.ok(((await runner.run()) ?? 0) > rig.now, "it comes back later");
    const live = rig.stored.tasks().filter((task) => task.job === "live");
    await cancelByHand(
      live.map((task) => task.id),
      { ...PERSON, withChildren: false },
      rig.context,
    );
    while ((await runner.run()) !== null);
    assert.partialDeepStrictEqual(await job(rig, { id }), { state: "done", total: 251, changed: 251 });
  });

  it("retries tasks of other types while live ones wait", async (t) => {
    const rig = await rigWith(t, FLOW + phase("b", { cron: "0 5 * * *" }) + phase("b:live", CAPPED));
    const ids = await failed(rig);
    await arrive(rig, "/in/1.csv", "/in/2.csv");
    const { id } = await job(rig, { act: RETRY, ids, begin: true });
    const runner = new JobRunner(rig.context, 10);
    for (let step = 0; step < 3; step++) await runner.run();
    assert.equal((await job(rig, { id })).changed, 250);
    assert.equal(await runner.run(), rig.now + 500, "what is left is of the type that waits");
    assert.deepEqual(
      rig.stored.tasks().flatMap(({ type, attempt }) => (attempt === 1 && type === "b" ? [type] : [])),
      [],
    );
  });

  it("counts what it leaves, and says why of the first of them", async (t) => {
    const rig = await rigWith(t, FLOW);
    const ids = await failed(rig);
    const acts: readonly JobAct[] = [
      { kind: "cancel", ...PERSON, children: false },
      { kind: "mark", ...PERSON, result: "skipped" },
    ];
    const [cancel, mark] = [
      await job(rig, { act: acts[0], ids, begin: true }),
      await job(rig, { act: acts[1], ids, begin: true }),
    ];
    while (await advanceJobs(rig.context));
    const { refused, refusals } = await job(rig, { id: cancel.id });
    assert.deepEqual([refused, refusals.length, refusals[0]?.refused], [250, 20, "it is finished already"]);
    assert.partialDeepStrictEqual(await job(rig, { id: mark.id }), { state: "done", changed: 250, refused: 0 });
    await assert.rejects(job(rig, { id: 99 }), UnknownJobError);
    await assert.rejects(job(rig, {}), UnknownJobError);
  });
});
