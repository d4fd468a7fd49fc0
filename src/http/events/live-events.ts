import { DomainError } from "../../contract/domain-error.ts";
import type { ChangeEvents, LiveQueries } from "../../contract/live/changes.ts";
import { frame, framesOf, type Happened, heartbeat, type ListenerFilter, wants } from "./event-frames.ts";
import { PendingChanges } from "./pending-changes.ts";

export interface LiveSources {
  readonly events: ChangeEvents;
  readonly reads: LiveQueries;
  /** Milliseconds of a clock that nobody sets. */
  monotonic(): number;
  /** Rows without what nobody may see. */
  readonly redact: (rows: readonly object[]) => readonly object[];
  /** Plain data: sent when it is another than before. */
  health(): object;
}

/** Where the events of a listener go. */
export interface EventOutput {
  /** Text, or its bytes: many listeners get the same ones. */
  write(text: string | Uint8Array): void;
  /** Bytes that it has not taken yet. */
  readonly backlog: number;
  end(): void;
}

interface Listener {
  readonly filter: ListenerFilter;
  /** The same for the same filter. */
  readonly key: string;
  readonly output: EventOutput;
  /** Whether it may listen on. */
  readonly isStill: () => Promise<boolean>;
  isChecking: boolean;
  readonly since: number;
  /** Since when its backlog is too large; null: it is not. */
  slowSince: number | null;
}

/** Most listeners at a time. */
export const MAX_LISTENERS = 1000;
/** Between two sendings: at most four a second. */
export const PACE_MS = 250;
/** And at most a thousand writes a second, whoever listens: each costs the thread that decides about 10 µs. */
const EACH_MS = 1;
/** Sendings that a listener may have missed and get all the same. */
const KEPT = 240;
/** How long changes are collected without a listener, for one that comes back. */
const LINGER_MS = 60_000;
const HEALTH_MS = 1000;
const HEARTBEAT_MS = 15_000;
/** How often it is looked whether whoever listens still may: a user who may do less, or nothing, hears no more after that. */
export const CHECK_MS = 2000;
/** More bytes than this wait for a listener: it misses what comes, until it has read them. */
const MAX_BACKLOG = 256 * 1024;
/** One that reads nothing for so long is left. */
const SLOW_MS = 60_000;
/** After this long a listener has to come again, so that whoever may not listen any more does not. */
const LISTEN_MS = 15 * 60_000;

/**
 * Sends what changed to whoever listens. The writer is told to announce changes only while somebody does, and rows are read
 * once for all listeners.
 */
export class LiveEvents {
  readonly #sources: LiveSources;
  readonly #listeners = new Set<Listener>();
  readonly #pending = new PendingChanges();
  /** The last sendings, by the number of each. */
  readonly #kept: Happened[] = [];
  /** Changes when something was missed by all, and with each start. */
  #series = newSeries();
  #number = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #health: { readonly text: string; readonly value: object } | null = null;
  #isHealthNew = false;
  #isSending = false;
  #stopAnnouncing: (() => void) | null = null;
  #flushTimer: NodeJS.Timeout | null = null;
  #pulse: NodeJS.Timeout | null = null;
  #linger: NodeJS.Timeout | null = null;
  #beats = 0;

  constructor(sources: LiveSources) {
    this.#sources = sources;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /**
   * Begins with `ready`, after which everything is sent; or, after the event `lastId`, with what came since, if that is still
   * known, else with `reset`. It ends when `isStill` says no. Returns how to stop. Throws DomainError when too many listen.
   */
  listen(
    filter: ListenerFilter,
    lastId: string | null,
    output: EventOutput,
    isStill: () => Promise<boolean>,
  ): () => void {
    if (this.#listeners.size >= MAX_LISTENERS) {
      throw new DomainError(
        "too_many",
        "too_many_listeners",
        `${MAX_LISTENERS} listeners are connected, which is the most: close one, or read the lists instead.`,
      );
    }
    this.#begin();
    const key = JSON.stringify(filter);
    const since = this.#sources.monotonic();
    const listener: Listener = { filter, key, output, isStill, isChecking: false, since, slowSince: null };
    output.write(this.#beginning(filter, lastId));
    this.#listeners.add(listener);
    this.#plan();
    return () => this.#leave(listener);
  }

  /** Ends every connection: an instance that stops does not wait for them. */
  close(): void {
    for (const { output } of this.#listeners) output.end();
    this.#listeners.clear();
    this.#end();
  }

  #begin(): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#stopAnnouncing ??= this.#sources.events.onChange((changes) => {
      this.#pending.add(changes);
      this.#plan();
    });
    if (this.#pulse !== null) return;
    const isFirst = this.#health === null;
    this.#checkHealth();
    // Each begins with it.
    if (isFirst) this.#isHealthNew = false;
    this.#pulse = setInterval(() => this.#beat(), HEALTH_MS);
  }

  #leave(listener: Listener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    this.#rest();
    this.#linger = setTimeout(() => this.#end(), LINGER_MS).unref();
  }

  /** Reads and sends nothing while nobody listens. */
  #rest(): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    if (this.#pulse !== null) clearInterval(this.#pulse);
    this.#flushTimer = null;
    this.#pulse = null;
  }

  #end(): void {
    this.#rest();
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#stopAnnouncing?.();
    this.#stopAnnouncing = null;
    this.#kept.length = 0;
    this.#series = newSeries();
  }

  #beginning(filter: ListenerFilter, lastId: string | null): string {
    const health = this.#health !== null && wants(filter, "health") ? this.#health.value : null;
    const now = framesOf({ number: 0, reset: false, kinds: new Map(), health }, this.#id(), filter);
    if (lastId === null || lastId === "") return `retry: 2000\n${frame("ready", this.#id(), {})}${now}`;
    const missed = this.#since(lastId);
    if (missed === null) return `retry: 2000\n${frame("reset", this.#id(), {})}${now}`;
    const texts = missed.map((happened) => framesOf(happened, this.#idOf(happened.number), filter));
    return `retry: 2000\n${texts.join("")}${heartbeat(this.#id())}`;
  }

  /** Null: not all of it is known any more. */
  #since(lastId: string): readonly Happened[] | null {
    const [series, digits = ""] = lastId.split("-");
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : -1;
    if (series !== this.#series || number < 0 || number > this.#number) return null;
    const missed = this.#number - number;
    return missed > this.#kept.length ? null : this.#kept.slice(this.#kept.length - missed);
  }

  #plan(): void {
    if (this.#flushTimer !== null || this.#isSending || this.#listeners.size === 0) return;
    if (this.#pending.isEmpty && !this.#isHealthNew) return;
    const pace = Math.max(PACE_MS, this.#listeners.size * EACH_MS);
    const wait = Math.max(0, this.#lastSent + pace - this.#sources.monotonic());
    this.#flushTimer = setTimeout(() => void this.#flush(), wait);
  }

  async #flush(): Promise<void> {
    this.#flushTimer = null;
    this.#isSending = true;
    // A change that is committed while the rows are read is sent next, even if this reading shows it already.
    const kinds = await this.#pending.take(this.#sources).catch(() => null);
    this.#isSending = false;
    this.#lastSent = this.#sources.monotonic();
    this.#number += 1;
    const health = this.#isHealthNew ? (this.#health?.value ?? null) : null;
    this.#isHealthNew = false;
    // Where the rows cannot be read, whoever listens has to read again what it shows.
    const happened = { number: this.#number, reset: kinds === null, kinds: kinds ?? new Map(), health };
    this.#kept.push(happened);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#send(happened);
    this.#plan();
  }

  #send(happened: Happened): void {
    const id = this.#id();
    const frames = new Map<string, Uint8Array>();
    for (const listener of this.#listeners) {
      let bytes = frames.get(listener.key);
      if (bytes === undefined) frames.set(listener.key, (bytes = Buffer.from(framesOf(happened, id, listener.filter))));
      if (bytes.length > 0) this.#write(listener, bytes);
    }
  }

  #write(listener: Listener, text: string | Uint8Array): void {
    const { output } = listener;
    if (listener.slowSince === null && output.backlog <= MAX_BACKLOG) output.write(text);
    else listener.slowSince ??= this.#sources.monotonic();
  }

  #beat(): void {
    this.#checkHealth();
    this.#beats += 1;
    const isTime = this.#beats % (HEARTBEAT_MS / HEALTH_MS) === 0;
    const isCheck = this.#beats % (CHECK_MS / HEALTH_MS) === 0;
    const now = this.#sources.monotonic();
    for (const listener of this.#listeners) {
      if (isCheck) void this.#check(listener);
      const { output, slowSince, since } = listener;
      if (now - since > LISTEN_MS || (slowSince !== null && now - slowSince > SLOW_MS)) output.end();
      else if (slowSince !== null && output.backlog === 0) {
        listener.slowSince = null;
        output.write(frame("reset", this.#id(), {}));
      } else if (isTime) this.#write(listener, heartbeat(this.#id()));
    }
    this.#plan();
  }

  async #check(listener: Listener): Promise<void> {
    if (listener.isChecking) return;
    listener.isChecking = true;
    // Where it cannot be known now it ends too: whoever may listen comes again.
    const isStill = await listener.isStill().catch(() => false);
    listener.isChecking = false;
    if (isStill) return;
    listener.output.end();
    this.#leave(listener);
  }

  #checkHealth(): void {
    const value = this.#sources.health();
    const text = JSON.stringify(value);
    if (text === this.#health?.text) return;
    this.#health = { text, value };
    this.#isHealthNew = true;
  }

  #id(): string {
    return this.#idOf(this.#number);
  }

  #idOf(number: number): string {
    return `${this.#series}-${number}`;
  }
}

/** Another one after each start, although numbers begin anew. */
function newSeries(): string {
  return crypto.randomUUID().slice(0, 8);
}
