import { type FSWatcher, type Stats, watch } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { crc32 } from "node:zlib";
import { toError } from "../../contract/to-error.ts";
import { BusError } from "../bus-error.ts";
import type { Delivery } from "../bus.ts";
import { type Consumer, DeliveryQueue } from "../queue/delivery-queue.ts";
import { type FileGeneration, findGeneration, openGeneration } from "./file-generation.ts";
import { formatPosition, type OffsetStore, parsePosition, type TrackedLine } from "./file-position.ts";
import { PositionWriter } from "./file-position-writer.ts";
import type { Line } from "../queue/line-splitter.ts";

export interface FileTailOptions {
  readonly topic: string;
  readonly path: string;
  readonly offsets: OffsetStore;
  readonly maxLineBytes: number;
  /** A file this large is renamed to `<path>.1` when all of it is acknowledged; 0: never. */
  readonly rotateBytes: number;
  readonly pollMs: number;
  readonly storeEveryMs: number;
  /** How long a renamed file is still read, for writers that have it open. */
  readonly lingerMs: number;
  readonly now: () => number;
  /** After each poll of the file: null when there was no error. */
  readonly onRound: (error: Error | null) => void;
  /** After each attempt to store the position: null when it is stored. */
  readonly onStored: (error: Error | null) => void;
  readonly onReceived: () => void;
}

const CHUNK_BYTES = 256 * 1024;
/** Limits of what is read ahead of the acknowledgements. */
const MAX_WAITING = 1000;
const MAX_UNACKED_BYTES = 64 * 1024 * 1024;
const MAX_OUTSTANDING = 200_000;
/** A file with an older change time that was already seen is unchanged. Time stamps are coarser than changes. */
const QUIET_AFTER_MS = 2000;

/** Reads the lines appended to one file, through truncation, replacement, rotation and restarts. */
export class FileTail {
  readonly #options: FileTailOptions;
  readonly #queue: DeliveryQueue<TrackedLine>;
  readonly #position: PositionWriter;
  /** Oldest first. */
  #generations: FileGeneration[] = [];
  #lastNumber = 0;
  /** As of StoredPosition. */
  #restore: string | null = null;
  /** The files that there are may have been read before a restore, and no position says so yet. */
  #isFirstAfterRestore = false;
  #resumed = false;
  #unackedBytes = 0;
  #buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | null = null;
  #watcher: FSWatcher | null = null;
  #round: Promise<void> | null = null;
  #mustRepeat = false;
  /** The last round stopped before the end of the files, because too much is unacknowledged. */
  #isThrottled = false;
  /** The current file is read to its end and was not written since; most polls find that. */
  #quiet = false;
  #lastChange = 0;
  #stopped = false;

  constructor(options: FileTailOptions) {
    this.#options = options;
    this.#queue = new DeliveryQueue<TrackedLine>(options.topic, {
      onAck: (line) => this.#acked(line),
      onDelivered: () => this.#goOn(),
    });
    this.#position = new PositionWriter({
      offsets: options.offsets,
      key: `file_bus:${options.topic}`,
      everyMs: options.storeEveryMs,
      snapshot: () =>
        formatPosition({
          last: this.#lastNumber,
          files: this.#generations.map((generation) => generation.stored()),
          ...(this.#restore === null ? {} : { restore: this.#restore }),
        }),
      onStored: options.onStored,
    });
  }

  get inFlight(): number {
    return this.#queue.inFlight;
  }

  consume(maxInFlight: number, onDelivery: (delivery: Delivery) => void): Consumer {
    const consumer = this.#queue.consume(maxInFlight, onDelivery);
    this.wake();
    return consumer;
  }

  /** Poll the file now. */
  wake(): void {
    if (this.#stopped || this.#queue.consumers === 0) return;
    if (this.#round !== null) {
      this.#mustRepeat = true;
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#round = this.#run();
  }

  /** Stores the position and releases every handle. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#round;
    // Only now: a first round that is still running starts the watcher.
    this.#watcher?.close();
    this.#queue.close();
    try {
      await this.#position.close();
    } finally {
      for (const generation of this.#generations) await generation.close();
    }
  }

  async #run(): Promise<void> {
    do {
      this.#mustRepeat = false;
      try {
        await this.#poll();
        this.#options.onRound(null);
      } catch (error) {
        const reason = toError(error).message;
        this.#options.onRound(
          new BusError("unavailable", `Cannot read ${this.#options.path}: ${reason}`, { cause: error }),
        );
      }
    } while (this.#mustRepeat && !this.#stopped);
    this.#round = null;
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), this.#options.pollMs);
  }

  async #poll(): Promise<void> {
    if (!this.#resumed) await this.#resume();
    await this.#notice();
    if (this.#isFirstAfterRestore) {
      // Before the first delivery: after a kill more may be there. And not before the newest file was looked at.
      await this.#position.store();
      this.#isFirstAfterRestore = false;
    }
    this.#isThrottled = false;
    for (const generation of this.#generations.slice()) {
      if (this.#quiet && generation === this.#current()) continue;
      if (!(await this.#readToEnd(generation))) return;
      await this.#retire(generation);
    }
    await this.#rotate();
  }

  async #resume(): Promise<void> {
    const { topic, path, offsets } = this.#options;
    await mkdir(dirname(path), { recursive: true });
    const text = await offsets.get(`file_bus:${topic}`);
    if (text !== null) {
      const position = readPosition(topic, text);
      this.#lastNumber = position.last;
      for (const stored of position.files) {
        const generation = await findGeneration(path, stored, this.#generationOptions());
        if (generation !== null) this.#generations.push(generation);
      }
      this.#restore = position.restore ?? null;
    }
    await this.#reread(text !== null);
    this.#buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#resumed = true;
    this.#watch();
  }

  /** At the first start after a restore to an earlier time: what is there now may have been handled before it. */
  async #reread(hasPosition: boolean): Promise<void> {
    const restored = (await this.#options.offsets.restored?.()) ?? null;
    if (restored === null || restored.id === this.#restore) return;
    if (!hasPosition && !restored.isOpen) return;
    this.#restore = restored.id;
    for (const generation of this.#generations) await generation.reread();
    this.#isFirstAfterRestore = true;
  }

  /** Only makes the next poll come sooner; where the system has no watcher left, polling alone does it. */
  #watch(): void {
    const { path } = this.#options;
    const name = basename(path);
    try {
      this.#watcher = watch(dirname(path), (_event, changed) => {
        if (changed === null || changed === name) this.wake();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      this.#watcher = null;
    }
  }

  /** Whether the path still leads to the file that is being read. */
  async #notice(): Promise<void> {
    const { path, now } = this.#options;
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    const current = this.#current();
    this.#quiet = current !== null && there !== null && this.#isQuiet(current, there);
    this.#lastChange = there?.mtimeMs ?? 0;
    if (this.#quiet) return;
    if (current !== null && there?.ino !== current.inode) {
      current.movedAt = now();
    } else if (current !== null && there !== null && !(await current.isSame(there.size))) {
      this.#generations = this.#generations.filter((generation) => generation !== current);
      await current.close();
    }
    if (there === null || this.#current() !== null) return;
    const next = await openGeneration(path, this.#lastNumber + 1, this.#generationOptions());
    if (next === null) return;
    if (this.#isFirstAfterRestore) await next.reread();
    this.#lastNumber += 1;
    this.#generations.push(next);
    try {
      // Store it before the first delivery: after a crash the same lines must get the same ids.
      await this.#position.store();
    } catch (error) {
      this.#generations.pop();
      await next.close();
      throw error;
    }
  }

  #isQuiet(current: FileGeneration, there: Stats): boolean {
    if (there.ino !== current.inode || there.size !== current.position) return false;
    return there.mtimeMs === this.#lastChange && this.#options.now() - there.mtimeMs > QUIET_AFTER_MS;
  }

  #current(): FileGeneration | null {
    const last = this.#generations.at(-1);
    return last === undefined || last.movedAt !== null ? null : last;
  }

  /** False when it stopped early. */
  async #readToEnd(generation: FileGeneration): Promise<boolean> {
    while (!this.#stopped) {
      if (this.#mustThrottle()) {
        this.#isThrottled = true;
        return false;
      }
      if ((await generation.read(this.#buffer)) === 0) return true;
    }
    return false;
  }

  #mustThrottle(): boolean {
    if (this.#queue.consumers === 0 || this.#queue.waiting >= MAX_WAITING || this.#unackedBytes >= MAX_UNACKED_BYTES)
      return true;
    return this.#generations.reduce((sum, { tracker }) => sum + tracker.outstanding, 0) >= MAX_OUTSTANDING;
  }

  /** A renamed file that is read to its end no longer needs a handle. */
  async #retire(generation: FileGeneration): Promise<void> {
    if (generation.movedAt === null || this.#options.now() - generation.movedAt < this.#options.lingerMs) return;
    generation.finish();
    if (generation.tracker.outstanding > 0) return;
    this.#generations = this.#generations.filter((other) => other !== generation);
    await generation.close();
    this.#position.moved();
  }

  async #rotate(): Promise<void> {
    const { path, rotateBytes, now } = this.#options;
    const current = this.#current();
    if (rotateBytes === 0 || current === null || current.position < rotateBytes || this.#generations.length > 1) return;
    if (current.tracker.offset !== current.position) return;
    await rename(path, `${path}.1`);
    current.movedAt = now();
  }

  #received(line: Line, generation: FileGeneration): void {
    const { topic, onReceived } = this.#options;
    const tracked = generation.tracker.add(line.end, line.end - line.start, crc32(line.text));
    this.#unackedBytes += tracked.bytes;
    if (line.text.trim() === "") {
      this.#acked(tracked);
    } else {
      const isReread = line.start < generation.rereadTo;
      this.#queue.push(`${topic}:${generation.number}:${line.start}`, line.text, tracked, isReread);
      onReceived();
    }
  }

  #acked(line: TrackedLine): void {
    this.#unackedBytes -= line.bytes;
    if (line.tracker.ack(line)) this.#position.moved();
    this.#goOn();
  }

  #goOn(): void {
    if (this.#isThrottled && this.#queue.waiting * 2 <= MAX_WAITING && !this.#mustThrottle()) this.wake();
  }

  #generationOptions(): { maxLineBytes: number; onLine: (line: Line, generation: FileGeneration) => void } {
    return { maxLineBytes: this.#options.maxLineBytes, onLine: (line, generation) => this.#received(line, generation) };
  }
}

function readPosition(topic: string, text: string): ReturnType<typeof parsePosition> {
  try {
    return parsePosition(text);
  } catch (cause) {
    const message = `the stored position of topic ${topic} is damaged; remove the state file_bus:${topic} to read the file from its beginning.`;
    throw new BusError("unavailable", message, { cause });
  }
}
