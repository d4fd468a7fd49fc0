import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BackfillError } from "../../../src/contract/backfill-error.ts";
import { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import type { BackfillAct } from "../../../src/contract/api/workflows/backfill-api.ts";
import { changeBackfill } from "../../../src/engine/backfill/change-backfill.ts";
import { previewBackfill, readBackfill } from "../../../src/engine/backfill/preview-backfill.ts";
import { codes, dataOf, deliver, fireAt, phase, records, report, rigWith, schedule, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { begin, question, turns } from "./ask.ts";

const DAILY = phase("a", { rule: "cron=0 5 * * *", template: "?day={yyyy}-{mm}-{dd}", retry: 0 });

const act = (rig: Rig, id: number, what: BackfillAct): Promise<number> =>
  changeBackfill({ id, act: what, by: "ann", reason: "because" }, rig.context);

async function counts(rig: Rig, id: number): Promise<string> {
  const one = await rig.store.reads.backfills.one(id);
  assert.ok(one !== null);
  const { state, waiting, active, complete, failed, cancelled } = one;
  return `${state}: ${waiting} waiting, ${active} active, ${complete} complete, ${failed} failed, ${cancelled} cancelled`;
}

async function classes(rig: Rig, from: string, to: string): Promise<string[]> {
  const { runtime, metaFiles, store } = rig.context;
  const { spec, phase: own } = await readBackfill(question(from, to), {
    runtime,
    metaFiles,
    graph: rig.context.graph(),
  });
  const found: string[] = [];
  for await (const { slots } of previewBackfill(spec, own, "missing,failed", null, store.reads.backfills, runtime))
    found.push(...slots.map((one) => `${one.task.info} ${one.class}${one.isSelected ? " +" : ""}`));
  return found;
}

describe("a backfill", () => {
  it("lists each task as new, existing, failed or running", async (t) => {
    const rig = await rigWith(t, DAILY);
    const scheduler = await schedule(rig);
    const made = [];
    for (const day of [25, 26, 27]) made.push(...(await fireAt(rig, scheduler, Date.UTC(2026, 10, day, 5))));
    const [first, second] = made;
    assert.ok(first && second);
    await report(rig, first, "complete");
    await report(rig, second, "error");
    assert.deepEqual(await classes(rig, "2026-11-24", "2026-11-27"), [
      "?day=2026-11-24 new +",
      "?day=2026-11-25 exists",
      "?day=2026-11-26 failed +",
      "?day=2026-11-27 running",
    ]);
  });

  it("makes the missing tasks under its cap, oldest first, and ends", async (t) => {
    const rig = await rigWith(t, DAILY);
    const runner = new BackfillRunner(rig.context, 10);
    const id = await begin(rig, "2026-11-01", "2026-11-05", { maxActive: 2, total: 5 });
    await turns(runner, 3);
    const sent = takeSent(rig);
    assert.deepEqual(
      sent.map(({ info, meta }) => `${info} ${meta}`),
      [
        "?day=2026-11-01 cron=2026-11-01T05&workflow=flow.toml",
        "?day=2026-11-02 cron=2026-11-02T05&workflow=flow.toml",
      ],
    );
    await deliver(
      rig,
      sent.map((task) => ({ ...task, result: "complete" })),
    );
    await turns(runner, 3);
    assert.equal(await counts(rig, id), "running: 1 waiting, 2 active, 2 complete, 0 failed, 0 cancelled");
    for (let group = 0; group < 2; group++) {
      await deliver(
        rig,
        takeSent(rig).map((task) => ({ ...task, result: "complete" })),
      );
      await turns(runner, 3);
    }
    assert.equal(await counts(rig, id), "finished: 0 waiting, 0 active, 5 complete, 0 failed, 0 cancelled");
    assert.equal(await runner.run(), null);
  });

  it("stops at the first failure when asked to, goes on, and retries what failed", async (t) => {
    const rig = await rigWith(t, DAILY);
    const runner = new BackfillRunner(rig.context, 10);
    const id = await begin(rig, "2026-11-01", "2026-11-03", { maxActive: 1, stopOnFailure: true, order: "newest" });
    await turns(runner, 3);
    const [first] = takeSent(rig);
    assert.equal(first?.info, "?day=2026-11-03");
    await report(rig, first, "error");
    await turns(runner, 3);
    assert.equal(await counts(rig, id), "paused: 2 waiting, 0 active, 0 complete, 1 failed, 0 cancelled");
    assert.deepEqual(
      takeSent(rig).map(({ result }) => result),
      ["error"],
    );
    await act(rig, id, "resume");
    assert.equal(await act(rig, id, "retry-failed"), 1);
    await turns(runner, 3);
    assert.equal(takeSent(rig)[0]?.info, "?day=2026-11-03");
    assert.equal(dataOf(rig, "backfill_changed")["act"], "retried");
  });

  it("is cancelled with the slots that are not planned yet, and plans no more, also after a restart", async (t) => {
    const rig = await rigWith(t, DAILY);
    const id = await begin(rig, "2020-01-01", "2025-12-31", { maxActive: 2, total: 2192 });
    await turns(new BackfillRunner(rig.context, 10), 2);
    const [before] = await rig.store.backfills.open();
    assert.equal(before?.isPlanned, false);
    assert.equal(await act(rig, id, "pause"), 2192);
    assert.equal(await act(rig, id, "cancel"), 2192);
    assert.equal(dataOf(rig, "backfill_changed")["slots"], 2192);
    await rig.reopen();
    const runner = new BackfillRunner(rig.context, 10);
    await turns(runner, 5);
    assert.equal(await counts(rig, id), "cancelled: 0 waiting, 0 active, 0 complete, 0 failed, 2192 cancelled");
    const row = await rig.store.reads.backfills.one(id);
    assert.deepEqual([row?.total, row?.planned], [2192, 1]);
    assert.notEqual(row?.ended_at, null);
  });

  it("is paused and cancelled with what is queued; what was cancelled is missing again", async (t) => {
    const rig = await rigWith(t, DAILY);
    const runner = new BackfillRunner(rig.context, 10);
    const id = await begin(rig, "2026-11-01", "2026-11-05", { maxActive: 2 });
    await turns(runner, 2);
    await act(rig, id, "pause");
    await turns(runner, 2);
    assert.equal(takeSent(rig).length, 2);
    await act(rig, id, "cancel");
    await turns(runner, 2);
    assert.equal(await counts(rig, id), "cancelled: 0 waiting, 0 active, 0 complete, 0 failed, 5 cancelled");
    assert.deepEqual(records(rig), ["a cancelled - 0", "a cancelled - 0"]);
    assert.equal(
      (await classes(rig, "2026-11-01", "2026-11-05")).every((one) => one.endsWith("new +")),
      true,
    );
    await assert.rejects(act(rig, id, "resume"), BackfillError);
    await assert.rejects(act(rig, id + 1, "pause"), BackfillError);
  });

  it("starts children only when asked to", async (t) => {
    const child = phase("b", { dependsOn: "a", template: "?child" });
    for (const [children, expected] of [
      [true, ["a", "b"]],
      [false, ["a"]],
    ] as const) {
      const rig = await rigWith(t, DAILY + child);
      const runner = new BackfillRunner(rig.context, 10);
      await begin(rig, "2026-11-01", "2026-11-01", { children });
      await turns(runner, 2);
      const [task] = takeSent(rig);
      assert.ok(task);
      await report(rig, task, "complete");
      assert.deepEqual(
        rig.stored.tasks().map(({ type }) => type),
        expected,
      );
    }
  });

  it("yields to live tasks that wait, but gets every tenth turn", async (t) => {
    const rig = await rigWith(t, phase("a", { rule: "cron=* * * * *&max_active=1", template: "?t={TS}" }));
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, rig.now + 120_000);
    const runner = new BackfillRunner(rig.context, 10);
    const id = await begin(rig, "2026-11-01T00:00", "2026-11-01T00:30");
    await turns(runner, 9);
    assert.equal(await counts(rig, id), "running: 31 waiting, 0 active, 0 complete, 0 failed, 0 cancelled");
    await turns(runner, 2);
    assert.equal(await counts(rig, id), "running: 30 waiting, 1 active, 0 complete, 0 failed, 0 cancelled");
    assert.equal(codes(rig).at(-1), "backfilled");
  });

  it("continues after a restart at any moment, each slot once", async (t) => {
    const rig = await rigWith(t, DAILY);
    const id = await begin(rig, "2023-01-01", "2025-12-31", { maxActive: 150 });
    let runner = new BackfillRunner(rig.context, 10);
    for (let turn = 0; turn < 100 && (await rig.store.reads.backfills.one(id))?.state === "running"; turn++) {
      if (turn % 3 === 1) {
        await rig.reopen();
        runner = new BackfillRunner(rig.context, 10);
      }
      await runner.run();
      rig.store.outboxSent(rig.sent);
      await deliver(
        rig,
        takeSent(rig).map((task) => ({ ...task, result: "complete" })),
      );
    }
    assert.equal(await counts(rig, id), "finished: 0 waiting, 0 active, 1096 complete, 0 failed, 0 cancelled");
    const infos = rig.stored.tasks().map(({ info }) => info);
    assert.equal(infos.length, 1096);
    assert.equal(new Set(infos).size, 1096);
  });

  it("says what its rows lack", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "b", template: "?f={meta:file}" }) + phase("b"));
    await assert.rejects(begin(rig, "2026-11-01", "2026-11-02"), /add --meta file=…/);
    await assert.rejects(begin(rig, "2026-11-03", "2026-11-02", { columns: new Map([["file", ["x"]]]) }), /older end/);
  });
});
