import { segmentFile } from "../../../core/backup/segment-key.ts";
import type { JournalEmptied, JournalPosition } from "../../../store/backup/journal.ts";
import {
  type ChangedPages,
  endOfWal,
  type ReadLimits,
  readTail,
  readWal,
  type WalRead,
} from "../../../store/sqlite/journal/wal-reader.ts";
import { packSegment, unpackSegment } from "./segment.ts";
import type { Spool, SpoolState } from "./spool.ts";
import { type StoredUntil, StoreSegments } from "./store-segments.ts";
import type { Bucket } from "../../../objects/buckets/bucket.ts";
import { BackupError } from "../backup-error.ts";

export interface ShipperOptions {
  /** The log of the database. */
  readonly journal: string;
  readonly spool: Spool;
  readonly bucket: Bucket;
  /** An age identity; null: segments are stored as they are. */
  readonly key: string | null;
  /** How much (bytes) may wait. */
  readonly maxSpool: number;
  readonly now: () => number;
  readonly newId: () => string;
  /** What is stored, or cannot be, has changed. */
  readonly onChange: () => void;
}

/** How far the shipping is. Times in milliseconds. */
export interface ShipStatus {
  /** The unbroken row of segments; null: none has begun, since a backup has to begin it. */
  readonly epoch: string | null;
  /** Of the last segment; 0: there is none yet. */
  readonly number: number;
  readonly at: number | null;
  /** How far the log was read; null without an epoch. */
  readonly position: JournalPosition | null;
  readonly isBased: boolean;
  readonly waiting: { readonly segments: number; readonly bytes: number };
  /** Everything that was committed until then can be restored from the bucket; null: nothing can. */
  readonly coveredUntil: number | null;
  /** Why the storage takes nothing; null: it does. */
  readonly problem: string | null;
  /** Why the last row ended, since this process began; null: none has. */
  readonly gap: string | null;
}

export interface ReadRequest {
  /** How the log was emptied since the last time. */
  readonly emptied: JournalEmptied | null;
  /** A backup is about to be made: begin a row when there is none. */
  readonly begins: boolean;
}

const MEGABYTE = 1024 * 1024;
const LIMITS: ReadLimits = { usual: 16 * MEGABYTE, most: 512 * MEGABYTE };
/** What a segment may have, unpacked. */
export const MOST_SEGMENT_BYTES = LIMITS.most + 64 * MEGABYTE;

/**
 * Makes segments of what the log has, one after the other, and stores them. Whoever empties the log asks first, and waits for
 * the answer: then a folder has everything that the log had, whatever becomes of the bucket meanwhile.
 */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #stored: StoreSegments;
  #state: SpoolState | null = null;
  /** That the log may have begun anew at its position is sure, and no matter of this process alone. */
  #isSureEnd = false;
  #coveredUntil: number | null = null;
  #gap: string | null = null;

  constructor(options: ShipperOptions) {
    this.#options = options;
    const { bucket, spool, onChange } = options;
    this.#stored = new StoreSegments({
      bucket,
      spool,
      onStored: (until) => {
        if (until !== null) this.#cover(until);
        onChange();
      },
      onProblem: onChange,
      onConflict: (reason) => {
        void this.#end(reason, "all").then(onChange);
      },
    });
  }

  get status(): ShipStatus {
    const state = this.#state;
    return {
      epoch: state?.epoch ?? null,
      number: state?.number ?? 0,
      at: state === null ? null : state.at,
      position: state?.position ?? null,
      isBased: state?.isBased ?? false,
      waiting: this.#stored.waiting,
      coveredUntil: this.#coveredUntil,
      problem: this.#stored.problem,
      gap: this.#gap,
    };
  }

  /** Goes on where a process before has ended, when the log still does. */
  async open(): Promise<void> {
    const { spool, journal } = this.#options;
    const { state, waiting } = await spool.open();
    this.#coveredUntil = state?.coveredUntil ?? null;
    let isWhole = true;
    for (const { file, bytes } of waiting) {
      if (isWhole && (await this.#isWhole(file))) this.#stored.add({ file, bytes, readAt: null });
      else {
        isWhole = false;
        await spool.remove(file);
      }
    }
    if (state === null) return;
    this.#state = state;
    this.#isSureEnd = state.position.isEnd;
    if (!isWhole) return await this.#end("a segment that waited on the disk is damaged", "none");
    const tail = await spool.emptiedTail(state);
    if (tail !== null) await this.#passEnd({ tail, after: state.position, outcome: "emptied" });
    if (this.#state === null) return;
    if (readWal(journal, this.#state.position, LIMITS) === "elsewhere")
      await this.#end("the log of the database is not the one that was read", "none");
    await spool.removeTails();
  }

  /** Keeps on the disk everything that was committed until now. */
  async read({ emptied, begins }: ReadRequest): Promise<ShipStatus> {
    const { spool, now } = this.#options;
    const at = now();
    if (this.#state === null && begins) await this.#begin(at);
    else if (this.#state !== null) {
      if (emptied !== null) await this.#passEnd(emptied);
      await this.#readAll(at);
    }
    if (emptied !== null) await spool.removeTails();
    if (this.#stored.waiting.segments === 0) this.#cover({ epoch: this.#state?.epoch ?? "", at });
    return this.status;
  }

  /** A backup from which the segments of this row go on is good. */
  async based(epoch: string): Promise<void> {
    if (this.#state?.epoch !== epoch) return;
    this.#gap = null;
    await this.#save({ ...this.#state, isBased: true });
  }

  /** What comes next follows on nothing: a new row has to begin. */
  async giveUp(reason: string): Promise<void> {
    await this.#end(reason, "none");
  }

  /** Until everything is stored, or the signal. */
  async finish(signal: AbortSignal): Promise<void> {
    await this.#stored.finish(signal);
    if (this.#state !== null) await this.#save(this.#state);
  }

  close(): void {
    this.#stored.close();
  }

  async #begin(at: number): Promise<void> {
    const { journal, newId } = this.#options;
    const position = endOfWal(journal);
    // Just emptied: the next attempt finds something.
    if (position === null) return;
    this.#isSureEnd = false;
    await this.#save({
      format: 1,
      epoch: newId(),
      number: 0,
      at,
      sum: null,
      file: null,
      position,
      isBased: false,
      coveredUntil: this.#coveredUntil,
    });
  }

  /** The copy of what followed when the log was emptied, after which it may go on in the next generation. */
  async #passEnd({ tail, outcome }: JournalEmptied): Promise<void> {
    await this.#take((position) => readTail(tail, position, LIMITS));
    if (this.#state === null) return;
    this.#isSureEnd = outcome === "emptied";
    await this.#save({ ...this.#state, position: { ...this.#state.position, isEnd: true } });
  }

  async #readAll(at: number): Promise<void> {
    await this.#take((position) => readWal(this.#options.journal, position, LIMITS), at);
  }

  async #take(read: (position: JournalPosition) => WalRead, at = this.#options.now()): Promise<void> {
    while (this.#state !== null) {
      const found = read(this.#state.position);
      if (found === "nothing") return;
      if (found === "elsewhere")
        return await this.#end("the log of the database began anew before it was read", "none");
      if (found === "too_large")
        return await this.#end(`one transaction has changed more than ${LIMITS.most / MEGABYTE} MiB`, "none");
      await this.#add(this.#state, found, at);
      if (!found.isMore) return;
    }
  }

  async #add(state: SpoolState, changed: ChangedPages, readAt: number): Promise<void> {
    const { spool, key, now, maxSpool } = this.#options;
    const { epoch } = state;
    const number = state.number + 1;
    // What was committed while it was read may be in it. A clock that was set back must not make it older than the one before.
    const at = Math.max(now(), readAt, state.at + 1);
    const database_pages = changed.databasePages;
    const header = { epoch, number, at: new Date(at).toISOString(), previous: state.sum, database_pages };
    const { stored, sum } = await packSegment(header, changed, key);
    const file = segmentFile({ at, epoch, number }, key !== null);
    const next = { ...state, number, at, sum, file, position: changed.to, coveredUntil: this.#coveredUntil };
    await spool.add(stored, next);
    this.#state = next;
    this.#isSureEnd = false;
    this.#stored.add({ file, bytes: stored.length, readAt });
    if (this.#stored.waiting.bytes > maxSpool)
      await this.#end(
        `more than ${Math.round(maxSpool / MEGABYTE)} MiB waited for the bucket (backup.max_spool)`,
        "all",
      );
  }

  async #save(state: SpoolState): Promise<void> {
    this.#state = state;
    const { position } = state;
    const isEnd = position.isEnd && this.#isSureEnd;
    await this.#options.spool.save({ ...state, coveredUntil: this.#coveredUntil, position: { ...position, isEnd } });
  }

  /** `dropped`: what waits is part of the row before the gap, and still worth storing, unless there is too much of it. */
  async #end(reason: string, dropped: "all" | "none"): Promise<void> {
    this.#state = null;
    this.#gap = reason;
    if (dropped === "all") await this.#stored.clear();
    await this.#options.spool.forget();
  }

  #cover({ epoch, at }: StoredUntil): void {
    if (this.#state?.isBased === true && this.#state.epoch === epoch)
      this.#coveredUntil = Math.max(at, this.#coveredUntil ?? 0);
  }

  async #isWhole(file: string): Promise<boolean> {
    const { spool, key } = this.#options;
    try {
      await unpackSegment(file, once(await spool.read(file)), key, MOST_SEGMENT_BYTES);
      return true;
    } catch (error) {
      if (error instanceof BackupError) return false;
      throw error;
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
