/** Makes one backup as a running instance does, in this process alone, to be killed meanwhile. */
import { randomUUID } from "node:crypto";
import { makeBackup } from "../../../src/app/backup/make-backup.ts";
import { manifestKey } from "../../../src/core/backup/backup-key.ts";
import type { Bucket } from "../../../src/objects/buckets/bucket.ts";
import { openBucket } from "../../../src/objects/buckets/open-bucket.ts";
import { openStore } from "../../../src/store/sqlite/open.ts";
import { newTask, taskMessage } from "../../store/factories.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { args, say } from "./victim.ts";

const [path = "", address = "", scratch = ""] = args();

await say("open");
const store = await openStore({ path, now: Date.now, newId: randomUUID });
const id = randomUUID();
await store.createTasks([newTask({ message: taskMessage({ id }) })], Date.now());
const [last] = await store.reads.backups.list({ limit: 1, before: null, state: null });
const at = Math.max(Date.now(), (last?.started_at ?? 0) + 1);
await store.backups.begin({ id, reason: "hand", target: address }, at);
const { S3_ACCESS_KEY: accessKey = "", S3_SECRET_KEY: secretKey = "" } = process.env;
const bucket = await openBucket(address, { accessKey, secretKey });
const told: Bucket = {
  address: bucket.address,
  list: (...asked) => bucket.list(...asked),
  find: (...asked) => bucket.find(...asked),
  read: (...asked) => bucket.read(...asked),
  create: async (key, ...rest) => {
    if (key === manifestKey({ at, id })) await say("manifest");
    return await bucket.create(key, ...rest);
  },
  remove: async (...asked) => {
    await say("remove");
    await bucket.remove(...asked);
  },
  close: () => bucket.close(),
};
const { removed, manifest } = await makeBackup(
  {
    database: path,
    name: { at, id },
    scratch,
    key: null,
    programVersion: "1.0.0",
    host: "here",
    keep: { last: 3, hourly: 0, daily: 0, weekly: 0, monthly: 0 },
  },
  {
    bucket: told,
    signal: new AbortController().signal,
    onProgress: ({ step, done }) => void (done === 0 || step !== "snapshot" ? process.send?.(step) : undefined),
    now: Date.now,
    random: randomFrom(SEED),
  },
);
await say("record");
const { object, database } = manifest;
await store.backups.verified(
  id,
  {
    object: object.key,
    object_version: object.version,
    schema_version: manifest.schema_version,
    changes: manifest.changes,
    database_bytes: database.bytes,
    object_bytes: object.bytes,
    database_sha256: database.sha256,
    object_sha256: object.sha256,
    encrypted: 0,
    table_rows: "{}",
    snapshot_ms: 0,
    upload_ms: 0,
    verify_ms: 0,
  },
  Date.now(),
);
await store.backups.removed(removed, Date.now());
await store.close();
bucket.close();
process.disconnect();
