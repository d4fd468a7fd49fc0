import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { fetchBackup } from "../../src/app/backup/fetch-backup.ts";
import { readManifests } from "../../src/app/backup/read-manifests.ts";
import { openBucket } from "../../src/objects/buckets/open-bucket.ts";
import { damageOf } from "../../src/store/sqlite/backup/snapshot.ts";
import { Place, rows } from "../e2e/flowlord.ts";
import { startGcs } from "../servers/gcs.ts";
import { S3_CREDENTIALS, startS3 } from "../servers/s3.ts";
import { openBare, openScratch } from "../store/sqlite/scratch.ts";
import { randomFrom, SEED } from "../support/seed.ts";
import { randomMoment, Victim } from "./killed/victim.ts";

/** A hundred; those to services start slowly, and test/e2e/backup.e2e.ts has more of them. */
const KILLS: Readonly<Record<string, number>> = { "a folder": 60, "fake-gcs-server": 20, versitygw: 20 };
const CHILD = new URL("./killed/backup-child.ts", import.meta.url);
const signal = new AbortController().signal;

interface Storage {
  readonly address: string;
  readonly credentials: { readonly accessKey: string; readonly secretKey: string };
  readonly env: Readonly<Record<string, string>>;
}

const NO_LOGIN = { accessKey: "", secretKey: "" };

/** Where backups go; null after the test was told to skip. */
const STORAGES: Readonly<Record<string, (t: TestContext, folder: string) => Promise<Storage | null>>> = {
  "a folder": async (_, folder) => ({ address: join(folder, "backups"), credentials: NO_LOGIN, env: {} }),
  "fake-gcs-server": async (t) => {
    const server = await startGcs(t, "test");
    if (server === null) return null;
    return { address: "gs://test/flowlord", credentials: NO_LOGIN, env: { STORAGE_EMULATOR_HOST: server.url } };
  },
  versitygw: async (t) => {
    const server = await startS3(t, "test");
    if (server === null) return null;
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = S3_CREDENTIALS;
    return {
      address: `${server.url.replace("http:", "mc:")}/test/flowlord`,
      credentials: { accessKey, secretKey },
      env: { S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey },
    };
  },
};

async function written(path: string): Promise<void> {
  await (await openScratch(path)).close();
  const db = openBare(path);
  // Rows that do not get smaller: each step takes a while.
  db.exec(`WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 6)
    INSERT INTO dead_letters (received_at, topic, payload, code, reason) SELECT 0, 'done', hex(randomblob(500000)), 'x', '' FROM n`);
  db.close();
}

describe("a backup that is killed", { concurrency: 3 }, () => {
  for (const [name, storage] of Object.entries(STORAGES)) {
    const kills = KILLS[name] ?? 0;
    test(
      `${kills} kills in backups to ${name}: what is called good is, and the next start goes on`,
      { timeout: 600_000 },
      async (t) => {
        t.diagnostic(`seed ${SEED}`);
        const random = randomFrom(SEED);
        const place = new Place(t);
        const [database, scratch] = [place.path("tasks.db"), place.path("scratch")];
        const found = await storage(t, place.dir);
        if (found === null) return;
        const { address, credentials, env } = found;
        await written(database);
        const bucket = await openBucket(address, { ...credentials, env });
        t.after(() => bucket.close());
        const backUp = (): Victim => new Victim(CHILD, [database, address, scratch], env);
        const good = new Set<string>();
        /** Each manifest is of a good one, and what the database calls good has its manifest. */
        const holds = async (isSettled = false): Promise<void> => {
          await (await openScratch(database)).close();
          const stored = await readManifests(bucket, signal);
          for (const { id, manifest, problem } of stored) {
            assert.ok(manifest !== null, String(problem));
            const object = await bucket.find(manifest.object.key);
            assert.equal(object?.size, manifest.object.bytes, "what it names is there");
            if (good.has(id)) continue;
            await fetchBackup(bucket, manifest, place.path(`${id}.db`), {
              key: null,
              signal,
              onBytes: () => undefined,
            });
            good.add(id);
          }
          const known = rows<{ id: string; state: string; removed_at: number | null }>(
            database,
            "SELECT id, state, removed_at FROM backup_metadata ORDER BY started_at DESC",
          );
          assert.deepEqual(
            [...new Set(known.map(({ state }) => state))].filter((state) => !["verified", "failed"].includes(state)),
            [],
          );
          // Killed after the keep policy was applied: the next backup tells what is gone.
          const called = known.filter(({ state, removed_at: removed }) => state === "verified" && removed === null);
          if (isSettled)
            assert.deepEqual(
              called.map(({ id }) => id).filter((id) => !stored.some((each) => each.id === id)),
              [],
            );
          assert.deepEqual(damageOf(database), []);
        };

        for (let each = 0; each < 3; each += 1) await backUp().finish();
        const steps = await backUp().finish();
        await holds(true);
        assert.deepEqual([...steps.keys()], ["open", "snapshot", "upload", "verify", "manifest", "remove", "record"]);
        const hit = new Map<string, number>();
        for (let kill = 0; kill < kills; kill += 1) {
          const { step, after } = randomMoment(steps, random);
          if (await backUp().killAt(step, after)) hit.set(step, (hit.get(step) ?? 0) + 1);
          await holds();
        }
        const killed = [...hit.values()].reduce((sum, count) => sum + count, 0);
        t.diagnostic(`killed in ${[...hit].map(([step, count]) => `${step} ${count}`).join(", ")}`);
        assert.ok(killed >= kills / 2, `${killed} of ${kills} came while it was made`);
        await backUp().finish();
        await holds(true);
        const left = (await readManifests(bucket, signal)).length;
        assert.equal(left, 3, "the keep policy goes on");
        t.diagnostic(`left in the scratch folder: ${readdirSync(scratch).length}`);
      },
    );
  }
});
