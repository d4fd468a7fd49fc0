import { setImmediate } from "node:timers/promises";
import { HOUR, SECOND } from "../contract/time/time-units.ts";
import { toError } from "../contract/to-error.ts";
import type { FilePattern } from "../core/glob/watch-pattern.ts";
import type { Bucket, ObjectPage } from "../objects/buckets/bucket.ts";
import type { SeenFiles } from "./announce-files.ts";
import { ExistingObjects } from "./existing-objects.ts";
import { Loop } from "./loop.ts";
import { type FoundObject, foundObject, objectEvent, objectEventId } from "./object-event.ts";
import { type EmitEvent, EventSender } from "./send-events.ts";
import type { Service } from "./service.ts";

export interface WatchBucketOptions {
  /** As in `gs://bucket/folder`, without a slash at its end. Paths of events begin with it. */
  readonly path: string;
  /** Of the paths, relative to `path`, of objects that count. */
  readonly pattern: FilePattern;
  /** The same for each start of this watch, and another for each other watch: its path and pattern. */
  readonly key: string;
  /** Time (ms) from the beginning of one listing to that of the next. */
  readonly pollMs: number;
  /** Whether objects that exist at the very first start count as arrived. */
  readonly existing: boolean;
  readonly open: () => Promise<Bucket>;
  /** What it rejects is retried. */
  readonly emit: EmitEvent;
  readonly seen: Pick<SeenFiles, "fingerprints" | "mark">;
  readonly now: () => number;
  readonly onProblem: (name: string, error: Error) => void;
  /** The bucket could not be listed for so long that it needs an alert; called once an outage. */
  readonly onDown: (reason: string) => Promise<void>;
  /** It can be listed: after each outage, and after the start. */
  readonly onUp: () => Promise<void>;
}

/** Shorter outages raise no alert. */
const DOWN_MS = 30 * SECOND;
/** Objects handled together: enough to share a transaction, few enough to repeat after a crash. */
const GROUP = 256;

/**
 * Makes file events of objects that arrive in a bucket: once per content, also after a downtime. Names of objects do not
 * sort by time, so that each listing begins anew: the cursor only goes on within one, also after an error. What was announced
 * is in the store, not in memory: however many objects there are, one page of them is held.
 */
export class BucketWatcher implements Service {
  readonly name: string;
  readonly #options: WatchBucketOptions;
  readonly #loop: Loop;
  readonly #sender: EventSender;
  readonly #existing: ExistingObjects | null;
  readonly #stop = new AbortController();
  #bucket: Bucket | null = null;
  /** Of the page that is next; null: a listing begins. */
  #cursor: string | null = null;
  #beganAt = 0;
  #listed = 0;
  #nextAt = 0;
  /** From the beginning of the last listing until then. */
  #rest = 0;
  #downSince: number | null = null;
  /** Null: not known yet. */
  #isDown: boolean | null = null;
  /** Why objects are found later than they should; null: they are not. */
  degraded: string | null = null;

  constructor(options: WatchBucketOptions) {
    const { path, key, existing, emit, seen, now, onProblem, pollMs } = options;
    this.name = `watch ${path}`;
    this.#options = options;
    this.#sender = new EventSender(emit);
    this.#existing = existing ? null : new ExistingObjects({ key, seen, now });
    this.#loop = new Loop({
      name: this.name,
      run: () => this.runOnce(),
      now,
      onProblem,
      atLeastEveryMs: Math.min(pollMs, HOUR),
    });
  }

  get lastRunAt(): number | null {
    return this.#loop.lastRunAt;
  }

  get busySince(): number | null {
    return this.#loop.busySince;
  }

  get currentError(): string | null {
    return this.#loop.currentError;
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#sender.close();
    this.#stop.abort();
    await this.#loop.stop();
    this.#bucket?.close();
  }

  /** One page of a listing, if it is due. Returns when the next is. Throws when it cannot be listed, or announced. */
  async runOnce(): Promise<number> {
    const { now } = this.#options;
    const began = now();
    if (this.#cursor === null) {
      // A clock that was set back must not keep it waiting.
      if (began < this.#nextAt && this.#nextAt - began <= this.#rest) return this.#nextAt;
      this.#beganAt = began;
      this.#listed = 0;
    }
    try {
      await this.#existing?.begin();
      const page = await this.#page();
      await this.#announce(page);
      this.#listed += page.objects.length;
      this.#cursor = page.cursor;
    } catch (error) {
      // What is cut off by a stop is found again by the next start.
      if (this.#stop.signal.aborted) return Infinity;
      throw error;
    }
    if (this.#cursor !== null) return now();
    await this.#existing?.listed();
    this.#plan();
    return this.#nextAt;
  }

  /** A listing takes at most half of the time, however many objects there are. */
  #plan(): void {
    const { now, pollMs, path } = this.#options;
    const took = now() - this.#beganAt;
    // At most, since the clock may have been set meanwhile.
    this.#rest = Math.max(pollMs, Math.min(2 * took, HOUR));
    this.#nextAt = this.#beganAt + this.#rest;
    this.degraded =
      this.#rest === pollMs
        ? null
        : `${path} has ${this.#listed} objects, which take ${seconds(took)} to list: they are listed every ${seconds(this.#rest)}, not every ${seconds(pollMs)}. Watch a folder with fewer, or receive notifications of the storage.`;
  }

  async #page(): Promise<ObjectPage> {
    const { pattern } = this.#options;
    try {
      const bucket = await this.#untilStopped(this.#open());
      const page = await this.#untilStopped(bucket.list(pattern.prefix, this.#cursor, { signal: this.#stop.signal }));
      await this.#isUp();
      return page;
    } catch (error) {
      await this.#failed(error);
      throw error;
    }
  }

  async #open(): Promise<Bucket> {
    this.#bucket ??= await this.#options.open();
    return this.#bucket;
  }

  async #announce({ objects }: ObjectPage): Promise<void> {
    const { pattern, path, seen } = this.#options;
    for (let at = 0; at < objects.length; at += GROUP) {
      const group = objects.slice(at, at + GROUP).filter(({ key }) => pattern.matches(key));
      const found = group.map((object) => foundObject(path, object));
      const known = await seen.fingerprints(found.map((object) => object.path));
      const unknown = found.filter(({ fingerprint }, index) => known[index] !== fingerprint);
      const arrived = (await this.#existing?.without(unknown)) ?? unknown;
      if (arrived.length > 0) await this.#send(arrived);
      // Reading so many known ones takes milliseconds, which nothing else may wait for longer.
      await setImmediate();
    }
  }

  /** The events first, then the marks, so that a crash repeats and never loses. */
  async #send(group: readonly FoundObject[]): Promise<void> {
    const errors = await Promise.all(
      group.map((object) => {
        const { modifiedAt: changedAt } = object;
        return this.#sender.send({ id: objectEventId(object), event: objectEvent(object), changedAt });
      }),
    );
    const sent = group.filter((_, index) => errors[index] === null);
    if (sent.length > 0) await this.#options.seen.mark(sent.map(({ path, fingerprint }) => ({ path, fingerprint })));
    const error = errors.find((each) => each !== null);
    if (error !== undefined && error !== null) throw error;
  }

  async #isUp(): Promise<void> {
    this.#downSince = null;
    // An alert may be left of the time before the start.
    if (this.#isDown !== false) await this.#options.onUp();
    this.#isDown = false;
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { code } = error as { readonly code?: unknown };
    // The storage does not take a cursor for ever: what it refuses would be refused again.
    if (code === "unreadable") this.#cursor = null;
    const { now, onDown } = this.#options;
    this.#downSince ??= now();
    if (this.#isDown === true || now() - this.#downSince < DOWN_MS) return;
    await onDown(toError(error).message.replace(/\.$/, ""));
    this.#isDown = true;
  }

  /** A client may not take a signal: its answer is not waited for. */
  async #untilStopped<T>(answer: Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    const { promise, reject } = Promise.withResolvers<never>();
    const stopped = (): void => reject(new Error("the watcher stops"));
    signal.addEventListener("abort", stopped, { once: true });
    if (signal.aborted) stopped();
    try {
      return await Promise.race([answer, promise]);
    } finally {
      signal.removeEventListener("abort", stopped);
    }
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / SECOND)} s`;
}
