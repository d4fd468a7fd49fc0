import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { archiveRows, ARCHIVE_SIZES, type ArchiveSizes } from "../../../src/app/archive/archive-rows.ts";
import { readFile } from "../../../src/app/archive/store-rows.ts";
import { RETAINED } from "../../../src/contract/retention/tables.ts";
import { toError } from "../../../src/contract/to-error.ts";
import { readArchiveKey } from "../../../src/core/retention/archive-key.ts";
import { Archiver, type ArchiveRows } from "../../../src/engine/retention/archiver.ts";
import { advance } from "../../../src/engine/retention/cleanup-runner.ts";
import { type CleanupRequest, retentionControl } from "../../../src/engine/retention/retention-control.ts";
import { type Bucket, eachObject } from "../../../src/objects/buckets/bucket.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { type ArchivedValue, rowText } from "../../../src/store/retention/archived-row.ts";
import type { Cleanup } from "../../../src/store/retention/retention-store.ts";
import type { Rig } from "../../engine/rig/rig.ts";

export const SIGNAL = new AbortController().signal;

export function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "flowlord-archive-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

export interface Archiving {
  readonly bucket: LocalBucket;
  readonly archiver: Archiver;
  readonly control: ReturnType<typeof retentionControl>;
  /** Batches so far. */
  readonly batches: () => number;
  /** Cleans up until nothing is left, or what is left waits. */
  readonly cleanUp: (request?: Partial<CleanupRequest>) => Promise<Cleanup>;
}

interface ArchivingOptions {
  readonly at?: string;
  /** What archives, instead of the bucket. */
  readonly through?: (bucket: Bucket) => Bucket;
  readonly sizes?: Partial<ArchiveSizes>;
  readonly maxRows?: number;
  /** Called after each batch, before anything of it is deleted. */
  readonly afterBatch?: () => Promise<void> | void;
}

/** Cleanups of a rig that archive into a folder, in this process. */
export function archivingIn(t: TestContext, rig: Rig, options: ArchivingOptions = {}): Archiving {
  const { at = folder(t), through = (same) => same, sizes = {}, maxRows = 1000, afterBatch } = options;
  const bucket = new LocalBucket(at);
  const defaults = { enabled: true, age: 90 * 86_400_000, tables: new Map(), archived: new Set(RETAINED) };
  let batches = 0;
  const archive: ArchiveRows = async (request, signal) => {
    batches += 1;
    const job = { ...request, database: rig.options.sqlite.localPath, programVersion: "1.0.0" };
    const tools = { bucket: through(bucket), signal, now: () => rig.now, onProgress: () => undefined };
    try {
      const { until, ids, digests } = await archiveRows(job, tools, { ...ARCHIVE_SIZES, ...sizes });
      await afterBatch?.();
      return { archived: { until, digests: new Map(ids.map((id, index) => [id, digests[index] ?? ""])) } };
    } catch (error) {
      return { failure: { message: toError(error).message } };
    }
  };
  const { runtime } = rig.context;
  const archiver = new Archiver({ runtime, store: rig.store, defaults, target: at, archive, signal: SIGNAL });
  const control = retentionControl({ runtime, store: rig.store, defaults, archiver, changed: () => undefined });
  return {
    bucket,
    archiver,
    control,
    batches: () => batches,
    cleanUp: async (request = {}) => {
      if ((await rig.store.retention.running()) === null)
        await control.start({ table: null, older_than: null, dry_run: false, by: "ann", ...request });
      for (;;) {
        const cleanup = await rig.store.retention.running();
        if (cleanup === null) throw new Error("no cleanup runs");
        const after = await advance(cleanup, maxRows, { runtime, store: rig.store, archiver });
        if (after !== null && (after.state !== "running" || archiver.failureOf(after.id) !== null)) return after;
      }
    },
  };
}

export async function keysIn(bucket: Bucket): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of eachObject(bucket, "")) keys.push(key);
  return keys;
}

/** The rows in an archive by table, each as a text, in order. */
export async function archivedIn(bucket: Bucket): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, string[]> = {};
  for (const key of await keysIn(bucket)) {
    const { rows } = await readFile(key, { bucket, signal: SIGNAL });
    (found[readArchiveKey(key)?.table ?? key] ??= []).push(...rows.map(shortText));
  }
  return Object.fromEntries(Object.entries(found).map(([table, rows]) => [table, rows.toSorted()]));
}

export function textsOf(rows: readonly (readonly ArchivedValue[])[]): readonly string[] {
  return rows.map(shortText).toSorted();
}

/** A megabyte in a message helps nobody. */
function shortText(values: readonly ArchivedValue[]): string {
  const text = rowText(values);
  return text.length < 5000 ? text : createHash("sha256").update(text).digest("hex");
}
