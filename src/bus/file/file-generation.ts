import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../contract/to-error.ts";
import { BusError } from "../bus-error.ts";
import { AckTracker, HEAD_BYTES, readHead, type StoredGeneration } from "./file-position.ts";
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
  readonly #handle: FileHandle;
  readonly #splitter: LineSplitter;
  #head: Buffer;

  constructor(handle: FileHandle, stored: StoredGeneration, options: GenerationOptions) {
    this.#handle = handle;
    this.number = stored.number;
    this.inode = stored.inode;
    this.tracker = new AckTracker(stored.offset);
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
    const { number, inode } = this;
    const { offset } = this.tracker;
    return { number, inode, offset, head: this.#head.subarray(0, offset).toString("base64") };
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
 * The file that was read before, at its path or under its rotated name in the same folder; null when it is gone or its
 * content changed.
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
  for (const candidate of [path, ...others.map((entry) => join(folder, entry.name))]) {
    const file = await openFile(candidate);
    if (file === null) continue;
    const { handle, inode, size } = file;
    const head = Buffer.from(stored.head, "base64");
    if (inode === stored.inode && size >= stored.offset && (await readHead(handle, head.length)).equals(head)) {
      const generation = new FileGeneration(handle, stored, options);
      if (candidate !== path) generation.movedAt = 0;
      return generation;
    }
    await handle.close();
  }
  return null;
}

async function openFile(path: string): Promise<{ handle: FileHandle; inode: number; size: number } | null> {
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
