import { createHash, hash, type Hash } from "node:crypto";
import { open } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { MAX_CHUNK_BYTES, MAX_CHUNK_INFO, writeLogChunk } from "../task-logs/log-chunk.ts";
import { toError } from "../contract/to-error.ts";
import type { DoneSender } from "./done-sender.ts";
import type { TaskRun } from "./task-run.ts";
import type { OnProblem } from "./task.ts";

const EVERY_MS = 2000;
/** Of one task at a time, while it runs: more waits for the next time. */
const MAX_CHUNKS = 4;
/** A result waits no longer for the rest of its log; the log then stays cut. */
const REST_WITHIN_MS = 10_000;
const zip = promisify(gzip);

/** What of the log of a run was sent. */
interface Shipment {
  readonly path: string;
  readonly key: string;
  readonly sha1: Hash;
  offset: number;
  inode: number;
  /** The last piece that was begun; it never rejects. */
  last: Promise<void>;
  isBusy: boolean;
  /** It cannot be read, or all of it is sent. */
  isOver: boolean;
}

/**
 * Sends what the commands of tasks write to the instance, which may be on another machine: what is new every two seconds, and the rest
 * with the result. It reads the log that the worker keeps, so nothing of it waits in memory, and has one message of each task
 * on its way.
 */
export class LogShipper {
  readonly #sender: DoneSender;
  readonly #runs: ReadonlySet<TaskRun>;
  readonly #onProblem: OnProblem;
  readonly #shipments = new WeakMap<TaskRun, Shipment>();
  readonly #timer: NodeJS.Timeout;
  readonly #host = hostname();

  constructor(sender: DoneSender, runs: ReadonlySet<TaskRun>, onProblem: OnProblem) {
    this.#sender = sender;
    this.#runs = runs;
    this.#onProblem = onProblem;
    this.#timer = setInterval(() => this.poll(), EVERY_MS);
    this.#timer.unref();
  }

  /** Send what is new. */
  poll(): void {
    for (const run of this.#runs) {
      const shipment = run.state === "running" ? this.#shipmentOf(run) : null;
      if (shipment === null || shipment.isBusy || shipment.isOver) continue;
      shipment.last = this.#ship(run, shipment, MAX_CHUNKS, false);
    }
  }

  /** Whether something of the run is left to send; cheap. */
  hasRest(run: TaskRun): boolean {
    return this.#shipmentOf(run)?.isOver === false;
  }

  /** Hand the rest to the sender, before the result; resolves then, or when it takes too long. Never rejects. */
  async finish(run: TaskRun): Promise<void> {
    const shipment = this.#shipmentOf(run);
    if (shipment === null || shipment.isOver) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      shipment.isOver = true;
      late.resolve();
    }, REST_WITHIN_MS);
    const rest = shipment.last.then(() => this.#ship(run, shipment, Infinity, true));
    await Promise.race([rest, late.promise]);
    clearTimeout(timer);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #shipmentOf(run: TaskRun): Shipment | null {
    const path = run.process?.log ?? "";
    if (path === "" || run.task.info.length > MAX_CHUNK_INFO) return null;
    const known = this.#shipments.get(run);
    if (known !== undefined) return known;
    const name = `${this.#host}\n${process.pid}\n${path}\n${run.started}`;
    const key = hash("sha1", name).slice(0, 16);
    const begun = { offset: 0, inode: 0, last: Promise.resolve(), isBusy: false, isOver: false };
    const shipment: Shipment = { path, key, sha1: createHash("sha1"), ...begun };
    this.#shipments.set(run, shipment);
    return shipment;
  }

  /** `isEnd`: the log has all that it gets. */
  async #ship(run: TaskRun, shipment: Shipment, maxChunks: number, isEnd: boolean): Promise<void> {
    shipment.isBusy = true;
    try {
      for (let count = 0; count < maxChunks && !shipment.isOver; count += 1) {
        const { bytes: read, size, inode } = await readFrom(shipment.path, shipment.offset);
        shipment.inode = inode;
        const isLast = shipment.offset + read.length >= size;
        const bytes = isLast ? read : wholeLines(read);
        if (bytes.length === 0 && !isEnd) return;
        shipment.sha1.update(bytes);
        const sent = Promise.withResolvers<void>();
        const payload = this.#payload(run, shipment, await zipped(bytes), isEnd && isLast ? size : null);
        shipment.offset += bytes.length;
        if (shipment.isOver) return;
        this.#sender.send(payload, sent.resolve);
        shipment.isOver = isEnd && isLast;
        // The result follows the last piece in the same batch.
        if (shipment.isOver) return;
        await sent.promise;
        if (isLast && !isEnd) return;
      }
    } catch (error) {
      shipment.isOver = true;
      const message = `The log ${shipment.path} could not be sent; the task continues: ${toError(error).message}`;
      this.#onProblem({ code: "log_not_sent", message });
    } finally {
      shipment.isBusy = false;
    }
  }

  #payload({ task, attempt, started }: TaskRun, shipment: Shipment, gzip: string, size: number | null): string {
    const { id, type, job, info } = task;
    const { key, path, inode, offset } = shipment;
    const end = size === null ? null : { bytes: size, sha1: shipment.sha1.copy().digest("hex") };
    return writeLogChunk({ id, type, job, info, attempt, key, startedAt: started, path, inode, offset, gzip, end });
  }
}

async function readFrom(path: string, offset: number): Promise<{ bytes: Buffer; size: number; inode: number }> {
  const file = await open(path, "r");
  try {
    const { size, ino: inode } = await file.stat();
    const length = Math.min(MAX_CHUNK_BYTES, Math.max(0, size - offset));
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return { bytes: buffer.subarray(0, bytesRead), size, inode };
  } finally {
    await file.close();
  }
}

/** As far as they go, so that who receives a piece sees what a line has. */
function wholeLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf("\n") + 1;
  return end === 0 ? bytes : bytes.subarray(0, end);
}

async function zipped(bytes: Buffer): Promise<string> {
  return bytes.length === 0 ? "" : (await zip(bytes)).toString("base64");
}
