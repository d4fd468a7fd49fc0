import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { DAY, HOUR } from "../../../src/contract/time/time-units.ts";
import { CleanupRunner } from "../../../src/engine/retention/cleanup-runner.ts";
import { retentionControl } from "../../../src/engine/retention/retention-control.ts";
import type { Cleanup } from "../../../src/store/retention/retention-store.ts";
import { phase, records, report, rigWith, rootTask } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const START = Date.UTC(2026, 10, 24, 12);

interface Running {
  readonly rig: Rig;
  readonly done: Cleanup[];
  readonly announced: string[];
  /** Steps until nothing is left to do now; returns when to look again. */
  readonly settle: () => Promise<number>;
  busy: number;
}

async function running(t: TestContext, options: { zone?: string; retention?: string } = {}): Promise<Running> {
  const rig = await rigWith(t, phase("root"), { now: START, ...options });
  const done: Cleanup[] = [];
  const announced: string[] = [];
  const state = { busy: 0 };
  const runner = new CleanupRunner({
    runtime: rig.context.runtime,
    store: rig.context.store,
    defaults: rig.options.retention,
    archiver: null,
    utilization: () => state.busy,
    onAnnounced: (sentence) => announced.push(sentence),
    onDone: (cleanup) => done.push(cleanup),
  });
  const settle = async (): Promise<number> => {
    for (;;) {
      const at = await runner.run();
      if ((await rig.store.retention.running()) === null) return at;
    }
  };
  return Object.assign(state, { rig, done, announced, settle });
}

/** Lets the hours pass, looking every half an hour; the hours of the day (UTC) in which a daily cleanup began. */
async function hoursOf({ rig, settle }: Running, hours: number): Promise<readonly number[]> {
  const began: number[] = [];
  let last = await rig.store.retention.lastDaily();
  for (let half = 0; half < 2 * hours; half += 1) {
    rig.now += HOUR / 2;
    await settle();
    const now = await rig.store.retention.lastDaily();
    if (now !== last) began.push(new Date(rig.now).getUTCHours());
    last = now;
  }
  return began;
}

describe("the daily cleanup", () => {
  it("begins at three at night of the zone without tasks, once a day, also over a restart", async (t) => {
    const run = await running(t, { zone: "Asia/Tokyo" });
    await run.settle();
    assert.deepEqual(await hoursOf(run, 48), [18, 18]);
    await run.rig.reopen();
    assert.deepEqual(await hoursOf(run, 24), [18]);
  });

  it("deletes by the policies, and leaves what is younger", async (t) => {
    const run = await running(t, { retention: "240h" });
    const { rig } = run;
    await report(rig, rootTask(rig, { id: "old" }), "complete");
    rig.now += 10 * DAY;
    await report(rig, rootTask(rig, { id: "new" }), "complete");
    await hoursOf(run, 54);
    assert.equal(records(rig).length, 1);
    assert.equal(run.done[0]?.cause, "daily");
    assert.ok(run.done.some(({ deleted }) => deleted["task_records"]?.["task_records"] === 1));
  });

  it("announces what the first one will delete, and deletes a day later, over restarts", async (t) => {
    const run = await running(t, { retention: "240h" });
    const { rig } = run;
    const alerts = (): readonly string[] =>
      rig.stored
        .alerts()
        .flatMap(({ type, state, message }) => (type === "retention_begins" ? [`${state} ${message}`] : []));
    await hoursOf(run, 24);
    assert.deepEqual([run.announced, alerts()], [[], []], "there is nothing to delete");
    await report(rig, rootTask(rig, { id: "old" }), "complete");
    await report(rig, rootTask(rig, { id: "old-2" }), "complete");
    rig.now += 11 * DAY;
    await hoursOf(run, 24);
    assert.equal(records(rig).length, 2, "it was only counted");
    assert.equal(run.announced.length, 1);
    assert.match(run.announced[0] ?? "", /^the first cleanup by retention deletes tomorrow .*: 2 of task_records, /);
    assert.equal(alerts().length, 1);
    assert.match(alerts()[0] ?? "", /^open the first cleanup/);
    await rig.reopen();
    await hoursOf(run, 24);
    assert.equal(records(rig).length, 0);
    assert.match(alerts()[0] ?? "", /^resolved the first cleanup/);
    await report(rig, rootTask(rig, { id: "later" }), "complete");
    rig.now += 11 * DAY;
    await hoursOf(run, 24);
    assert.deepEqual([records(rig).length, run.announced.length], [0, 1], "later ones are not announced");
  });

  it("deletes nothing while its announcement could not be stored", async (t) => {
    const run = await running(t, { retention: "240h" });
    const { rig } = run;
    await report(rig, rootTask(rig, { id: "old" }), "complete");
    rig.now += 11 * DAY;
    const failing = t.mock.method(rig.context.store, "record", () => Promise.reject(new Error("the disk is full")));
    await assert.rejects(hoursOf(run, 24), /the disk is full/);
    await rig.reopen();
    failing.mock.restore();
    await hoursOf(run, 24);
    assert.deepEqual([records(rig).length, run.announced.length], [1, 1]);
    await hoursOf(run, 24);
    assert.equal(records(rig).length, 0);
  });

  it("does not begin in the first hour, nor for a day after the clock was set", async (t) => {
    const run = await running(t);
    const { rig } = run;
    rig.now = Date.UTC(2026, 10, 25, 2);
    rig.clockSetBy += rig.now - START;
    await run.settle();
    assert.deepEqual(await hoursOf(run, 20), [], "the clock was set");
    assert.deepEqual(await hoursOf(run, 24), [3]);
  });

  it("begins nothing where the retention is off", async (t) => {
    const run = await running(t, { retention: "-1ms" });
    const control = retentionControl({
      runtime: run.rig.context.runtime,
      store: run.rig.store,
      defaults: run.rig.options.retention,
      archiver: null,
      changed: () => undefined,
    });
    for (const { table } of await control.policies())
      await control.setPolicy({ table, days: null, max_rows: null, enabled: false, archived: null, by: "ann" });
    assert.deepEqual(await hoursOf(run, 48), []);
  });
});

describe("a cleanup", () => {
  it("takes smaller steps and longer pauses while messages are many", async (t) => {
    const run = await running(t);
    const { rig } = run;
    for (let n = 0; n < 300; n += 1) await report(rig, rootTask(rig, { id: `run-${n}` }), "complete");
    rig.now += 91 * DAY;
    const control = retentionControl({
      runtime: rig.context.runtime,
      store: rig.context.store,
      defaults: rig.options.retention,
      archiver: null,
      changed: () => undefined,
    });
    const { id } = await control.start({ table: "task_records", older_than: null, dry_run: false, by: "ann" });
    const runner = new CleanupRunner({
      runtime: rig.context.runtime,
      store: rig.context.store,
      defaults: rig.options.retention,
      archiver: null,
      utilization: () => 0.9,
      onAnnounced: () => undefined,
      onDone: () => undefined,
    });
    assert.equal(await runner.run(), rig.now + 15);
    const first = await control.one(id);
    const rows =
      (first.tables[0]?.deleted ?? 0) + Object.values(first.tables[0]?.belonging ?? {}).reduce((a, b) => a + b, 0);
    assert.ok(rows >= 250 && rows < 260, `${rows} rows`);
    assert.equal(first.state, "running");
    assert.equal((await control.stop(id)).state, "stopped");
    await assert.rejects(control.stop(id), { code: "not_running" });
  });

  it("is refused with what to do", async (t) => {
    const { rig } = await running(t);
    const control = retentionControl({
      runtime: rig.context.runtime,
      store: rig.context.store,
      defaults: { enabled: false, age: null, tables: new Map(), archived: null },
      archiver: null,
      changed: () => undefined,
    });
    const ask = { table: null, older_than: null, dry_run: true, by: "ann" };
    await assert.rejects(control.start(ask), { code: "nothing_to_clean" });
    await assert.rejects(control.start({ ...ask, table: "users" }), { code: "unknown_table" });
    await assert.rejects(control.start({ ...ask, older_than: "2mo" }), { code: "bad_age" });
    await assert.rejects(control.start({ ...ask, older_than: "59m" }), { code: "too_young" });
    await assert.rejects(control.one(7), { code: "unknown_cleanup" });
    const policy = { days: 30, max_rows: 5, enabled: null, archived: null, by: "ann" };
    await assert.rejects(control.setPolicy({ ...policy, table: "task_counts_hourly" }), { code: "not_countable" });
    const { before, after } = await control.setPolicy({ ...policy, table: "task_records" });
    assert.deepEqual([before.days, after.days, after.max_rows, after.source], [null, 30, 5, "set"]);
    assert.equal((await control.start({ ...ask, table: "task_records", older_than: "36h" })).tables.length, 1);
  });
});
