import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { generateIdentity } from "age-encryption";
import { checkSegments } from "../../../../src/app/backup/continuous/check-segments.ts";
import { databaseAt, planMoment, whyNotLater } from "../../../../src/app/backup/database-at.ts";
import { removeExpired } from "../../../../src/app/backup/keep-backups.ts";
import type { Bucket } from "../../../../src/objects/buckets/bucket.ts";
import { ObjectError } from "../../../../src/objects/objects.ts";
import { NEVER, type Ships, ships } from "./rig.ts";

const KEEP_ONE = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0 };

function write({ db }: Ships, bytes = 5000): void {
  db.exec("CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, body BLOB)");
  db.prepare("INSERT INTO things (body) VALUES (randomblob(?))").run(bytes);
}

async function segments({ folder }: Ships): Promise<readonly string[]> {
  const root = join(folder, "bucket/segments");
  if (!existsSync(root)) return [];
  const names = await readdir(root, { recursive: true });
  return names
    .filter((name) => name.includes(".wal."))
    .toSorted()
    .map((name) => join(root, name));
}

async function rigWithSegments(t: Parameters<typeof ships>[0], key?: string) {
  const rig = await ships(t, key === undefined ? {} : { key });
  write(rig);
  const manifest = await rig.backup();
  for (let turn = 0; turn < 6; turn += 1) {
    write(rig);
    await rig.turn();
  }
  await rig.stored();
  return { rig, manifest, files: await segments(rig) };
}

describe("what is stored of changes", () => {
  const faults: Readonly<Record<string, { readonly does: (path: string) => Promise<void>; readonly says: RegExp }>> = {
    truncated: { does: (path) => truncate(path, 60), says: /damaged/ },
    "with one bit changed": {
      does: async (path) => {
        const content = await readFile(path);
        content[30] = (content[30] ?? 0) ^ 1;
        await writeFile(path, content);
      },
      says: /damaged/,
    },
    "that is another than its name says": {
      does: async (path) => writeFile(path, await readFile(path.replace(/[^/]*$/, await firstOf(path)))),
      says: /is another segment than its name says/,
    },
  };
  for (const [name, { does, says }] of Object.entries(faults))
    test(`is refused with a segment ${name}, and the moment before it is offered and good`, async (t) => {
      const { rig, manifest, files } = await rigWithSegments(t);
      await does(files.at(3) ?? "");
      const plan = await planMoment(rig.bucket, manifest, null, NEVER);
      const options = { key: null, signal: NEVER, onBytes: () => undefined };
      const refused = await databaseAt(rig.bucket, plan, join(rig.folder, "no.db"), options).catch((e: Error) => e);
      assert.ok(refused instanceof Error);
      assert.match(refused.message, says);
      const at = /The newest moment before it: --at (\S+)$/.exec(refused.message)?.[1] ?? "";
      const restored = await rig.restore(manifest, Date.parse(at), join(rig.folder, "yes.db"));
      assert.equal(restored.segments, 3);
    });

  test("is refused when a segment is missing, and the moment before it is offered", async (t) => {
    const { rig, manifest, files } = await rigWithSegments(t);
    await rm(files.at(2) ?? "");
    const plan = await planMoment(rig.bucket, manifest, null, NEVER);
    const refused = whyNotLater(plan);
    assert.match(
      refused?.message ?? "",
      /segment 3 of \S+ is not there, but later ones are\. The newest .* --at 2026-/,
    );
    assert.equal(plan.segments.length, 2);
    const scratch = join(rig.folder, "check");
    await assert.rejects(
      checkSegments(rig.bucket, { scratch, key: null }, { signal: NEVER, onBytes: () => undefined }),
      /is not there/,
    );
  });

  test("is refused with a wrong key, and without one", async (t) => {
    const { rig, manifest } = await rigWithSegments(t, await generateIdentity());
    const plan = await planMoment(rig.bucket, manifest, null, NEVER);
    const to = join(rig.folder, "no.db");
    for (const [key, code] of [
      [null, "no_key"],
      [await generateIdentity(), "wrong_key"],
    ] as const)
      await assert.rejects(databaseAt(rig.bucket, plan, to, { key, signal: NEVER, onBytes: () => undefined }), {
        code,
      });
  });

  test("is checked as a whole, and leaves nothing behind", async (t) => {
    const { rig } = await rigWithSegments(t);
    const scratch = join(rig.folder, "check");
    const checked = await checkSegments(
      rig.bucket,
      { scratch, key: null },
      { signal: NEVER, onBytes: () => undefined },
    );
    assert.ok(checked.segments >= 6);
    assert.equal(checked.at, new Date(rig.shipping.status.at ?? 0).toISOString());
    assert.deepEqual(await readdir(scratch), []);
  });

  test("goes with the oldest backup that a moment within reach needs, and backups within reach stay", async (t) => {
    const rig = await ships(t);
    const times: number[] = [];
    const ids: string[] = [];
    for (let backup = 0; backup < 4; backup += 1) {
      write(rig);
      const { id } = await rig.backup();
      ids.push(id);
      times.push(rig.now);
      for (let turn = 0; turn < 3; turn += 1) {
        write(rig);
        await rig.turn();
      }
    }
    await rig.stored();
    const before = (await segments(rig)).length;
    // The moment is shortly after the second backup.
    const pointInTime = rig.now - (times[1] ?? 0) - 500;
    const which = {
      own: { at: times[3] ?? 0, id: ids[3] ?? "" },
      known: { all: new Set(ids), good: new Set<string>() },
    };
    const removed = await removeExpired(rig.bucket, KEEP_ONE, which, { signal: NEVER, now: rig.now, pointInTime });
    assert.deepEqual(removed, [ids[0]]);
    const left = await segments(rig);
    assert.ok(left.length < before);
    const restored = await rig.restore(
      (await manifests(rig)).find(({ id }) => id === ids[1]) ?? assert.fail(),
      null,
      join(rig.folder, "restored.db"),
    );
    assert.ok(restored.segments >= 9);
  });
});

describe("a bucket that is away", () => {
  /** Refuses to store segments while it is told to. */
  function refusing(isAway: () => boolean) {
    return (bucket: Bucket): Bucket => ({
      address: bucket.address,
      list: bucket.list.bind(bucket),
      find: bucket.find.bind(bucket),
      read: bucket.read.bind(bucket),
      remove: bucket.remove.bind(bucket),
      close: bucket.close.bind(bucket),
      create: async (key, content, call) => {
        if (isAway()) throw new ObjectError("unavailable", `${key} cannot be stored: 503.`);
        return await bucket.create(key, content, call);
      },
    });
  }

  test("loses nothing: what waits is stored when it is back, also by the next process", async (t) => {
    let isAway = false;
    const rig = await ships(t, { through: refusing(() => isAway) });
    write(rig);
    const manifest = await rig.backup();
    isAway = true;
    for (let turn = 0; turn < 5; turn += 1) {
      write(rig, 3_000_000);
      await rig.turn();
    }
    assert.ok(rig.shipping.status.waiting.segments >= 5);
    const { coveredUntil } = rig.shipping.status;
    assert.ok(coveredUntil === null || coveredUntil < rig.now - 4000);
    await rig.kill();
    isAway = false;
    await rig.start();
    await rig.stored();
    assert.equal(rig.shipping.status.waiting.segments, 0);
    assert.deepEqual(
      rig.events.map(({ kind }) => kind),
      ["begun", "resumed"],
    );
    const { segments: count } = await rig.restore(manifest, null, join(rig.folder, "restored.db"));
    assert.ok(count >= 5);
  });

  test("too long: what waits is given up, and the next backup begins anew", async (t) => {
    let isAway = false;
    const rig = await ships(t, { through: refusing(() => isAway), maxSpool: 1_000_000 });
    write(rig);
    await rig.backup();
    isAway = true;
    for (let turn = 0; turn < 5; turn += 1) {
      write(rig, 600_000);
      await rig.turn();
    }
    const ended = rig.events.find((event) => event.kind === "ended");
    assert.match(ended?.reason ?? "", /more than 1 MiB waited for the bucket \(backup\.max_spool\)/);
    assert.deepEqual(rig.shipping.status.waiting, { segments: 0, bytes: 0 });
    isAway = false;
    const next = await rig.backup();
    write(rig);
    await rig.stored();
    assert.ok(rig.shipping.status.isBased);
    assert.ok((await rig.restore(next, null, join(rig.folder, "restored.db"))).segments > 0);
  });
});

async function firstOf(path: string): Promise<string> {
  const [first = ""] = (await readdir(join(path, ".."))).toSorted();
  return first;
}

async function manifests({ bucket }: Ships) {
  const { readManifests } = await import("../../../../src/app/backup/read-manifests.ts");
  return (await readManifests(bucket, NEVER)).flatMap(({ manifest }) => (manifest === null ? [] : [manifest]));
}
