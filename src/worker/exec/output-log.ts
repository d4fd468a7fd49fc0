import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { toError } from "../../contract/to-error.ts";

/** Output that may wait in memory for the disk; beyond that the command has to wait. */
const MAX_PENDING = 262_144;
const MAX_TAIL = 262_144;
/** How long a little output waits for more: a short command needs one write, and a long one can be watched. */
const GATHER_MS = 200;
const GATHER_BYTES = 65_536;
/** Most logs of one attempt: it is redelivered after a crash or a stop. */
const MAX_COPIES = 50;

/**
 * The output of one task in a file of limited size: the beginning is written as it arrives, and for longer output the
 * end at the close, with a line between that says how much is missing. The file is created with the first output. A disk
 * error is reported once; the task continues without a log.
 */
export class OutputLog {
  readonly #base: string;
  readonly #tailMax: number;
  readonly #onFailure: (error: Error) => void;
  readonly #onOpened: (path: string) => void;
  #headLeft: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #leftOut = 0;
  #file: FileHandle | null = null;
  #writing: Promise<void> | null = null;
  #gathering: NodeJS.Timeout | null = null;
  #failed = false;

  /** `base` is the path without `.log`; `maxBytes` the cap of head and tail together. */
  constructor(
    base: string,
    maxBytes: number,
    onFailure: (error: Error) => void,
    onOpened: (path: string) => void = () => undefined,
  ) {
    this.#base = base;
    this.#tailMax = Math.min(MAX_TAIL, Math.floor(maxBytes / 2));
    this.#headLeft = maxBytes - this.#tailMax;
    this.#onFailure = onFailure;
    this.#onOpened = onOpened;
  }

  /** A promise when the command should wait for the disk; it never rejects. */
  write(chunk: Buffer): Promise<void> | null {
    if (this.#failed) return null;
    const head = chunk.subarray(0, this.#headLeft);
    this.#headLeft -= head.length;
    if (head.length < chunk.length) this.#keepTail(chunk.subarray(head.length));
    if (head.length > 0) {
      this.#push(head);
      if (this.#pendingBytes > GATHER_BYTES) this.#begin();
      else this.#gathering ??= setTimeout(() => this.#begin(), GATHER_MS);
    }
    return this.#pendingBytes > MAX_PENDING ? this.#writing : null;
  }

  /** Write the rest and close the file. Never rejects. */
  async close(): Promise<void> {
    this.#stopGathering();
    await this.#writing;
    if (this.#leftOut > 0) this.#push(Buffer.from(`\n[… ${this.#leftOut} bytes left out …]\n`));
    for (const chunk of this.#tail) this.#push(chunk);
    if (this.#pendingBytes > 0) await this.#flush();
    const file = this.#file;
    this.#file = null;
    await file?.close().catch((error: unknown) => this.#fail(error));
  }

  #push(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
  }

  #keepTail(chunk: Buffer): void {
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    let first = this.#tail[0];
    while (first !== undefined && this.#tailBytes > this.#tailMax) {
      const surplus = Math.min(first.length, this.#tailBytes - this.#tailMax);
      this.#tailBytes -= surplus;
      this.#leftOut += surplus;
      if (surplus < first.length) this.#tail[0] = first.subarray(surplus);
      else this.#tail.shift();
      first = this.#tail[0];
    }
  }

  #begin(): void {
    this.#writing ??= this.#flush();
  }

  #stopGathering(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
  }

  async #flush(): Promise<void> {
    this.#stopGathering();
    try {
      if (this.#file === null) {
        const { file, path } = await openNew(this.#base);
        this.#file = file;
        this.#onOpened(path);
      }
      while (this.#pending.length > 0) {
        const chunks = this.#pending;
        this.#pending = [];
        await this.#file.writev(chunks);
        for (const chunk of chunks) this.#pendingBytes -= chunk.length;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#writing = null;
    }
  }

  #fail(error: unknown): void {
    if (!this.#failed) this.#onFailure(toError(error));
    this.#failed = true;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#tail = [];
  }
}

/** Creates a new file: the log of an earlier delivery of the same attempt is kept next to it. */
async function openNew(base: string): Promise<{ readonly file: FileHandle; readonly path: string }> {
  for (let copy = 1; ; copy += 1) {
    const path = copy === 1 ? `${base}.log` : `${base}.${copy}.log`;
    try {
      return { file: await open(path, copy < MAX_COPIES ? "wx" : "w", 0o640), path };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && copy === 1) {
        await mkdir(dirname(base), { recursive: true });
        copy -= 1;
      } else if (code !== "EEXIST") throw error;
    }
  }
}
