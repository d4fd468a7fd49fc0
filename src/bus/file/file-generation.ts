import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../contract/to-error.ts";
import { crc32 } from "node:zlib";
import { BusError } from "../bus-error.ts";
import { AckTracker, HEAD_BYTES, type LastLine, readHead, type StoredGeneration } from "./file-position.ts";
import { type Line, LineSplitter } from "../queue/line-splitter.ts";

export interface GenerationOptions {
  readonly maxLineBytes: number;
  onLine(line: Line, generation: FileGeneration): void;
}

/** One file while it is read: the handle stays open when the file is renamed. */
export class FileGeneration {
  readonly number: number;
  readonly inode: number;
  readonly tracker: AckTracker;
  /** When its path was found missing or replaced, milliseconds since 1970; null while the path is still this file. */
  movedAt: number | null = null;
  /** As of StoredGeneration; 0: none. */
  rereadTo: number;
  readonly #handle: FileHandle;
  readonly #splitter: LineSplitter;
  #head: Buffer;

  constructor(handle: FileHandle, stored: StoredGeneration, options: GenerationOptions) {
    this.#handle = handle;
    this.number = stored.number;
    this.inode = stored.inode;
    this.tracker = new AckTracker(stored.offset, stored.last ?? null);
    this.rereadTo = stored.rereadTo ?? 0;
    this.#head = Buffer.from(stored.head, "base64");
    this.#splitter = new LineSplitter({
      position: stored.offset,
      maxLineBytes: options.maxLineBytes,
      onLine: (line) => options.onLine(line, this),
    });
  }

  /** Offset after the last byte read. */
  get position(): number {
    return this.#splitter.position;
  }

  stored(): StoredGeneration {
    const { number, inode, rereadTo } = this;
    const { offset, last } = this.tracker;
    const head = this.#head.subarray(0, offset).toString("base64");
    return { number, inode, offset, head, last, ...(rereadTo > offset ? { rereadTo } : {}) };
  }

  /** Read on, through `buffer`. Returns the bytes read, 0 at the end. */
  async read(buffer: Buffer): Promise<number> {
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.position);
    const chunk = buffer.subarray(0, bytesRead);
    if (this.#head.length < HEAD_BYTES && this.position === this.#head.length) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    this.#splitter.push(chunk);
    return bytesRead;
  }

  /** Nothing more will be written: half a line at the end counts as a line. */
  finish(): void {
    this.#splitter.flush();
  }

  /** All that it has now may have been handled before a restore. */
  async reread(): Promise<void> {
    this.rereadTo = (await this.#handle.stat()).size;
  }

  /** False when the file was truncated and written again. */
  async isSame(size: number): Promise<boolean> {
    return size >= this.position && (await readHead(this.#handle, this.#head.length)).equals(this.#head);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Start with the file at this path; null when there is none. */
export async function openGeneration(
  path: string,
  number: number,
  options: GenerationOptions,
): Promise<FileGeneration | null> {
  const file = await openFile(path);
  if (file === null) return null;
  return new FileGeneration(file.handle, { number, inode: file.inode, offset: 0, head: "" }, options);
}

/**
 * The file that was read before, at its path or under its rotated name in the same folder: by its inode and beginning, or, where it was
 * copied (to another machine, say), by its beginning and the last line that was read. Null when it is gone or its content changed.
 */
export async function findGeneration(
  path: string,
  stored: StoredGeneration,
  options: GenerationOptions,
): Promise<FileGeneration | null> {
  const folder = dirname(path);
  const name = basename(path);
  const entries = await readdir(folder, { withFileTypes: true });
  const others = entries.filter((entry) => entry.isFile() && entry.name !== name && entry.name.startsWith(name));
  const candidates = [path, ...others.map((entry) => join(folder, entry.name))];
  for (const isCopy of [false, true]) {
    for (const candidate of candidates) {
      const file = await openFile(candidate);
      if (file === null) continue;
      if (await isStored(file, stored, isCopy, options.maxLineBytes)) {
        const generation = new FileGeneration(file.handle, { ...stored, inode: file.inode }, options);
        if (candidate !== path) generation.movedAt = 0;
        return generation;
      }
      await file.handle.close();
    }
  }
  return null;
}

interface OpenedFile {
  readonly handle: FileHandle;
  readonly inode: number;
  readonly size: number;
}

/** `isCopy`: it may have another inode. */
async function isStored(
  { handle, inode, size }: OpenedFile,
  { inode: known, offset, head, last = null }: StoredGeneration,
  isCopy: boolean,
  maxLineBytes: number,
): Promise<boolean> {
  if (size < offset || (!isCopy && inode !== known) || (isCopy && last === null)) return false;
  const begin = Buffer.from(head, "base64");
  if (!(await readHead(handle, begin.length)).equals(begin)) return false;
  return !isCopy || last === null || (await hasLine(handle, last, offset, maxLineBytes));
}

/** Whether this line ends at `end`. */
async function hasLine(
  handle: FileHandle,
  { start, sum }: LastLine,
  end: number,
  maxLineBytes: number,
): Promise<boolean> {
  const sums: number[] = [];
  const onLine = (line: Line): void => void sums.push(crc32(line.text));
  const splitter = new LineSplitter({ position: start, maxLineBytes, onLine });
  const buffer = Buffer.alloc(Math.min(CHECKED_BYTES, end - start));
  for (let at = start; at < end;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) return false;
    splitter.push(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  splitter.flush();
  return sums.length === 1 && sums[0] === sum;
}

const CHECKED_BYTES = 256 * 1024;

async function openFile(path: string): Promise<OpenedFile | null> {
  try {
    // Check before opening: opening a named pipe waits for a writer.
    if (!(await stat(path)).isFile())
      throw new BusError("refused", `${path} is not a regular file; name another topic or path.`);
    const handle = await open(path, "r");
    const { ino, size } = await handle.stat();
    return { handle, inode: ino, size };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
