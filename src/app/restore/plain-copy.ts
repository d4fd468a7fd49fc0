import { createWriteStream } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Options } from "../../config/options.ts";
import { importedTask } from "../../core/legacy/imported-task.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { StoreError } from "../../store/store.ts";
import { damageOf } from "../../store/sqlite/backup/snapshot.ts";
import { readMigrations } from "../../store/sqlite/database/migrate.ts";
import { importDatabase } from "../../store/sqlite/legacy/import-database.ts";
import { examine } from "../../store/sqlite/open.ts";
import { requireRoom } from "../backup/require-room.ts";
import type { RestoreSource } from "./restore-in-place.ts";

/** The one file that the older program copied its database to, time and again. It is only read. */
export interface PlainCopy {
  readonly path: string;
  readonly bytes: number;
  /** When it was written, by the clock of the storage. */
  readonly at: number;
}

type CopyOptions = Pick<Options, "backup" | "file" | "sqlite">;

export interface CopyUse {
  readonly signal: AbortSignal;
  readonly now: number;
  /** What is imported, and what of it could not be read. */
  readonly print: (line: string) => void;
}

/** What is wrong with the copy, and not with this machine. */
const ITS_FAULT: ReadonlySet<string> = new Set(["corrupt", "not_a_database", "foreign_database", "newer_schema"]);

/** Null: none is configured, or it is not there. Throws ObjectError. */
export async function findPlainCopy(options: CopyOptions, signal: AbortSignal): Promise<PlainCopy | null> {
  const path = options.backup?.plainCopy ?? null;
  if (path === null) return null;
  return await inBucket(path, options, async (bucket, key) => {
    const found = await bucket.find(key, { signal });
    return found === null ? null : { path, bytes: found.size, at: found.modifiedAt };
  });
}

/** As what becomes the database: of the older program's schema it is imported. Nothing of it waits for a decision: it has no outbox. */
export function plainCopySource(copy: PlainCopy, options: CopyOptions, use: CopyUse): RestoreSource {
  return {
    restore: { backup_id: null, data_at: copy.at, state: "none" },
    backup: null,
    passedOver: [],
    write: async (to) => {
      // Its import is a second file.
      await requireRoom(2 * copy.bytes, dirname(to), "make room there");
      await inBucket(copy.path, options, async (bucket, key) => {
        const content = Readable.from(bucket.read(key, { signal: use.signal }), { objectMode: false });
        await pipeline(content, createWriteStream(to, { flags: "wx", mode: 0o600, flush: true }));
      });
      return await usable(to, copy, options, use);
    },
  };
}

/** Null: it is a database of this program now; else why it is not good. */
async function usable(file: string, { path }: PlainCopy, options: CopyOptions, use: CopyUse): Promise<string | null> {
  const known = readMigrations();
  try {
    const [damage] = damageOf(file);
    if (damage !== undefined) return `${path} is damaged (${damage}).`;
    if (examine(file, known.length) !== "older program") return null;
    const { taskTtl } = options.sqlite;
    const { print, signal, now } = use;
    await importDatabase(file, known, now, { print, signal, original: path, taskTtl, readTask: importedTask });
    return null;
  } catch (error) {
    if (isItsFault(error)) return `${path} cannot be used: ${(error as Error).message}`;
    throw error;
  }
}

function isItsFault(error: unknown): boolean {
  if (error instanceof StoreError) return ITS_FAULT.has(error.code);
  return error instanceof Error && "code" in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
}

/** The folder of a file as a bucket, and its name as the key in it. */
async function inBucket<T>(
  path: string,
  { file }: Pick<Options, "file">,
  use: (bucket: Bucket, key: string) => Promise<T>,
): Promise<T> {
  const at = path.lastIndexOf("/");
  const folder = at < 0 ? "." : path.slice(0, at) || "/";
  const bucket = await openBucket(folder, { accessKey: file.accessKey, secretKey: file.secretKey });
  try {
    return await use(bucket, path.slice(at + 1));
  } finally {
    bucket.close();
  }
}
