import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type BackupStep, makeBackup } from "../../src/app/backup/make-backup.ts";
import { withBackups } from "../../src/app/backup/backups-here.ts";
import { readManifests } from "../../src/app/backup/read-manifests.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { codeOf } from "../../src/contract/to-error.ts";
import { LocalBucket } from "../../src/objects/buckets/local-bucket.ts";
import { damageOf } from "../../src/store/sqlite/backup/snapshot.ts";
import { phase, report, rigWith, rootTask } from "../engine/rig/drive.ts";
import { randomFrom, SEED } from "../support/seed.ts";
import { smallDisk } from "../support/small-disk.ts";

/** Enough when it begins: what takes the rest comes while it works. */
const MIB = 80;
const KEEP = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 };
const AT = Date.UTC(2026, 0, 31, 4);
const IDS = ["0198a1b2-c3d4-7e5f-8a9b-0123456789ab", "0198a1b2-c3d4-7e5f-8a9b-0123456789ac"] as const;

/** Takes what is left of the disk. */
function fill(disk: string): void {
  for (const size of [65_536, 4096, 512])
    try {
      for (;;) writeFileSync(join(disk, "ballast"), Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      assert.equal(codeOf(error), "ENOSPC");
    }
}

for (const full of ["snapshot", "verify"] as const satisfies readonly BackupStep[])
  test(`a scratch disk that fills at the step ${full} leaves no backup and no files, and the next one is good`, async (t) => {
    const disk = smallDisk(t, MIB);
    if (disk === null) return;
    const rig = await rigWith(t, phase("root"));
    for (let each = 0; each < 20; each += 1) await report(rig, rootTask(rig, { id: `run-${each}` }), "complete");
    const folder = mkdtempSync(join(tmpdir(), "flowlord-full-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const bucket = new LocalBucket(join(folder, "bucket"));
    const { signal } = new AbortController();
    const backUp = (id: string, at: number, atStep: (step: BackupStep) => void) =>
      makeBackup(
        {
          database: rig.options.sqlite.localPath,
          name: { at, id },
          scratch: disk,
          key: null,
          programVersion: "1.0.0",
          host: "here",
          keep: KEEP,
        },
        { bucket, signal, onProgress: ({ step }) => atStep(step), now: Date.now, random: randomFrom(SEED) },
      );

    await assert.rejects(
      backUp(IDS[0], AT, (step) => step === full && fill(disk)),
      /full|ENOSPC|no space/i,
    );
    assert.deepEqual(readdirSync(disk), ["ballast"]);
    assert.deepEqual(await readManifests(bucket, signal), []);

    rmSync(join(disk, "ballast"));
    await backUp(IDS[1], AT + 1, () => undefined);
    assert.deepEqual(
      (await readManifests(bucket, signal)).map(({ id, problem }) => [id, problem]),
      [[IDS[1], null]],
    );
  });

test("a disk that fills while a backup is restored to it leaves nothing of it, and then it is restored", async (t) => {
  const disk = smallDisk(t, MIB);
  if (disk === null) return;
  const rig = await rigWith(t, phase("root"));
  for (let each = 0; each < 20; each += 1) await report(rig, rootTask(rig, { id: `run-${each}` }), "complete");
  const folder = mkdtempSync(join(tmpdir(), "flowlord-full-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const target = join(folder, "bucket");
  const { signal } = new AbortController();
  await rig.store.backups.begin({ id: IDS[0], reason: "hand", target }, AT);
  await makeBackup(
    {
      database: rig.options.sqlite.localPath,
      name: { at: AT, id: IDS[0] },
      scratch: join(folder, "scratch"),
      key: null,
      programVersion: "1.0.0",
      host: "here",
      keep: KEEP,
    },
    {
      bucket: new LocalBucket(target),
      signal,
      onProgress: () => undefined,
      now: Date.now,
      random: randomFrom(SEED),
    },
  );
  const flags = new Map([
    ["workflow", folder],
    ["sqlite.backup_path", target],
  ]);
  const { options } = loadConfig({ file: null, flags, env: {}, cwd: folder, readFile: () => "" });
  const to = join(disk, "restored.db");
  const restore = (onBytes: () => void): Promise<number> =>
    withBackups(options, signal, async (backups) => {
      const [newest] = await backups.list();
      assert.ok(newest !== undefined);
      const problem = await backups.restore(newest, to, onBytes);
      assert.equal(problem, null);
      return 0;
    });
  await assert.rejects(
    restore(() => fill(disk)),
    /full|ENOSPC|no space/i,
  );
  assert.deepEqual(readdirSync(disk), ["ballast"]);
  rmSync(join(disk, "ballast"));
  await restore(() => undefined);
  assert.deepEqual(readdirSync(disk), ["restored.db"]);
  assert.deepEqual(damageOf(to), []);
});
