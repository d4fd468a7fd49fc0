import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { codeOf, toError } from "../../contract/to-error.ts";
import { ObjectError } from "../objects.ts";
import type { Bucket, BucketCall, ObjectPage, StoredObject } from "./bucket.ts";
import { PAGE_OBJECTS } from "./bucket.ts";
import { untilSilent } from "./silence.ts";

/** Of a file that is still being written; no key ends so. */
const UNFINISHED = ".unfinished";

/** A folder as a bucket: a key is a path below it. */
export class LocalBucket implements Bucket {
  readonly address: string;
  readonly #root: string;

  constructor(folder: string) {
    this.address = folder;
    this.#root = resolve(folder);
  }

  async list(prefix: string, cursor: string | null = null, { signal }: BucketCall = {}): Promise<ObjectPage> {
    interruptedBy(signal);
    const keys = (await this.#keys(prefix)).filter((key) => cursor === null || compareBytes(key, cursor) > 0);
    const page = keys.toSorted(compareBytes).slice(0, PAGE_OBJECTS);
    const found = await Promise.all(page.map((key) => this.find(key)));
    return {
      objects: found.filter((each) => each !== null),
      cursor: keys.length > page.length ? (page.at(-1) ?? null) : null,
    };
  }

  async find(key: string): Promise<StoredObject | null> {
    const path = this.#path(key);
    try {
      const { size, mtimeMs, ino, isFile } = await infoOf(path);
      return isFile ? { key, size, modifiedAt: Math.trunc(mtimeMs), version: `${ino}-${mtimeMs}-${size}` } : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw explained(path, error);
    }
  }

  async *read(key: string, { signal }: BucketCall = {}): AsyncGenerator<Uint8Array> {
    const path = this.#path(key);
    interruptedBy(signal);
    try {
      const file = createReadStream(path, { highWaterMark: 256 * 1024, ...(signal === undefined ? {} : { signal }) });
      yield* untilSilent(file, path);
    } catch (error) {
      throw explained(path, error);
    }
  }

  /** `link` fails where there is a file already, and the new name stands for a whole file only. */
  async create(key: string, content: AsyncIterable<Uint8Array>, { signal }: BucketCall = {}): Promise<StoredObject> {
    const path = this.#path(key);
    const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
    try {
      interruptedBy(signal);
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(unfinished, content, signal);
      await link(unfinished, path);
      await syncFolder(dirname(path));
    } catch (error) {
      throw explained(path, error);
    } finally {
      await rm(unfinished, { force: true });
    }
    const stored = await this.find(key);
    if (stored === null) throw new ObjectError("unreadable", `${path} was removed while it was written.`);
    return stored;
  }

  async remove(key: string): Promise<void> {
    const path = this.#path(key);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw explained(path, error);
    }
  }

  close(): void {
    // It keeps nothing open.
  }

  /** A key is a path below the folder, whatever it says. */
  #path(key: string): string {
    const path = join(this.#root, ...key.split("/"));
    const below = relative(this.#root, path);
    if (below === "" || below === ".." || below.startsWith(`..${sep}`))
      throw new ObjectError("unreadable", `${key} is no name of a file below ${this.address}.`);
    return path;
  }

  async #keys(prefix: string): Promise<readonly string[]> {
    const folder = prefix.includes("/") ? prefix.slice(0, prefix.lastIndexOf("/")) : "";
    const from = folder === "" ? this.#root : this.#path(folder);
    try {
      const entries = await readdir(from, { withFileTypes: true, recursive: true });
      return entries
        .filter((entry) => !entry.isDirectory() && !entry.name.endsWith(UNFINISHED))
        .map((entry) => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .filter((key) => key.startsWith(prefix));
    } catch (error) {
      if (isMissing(error)) return [];
      throw explained(from, error);
    }
  }
}

async function infoOf(path: string) {
  const info = await stat(path);
  return { size: info.size, mtimeMs: info.mtimeMs, ino: info.ino, isFile: info.isFile() };
}

async function writeDurably(path: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for await (const piece of content) {
      interruptedBy(signal);
      await file.appendFile(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The new name outlives a power failure. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function interruptedBy(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ObjectError("interrupted", "It was interrupted.");
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function explained(path: string, error: unknown): unknown {
  if (error instanceof ObjectError) return error;
  const code = codeOf(error);
  const cause = { cause: error };
  if (code === "ABORT_ERR") return new ObjectError("interrupted", `${path}: it was interrupted.`, cause);
  if (isMissing(error)) return new ObjectError("not_found", `${path} does not exist.`, cause);
  if (code === "EEXIST") return new ObjectError("exists", `${path} exists already; it was left as it is.`, cause);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new ObjectError("refused", `This user may not use ${path} (${code}). Change its permissions.`, cause);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new ObjectError("unavailable", `The disk of ${path} is full (${code}). Make room.`, cause);
  // What the content itself throws is not about this file.
  if (code === undefined) return error;
  return new ObjectError("unavailable", `${path} cannot be used (${toError(error).message}).`, cause);
}
