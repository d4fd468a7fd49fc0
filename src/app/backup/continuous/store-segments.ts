import { setTimeout } from "node:timers/promises";
import pMap from "p-map";
import { Backoff } from "../../../contract/backoff.ts";
import { present } from "../../../contract/present.ts";
import { toError } from "../../../contract/to-error.ts";
import { readSegmentKey, segmentKey, type SegmentName } from "../../../core/backup/segment-key.ts";
import type { Bucket } from "../../../objects/buckets/bucket.ts";
import { ObjectError } from "../../../objects/objects.ts";
import type { Spool, Waiting } from "./spool.ts";

export type StoredUntil = Pick<SegmentName, "epoch" | "at">;

export interface WaitingSegment extends Waiting {
  /** When its reading began: everything that was committed before is in it, or in one before it. Null: not known any more. */
  readonly readAt: number | null;
}

export interface StoreSegmentsOptions {
  readonly bucket: Bucket;
  readonly spool: Pick<Spool, "read" | "remove">;
  /** Some are stored, and with them everything of this row that was committed until then. Null: until when is not known. */
  readonly onStored: (until: StoredUntil | null) => void;
  /** `problem` has changed. */
  readonly onProblem: () => void;
  /** There is another object of that name, which only another instance can have made. */
  readonly onConflict: (reason: string) => void;
}

/** After an hour without the bucket many wait: one after the other each would take its whole round trip. */
const AT_ONCE = 4;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/** Stores what waits in the spool, the oldest first, and again after a while when the storage refuses. */
export class StoreSegments {
  readonly #options: StoreSegmentsOptions;
  readonly #stop = new AbortController();
  readonly #backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  #waiting: WaitingSegment[] = [];
  #bytes = 0;
  #problem: string | null = null;
  #running: Promise<void> | null = null;

  constructor(options: StoreSegmentsOptions) {
    this.#options = options;
  }

  get waiting(): { readonly segments: number; readonly bytes: number } {
    return { segments: this.#waiting.length, bytes: this.#bytes };
  }

  /** Why the storage takes nothing; null: it does. */
  get problem(): string | null {
    return this.#problem;
  }

  add(segment: WaitingSegment): void {
    this.#waiting.push(segment);
    this.#bytes += segment.bytes;
    this.#running ??= this.#run();
  }

  /** Until nothing waits, or the signal. */
  async finish(signal: AbortSignal): Promise<void> {
    const over = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await Promise.race([this.#running, over]);
  }

  /** What waits is given up. */
  async clear(): Promise<void> {
    const given = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    for (const { file } of given) await this.#options.spool.remove(file);
  }

  close(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      while (this.#waiting.length > 0 && !signal.aborted) {
        try {
          await this.#storeSome();
          this.#backoff.reset();
          this.#setProblem(null);
        } catch (error) {
          if (signal.aborted || this.#waiting.length === 0) return;
          this.#setProblem(toError(error).message);
          await setTimeout(this.#backoff.next(), undefined, { signal }).catch(() => undefined);
        }
      }
    } finally {
      this.#running = null;
    }
  }

  async #storeSome(): Promise<void> {
    const some = this.#waiting.slice(0, AT_ONCE);
    await pMap(some, (each) => this.#store(each), { concurrency: AT_ONCE });
    // Given up meanwhile.
    if (this.#waiting[0] !== some[0]) return;
    const { file: lastFile, readAt } = present(some.at(-1), "a segment");
    this.#waiting = this.#waiting.slice(some.length);
    for (const { file, bytes } of some) {
      this.#bytes -= bytes;
      await this.#options.spool.remove(file);
    }
    const epoch = readSegmentKey(lastFile)?.epoch ?? "";
    this.#options.onStored(readAt === null ? null : { epoch, at: readAt });
  }

  async #store({ file }: Waiting): Promise<void> {
    const { bucket, spool, onConflict } = this.#options;
    const { signal } = this.#stop;
    const key = segmentKey(file);
    const content = await spool.read(file);
    try {
      await bucket.create(key, once(content), { signal });
    } catch (error) {
      if (!(error instanceof ObjectError) || error.code !== "exists") throw error;
      // The answer of an attempt before was lost.
      if (await isSame(bucket, key, content, signal)) return;
      onConflict(`${key} is there already, with other content: another instance uses the same state`);
    }
  }

  #setProblem(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem();
  }
}

async function isSame(bucket: Bucket, key: string, content: Buffer, signal: AbortSignal): Promise<boolean> {
  if ((await bucket.find(key, { signal }))?.size !== content.length) return false;
  const pieces: Uint8Array[] = [];
  for await (const piece of bucket.read(key, { signal })) pieces.push(piece);
  return content.equals(Buffer.concat(pieces));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
