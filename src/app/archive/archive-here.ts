/** The archive for the commands of this machine, which read the bucket themselves: they need neither the database nor an instance. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Options } from "../../config/options.ts";
import { type ArchiveKey, archiveKey, readArchiveKey } from "../../core/retention/archive-key.ts";
import { type Bucket, eachObject } from "../../objects/buckets/bucket.ts";
import { readBucketAddress } from "../../objects/buckets/bucket-address.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { removeLeft } from "../backup/scratch.ts";
import { ArchiveError } from "./archive-error.ts";
import { downloadFiles } from "./download-files.ts";
import { type ArchiveAnswer, type ArchiveQuestion, queryFiles } from "./query-files.ts";
import { readFile } from "./store-rows.ts";

export interface StoredFile extends ArchiveKey {
  /** Of the object. */
  readonly key: string;
  readonly bytes: number;
}

/** Which files; null: all. Days are UTC, as in `2026-01-31`, both included. */
export interface FileFilter {
  readonly table: string | null;
  readonly since: string | null;
  readonly until: string | null;
}

export interface ArchiveHere {
  /** The address of the bucket or folder. */
  readonly target: string;
  /** By table, instance, day and id. */
  list(filter: FileFilter): Promise<readonly StoredFile[]>;
  /** Downloads a file and checks it: its rows, or why it is not good. Throws ObjectError. */
  check(file: StoredFile): Promise<number | string>;
  /** Throws ArchiveError. */
  query(question: ArchiveQuestion & Pick<FileFilter, "since" | "until">): Promise<ArchiveAnswer>;
}

const SCRATCH_PREFIX = "archive-";

/** Throws ArchiveError when no archive is configured, and ObjectError. */
export async function withArchive(
  { archive, file }: Pick<Options, "archive" | "file">,
  signal: AbortSignal,
  use: (archive: ArchiveHere) => Promise<number>,
): Promise<number> {
  if (archive === null)
    throw new ArchiveError("none_configured", "No place for an archive is configured: set retention.archive.");
  const { target, scratch } = archive;
  const bucket = await openBucket(target, { accessKey: file.accessKey, secretKey: file.secretKey });
  const list = (filter: FileFilter) => listFiles(bucket, filter, signal);
  try {
    return await use({
      target,
      list,
      check: async ({ key }) => {
        try {
          return (await readFile(key, { bucket, signal })).rows.length;
        } catch (error) {
          if (error instanceof ArchiveError) return error.message;
          throw error;
        }
      },
      query: async ({ since, until, ...question }) => {
        const files = await list({ table: null, since: null, until: null });
        const tables = [...new Set(files.map(({ table }) => table))];
        const wanted = wantedFiles(
          files.filter(({ table }) => names(question.sql, table)),
          (file) => isWithin(file, { since, until }),
        );
        return await inScratch(scratch, async (folder) => {
          const root = localRoot(target) ?? (await downloadFiles(bucket, wanted, folder, signal));
          return await queryFiles(question, { root, files: wanted, tables, spill: folder }, signal);
        });
      },
    });
  } finally {
    bucket.close();
  }
}

async function listFiles(
  bucket: Bucket,
  { table, since, until }: FileFilter,
  signal: AbortSignal,
): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const { key, size } of eachObject(bucket, table === null ? "" : `${table}/`, { signal })) {
    const name = readArchiveKey(key);
    if (name === null || archiveKey(name) !== key) continue;
    if (isWithin(name, { since, until })) files.push({ ...name, key, bytes: size });
  }
  return files;
}

function isWithin({ day }: ArchiveKey, { since, until }: Pick<FileFilter, "since" | "until">): boolean {
  return (since === null || day >= since) && (until === null || day <= until);
}

/** Of a table without any on these days one other file, which says what its columns are. */
function wantedFiles(
  files: readonly StoredFile[],
  isWanted: (file: StoredFile) => boolean,
): readonly (StoredFile & { readonly isEmpty: boolean })[] {
  return [...Map.groupBy(files, ({ table }) => table).values()].flatMap((all) => {
    const wanted = all.filter(isWanted);
    const chosen = wanted.length === 0 ? all.slice(-1) : wanted;
    return chosen.map((file) => ({ ...file, isEmpty: wanted.length === 0 }));
  });
}

/** Whether the text has the name of the table: only the files of such tables are needed. */
function names(sql: string, table: string): boolean {
  return new RegExp(`\\b${table}\\b`, "i").test(sql);
}

/** A folder is read where it is, unless its name would be a pattern of files. */
function localRoot(target: string): string | null {
  const address = readBucketAddress(target);
  return address.kind === "local" && !/[*?[\]{}]/.test(address.folder) ? address.folder : null;
}

async function inScratch<T>(scratch: string, use: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(scratch, { recursive: true });
  await removeLeft(scratch, Date.now(), SCRATCH_PREFIX);
  const folder = await mkdtemp(join(scratch, SCRATCH_PREFIX));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
