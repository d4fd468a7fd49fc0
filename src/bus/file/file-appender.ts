import { constants } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { toError } from "../../contract/to-error.ts";
import { BusError } from "../bus-error.ts";
import type { PublishResult } from "../bus.ts";

const NEWLINE = 10;
/** Size of one write: a batch this large takes about as long to sync as a small one. */
const BATCH_CHARS = 4 * 1024 * 1024;

export interface FileAppenderOptions {
  readonly path: string;
  /** Characters that may wait for the disk before a publish is answered `full`. */
  readonly maxPendingChars: number;
  onDrain(): void;
  /** After each batch: null when it is on disk. */
  onWritten(error: BusError | null): void;
}

interface Pending {
  readonly line: string;
  readonly settle: (result: PublishResult) => void;
}

const SENT: PublishResult = { status: "sent" };
const FULL: Promise<PublishResult> = Promise.resolve({ status: "full" });

/**
 * Appends lines to one file. Lines that arrive during a sync form the next batch; each batch is one write and one sync.
 * Notices when the file was renamed or deleted, and starts a new one.
 */
export class FileAppender {
  readonly #options: FileAppenderOptions;
  #pending: Pending[] = [];
  #pendingChars = 0;
  #full = false;
  #flushing: Promise<void> | null = null;
  #handle: FileHandle | null = null;
  #inode = 0;
  /** The file may end in half a line, from a writer that died or a write that failed. */
  #brokenEnd = false;

  constructor(options: FileAppenderOptions) {
    this.#options = options;
  }

  /** `line` ends with its newline. The promise never rejects. */
  offer(line: string): Promise<PublishResult> {
    if (this.#pendingChars > 0 && this.#pendingChars + line.length > this.#options.maxPendingChars) {
      this.#full = true;
      return FULL;
    }
    this.#pendingChars += line.length;
    const { promise, resolve } = Promise.withResolvers<PublishResult>();
    this.#pending.push({ line, settle: resolve });
    this.#flushing ??= this.#flush();
    return promise;
  }

  /** Resolves when all lines are settled and the file is closed. */
  async close(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
    await this.#handle?.close();
    this.#handle = null;
  }

  async #flush(): Promise<void> {
    // Lets a publisher that adds one line after the other fill the first batch.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#takeBatch();
      const error = await this.#write(batch.map((pending) => pending.line).join(""));
      const result: PublishResult = error === null ? SENT : { status: "failed", error };
      for (const pending of batch) {
        this.#pendingChars -= pending.line.length;
        pending.settle(result);
      }
      this.#options.onWritten(error);
      if (this.#full && this.#pendingChars * 2 <= this.#options.maxPendingChars) {
        this.#full = false;
        this.#options.onDrain();
      }
    }
    this.#flushing = null;
  }

  #takeBatch(): Pending[] {
    let chars = 0;
    let count = 0;
    while (count < this.#pending.length && (count === 0 || chars < BATCH_CHARS)) {
      chars += this.#pending[count]?.line.length ?? 0;
      count += 1;
    }
    return this.#pending.splice(0, count);
  }

  async #write(text: string): Promise<BusError | null> {
    try {
      const handle = await this.#open();
      const bytes = Buffer.from(this.#brokenEnd ? `\n${text}` : text);
      this.#brokenEnd = true;
      for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
      this.#brokenEnd = false;
      await handle.datasync();
      return null;
    } catch (cause) {
      const reason = toError(cause).message;
      const message = `Cannot append to ${this.#options.path}: ${reason}. The messages are sent again when the file can be written.`;
      return new BusError("write_failed", message, { cause });
    }
  }

  async #open(): Promise<FileHandle> {
    const { path } = this.#options;
    if (this.#handle !== null) {
      const there = await stat(path).catch(() => null);
      if (there?.ino === this.#inode) return this.#handle;
      await this.#handle.close();
      this.#handle = null;
    }
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o644);
    try {
      const { ino, size } = await handle.stat();
      if (size === 0) await syncFolder(dirname(path));
      this.#brokenEnd = size > 0 && (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== NEWLINE;
      this.#inode = ino;
      this.#handle = handle;
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

/** Without this the name of a new file may be lost in a power failure, even when its content is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
