import type { Bus, PublishResult } from "../bus/bus.ts";
import { toError } from "../contract/to-error.ts";
import type { Store } from "../store/store.ts";
import type { OutboxRow } from "../store/outbox-row.ts";
import type { MetricsSink } from "./metrics-sink.ts";
import { isRefusal, RefusedMessages, type ReportResults } from "./refused-messages.ts";
import { TopicPauses } from "./topic-pauses.ts";

/** Rows claimed at a time for one topic. */
const CLAIM = 1000;
/** No topic: the pause after a write that failed. */
const DATABASE = "";

export interface PublishOutboxOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly metrics: MetricsSink;
  readonly now: () => number;
  /** Prefix of the keys by which a broker may recognise a resend; differs for each database. */
  readonly keyPrefix: string;
  /** Call `sweep` at this time: an unclaimed row may be due. */
  readonly wakeAt: (at: number) => void;
  readonly onProblem: (error: Error) => void;
  /** Ends the tasks whose message the bus never accepts. */
  readonly report: ReportResults;
}

/**
 * The only way out: committed rows go to the bus and are deleted when the bus has confirmed them. A refused message stays
 * an unclaimed row for the next sweep, so no decision is lost with this process. A topic that fails is paused, longer
 * each time, and the others go on.
 */
export class OutboxPublisher {
  readonly #options: PublishOutboxOptions;
  /** Topics that answered `full`: paused until the bus has capacity. */
  readonly #full = new Set<string>();
  readonly #pauses: TopicPauses;
  #refused: number[] = [];
  readonly #never: RefusedMessages;
  /** Topics that failed since the last release, and why. */
  readonly #failed = new Map<string, Error>();
  /** Counts the drain events of the bus: one may come while an answer `full` is on its way here. */
  #drains = 0;
  #settling = false;
  #closed = false;

  constructor(options: PublishOutboxOptions) {
    this.#options = options;
    this.#pauses = new TopicPauses(options.now);
    this.#never = new RefusedMessages(options.store, options.now, options.report);
    options.bus.onDrain((topic) => {
      this.#drains += 1;
      if (this.#full.delete(topic)) options.wakeAt(0);
    });
  }

  /** Sends rows that this process has claimed. Returns at once; the outcome is written when the bus has answered. */
  send(rows: readonly OutboxRow[]): void {
    const open = rows.filter((row) => !this.#isKept(row));
    if (open.length < rows.length) this.#releaseSoon();
    if (open.length === 0) return;
    const { bus, keyPrefix } = this.#options;
    const rooms = this.#drains;
    const results = bus.publish(open.map(({ id, topic, payload }) => ({ key: `${keyPrefix}:${id}`, topic, payload })));
    results.forEach((result, index) => {
      const row = open[index];
      if (row !== undefined) void result.then((outcome) => this.#settle(row, outcome, rooms));
    });
  }

  /** Claims and sends rows that are due. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options;
    if (this.#closed) return;
    await this.#release();
    const rows = await store.claimOutbox(now(), CLAIM, this.#closedTopics());
    this.send(rows);
    // A full claim may have left more behind; the bus decides by `full` how much it takes.
    if (rows.length >= CLAIM) this.#options.wakeAt(0);
  }

  /** When to sweep next for a row that is due later, or a topic that failed; null when there is none. */
  async nextDueAt(): Promise<number | null> {
    const at = await this.#options.store.nextDueAt(this.#closedTopics());
    const resume = this.#pauses.firstEnd();
    return at === null || resume === null ? (at ?? resume) : Math.min(at, resume);
  }

  /** The bus has reconnected: retry failed topics now. */
  resume(): void {
    if (this.#pauses.endAll()) this.#options.wakeAt(0);
  }

  /** After this nothing is written any more: rows in flight stay claimed, and are released at the next start. */
  close(): void {
    this.#closed = true;
  }

  #closedTopics(): readonly string[] {
    return [...this.#full, ...this.#pauses.topics()];
  }

  /** True for a row of a topic that just failed: it is released unsent. */
  #isKept({ id, topic }: OutboxRow): boolean {
    if (!this.#pauses.has(topic)) return false;
    this.#refused.push(id);
    return true;
  }

  #settle(row: OutboxRow, outcome: PublishResult, rooms: number): void {
    if (this.#closed) return;
    const { bus, store, metrics } = this.#options;
    if (outcome.status === "sent") {
      this.#pauses.succeeded(row.topic);
      // A bus without storage confirms what its consumer has acknowledged: such a task is not on its way any more.
      store.outboxSent([bus.durable ? row : { id: row.id, recordId: null }]);
      metrics.published(1);
      return;
    }
    metrics.refused(1);
    if (outcome.status === "failed" && isRefusal(outcome.error)) {
      this.#never.add(row, outcome.error);
      this.#releaseSoon();
      return;
    }
    this.#refused.push(row.id);
    if (outcome.status === "failed") this.#failed.set(row.topic, outcome.error);
    else if (rooms === this.#drains) this.#full.add(row.topic);
    else this.#options.wakeAt(0);
    this.#releaseSoon();
  }

  /** One write for all that are refused together. */
  #releaseSoon(): void {
    if (this.#settling) return;
    this.#settling = true;
    setImmediate(() => void this.#release());
  }

  async #release(): Promise<void> {
    const { store, now, wakeAt, onProblem } = this.#options;
    this.#settling = false;
    if (this.#closed) return;
    const refused = this.#refused;
    this.#refused = [];
    for (const topic of this.#failed.keys()) wakeAt(this.#pauses.begin(topic));
    const reasons = new Map(Array.from(this.#failed.values(), (error) => [error.message, error]));
    this.#failed.clear();
    for (const error of reasons.values()) onProblem(error);
    try {
      const again = await this.#never.write();
      if (again !== null) wakeAt(again);
      if (refused.length === 0) return;
      await store.releaseOutbox(refused, now());
      this.#pauses.succeeded(DATABASE);
    } catch (error) {
      // The database cannot be written now: a later sweep releases the same rows.
      this.#refused = [...refused, ...this.#refused];
      wakeAt(this.#pauses.begin(DATABASE));
      onProblem(toError(error));
    }
  }
}
