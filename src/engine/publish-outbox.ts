import type { Bus, PublishResult } from "../bus/bus.ts";
import type { OutboxRow, Store } from "../store/store.ts";
import type { Meter } from "./meter.ts";

/** Rows claimed at a time for one topic. */
const CLAIM = 1000;
const FIRST_BACKOFF = 200;
const LAST_BACKOFF = 30_000;

export interface PublishOutboxOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly meter: Meter;
  readonly now: () => number;
  /** Prefix of the keys under which a broker may recognise a resend; differs for each database. */
  readonly keyPrefix: string;
  /** A free row may have become due by then: call `sweep`. */
  readonly wakeAt: (at: number) => void;
  readonly onProblem: (error: Error) => void;
}

/**
 * The only way out: committed rows go to the bus and are deleted when it confirmed them. What it refuses stays a row,
 * free for the next sweep, so nothing decided is ever lost with this process.
 */
export class OutboxPublisher {
  readonly #options: PublishOutboxOptions;
  /** Topics that answered `full`: left alone until the bus has room. */
  readonly #full = new Set<string>();
  readonly #refused: number[] = [];
  readonly #failed: number[] = [];
  #backoff = FIRST_BACKOFF;
  #pausedUntil = 0;
  #settling = false;
  #closed = false;

  constructor(options: PublishOutboxOptions) {
    this.#options = options;
    options.bus.onRoom((topic) => {
      if (this.#full.delete(topic)) options.wakeAt(0);
    });
  }

  /** Rows this process owns. Returns at once; what becomes of them is written when the bus has answered. */
  send(rows: readonly OutboxRow[]): void {
    if (rows.length === 0) return;
    const { bus, keyPrefix } = this.#options;
    const results = bus.publish(rows.map(({ id, topic, payload }) => ({ key: `${keyPrefix}:${id}`, topic, payload })));
    results.forEach((result, index) => {
      const row = rows[index];
      if (row !== undefined) void result.then((outcome) => this.#settle(row, outcome));
    });
  }

  /** Claim and send free rows that are due. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options;
    if (this.#closed || now() < this.#pausedUntil) return;
    await this.#release();
    const rows = await store.claimOutbox(now(), CLAIM, [...this.#full]);
    this.send(rows);
    // A full claim may have left more behind; the bus decides by `full` how much it takes.
    if (rows.length >= CLAIM) this.#options.wakeAt(0);
  }

  /** When to sweep next for a row that waits for its time; null when none does. */
  async nextDueAt(): Promise<number | null> {
    const at = await this.#options.store.nextDueAt([...this.#full]);
    return at === null ? null : Math.max(at, this.#pausedUntil);
  }

  /** After this nothing is written any more: rows in flight stay owned, and are free at the next start. */
  close(): void {
    this.#closed = true;
  }

  #settle(row: OutboxRow, outcome: PublishResult): void {
    if (this.#closed) return;
    const { store, meter, onProblem } = this.#options;
    if (outcome.status === "sent") {
      this.#backoff = FIRST_BACKOFF;
      store.outboxSent([row.id]);
      meter.published(1);
      return;
    }
    meter.refused(1);
    if (outcome.status === "full") {
      this.#full.add(row.topic);
      this.#refused.push(row.id);
    } else {
      onProblem(outcome.error);
      this.#failed.push(row.id);
    }
    // One write for all that are refused together.
    if (!this.#settling) {
      this.#settling = true;
      setImmediate(() => void this.#release());
    }
  }

  async #release(): Promise<void> {
    const { store, now, onProblem } = this.#options;
    this.#settling = false;
    if (this.#closed) return;
    const refused = this.#refused.splice(0);
    const failed = this.#failed.splice(0);
    try {
      if (refused.length > 0) await store.releaseOutbox(refused, now());
      if (failed.length === 0) return;
      this.#pause();
      await store.releaseOutbox(failed, this.#pausedUntil);
    } catch (error) {
      // A database that cannot be written now: the same rows are tried again with the next sweep.
      this.#refused.push(...refused);
      this.#failed.push(...failed);
      this.#pause();
      onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #pause(): void {
    this.#pausedUntil = this.#options.now() + this.#backoff;
    this.#backoff = Math.min(this.#backoff * 2, LAST_BACKOFF);
    this.#options.wakeAt(this.#pausedUntil);
  }
}
