import { BusError } from "./bus-error.ts";
import type {
  Bus,
  BusHealth,
  Delivery,
  OutMessage,
  PublishResult,
  SubscribeOptions,
  Subscription,
  UnconsumedTopic,
} from "./bus.ts";
import { DeliveryQueue } from "./queue/delivery-queue.ts";

export interface MemoryBusOptions {
  /** Messages of one topic that may wait for a consumer before a publish is answered `full`. Default 10,000. */
  readonly capacity?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Why nothing may be published now, one sentence; null or absent: it may. */
  readonly refusal?: () => string | null;
}

type Settle = (result: PublishResult) => void;

const SENT: PublishResult = { status: "sent" };
const FULL: Promise<PublishResult> = Promise.resolve({ status: "full" });

/**
 * The embedded default: messages pass from publisher to consumer inside this process. It stores nothing, so a message is
 * `sent` only when a consumer has acknowledged it; until then the outbox keeps it. All subscriptions of a topic share
 * its messages, whatever their channel. A topic without a consumer queues messages up to the capacity. The id of a
 * delivery is the key of its message.
 */
export function createMemoryBus(options: MemoryBusOptions = {}): Bus {
  return new MemoryBus(options.capacity ?? 10_000, options.now ?? Date.now, options.refusal ?? (() => null));
}

class MemoryBus implements Bus {
  readonly name = "memory";
  readonly durable = false;
  readonly #capacity: number;
  /** A full topic drains to this many messages before `onDrain` is called: low enough that a refill is worth its query. */
  readonly #drainAt: number;
  readonly #now: () => number;
  readonly #refusal: () => string | null;
  readonly #topics = new Map<string, DeliveryQueue<Settle>>();
  readonly #full = new Set<string>();
  /** Since when messages of a topic wait without a subscriber. */
  readonly #unconsumed = new Map<string, number>();
  readonly #drainListeners: ((topic: string) => void)[] = [];
  #state: "connecting" | "connected" | "stopped" = "connecting";
  #since: number;
  #lastMessageAt: number | null = null;

  constructor(capacity: number, now: () => number, refusal: () => string | null) {
    this.#refusal = refusal;
    this.#capacity = capacity;
    this.#drainAt = Math.floor(capacity / 2);
    this.#now = now;
    this.#since = now();
  }

  async start(): Promise<void> {
    this.#enter("connected");
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    const reason = this.#refusal();
    if (reason === null || this.#state === "stopped") return batch.map((message) => this.#offer(message));
    const error = new BusError("paused", `The memory bus takes no messages now: ${reason}.`);
    return batch.map(() => Promise.resolve({ status: "failed", error }));
  }

  async subscribe(
    topic: string,
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Subscription> {
    if (this.#state === "stopped") throw stopped();
    const consumer = this.#topic(topic).consume(options.maxInFlight, onDelivery);
    this.#unconsumed.delete(topic);
    return { stop: async () => consumer.stop() };
  }

  onDrain(listener: (topic: string) => void): void {
    this.#drainListeners.push(listener);
  }

  connections(): readonly [] {
    return [];
  }

  unconsumed(): readonly UnconsumedTopic[] {
    const found: UnconsumedTopic[] = [];
    for (const [topic, { waiting, consumers }] of this.#topics) {
      if (consumers > 0 || waiting === 0) this.#unconsumed.delete(topic);
      else found.push({ topic, waiting, since: this.#waitsSince(topic) });
    }
    return found;
  }

  #waitsSince(topic: string): number {
    const since = this.#unconsumed.get(topic) ?? this.#now();
    this.#unconsumed.set(topic, since);
    return since;
  }

  health(): BusHealth {
    let inFlight = 0;
    for (const queue of this.#topics.values()) inFlight += queue.inFlight;
    const reason =
      this.#state === "connected"
        ? null
        : `The memory bus is ${this.#state === "stopped" ? "stopped" : "not started"}.`;
    return {
      state: this.#state,
      since: this.#since,
      reason,
      lastMessageAt: this.#lastMessageAt,
      reconnects: 0,
      inFlight,
    };
  }

  async stop(): Promise<void> {
    if (this.#state === "stopped") return;
    this.#enter("stopped");
    const failed: PublishResult = { status: "failed", error: stopped() };
    for (const queue of this.#topics.values()) for (const settle of queue.close()) settle(failed);
    this.#topics.clear();
    this.#full.clear();
  }

  #offer(message: OutMessage): Promise<PublishResult> {
    if (this.#state === "stopped") return Promise.resolve({ status: "failed", error: stopped() });
    const queue = this.#topic(message.topic);
    if (queue.waiting >= this.#capacity) {
      this.#full.add(message.topic);
      return FULL;
    }
    if (queue.consumers === 0) this.#waitsSince(message.topic);
    return new Promise((settle) => {
      queue.push(message.key, message.payload, settle, message.reread);
    });
  }

  #topic(name: string): DeliveryQueue<Settle> {
    let queue = this.#topics.get(name);
    if (queue === undefined) {
      queue = new DeliveryQueue<Settle>(name, {
        onAck: (settle) => settle(SENT),
        onDelivered: () => this.#delivered(name),
      });
      this.#topics.set(name, queue);
    }
    return queue;
  }

  #delivered(topic: string): void {
    this.#lastMessageAt = this.#now();
    if (!this.#full.has(topic)) return;
    if ((this.#topics.get(topic)?.waiting ?? 0) > this.#drainAt) return;
    this.#full.delete(topic);
    for (const listener of this.#drainListeners) listener(topic);
  }

  #enter(state: "connected" | "stopped"): void {
    this.#state = state;
    this.#since = this.#now();
  }
}

function stopped(): BusError {
  return new BusError("stopped", "The memory bus is stopped; the message is sent again after the next start.");
}
