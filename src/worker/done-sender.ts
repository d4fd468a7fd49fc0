import { Backoff } from "../contract/backoff.ts";
import type { Bus, OutMessage, PublishResult } from "../bus/bus.ts";
import type { OnProblem } from "./task.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

interface Pending {
  readonly message: OutMessage;
  readonly onSent: () => void;
}

/**
 * Publishes results and reports when each one is safe. Results of one turn of the event loop are sent as one batch; those
 * that the bus refuses wait for capacity, or for a growing pause, and are sent again in the same order.
 */
export class DoneSender {
  readonly #bus: Bus;
  readonly #topic: string;
  readonly #onProblem: OnProblem;
  /** Unique to this sender: a broker that drops equal keys must not mistake a second run of a task for a resend. */
  readonly #prefix = crypto.randomUUID();
  #serial = 0;
  #next: Pending[] = [];
  #refused: Pending[] = [];
  #flushing = false;
  #waitingForDrain = false;
  #pause: NodeJS.Timeout | null = null;
  readonly #backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  /** Reported once per outage of the bus. */
  #reported = false;
  #closed = false;

  constructor(bus: Bus, topic: string, onProblem: OnProblem) {
    this.#bus = bus;
    this.#topic = topic;
    this.#onProblem = onProblem;
    bus.onDrain((roomTopic) => {
      if (roomTopic === topic && this.#waitingForDrain) this.#resend();
    });
  }

  /** `onSent` is called once the bus has stored the result (on the memory bus: once Flowlord has committed it). */
  send(payload: string, onSent: () => void): void {
    this.#serial += 1;
    const message = { key: `${this.#prefix}-${this.#serial}`, topic: this.#topic, payload };
    this.#next.push({ message, onSent });
    this.#schedule();
  }

  /** Nothing is sent after this; unsent results are dropped with their callbacks. */
  close(): void {
    this.#closed = true;
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
    this.#next = [];
    this.#refused = [];
  }

  #schedule(): void {
    if (this.#flushing || this.#waitingForDrain || this.#pause !== null || this.#closed) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const batch = this.#next;
    this.#next = [];
    if (batch.length === 0 || this.#closed) return;
    const results = this.#bus.publish(batch.map((pending) => pending.message));
    batch.forEach((pending, at) => {
      void results[at]?.then((result) => this.#settle(pending, result));
    });
  }

  #settle(pending: Pending, result: PublishResult): void {
    if (this.#closed) return;
    if (result.status === "sent") {
      this.#backoff.reset();
      this.#reported = false;
      pending.onSent();
      return;
    }
    this.#refused.push(pending);
    if (result.status === "full") this.#waitingForDrain = true;
    else this.#report(result.error);
    // Also when the bus is full: `onDrain` may have been called before the results of this batch arrived.
    if (this.#pause === null) this.#arm();
  }

  #report(error: Error): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#onProblem({
      code: "done_not_sent",
      message: `Results for topic "${this.#topic}" cannot be sent and are retried until they can: ${error.message}`,
    });
  }

  #arm(): void {
    this.#pause = setTimeout(() => this.#resend(), this.#backoff.next());
  }

  #resend(): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
    this.#waitingForDrain = false;
    this.#next = [...this.#refused, ...this.#next];
    this.#refused = [];
    if (this.#next.length > 0) this.#schedule();
  }
}
