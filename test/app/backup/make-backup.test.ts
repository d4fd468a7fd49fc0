import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { generateIdentity } from "age-encryption";
import { fetchBackup } from "../../../src/app/backup/fetch-backup.ts";
import { makeBackup, type BackupJob, type BackupProgress } from "../../../src/app/backup/make-backup.ts";
import { runBackup } from "../../../src/app/backup/run-backup.ts";
import { type BackupManifest, backupManifest } from "../../../src/app/backup/backup-manifest.ts";
import { manifestKey, readBackupKey, snapshotKey } from "../../../src/core/backup/backup-key.ts";
import type { Bucket } from "../../../src/objects/buckets/bucket.ts";
import { eachObject } from "../../../src/objects/buckets/bucket.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { describeSnapshot } from "../../../src/store/sqlite/backup/snapshot.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { phase, report, rigWith, rootTask, takeSent } from "../../engine/rig/drive.ts";

const NAME = { at: Date.UTC(2026, 0, 31, 4), id: "0198a1b2-c3d4-7e5f-8a9b-0123456789ab" };

const KEEP_ALL = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 };

interface Setting {
  readonly job: BackupJob;
  readonly folder: string;
  readonly bucket: LocalBucket;
  readonly progress: BackupProgress[];
  readonly run: (over?: {
    readonly bucket?: Bucket;
    readonly job?: Partial<BackupJob>;
    readonly signal?: AbortSignal;
  }) => ReturnType<typeof makeBackup>;
}

/** A database with some history, still open for writing, and an empty folder for its backups. */
async function setting(t: TestContext, key: string | null = null): Promise<Setting> {
  const rig = await rigWith(t, phase("root") + phase("child", { dependsOn: "root" }));
  for (let each = 0; each < 30; each += 1) {
    await report(rig, rootTask(rig, { id: `run-${each}` }), "complete");
    takeSent(rig);
  }
  const folder = await mkdtemp(join(tmpdir(), "flowlord-backup-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bucket = new LocalBucket(join(folder, "bucket"));
  const job = {
    database: rig.options.sqlite.localPath,
    name: NAME,
    scratch: join(folder, "scratch"),
    key,
    programVersion: "1.0.0",
    host: "here",
    keep: KEEP_ALL,
  };
  const progress: BackupProgress[] = [];
  return {
    job,
    folder,
    bucket,
    progress,
    run: ({ bucket: other = bucket, job: change = {}, signal = new AbortController().signal } = {}) =>
      makeBackup(
        { ...job, ...change },
        { bucket: other, signal, onProgress: (each) => progress.push(each), now: Date.now, random: randomFrom(SEED) },
      ),
  };
}

async function keys(bucket: Bucket): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of eachObject(bucket, "")) found.push(key);
  return found;
}

async function manifestIn(bucket: Bucket): Promise<BackupManifest> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bucket.read(manifestKey(NAME))) pieces.push(piece);
  return backupManifest.parse(JSON.parse(Buffer.concat(pieces).toString()));
}

const fetching = { signal: new AbortController().signal, onBytes: () => undefined };

describe("a backup", () => {
  for (const isEncrypted of [false, true]) {
    test(`is what the database is, ${isEncrypted ? "encrypted" : "as it is"}, and leaves nothing beside`, async (t) => {
      const key = isEncrypted ? await generateIdentity() : null;
      const { run, bucket, job, folder, progress } = await setting(t, key);
      const { manifest } = await run();
      assert.deepEqual(manifest, await manifestIn(bucket));
      assert.deepEqual(await keys(bucket), [snapshotKey(NAME, isEncrypted), manifestKey(NAME)].toSorted());
      assert.deepEqual([manifest.rows["task_records"], manifest.object.encryption], [60, isEncrypted ? "age" : "none"]);
      const restored = join(folder, "restored.db");
      await fetchBackup(bucket, manifest, restored, { key, ...fetching });
      assert.deepEqual(describeSnapshot(restored), describeSnapshot(job.database));
      assert.deepEqual(await readdir(job.scratch), []);
      assert.deepEqual([...new Set(progress.map(({ step }) => step))], ["snapshot", "upload", "verify"]);
      assert.ok(progress.every(({ done, total }) => done <= total));
    });
  }

  test("never takes another's place", async (t) => {
    const { run, bucket } = await setting(t);
    const { manifest } = await run();
    await assert.rejects(run(), { code: "exists" });
    assert.deepEqual(await manifestIn(bucket), manifest);
    await fetchBackup(bucket, manifest, `${bucket.address}-again.db`, { key: null, ...fetching });
  });

  test("with another key, or none, does not open", async (t) => {
    const { run, bucket, folder } = await setting(t, await generateIdentity());
    const { manifest } = await run();
    const to = (name: string): string => join(folder, name);
    await assert.rejects(fetchBackup(bucket, manifest, to("a"), { key: await generateIdentity(), ...fetching }), {
      code: "wrong_key",
    });
    await assert.rejects(fetchBackup(bucket, manifest, to("b"), { key: null, ...fetching }), { code: "no_key" });
  });

  for (const isEncrypted of [false, true]) {
    test(`that was changed, or cut, is refused, ${isEncrypted ? "encrypted" : "as it is"}`, async (t) => {
      const key = isEncrypted ? await generateIdentity() : null;
      const { run, bucket, folder } = await setting(t, key);
      const { manifest } = await run();
      const path = join(folder, "bucket", manifest.object.key);
      const whole = await readFile(path);
      const random = randomFrom(SEED);
      for (let each = 0; each < 12; each += 1) {
        const place = Math.floor(random() * whole.length);
        const broken = each % 2 === 0 ? whole.subarray(0, place) : Buffer.from(whole);
        if (each % 2 === 1) broken[place] = (broken[place] ?? 0) ^ 1;
        await writeFile(path, broken);
        const attempt = fetchBackup(bucket, manifest, join(folder, `broken-${each}`), { key, ...fetching });
        await assert.rejects(attempt, (error: { code?: string }) =>
          ["damaged", "different", "wrong_key"].includes(error.code ?? ""),
        );
      }
    });
  }

  test("is not called good when the storage lies: it keeps something else, or nothing", async (t) => {
    const { run, bucket, job } = await setting(t);
    const lying = (read: Bucket["read"]): Bucket =>
      Object.assign(Object.create(bucket) as Bucket, {
        list: bucket.list.bind(bucket),
        create: bucket.create.bind(bucket),
        remove: bucket.remove.bind(bucket),
        read,
      });
    async function* flipped(key: string): AsyncGenerator<Uint8Array> {
      for await (const piece of bucket.read(key)) {
        const other = Buffer.from(piece);
        other[0] = (other[0] ?? 0) ^ 0x80;
        yield other;
      }
    }
    async function* nothing(): AsyncGenerator<Uint8Array> {}
    for (const read of [flipped, nothing])
      await assert.rejects(run({ bucket: lying(read) }), (error: { code?: string }) =>
        ["damaged", "different"].includes(error.code ?? ""),
      );
    assert.deepEqual(await keys(bucket), [], "what is not good does not stay");
    assert.deepEqual(await readdir(job.scratch), []);
  });

  test("whose manifest is given up stays whole: it may be stored later", async (t) => {
    const { run, bucket, folder } = await setting(t);
    let later = async (): Promise<unknown> => assert.fail("no manifest was sent");
    const slow: Bucket = Object.assign(Object.create(bucket) as Bucket, {
      list: bucket.list.bind(bucket),
      read: bucket.read.bind(bucket),
      remove: bucket.remove.bind(bucket),
      create: async (key: string, content: AsyncIterable<Uint8Array>) => {
        if (key !== manifestKey(NAME)) return await bucket.create(key, content);
        later = () => bucket.create(key, content);
        throw new Error("the connection broke");
      },
    });
    await assert.rejects(run({ bucket: slow }), { message: "the connection broke" });
    await later();
    await fetchBackup(bucket, await manifestIn(bucket), join(folder, "good.db"), { key: null, ...fetching });
  });

  test("clears away what a killed process left in its scratch folder a day ago", async (t) => {
    const { run, job } = await setting(t);
    const [old, recent, other] = ["backup-old", "backup-recent", "other"].map((name) => join(job.scratch, name));
    for (const path of [old, recent, other]) {
      await mkdir(path ?? "", { recursive: true });
      await writeFile(join(path ?? "", "snapshot.db"), "half");
    }
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    for (const path of [old, other]) await utimes(path ?? "", twoDaysAgo, twoDaysAgo);
    await run();
    assert.deepEqual((await readdir(job.scratch)).toSorted(), ["backup-recent", "other"]);
  });

  test("that is interrupted leaves nothing that looks like one", async (t) => {
    const { run, bucket, job } = await setting(t);
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(run({ signal: stop.signal }), { code: "interrupted" });
    assert.deepEqual(await keys(bucket), []);
    assert.deepEqual(await readdir(job.scratch), []);
  });
});

describe("the process of a backup", () => {
  const credentials = { accessKey: "", secretKey: "" };

  test("makes it, and tells how far it is", async (t) => {
    const { job, bucket } = await setting(t);
    const steps: string[] = [];
    const outcome = await runBackup(
      { job, target: bucket.address, credentials },
      { signal: new AbortController().signal, onProgress: ({ step }) => steps.push(step) },
    );
    assert.ok("made" in outcome, JSON.stringify(outcome));
    assert.deepEqual(outcome.made.manifest, await manifestIn(bucket));
    assert.equal(steps[0], "snapshot");
    assert.deepEqual(
      (await keys(bucket)).map((key) => readBackupKey(key)?.id),
      [NAME.id, NAME.id],
    );
  });

  test("says why there is none", async (t) => {
    const { job } = await setting(t);
    const tools = { signal: new AbortController().signal, onProgress: () => undefined };
    const refused = await runBackup({ job, target: "ftp://host/x", credentials }, tools);
    assert.ok("failure" in refused && refused.failure.code === "scheme_unknown");
    const unread = await runBackup(
      { job: { ...job, database: `${job.database}.none` }, target: job.scratch, credentials },
      tools,
    );
    assert.ok("failure" in unread && /no such file/.test(unread.failure.message), JSON.stringify(unread));
  });
});
