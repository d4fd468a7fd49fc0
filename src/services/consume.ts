import { Backoff } from "../contract/backoff.ts";
import type { Bus, Delivery, Subscription } from "../bus/bus.ts";
import { toError } from "../contract/to-error.ts";
import type { Service } from "./service.ts";

export interface ConsumeOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly topic: string;
  readonly channel: string;
  /** Messages of one transaction. */
  readonly groupSize: number;
  /** Upper limit of unacknowledged messages, requested from the bus. */
  readonly maxInFlight: number;
  /** Commits the whole group, except those that it returns: they wait for something. Or throws and commits nothing. */
  readonly handle: (group: readonly Delivery[]) => Promise<readonly Delivery[]>;
  /** True: another part handles the message, and acknowledges it. */
  readonly divert?: (delivery: Delivery) => boolean;
  readonly now: () => number;
  readonly onProblem: (name: string, error: Error) => void;
}

const FIRST_RETRY = 250;
const LAST_RETRY = 10_000;
/** How long (ms) those that wait for something stay aside. */
const ASIDE_MS = 250;

/**
 * Consumes messages in groups that form by themselves: messages that queue while a group commits are the next group, and
 * an idle consumer never waits for more. Acknowledges after the commit; requeues the group when it fails.
 */
export class Consumer implements Service {
  readonly name: string;
  readonly #options: ConsumeOptions;
  #queue: Delivery[] = [];
  /** Neither acknowledged nor in the queue. */
  #aside: Delivery[] = [];
  #asideTimer: NodeJS.Timeout | null = null;
  #subscribing: Promise<Subscription | null> = Promise.resolve(null);
  #leaving: Promise<void> = Promise.resolve();
  #running: Promise<void> | null = null;
  readonly #backoff = new Backoff(FIRST_RETRY, LAST_RETRY);
  #stopped = true;
  #paused = false;
  lastRunAt: number | null = null;
  busySince: number | null = null;
  currentError: string | null = null;

  constructor(options: ConsumeOptions) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    if (!this.#paused) this.#subscribe();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#leave();
  }

  /** Takes no more messages: they wait at the bus, and those that wait here go back to it. */
  pause(): Promise<void> {
    this.#paused = true;
    return this.#leave();
  }

  /** After `pause`: takes messages again. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#stopped) this.#subscribe();
  }

  #subscribe(): void {
    const { bus, topic, channel, maxInFlight } = this.#options;
    this.#subscribing = this.#leaving
      .then(() => bus.subscribe(topic, { channel, maxInFlight }, (delivery) => this.#receive(delivery)))
      .catch((error: unknown) => {
        this.#failed(error);
        return null;
      });
  }

  #leave(): Promise<void> {
    const subscribing = this.#subscribing;
    this.#subscribing = Promise.resolve(null);
    this.#leaving = this.#leaving.then(async () => {
      const subscription = await subscribing;
      await subscription?.stop();
      await this.#running;
      if (this.#asideTimer !== null) clearTimeout(this.#asideTimer);
      this.#asideTimer = null;
      for (const delivery of [...this.#queue.splice(0), ...this.#aside.splice(0)]) delivery.nack();
    });
    return this.#leaving;
  }

  #receive(delivery: Delivery): void {
    if (this.#stopped || this.#paused) {
      delivery.nack();
      return;
    }
    if (this.#options.divert?.(delivery) === true) return;
    this.#queue.push(delivery);
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Messages delivered in the same turn of the event loop join the group.
    await new Promise(setImmediate);
    while (this.#queue.length > 0 && !this.#stopped && !this.#paused) {
      const group =
        this.#queue.length <= this.#options.groupSize ? this.#queue : this.#queue.slice(0, this.#options.groupSize);
      this.#queue = group === this.#queue ? [] : this.#queue.slice(group.length);
      this.busySince = this.#options.now();
      try {
        const waiting = new Set(await this.#options.handle(group));
        this.currentError = null;
        this.#backoff.reset();
        for (const delivery of group) if (!waiting.has(delivery)) delivery.ack();
        if (waiting.size > 0) this.#putAside(waiting);
      } catch (error) {
        this.#failed(error);
        const wait = this.#backoff.next();
        for (const delivery of group) delivery.nack(wait);
      }
      this.busySince = null;
      this.lastRunAt = this.#options.now();
      // Let timers, sockets and other services run between two groups.
      await new Promise(setImmediate);
    }
    this.#running = null;
  }

  #putAside(waiting: ReadonlySet<Delivery>): void {
    this.#aside.push(...waiting);
    this.#asideTimer ??= setTimeout(() => {
      this.#asideTimer = null;
      for (const delivery of this.#aside.splice(0)) this.#receive(delivery);
    }, ASIDE_MS);
  }

  #failed(error: unknown): void {
    const failure = toError(error);
    this.currentError = failure.message;
    this.#options.onProblem(this.name, failure);
  }
}
