import type { TestContext } from "node:test";
import { parseFilePattern } from "../../src/core/glob/watch-pattern.ts";
import type { Bucket, ObjectPage, StoredObject } from "../../src/objects/buckets/bucket.ts";
import { ObjectError, type ObjectErrorCode } from "../../src/objects/objects.ts";
import type { WatchedFileEvent } from "../../src/services/send-events.ts";
import { BucketWatcher, type WatchBucketOptions } from "../../src/services/watch-bucket.ts";
import { MemorySeenFiles } from "./seen-files.ts";

export const START = Date.UTC(2026, 0, 31, 12);
export const POLL = 30_000;

/** A bucket in memory; its pages are small. Nothing but lists is asked of it. */
export class MemoryBucket implements Pick<Bucket, "list" | "close"> {
  readonly objects = new Map<string, StoredObject>();
  readonly asked: { prefix: string; cursor: string | null }[] = [];
  pageSize = 3;
  /** While set, a list is refused so. */
  failure: ObjectErrorCode | null = null;
  isClosed = false;
  /** Called before each page is read. */
  onList: (cursor: string | null) => void | Promise<void> = () => undefined;
  #version = 0;

  put(key: string, modifiedAt: number, version = `v${(this.#version += 1)}`): void {
    this.objects.set(key, { key, size: 5, modifiedAt, version });
  }

  async list(prefix: string, cursor: string | null = null): Promise<ObjectPage> {
    this.asked.push({ prefix, cursor });
    await this.onList(cursor);
    if (this.failure !== null) throw new ObjectError(this.failure, "gs://b/in: it says no.");
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > (cursor ?? "")).toSorted();
    const page = keys.slice(0, this.pageSize);
    return {
      objects: page.flatMap((key) => this.objects.get(key) ?? []),
      cursor: keys.length > page.length ? (page.at(-1) ?? null) : null,
    };
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A watched bucket, its store and the clock. */
export class BucketScene {
  readonly bucket = new MemoryBucket();
  readonly seen = new MemorySeenFiles();
  readonly events: WatchedFileEvent[] = [];
  readonly problems: string[] = [];
  readonly told: string[] = [];
  now = START;
  emitError: Error | null = null;
  readonly #t: TestContext;

  constructor(t: TestContext) {
    this.#t = t;
  }

  watcher({
    pattern = "**",
    ...options
  }: Partial<Omit<WatchBucketOptions, "pattern">> & { readonly pattern?: string } = {}): BucketWatcher {
    const watcher = new BucketWatcher({
      path: "gs://b/in",
      key: `gs://b/in/${pattern}`,
      pattern: parseFilePattern(pattern),
      pollMs: POLL,
      existing: true,
      // Only `list` and `close` are used.
      open: async () => this.bucket as Partial<Bucket> as Bucket,
      emit: async (event) => {
        if (this.emitError !== null) throw this.emitError;
        this.events.push(event);
      },
      seen: this.seen,
      now: () => this.now,
      onProblem: (_name, error) => this.problems.push(error.message),
      onDown: async (reason) => void this.told.push(`down: ${reason}`),
      onUp: async () => void this.told.push("up"),
      ...options,
    });
    this.#t.after(() => watcher.stop());
    return watcher;
  }

  /** A whole listing, the next one. Returns when the one after is due. */
  async listing(watcher: BucketWatcher, runs = 10_000): Promise<number> {
    for (let run = 0; run < runs; run += 1) {
      const next = await watcher.runOnce();
      if (next > this.now) return next;
    }
    throw new Error("the listing did not end");
  }

  /** The same after the pause. */
  async nextListing(watcher: BucketWatcher): Promise<number> {
    this.now += POLL;
    return await this.listing(watcher);
  }

  /** Below the folder, in the order in which they were announced. */
  get names(): readonly string[] {
    return this.events.map(({ event }) => event.path.slice("gs://b/in/".length));
  }
}
