import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { CronError, parseCron } from "../../../src/core/cron/cron.ts";
import { BackUp, type MakeBackup } from "../../../src/engine/backup/back-up.ts";
import type { VerifiedBackup } from "../../../src/store/backup/backup-store.ts";
import { phase, report, rigWith, rootTask } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const VERIFIED: VerifiedBackup = {
  changes: 0,
  object: "snapshots/x.db.zst",
  object_version: "1",
  schema_version: 1,
  database_bytes: 2,
  object_bytes: 1,
  database_sha256: "a",
  object_sha256: "b",
  encrypted: 0,
  table_rows: "{}",
  snapshot_ms: 1,
  upload_ms: 1,
  verify_ms: 1,
};

type Outcome = Awaited<ReturnType<MakeBackup>>;

interface Setting {
  readonly rig: Rig;
  readonly backUp: BackUp;
  /** The backups that were begun, and how each ends. */
  readonly begun: {
    readonly id: string;
    readonly at: number;
    end(outcome: Outcome): void;
    readonly signal: AbortSignal;
  }[];
  /** One turn, and what it began ends so. */
  readonly turn: (outcome?: Outcome) => Promise<number | null>;
}

async function setting(t: TestContext, schedule = "@hourly"): Promise<Setting> {
  const rig = await rigWith(t, phase("root"));
  const { runtime, store } = rig.context;
  const cron = parseCron(schedule, "UTC");
  assert.ok(!(cron instanceof CronError));
  const begun: Setting["begun"] = [];
  const woken: (() => void)[] = [];
  const backUp = new BackUp({
    runtime,
    store,
    target: "s3://bucket/flowlord",
    schedule: cron,
    make: ({ id, started_at: at }, { signal }) =>
      new Promise((resolve) => begun.push({ id, at, signal, end: resolve })),
    wake: () => woken.splice(0).forEach((wake) => wake()),
    onProblem: (error) => assert.fail(error),
  });
  const turn = async (how?: Outcome): Promise<number | null> => {
    const outcome = how ?? { verified: { ...VERIFIED, changes: await store.backups.changes() }, removed: [] };
    const before = begun.length;
    const next = await backUp.run();
    if (begun.length === before) return next;
    const ended = new Promise<void>((resolve) => woken.push(resolve));
    begun.at(-1)?.end(outcome);
    await ended;
    return await backUp.run();
  };
  return { rig, backUp, begun, turn };
}

const FAILED: Outcome = { failure: { code: "unavailable", message: "the bucket is away" } };

function alertsIn(rig: Rig): readonly string[] {
  return rig.stored.alerts().map(({ type, state, message }) => `${type} ${state}: ${message}`);
}

test("the first is made at once, the next at each tick, and a start between two ticks makes none", async (t) => {
  const { rig, begun, turn, backUp } = await setting(t);
  rig.now = Date.UTC(2026, 0, 31, 4, 10);
  assert.equal(await turn(), Date.UTC(2026, 0, 31, 5));
  rig.now += 20 * MINUTE;
  assert.equal(await turn(), Date.UTC(2026, 0, 31, 5));
  rig.now = Date.UTC(2026, 0, 31, 5);
  await turn();
  assert.equal(begun.length, 2);
  const { lastVerified, nextAt, running } = await backUp.status();
  assert.deepEqual([lastVerified?.id, nextAt, running], [begun[1]?.id, Date.UTC(2026, 0, 31, 6), null]);
});

test("one that failed raises an alert and is tried again, later each time; a good one ends it", async (t) => {
  const { rig, begun, turn } = await setting(t);
  rig.now = Date.UTC(2026, 0, 31, 4, 10);
  for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) assert.equal((await turn(FAILED)) ?? 0, (rig.now += wait * MINUTE));
  assert.deepEqual(alertsIn(rig), [
    "backup_failed open: the backup to s3://bucket/flowlord failed: the bucket is away",
  ]);
  await turn();
  assert.match(alertsIn(rig).join(), /^backup_failed resolved/);
  assert.equal(begun.length, 9);
  const rows = await rig.store.reads.backups.list({ limit: 10, before: null, state: "failed" });
  assert.deepEqual(new Set(rows.map(({ failure }) => failure)), new Set(["the bucket is away"]));
});

test("a last good one that is older than two ticks raises it too, once", async (t) => {
  const { rig, turn, backUp } = await setting(t);
  rig.now = Date.UTC(2026, 0, 31, 4, 10);
  await turn();
  rig.now = Date.UTC(2026, 0, 31, 7) - 1;
  await backUp.run();
  assert.deepEqual(alertsIn(rig), [], "the second is being made since 7:00");
  for (const _ of [1, 2]) {
    rig.now += MINUTE;
    await backUp.run();
  }
  assert.deepEqual(
    alertsIn(rig),
    [
      "backup_failed open: the last good backup to s3://bucket/flowlord is 3 hours old: its schedule makes one more than twice as often",
    ],
    "it hangs",
  );
});

test("it is known before it is made, two are never made at once, and their names go up when the clock goes back", async (t) => {
  const { rig, begun, backUp } = await setting(t);
  const { id } = await backUp.byHand();
  assert.equal((await rig.store.reads.backups.one(id))?.state, "running");
  await assert.rejects(backUp.byHand(), { code: "backup_running" });
  assert.equal(await backUp.run(), null);
  begun[0]?.end({ verified: VERIFIED, removed: [] });
  await new Promise(setImmediate);
  rig.now -= 24 * HOUR;
  await backUp.byHand();
  assert.equal(begun[1]?.at, (begun[0]?.at ?? 0) + 1);
});

test("the schedule goes on when the clock was set back", async (t) => {
  const { rig, begun, turn } = await setting(t);
  rig.now = Date.UTC(2026, 0, 31, 4, 10);
  await turn();
  rig.now = Date.UTC(2026, 0, 30, 4, 50);
  await turn();
  rig.now = Date.UTC(2026, 0, 30, 5, 0, 1);
  await turn();
  assert.equal(begun.length, 2);
});

/** The clock is set, which nobody who measures time notices otherwise. */
function setClock(rig: Rig, by: number): void {
  rig.now += by;
  rig.clockSetBy += by;
}

test("a clock that is a day ahead raises no alert about the age, and the backup that is due is made", async (t) => {
  const { rig, begun, turn, backUp } = await setting(t);
  rig.now = Date.UTC(2026, 0, 31, 4, 10);
  rig.clockSetBy = 0;
  await turn();
  setClock(rig, 24 * HOUR);
  await turn();
  assert.deepEqual([begun.length, alertsIn(rig)], [2, []]);
  // It is set right: the backups are of tomorrow, and the next is made at the next tick all the same.
  setClock(rig, -24 * HOUR);
  await turn();
  assert.equal((await backUp.status()).nextAt, Date.UTC(2026, 0, 31, 5));
  rig.now = Date.UTC(2026, 0, 31, 5);
  await turn();
  assert.deepEqual([begun.length, alertsIn(rig)], [3, []]);
  const names = begun.map(({ at }) => at);
  assert.deepEqual(
    names,
    names.toSorted((a, b) => a - b),
  );
  assert.equal((await backUp.status()).lastVerified?.id, begun[2]?.id, "the last one is the newest");
});

test("after a clock was a day ahead, backups that stand still are told of within two ticks", async (t) => {
  const { rig, turn, backUp } = await setting(t);
  rig.now = Date.UTC(2026, 0, 31, 4, 10);
  setClock(rig, 24 * HOUR);
  await turn();
  setClock(rig, -24 * HOUR);
  await backUp.run();
  rig.now = Date.UTC(2026, 0, 31, 5);
  await backUp.run();
  for (const minute of [59, 60]) {
    rig.now = Date.UTC(2026, 0, 31, 6, minute);
    await backUp.run();
  }
  assert.deepEqual(
    alertsIn(rig),
    [
      "backup_failed open: the last good backup to s3://bucket/flowlord is 3 hours old: its schedule makes one more than twice as often",
    ],
    "it hangs since 5:00, and how old the last one is counts from when the clock was set right",
  );
});

test("a failed one is tried again as soon after the clock was set as it would have been", async (t) => {
  for (const by of [-24 * HOUR, 24 * HOUR]) {
    const { rig, begun, turn } = await setting(t);
    await turn(FAILED);
    setClock(rig, by);
    rig.now += MINUTE - 1;
    await turn();
    assert.equal(begun.length, 1);
    rig.now += 1;
    await turn();
    assert.equal(begun.length, 2);
  }
});

test("a start by a clock behind the last backup makes the next at its tick, and tells of no age", async (t) => {
  const first = await setting(t);
  first.rig.now = Date.UTC(2026, 0, 31, 4, 10);
  await first.turn();
  first.rig.now -= 24 * HOUR;
  const { runtime, store } = first.rig.context;
  const cron = parseCron("@hourly", "UTC");
  assert.ok(!(cron instanceof CronError));
  const made: number[] = [];
  const again = new BackUp({
    runtime,
    store,
    target: "s3://bucket/flowlord",
    schedule: cron,
    make: async ({ started_at: at }) => {
      made.push(at);
      return { verified: VERIFIED, removed: [] };
    },
    wake: () => undefined,
    onProblem: (error) => assert.fail(error),
  });
  assert.equal(await again.run(), Date.UTC(2026, 0, 30, 5));
  first.rig.now = Date.UTC(2026, 0, 30, 5);
  await again.run();
  assert.deepEqual([made.length, alertsIn(first.rig)], [1, []]);
});

test("a restart does not call good what it finds begun", async (t) => {
  const { rig, backUp } = await setting(t);
  const { id } = await backUp.byHand();
  await rig.reopen();
  const row = await rig.store.reads.backups.one(id);
  assert.deepEqual([row?.state, row?.failure], ["failed", "Flowlord ended while it was made."]);
});

test("a stop makes one more if something was recorded, and gives up in time", async (t) => {
  const { rig, begun, backUp, turn } = await setting(t);
  await turn();
  await backUp.stop(1000);
  assert.equal(begun.length, 1, "nothing was recorded");
  await report(rig, rootTask(rig), "complete");
  const stopped = backUp.stop(500);
  await t.waitFor(() => assert.equal(begun.length, 2));
  begun[1]?.signal.addEventListener("abort", () =>
    begun[1]?.end({ failure: { code: "interrupted", message: "It was interrupted." } }),
  );
  await stopped;
  assert.deepEqual(alertsIn(rig), [], "a stop is no fault");
  await assert.rejects(backUp.byHand(), { code: "stopping" });
});
