import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { lstat, mkdir, open, rename } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Redact } from "../contract/redact/redact.ts";
import { MAX_CHUNK_BYTES, type LogChunk } from "./log-chunk.ts";
import { DAY } from "../contract/time/time-units.ts";
import { HiddenLines } from "./hidden-lines.ts";
import { isMissing } from "./find-logs.ts";
import { logPath, type LoggedTask } from "./log-name.ts";

/** Deliveries of which it is remembered where their pieces go. */
const MAX_REMEMBERED = 1000;
const unzip = promisify(gunzip);

export interface ReceivedLogsOptions {
  /** Where they go. */
  readonly dir: string;
  /** All folders of logs here: a log that is in one of them already is not copied. */
  readonly dirs: readonly string[];
  /** How much of one log is kept. */
  readonly maxBytes: number;
  /** Whether there is a record of that task. */
  readonly isKnown: (task: LoggedTask) => Promise<boolean>;
  readonly now: () => number;
  /** Hides what the worker, whose configuration is another, did not. */
  readonly redact: Pick<Redact, "text">;
}

interface Delivery {
  /** Without `.part.log` and `.log`. */
  readonly base: string;
  /** Why its pieces are not written; null: they are. */
  readonly refused: string | null;
  /** It is written here already, by its worker. */
  readonly isHere: boolean;
  end: LogChunk["end"];
  /** So much of the beginning was written without a hole. */
  through: number;
  /** Something in it was hidden: its sum is that of another text. */
  isHidden: boolean;
}

/**
 * The logs of tasks that ran on other machines, as `<stem>.r<key>.part.log` until their end has come and all of it is there. Each piece
 * is written where it belongs, so they may come in any order and more than once. A name is made of the checked parts of a
 * task, so no message decides a path.
 */
export class ReceivedLogs {
  readonly #options: ReceivedLogsOptions;
  readonly #deliveries = new Map<string, Delivery>();

  constructor(options: ReceivedLogsOptions) {
    this.#options = options;
  }

  /** Returns when it is written, or why it is not, as a clause; null: it is, or was before. Rejects with what the disk says. */
  async write(chunk: LogChunk): Promise<string | null> {
    const delivery = await this.#deliveryOf(chunk);
    if (delivery.isHere) return null;
    if (delivery.refused !== null) return delivery.refused;
    if (await exists(`${delivery.base}.log`)) return null;
    const bytes = await unzipped(chunk.gzip);
    if (bytes === null) return "its bytes cannot be decompressed, or are too many";
    const room = Math.max(0, this.#options.maxBytes - chunk.offset);
    // A line stays as long as it was: the pieces after it have their places.
    const shown = new HiddenLines(this.#options.redact).hide(bytes, { keepsLength: true });
    await this.#put(`${delivery.base}.part.log`, shown.subarray(0, room), chunk.offset);
    if (shown !== bytes) delivery.isHidden = true;
    if (chunk.offset <= delivery.through && bytes.length <= room)
      delivery.through = Math.max(delivery.through, chunk.offset + bytes.length);
    delivery.end ??= chunk.end;
    if (delivery.end !== null && (await isComplete(`${delivery.base}.part.log`, delivery.end, delivery)))
      await rename(`${delivery.base}.part.log`, `${delivery.base}.log`);
    return bytes.length > room
      ? `the log is longer than ${this.#options.maxBytes} bytes (log_received_max_bytes)`
      : null;
  }

  async #put(path: string, bytes: Buffer, offset: number): Promise<void> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o640).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await mkdir(dirname(path), { recursive: true });
      return await open(path, flags, 0o640);
    });
    try {
      for (let at = 0; at < bytes.length;)
        at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
    } finally {
      await file.close();
    }
  }

  async #deliveryOf(chunk: LogChunk): Promise<Delivery> {
    const { dir, isKnown, now } = this.#options;
    // The clock of the worker may be any.
    const startedAt = chunk.startedAt > now() + DAY ? now() : chunk.startedAt;
    const base = `${logPath(dir, chunk, startedAt)}.r${chunk.key}`;
    const known = this.#deliveries.get(base);
    if (known !== undefined) return known;
    const refused = (await isKnown(chunk)) ? null : "Flowlord knows no such task";
    const isHere = refused === null && (await this.#isHere(chunk));
    const delivery = { base, refused, isHere, end: null, through: 0, isHidden: false };
    const [oldest] = this.#deliveries.keys();
    if (this.#deliveries.size >= MAX_REMEMBERED && oldest !== undefined) this.#deliveries.delete(oldest);
    this.#deliveries.set(base, delivery);
    return delivery;
  }

  /** The worker writes to a folder that this machine sees too. */
  async #isHere({ path, inode }: LogChunk): Promise<boolean> {
    const isInside = this.#options.dirs.some((dir) => {
      const below = relative(dir, resolve(path));
      return below !== "" && below !== ".." && !below.startsWith(`..${sep}`) && resolve(dir, below) === path;
    });
    if (!isInside) return false;
    try {
      return (await lstat(path)).ino === inode;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** Null: it is no gzip, or more than a piece may be. */
async function unzipped(gzip: string): Promise<Buffer | null> {
  if (gzip === "") return Buffer.alloc(0);
  try {
    return await unzip(Buffer.from(gzip, "base64"), { maxOutputLength: MAX_CHUNK_BYTES });
  } catch {
    // The caller says that it was dropped, and why; the text of zlib adds nothing for people.
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Length alone does not say it: a piece that was dropped leaves a hole. After a restart the sum does, unless something was hidden: then
 * the log stays marked as cut.
 */
async function isComplete(
  path: string,
  { bytes, sha1 }: NonNullable<LogChunk["end"]>,
  { through, isHidden }: Delivery,
): Promise<boolean> {
  if ((await lstat(path)).size !== bytes) return false;
  if (isHidden && through === bytes) return true;
  const hash = createHash("sha1");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex") === sha1;
}
