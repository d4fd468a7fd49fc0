import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fetchBackup } from "../../src/app/backup/fetch-backup.ts";
import { makeBackup } from "../../src/app/backup/make-backup.ts";
import { readManifests } from "../../src/app/backup/read-manifests.ts";
import { ObjectError } from "../../src/objects/objects.ts";
import { BackupError } from "../../src/app/backup/backup-error.ts";
import { type Bucket, eachObject } from "../../src/objects/buckets/bucket.ts";
import { phase, report, rigWith, rootTask } from "../engine/rig/drive.ts";
import type { Rig } from "../engine/rig/rig.ts";
import type { Asked, HttpFault } from "../servers/http-proxy.ts";
import { STORAGES } from "../servers/faulty-storages.ts";
import { damageOf } from "../../src/store/sqlite/backup/snapshot.ts";
import { randomFrom, SEED } from "../support/seed.ts";

/** Requests about the content of backups, and those about the manifests alone. */
const isSnapshot = ({ path }: Asked): boolean => path.includes(".db.zst");
const isManifest = ({ path }: Asked): boolean => path.includes(".json");
const isWrite = ({ method }: Asked): boolean => method === "PUT" || method === "POST";
const isRead = ({ method }: Asked): boolean => method === "GET";
const isList = (asked: Asked): boolean => isRead(asked) && asked.path.includes("prefix=");

const REFUSED = /Storage Object|file\.access_key/;
const LATER = /It is tried again later/;

interface Case {
  readonly name: string;
  /** `number`: of the requests that this is asked about, from 1 on. `direct`: past the proxy. */
  readonly fault: (asked: Asked, number: number, direct: Bucket) => HttpFault;
  /** `either`: what comes of it is for the client to say; what is called good must be. */
  readonly ends: "made" | "either" | RegExp;
}

const CASES: readonly Case[] = [
  { name: "refuses everything (403)", fault: () => 403, ends: REFUSED },
  { name: "is too busy for everything (429)", fault: () => 429, ends: LATER },
  { name: "breaks at everything (500)", fault: () => 500, ends: LATER },
  {
    name: "breaks once (500)",
    fault: (asked, number) => (isSnapshot(asked) && number === 1 ? 500 : null),
    ends: "made",
  },
  {
    name: "is busy twice (429)",
    fault: (asked, number) => (isSnapshot(asked) && number <= 2 ? 429 : null),
    ends: "made",
  },
  { name: "is slow", fault: () => ({ later: 300 }), ends: "made" },
  { name: "cuts every connection", fault: () => "cut", ends: LATER },
  { name: "stores, and never says so", fault: (asked) => (isWrite(asked) ? "cut-answer" : null), ends: "either" },
  {
    name: "stores the manifest, and never says so",
    fault: (asked) => (isWrite(asked) && isManifest(asked) ? "cut-answer" : null),
    ends: "either",
  },
  {
    name: "refuses the manifest (403)",
    fault: (asked) => (isManifest(asked) && isWrite(asked) ? 403 : null),
    ends: REFUSED,
  },
  {
    name: "cuts what is read",
    fault: (asked) => (isRead(asked) && isSnapshot(asked) ? "cut-answer" : null),
    ends: /./,
  },
  {
    name: "changes a bit of what is stored",
    fault: (asked) => (asked.method === "PUT" && isSnapshot(asked) ? "flip-up" : null),
    ends: /./,
  },
  {
    name: "changes a bit of what is read",
    fault: (asked) => (isRead(asked) && isSnapshot(asked) ? "flip-down" : null),
    ends: /take another/,
  },
  {
    name: "changes a bit of the manifest",
    fault: (asked) => (isWrite(asked) && isManifest(asked) ? "flip-up" : null),
    ends: /./,
  },
  {
    name: "confirms the copy, and loses it",
    fault: (asked, _, direct) => (isWrite(asked) && isSnapshot(asked) ? { afterwards: () => empty(direct) } : null),
    ends: /./,
  },
  {
    name: "confirms the manifest, and loses it",
    fault: (asked, _, direct) => (isWrite(asked) && isManifest(asked) ? { afterwards: () => empty(direct) } : null),
    ends: /is not there/,
  },
  ...(["refuses to list (403)", "is too busy to list (429)", "breaks at lists (500)"] as const).map((name) => ({
    name,
    fault: (asked: Asked) => (isList(asked) ? Number(/\d+/.exec(name)?.[0]) : null),
    ends: name.includes("403") ? REFUSED : LATER,
  })),
  { name: "cuts lists", fault: (asked) => (isList(asked) ? "cut-answer" : null), ends: /./ },
  { name: "is slow to list", fault: (asked) => (isList(asked) ? { later: 300 } : null), ends: "made" },
  ...(["refuses uploads (403)", "is too busy for uploads (429)", "breaks at uploads (500)"] as const).map((name) => ({
    name,
    fault: (asked: Asked) => (isWrite(asked) ? Number(/\d+/.exec(name)?.[0]) : null),
    ends: name.includes("403") ? REFUSED : LATER,
  })),
];

async function empty(direct: Bucket): Promise<void> {
  for await (const { key } of eachObject(direct, "")) await direct.remove(key);
}

/** The same of a restore: what is restored is whole, or there is a sentence. */
const RESTORES: readonly (Omit<Case, "ends"> & { readonly ends: "restored" | RegExp })[] = [
  { name: "refuses everything (403)", fault: () => 403, ends: REFUSED },
  { name: "is too busy for everything (429)", fault: () => 429, ends: LATER },
  { name: "breaks at everything (500)", fault: () => 500, ends: LATER },
  { name: "cuts every connection", fault: () => "cut", ends: LATER },
  { name: "is slow", fault: () => ({ later: 300 }), ends: "restored" },
  {
    name: "is busy twice (429)",
    fault: (asked, number) => (isSnapshot(asked) && number <= 2 ? 429 : null),
    ends: "restored",
  },
  {
    name: "breaks once (500)",
    fault: (asked, number) => (isSnapshot(asked) && number === 1 ? 500 : null),
    ends: "restored",
  },
  { name: "refuses the copy (403)", fault: (asked) => (isSnapshot(asked) ? 403 : null), ends: REFUSED },
  { name: "breaks at the copy (500)", fault: (asked) => (isSnapshot(asked) ? 500 : null), ends: LATER },
  { name: "cuts the copy", fault: (asked) => (isSnapshot(asked) ? "cut-answer" : null), ends: /./ },
  {
    name: "changes a bit of the copy",
    fault: (asked) => (isSnapshot(asked) ? "flip-down" : null),
    ends: /take another/,
  },
  { name: "cuts the manifest", fault: (asked) => (isManifest(asked) ? "cut-answer" : null), ends: /./ },
  { name: "breaks at the manifest (500)", fault: (asked) => (isManifest(asked) ? 500 : null), ends: LATER },
  { name: "cuts lists", fault: (asked) => (isList(asked) ? "cut-answer" : null), ends: /./ },
  {
    name: "has the manifest, and lost the copy",
    fault: (asked, _, direct) => (isManifest(asked) ? { afterwards: () => empty(direct) } : null),
    ends: /does not exist|is not there|not found/i,
  },
];

function backUp(rig: Rig, scratch: string, bucket: Bucket): ReturnType<typeof makeBackup> {
  return makeBackup(
    {
      database: rig.options.sqlite.localPath,
      name: { at: Date.UTC(2026, 0, 31, 4), id: "0198a1b2-c3d4-7e5f-8a9b-0123456789ab" },
      scratch,
      key: null,
      programVersion: "1.0.0",
      host: "here",
      keep: { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 },
    },
    {
      bucket,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      now: Date.now,
      random: randomFrom(SEED),
    },
  );
}

for (const [service, open] of Object.entries(STORAGES))
  describe(`a restore from ${service}`, { concurrency: 4 }, () => {
    for (const { name, fault, ends } of RESTORES)
      test(`that ${name} is whole, or fails with a sentence`, { timeout: 180_000 }, async (t) => {
        const storage = await open(t);
        if (storage === null) return;
        const { proxy, bucket, direct } = storage;
        const rig = await rigWith(t, phase("root"));
        for (let each = 0; each < 20; each += 1) await report(rig, rootTask(rig, { id: `run-${each}` }), "complete");
        const scratch = await mkdtemp(join(tmpdir(), "flowlord-backup-"));
        t.after(() => rm(scratch, { recursive: true, force: true }));
        const { manifest: made } = await backUp(rig, scratch, direct);
        let number = 0;
        proxy.fault = (asked) => fault(asked, isSnapshot(asked) ? (number += 1) : number, direct);
        const signal = new AbortController().signal;
        const to = join(scratch, "restored.db");
        const restore = async (): Promise<"restored"> => {
          const [stored] = await readManifests(bucket, signal);
          if (stored === undefined) throw new BackupError("damaged", "There is none, of which it was not told.");
          if (stored.manifest === null) throw new BackupError("unreadable_manifest", stored.problem);
          assert.deepEqual(stored.manifest, made);
          await fetchBackup(bucket, stored.manifest, to, { key: null, signal, onBytes: () => undefined });
          return "restored";
        };
        const outcome = await restore().catch((error: unknown) => error);
        t.diagnostic(outcome instanceof Error ? outcome.message : String(outcome));
        assert.ok(proxy.faults > 0, "something was done to it");
        if (ends === "restored") {
          assert.equal(outcome, "restored");
          assert.deepEqual(damageOf(to), []);
          return;
        }
        assert.ok(outcome instanceof ObjectError || outcome instanceof BackupError, String(outcome));
        assert.match(outcome.message, ends);
        assert.match(outcome.message, /^\S.{20,}[^.]\.$/, "a sentence on one line");
      });
  });

for (const [service, open] of Object.entries(STORAGES))
  describe(`a backup to ${service}`, { concurrency: 4 }, () => {
    for (const { name, fault, ends } of CASES)
      test(
        `that ${name} is made, or fails with a sentence, and is called good only when it is`,
        { timeout: 180_000 },
        async (t) => {
          const storage = await open(t);
          if (storage === null) return;
          const { proxy, bucket, direct } = storage;
          const rig = await rigWith(t, phase("root"));
          for (let each = 0; each < 20; each += 1) await report(rig, rootTask(rig, { id: `run-${each}` }), "complete");
          const scratch = await mkdtemp(join(tmpdir(), "flowlord-backup-"));
          t.after(() => rm(scratch, { recursive: true, force: true }));
          let number = 0;
          proxy.fault = (asked) => fault(asked, isSnapshot(asked) ? (number += 1) : number, direct);
          const began = performance.now();
          const outcome = await backUp(rig, scratch, bucket).then(
            () => "made",
            (error: unknown) => error,
          );
          t.diagnostic(
            `${Math.round(performance.now() - began)} ms: ${outcome instanceof Error ? outcome.message : String(outcome)}`,
          );
          assert.ok(proxy.faults > 0, "something was done to it");
          if (outcome !== "made") {
            assert.ok(outcome instanceof ObjectError || outcome instanceof BackupError, String(outcome));
            assert.match(outcome.message, /^\S.{20,}[^.]\.$/, "a sentence on one line");
          }
          proxy.fault = () => null;
          if (ends === "made") assert.equal(outcome, "made");
          else if (ends !== "either") assert.match((outcome as Error).message, ends);

          // Whatever the client was told: each manifest that is there is of a good one.
          const stored = await readManifests(direct, new AbortController().signal);
          assert.ok(stored.length === 1 || outcome !== "made");
          for (const { manifest, problem } of stored) {
            assert.ok(manifest !== null, String(problem));
            const signal = new AbortController().signal;
            await fetchBackup(direct, manifest, join(scratch, "good.db"), {
              key: null,
              signal,
              onBytes: () => undefined,
            });
          }
          assert.deepEqual(
            (await readdir(scratch)).filter((name) => name.startsWith("backup-")),
            [],
          );
        },
      );
  });
