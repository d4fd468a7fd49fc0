import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fetchBackup } from "../../../src/app/backup/fetch-backup.ts";
import { makeBackup, type MadeBackup } from "../../../src/app/backup/make-backup.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { eachObject } from "../../../src/objects/buckets/bucket.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { openScratch, scratchFolder } from "../../store/sqlite/scratch.ts";
import { randomFrom, SEED } from "../../support/seed.ts";

const START = Date.UTC(2026, 0, 31, 4);
const KEEP_TWO = { last: 2, hourly: 0, daily: 0, weekly: 0, monthly: 0 };

/** A place that instances share by mistake, and how one of them backs up there: as BackUp does. */
async function shared(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "flowlord-shared-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bucket = new LocalBucket(join(folder, "bucket"));
  let made = 0;
  const backUp = async (database: string, host = "first", during = async () => {}): Promise<MadeBackup> => {
    made += 1;
    const name = { at: START + made * HOUR, id: `0198a1b2-c3d4-7e5f-8a9b-${String(made).padStart(12, "0")}` };
    const store = await openScratch(database, { newId: () => `instance of ${database}` });
    await store.backups.begin({ id: name.id, reason: "hand", target: bucket.address }, name.at);
    await store.close();
    let isFirst = true;
    return await makeBackup(
      { database, name, scratch: join(folder, "scratch"), key: null, programVersion: "1", host, keep: KEEP_TWO },
      {
        bucket: Object.assign(Object.create(bucket) as LocalBucket, {
          address: bucket.address,
          list: bucket.list.bind(bucket),
          read: bucket.read.bind(bucket),
          remove: bucket.remove.bind(bucket),
          create: async (...args: Parameters<LocalBucket["create"]>) => {
            const stored = await bucket.create(...args);
            if (isFirst) await during();
            isFirst = false;
            return stored;
          },
        }),
        signal: new AbortController().signal,
        onProgress: () => undefined,
        now: Date.now,
        random: randomFrom(SEED),
      },
    );
  };
  const count = async (): Promise<number> => {
    let found = 0;
    for await (const { key } of eachObject(bucket, "")) found += key.endsWith(".json") ? 1 : 0;
    return found;
  };
  const restore = async ({ manifest }: MadeBackup, to: string): Promise<void> =>
    await fetchBackup(bucket, manifest, to, {
      key: null,
      signal: new AbortController().signal,
      onBytes: () => undefined,
    });
  return { backUp, count, restore, path: (name: string) => join(scratchFolder(), name) };
}

test("another database is refused, and removes nothing of the first, which goes on", async (t) => {
  const { backUp, count, path } = await shared(t);
  const [first, other] = [path("first.db"), path("other.db")];
  await backUp(first);
  await assert.rejects(backUp(other, "second"), {
    code: "other_instance",
    message:
      /has a backup that this database does not know \(snapshots\/20260131T050000\.000Z-\S+\.json, of another database, on first\): two instances must not back up to one place, so give each a sqlite\.backup_path of its own\. If the other is gone, restart this one/,
  });
  assert.equal(await count(), 1);
  await backUp(first);
  assert.equal(await count(), 2);
});

test("of a copy that runs on elsewhere the one is told that finds the other's backup", async (t) => {
  const { backUp, count, path } = await shared(t);
  const [first, copy] = [path("first.db"), path("copy.db")];
  await backUp(first);
  await copyFile(first, copy);
  await backUp(first);
  const refusal = { code: "other_instance", message: /, of a copy of this database, on first\)/ };
  await assert.rejects(backUp(copy, "second"), refusal);
  await assert.rejects(backUp(copy, "second"), refusal, "each time");
  await backUp(first);
  assert.equal(await count(), 2, "the keep policy of the first goes on");
});

test("two copies that begin at the same moment: the one that is done first has it", async (t) => {
  const { backUp, count, path } = await shared(t);
  const [first, copy] = [path("first.db"), path("copy.db")];
  await backUp(first);
  await copyFile(first, copy);
  const between = async (): Promise<void> => void (await backUp(first));
  await assert.rejects(backUp(copy, "second", between), { code: "other_instance" });
  assert.equal(await count(), 2);
});

test("a database that was moved goes on without further ado", async (t) => {
  const { backUp, count, path } = await shared(t);
  const [first, moved] = [path("first.db"), path("moved.db")];
  await backUp(first);
  await copyFile(first, moved);
  await backUp(moved, "second");
  await backUp(moved, "second");
  assert.equal(await count(), 2);
  await assert.rejects(backUp(first), { code: "other_instance", message: /a copy of this database, on second/ });
});

test("a database that was restored on another machine goes on without further ado", async (t) => {
  const { backUp, restore, count, path } = await shared(t);
  const restored = path("restored.db");
  await restore(await backUp(path("first.db")), restored);
  await backUp(restored, "second");
  assert.equal(await count(), 2);
});

test("one whose backup failed, or was killed before it was told that it is good, goes on", async (t) => {
  const { backUp, count, path } = await shared(t);
  const first = path("first.db");
  await backUp(first);
  const store = await openScratch(first);
  assert.equal((await store.reads.backups.list({ limit: 1, before: null, state: null }))[0]?.state, "failed");
  await store.close();
  await backUp(first);
  assert.equal(await count(), 2);
});
