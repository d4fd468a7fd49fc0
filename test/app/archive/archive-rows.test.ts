import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { archiveInProcess } from "../../../src/app/archive/run-archive.ts";
import { RETAINED } from "../../../src/contract/retention/tables.ts";
import { archiveDay, archiveKey, readArchiveKey } from "../../../src/core/retention/archive-key.ts";
import type { Bucket } from "../../../src/objects/buckets/bucket.ts";
import { ObjectError } from "../../../src/objects/objects.ts";
import { phase, report, rigWith, rootTask, takeSent } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { openBare } from "../../store/sqlite/scratch.ts";
import { archivedIn, archivingIn, folder, keysIn, SIGNAL, textsOf } from "./archive-rig.ts";
import { EVERY_TABLE, fillEveryTable, valuesOf } from "./every-table.ts";

const DAY = 86_400_000;
const FLOW = phase("root") + phase("child", { dependsOn: "root" });

/** A database with `count` runs of two tasks that ended long ago, the first half a day before the others. */
async function oldRuns(t: Parameters<typeof rigWith>[0], count: number): Promise<Rig> {
  const rig = await rigWith(t, FLOW, { now: Date.UTC(2026, 0, 30, 12) });
  for (let n = 0; n < count; n += 1) {
    if (n === Math.floor(count / 2)) rig.now += DAY;
    await report(rig, rootTask(rig, { id: `run-${n}`, info: `?n=${n}` }), "complete");
    for (const sent of takeSent(rig)) await report(rig, sent, "complete", { msg: `done ${n}` });
  }
  rig.now += 100 * DAY;
  return rig;
}

function stored(rig: Rig, tables: readonly string[] = EVERY_TABLE): Readonly<Record<string, readonly string[]>> {
  const { localPath } = rig.options.sqlite;
  const all = tables.map((table) => [table, textsOf(valuesOf(localPath, table))] as const);
  return Object.fromEntries(all.filter(([, rows]) => rows.length > 0));
}

function run(rig: Rig, sql: string): void {
  const db = openBare(rig.options.sqlite.localPath);
  db.exec(sql);
  db.close();
}

const HISTORY = ["task_records", "task_relationships", "decisions"];

describe("archived rows", () => {
  it("are those of every table, value for value, and are gone from the database then", async (t) => {
    const rig = await rigWith(t, FLOW, { now: Date.UTC(2026, 0, 1) });
    fillEveryTable(rig.options.sqlite.localPath, rig.now);
    const before = stored(rig);
    assert.deepEqual(Object.keys(before).toSorted(), EVERY_TABLE.toSorted());
    rig.now += 1000 * DAY;
    const { cleanUp, bucket } = archivingIn(t, rig);
    assert.equal((await cleanUp()).state, "done");
    assert.deepEqual(await archivedIn(bucket), before);
    assert.deepEqual(stored(rig), {}, "nothing is left");
    for (const key of await keysIn(bucket))
      assert.match(key, /^[a-z_]+\/instance=[0-9a-z-]+\/day=2026-01-01\/\d+-\d+\.parquet$/);
  });

  it("lie by the day of the row that they go with, in files of a bounded size", async (t) => {
    const rig = await oldRuns(t, 20);
    const before = stored(rig, HISTORY);
    const { cleanUp, bucket, batches } = archivingIn(t, rig, { sizes: { own: 10, fileRows: 7 }, maxRows: 3 });
    assert.equal((await cleanUp({ table: "task_records" })).state, "done");
    assert.ok(batches() >= 4, `${batches()} batches`);
    assert.deepEqual(await archivedIn(bucket), before);
    const keys = (await keysIn(bucket)).map((key) => readArchiveKey(key));
    assert.deepEqual([...new Set(keys.map((key) => key?.day))], ["2026-01-30", "2026-01-31"]);
    assert.ok(keys.filter((key) => key?.table === "task_records").length >= 6);
  });

  it("are not stored where nothing is due, and no process starts for it", async (t) => {
    const rig = await rigWith(t, FLOW);
    const { cleanUp, bucket, batches } = archivingIn(t, rig);
    assert.equal((await cleanUp()).state, "done");
    assert.deepEqual([await keysIn(bucket), batches()], [[], 0]);
  });

  it("are only those of tables whose policy says so", async (t) => {
    const rig = await oldRuns(t, 2);
    const { cleanUp, bucket, control } = archivingIn(t, rig);
    const policy = { table: "task_records", days: null, max_rows: null, enabled: null, by: "ann" };
    const { after } = await control.setPolicy({ ...policy, archived: false });
    assert.deepEqual([after.archived, after.set?.archived], [false, false]);
    assert.equal((await cleanUp({ table: "task_records" })).state, "done");
    assert.deepEqual([await keysIn(bucket), stored(rig, HISTORY)["task_records"]], [[], undefined]);
  });

  it("are made in a process of their own", async (t) => {
    const rig = await oldRuns(t, 3);
    const at = folder(t);
    const lines: string[] = [];
    const archive = archiveInProcess(rig.options, at, { error: () => undefined, info: (_, line) => lines.push(line) });
    const limits = { table: "task_records", before: rig.now, maxRows: null, surplusBefore: rig.now } as const;
    const outcome = await archive({ limits, cursor: null, rows: null }, SIGNAL);
    assert.ok("archived" in outcome, JSON.stringify(outcome));
    assert.deepEqual([outcome.archived.until, outcome.archived.digests.size], [null, 6]);
    assert.match(lines.join(), /^Archived \d+ rows of task_records, and what goes with them, to /);
    assert.ok(readdirSync(at).includes("task_records"));
    const gone = await archive({ limits, cursor: null, rows: null }, AbortSignal.abort());
    assert.ok("failure" in gone && /interrupted/.test(gone.failure.message));
  });
});

describe("a row that is not archived", () => {
  it("stays when its archive refuses, and goes when it works again, with an alert meanwhile", async (t) => {
    const rig = await oldRuns(t, 4);
    const before = stored(rig, HISTORY);
    let refuses = true;
    const { cleanUp, bucket, archiver, control } = archivingIn(t, rig, {
      through: (same) => ({
        ...bound(same),
        create: async (...args) => {
          if (refuses) throw new ObjectError("refused", "The bucket refused it (403).");
          return await same.create(...args);
        },
      }),
    });
    const waiting = await cleanUp();
    assert.equal(waiting.state, "running");
    assert.deepEqual(stored(rig, HISTORY), before);
    assert.equal((await control.one(waiting.id)).archive_failure, "The bucket refused it (403).");
    assert.equal(archiver.retryAt(waiting), rig.now + 60_000);
    const alerts = async () => (await rig.store.alerts.lasting("archive_failed", 0, 10)).length;
    assert.equal(await alerts(), 1);
    refuses = false;
    assert.equal((await cleanUp()).state, "done");
    assert.deepEqual(await archivedIn(bucket), { ...(await archivedIn(bucket)), ...before });
    assert.deepEqual([await alerts(), stored(rig, ["task_records"])], [0, {}]);
    assert.equal((await control.one(waiting.id)).archive_failure, null);
  });

  it("stays when what comes back is not what was stored, and no bad file stays", async (t) => {
    const rig = await oldRuns(t, 2);
    const { cleanUp, bucket, archiver } = archivingIn(t, rig, {
      through: (same) => ({
        ...bound(same),
        read: async function* (...args: Parameters<Bucket["read"]>) {
          for await (const piece of same.read(...args)) {
            const flipped = Uint8Array.from(piece);
            flipped[40] = (flipped[40] ?? 0) ^ 1;
            yield flipped;
          }
        },
      }),
    });
    const waiting = await cleanUp({ table: "task_records" });
    assert.match(archiver.failureOf(waiting.id) ?? "", /is damaged \(/);
    assert.equal(stored(rig, HISTORY)["task_records"]?.length, 4);
    assert.deepEqual(await keysIn(bucket), []);
  });

  it("stays when it was changed after it was archived, and goes as it is then with the next cleanup", async (t) => {
    const rig = await oldRuns(t, 3);
    let once = true;
    const { cleanUp, bucket } = archivingIn(t, rig, {
      afterBatch: () => {
        if (once)
          run(
            rig,
            "INSERT INTO notes (id, target, target_id, text, author, at) VALUES (1, 'task', 1, 'late', 'ann', 1)",
          );
        once = false;
      },
    });
    const first = await cleanUp({ table: "task_records" });
    assert.equal(first.deleted["task_records"]?.["task_records"], 5);
    assert.equal(stored(rig, ["task_records", "notes"])["notes"]?.length, 1);
    const second = await cleanUp({ table: "task_records" });
    assert.deepEqual(
      [second.deleted["task_records"]?.["task_records"], second.deleted["task_records"]?.["notes"]],
      [1, 1],
    );
    const found = await archivedIn(bucket);
    assert.deepEqual([found["task_records"]?.length, found["notes"]?.length], [6, 1], "the record is not there twice");
  });

  it("stays when it came to be due after the batch was made", async (t) => {
    const rig = await oldRuns(t, 3);
    run(rig, "UPDATE task_records SET state = 'sent' WHERE task_id = 'run-1'");
    const { cleanUp, bucket } = archivingIn(t, rig, {
      afterBatch: () => run(rig, "UPDATE task_records SET state = 'finished' WHERE task_id = 'run-1'"),
    });
    await cleanUp({ table: "task_records" });
    assert.equal(stored(rig, ["task_records"])["task_records"]?.length, 2);
    assert.equal((await archivedIn(bucket))["task_records"]?.length, 4);
  });
});

describe("rows that are archived again", () => {
  it("are found after a stop anywhere: each row is there once", async (t) => {
    for (let dies = 1; dies <= 12; dies += 1) {
      const rig = await oldRuns(t, 6);
      const before = stored(rig, HISTORY);
      const at = folder(t);
      let creates = 0;
      const broken = archivingIn(t, rig, {
        at,
        sizes: { own: 4, fileRows: 3 },
        maxRows: 2,
        through: (same) => ({
          ...bound(same),
          create: async (...args) => {
            const made = await same.create(...args);
            if ((creates += 1) === dies) throw new Error("killed");
            return made;
          },
        }),
      });
      await broken.cleanUp({ table: "task_records" });
      await rig.reopen();
      // Another process knows nothing of the first, and makes batches of another size.
      const { cleanUp, bucket } = archivingIn(t, rig, { at, sizes: { own: 5, fileRows: 100 } });
      if ((await rig.store.retention.running()) !== null) assert.equal((await cleanUp()).state, "done");
      assert.deepEqual(await archivedIn(bucket), before, `killed after file ${dies}`);
      assert.deepEqual(stored(rig, ["task_records"]), {});
    }
  });

  it("get a name of their own when others have it, and a damaged file is passed over", async (t) => {
    const rig = await oldRuns(t, 2);
    const at = folder(t);
    const first = archivingIn(t, rig, { at });
    await first.cleanUp({ table: "task_records" });
    const [key = ""] = (await keysIn(first.bucket)).filter((one) => one.startsWith("task_records/"));
    await first.bucket.remove(key);
    await first.bucket.create(key, bytes("no Parquet"));
    const again = await oldRuns(t, 2);
    run(again, `UPDATE instance_state SET value = '${readArchiveKey(key)?.instance}' WHERE key = 'instance.id'`);
    const before = stored(again, HISTORY);
    const second = archivingIn(t, again, { at });
    assert.equal((await second.cleanUp({ table: "task_records" })).state, "done");
    const keys = await keysIn(second.bucket);
    assert.ok(keys.includes(key.replace(".parquet", ".2.parquet")), keys.join("\n"));
    await second.bucket.remove(key);
    const found = await archivedIn(second.bucket);
    assert.deepEqual(found["task_relationships"], before["task_relationships"]);
    assert.equal(found["task_records"]?.length, 4);
  });

  it("do not meet those of another instance", async (t) => {
    const at = folder(t);
    for (const count of [2, 3]) {
      const rig = await oldRuns(t, count);
      run(rig, `UPDATE instance_state SET value = 'instance-${count}' WHERE key = 'instance.id'`);
      await archivingIn(t, rig, { at }).cleanUp({ table: "task_records" });
    }
    const bucket = archivingIn(t, await oldRuns(t, 1), { at }).bucket;
    const instances = new Set((await keysIn(bucket)).map((key) => readArchiveKey(key)?.instance));
    assert.equal(instances.size, 2);
    assert.equal((await archivedIn(bucket))["task_records"]?.length, 10);
  });
});

describe("the name of an archived file", () => {
  it("is read as it is written, and others are none", () => {
    const key = { table: "decisions", instance: "a-1", day: "2026-01-31", first: -5, last: 7, copy: 1 };
    assert.equal(archiveKey(key), "decisions/instance=a-1/day=2026-01-31/-5-7.parquet");
    for (const copy of [1, 2]) assert.deepEqual(readArchiveKey(archiveKey({ ...key, copy })), { ...key, copy });
    for (const other of ["decisions/1-2.parquet", `${archiveKey(key)}.tmp`, "x/instance=../day=2026-01-31/1-2.parquet"])
      assert.equal(readArchiveKey(other), null);
  });

  it("has a day that every reader knows, whatever the clock was", () => {
    assert.equal(archiveDay(Date.UTC(2026, 0, 31, 23, 59, 59, 999)), "2026-01-31");
    assert.equal(archiveDay(Date.UTC(2026, 1, 1)), "2026-02-01");
    assert.deepEqual([archiveDay(-1), archiveDay(8.64e18)], ["1970-01-01", "9999-12-31"]);
  });
});

it("every retained table is one of those", () => {
  for (const table of RETAINED) assert.ok(EVERY_TABLE.includes(table), table);
});

/** Its methods as own properties, to replace some of them. */
function bound(bucket: Bucket): Bucket {
  return {
    address: bucket.address,
    list: (...args) => bucket.list(...args),
    find: (...args) => bucket.find(...args),
    read: (...args) => bucket.read(...args),
    create: (...args) => bucket.create(...args),
    remove: (...args) => bucket.remove(...args),
    close: () => bucket.close(),
  };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
