import { createHash } from "node:crypto";
import { type ArchiveKey, archiveKey, archivePrefix, readArchiveKey } from "../../core/retention/archive-key.ts";
import { type Bucket, eachObject } from "../../objects/buckets/bucket.ts";
import { ObjectError } from "../../objects/objects.ts";
import { type ArchivedValue, rowText } from "../../store/retention/archived-row.ts";
import { ArchiveError } from "./archive-error.ts";
import { type ArchivedFile, packFile, unpackFile } from "./parquet-file.ts";

/** Rows of a table and a day, with their ids. */
export interface RowsToStore extends Omit<ArchivedFile, "rows"> {
  readonly day: string;
  readonly rows: readonly { readonly id: number; readonly values: readonly ArchivedValue[] }[];
}

export interface StoreTools {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface StoredRows {
  /** Those that were not in the archive yet. */
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** Another process may write the same day of the same instance: a copy of the database elsewhere. */
const MAX_TRIES = 10;
/** A file has what one process held in its memory. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Stores rows in a new file, brings it back and compares it. Rows that the archive has already, of a process that was killed before they
 * were deleted, or of a database that was restored since, are not stored again. Nothing is replaced or removed, but a file of ours that came back different.
 * Throws ArchiveError and ObjectError.
 */
export async function storeRows(wanted: RowsToStore, tools: StoreTools): Promise<StoredRows> {
  for (let tries = 0; ; tries += 1) {
    const known = await filesOfDay(wanted, tools);
    const rows = await withoutKnown(wanted, known, tools);
    if (rows.length === 0) return { rows: 0, files: 0, bytes: 0 };
    const key = freeKey({ ...wanted, rows }, known);
    const file: ArchivedFile = { ...wanted, rows: rows.map(({ values }) => values) };
    try {
      return await storeFile(key, file, tools);
    } catch (error) {
      const isTaken = error instanceof ObjectError && error.code === "exists";
      if (!isTaken || tries >= MAX_TRIES) throw error;
    }
  }
}

async function storeFile(key: string, file: ArchivedFile, { bucket, signal, now }: StoreTools): Promise<StoredRows> {
  const bytes = await packFile(file, now());
  await bucket.create(key, once(bytes), { signal });
  try {
    const stored = await readFile(key, { bucket, signal });
    const isSame =
      stored.rows.length === file.rows.length &&
      file.rows.every((row, index) => rowText(row) === rowText(stored.rows[index] ?? []));
    if (!isSame) throw new ArchiveError("different", `${key} came back with other rows than were stored.`);
  } catch (error) {
    // What came back damaged is ours, and nothing was deleted for it. Best effort: what stays is passed over, and `archive verify` names it.
    if (error instanceof ArchiveError) await bucket.remove(key).catch(() => undefined);
    throw error;
  }
  return { rows: file.rows.length, files: 1, bytes: bytes.length };
}

/** Downloads a file and compares it with its own checksum. Throws ArchiveError `damaged`, and ObjectError. */
export async function readFile(
  key: string,
  { bucket, signal }: Pick<StoreTools, "bucket" | "signal">,
): Promise<ArchivedFile> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bucket.read(key, { signal })) {
    size += piece.length;
    if (size > MAX_FILE_BYTES) throw new ArchiveError("damaged", `${key} is larger than any file of an archive.`);
    pieces.push(piece);
  }
  return await unpackFile(Buffer.concat(pieces), key);
}

async function filesOfDay(wanted: RowsToStore, { bucket, signal }: StoreTools): Promise<readonly ArchiveKey[]> {
  const files: ArchiveKey[] = [];
  for await (const { key } of eachObject(bucket, archivePrefix(wanted), { signal })) {
    const found = readArchiveKey(key);
    if (found !== null) files.push(found);
  }
  return files;
}

/** The rows that no file of the day has. A row that was changed since it was archived is another. */
async function withoutKnown(
  { rows, columns }: RowsToStore,
  files: readonly ArchiveKey[],
  tools: StoreTools,
): Promise<RowsToStore["rows"]> {
  let left = rows;
  for (const file of files) {
    const [first, last] = rangeOf(left);
    if (left.length === 0 || file.first > last || file.last < first) continue;
    const stored = await readable(archiveKey(file), tools);
    if (stored === null || stored.columns.map(({ name }) => name).join() !== columns.map(({ name }) => name).join())
      continue;
    const known = new Set(stored.rows.map(digest));
    left = left.filter(({ values }) => !known.has(digest(values)));
  }
  return left;
}

/** Null: it is damaged, or is gone since the list was made; what it should have is stored once more. */
async function readable(key: string, tools: StoreTools): Promise<ArchivedFile | null> {
  try {
    return await readFile(key, tools);
  } catch (error) {
    if (error instanceof ArchiveError || (error instanceof ObjectError && error.code === "not_found")) return null;
    throw error;
  }
}

function freeKey({ table, instance, day, rows }: RowsToStore, files: readonly ArchiveKey[]): string {
  const [first, last] = rangeOf(rows);
  const same = files.filter((file) => file.first === first && file.last === last);
  return archiveKey({ table, instance, day, first, last, copy: Math.max(0, ...same.map(({ copy }) => copy)) + 1 });
}

function rangeOf(rows: RowsToStore["rows"]): readonly [first: number, last: number] {
  let [first, last] = [Infinity, -Infinity];
  for (const { id } of rows) [first, last] = [Math.min(first, id), Math.max(last, id)];
  return [first, last];
}

function digest(values: readonly ArchivedValue[]): string {
  return createHash("sha256").update(rowText(values)).digest("base64");
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
