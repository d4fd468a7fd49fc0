import Denque from "denque";
import type { Delivery } from "../bus.ts";
import { DelayHeap } from "./delay-heap.ts";

/** Deliveries per turn of the event loop: enough to be fast, few enough not to block sockets and timers. */
const BATCH = 512;
const SLICE_MS = 4;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Consumer {
  /** No more deliveries after this; those in flight stay valid. */
  stop(): void;
}

export interface DeliveryQueueOptions<T> {
  /** A delivery was acknowledged. */
  onAck(tag: T): void;
  /** Messages were delivered: there may be capacity again. */
  onDelivered(): void;
}

/**
 * The waiting messages of one topic and the consumers that share them; used by the adapters without a broker. Delivers
 * in slices, one per turn of the event loop; needs one timer however many messages are delayed. `T` is a tag that the
 * adapter gets back when a message is acknowledged.
 */
export class DeliveryQueue<T> {
  readonly topic: string;
  readonly #options: DeliveryQueueOptions<T>;
  readonly #delayed = new DelayHeap<QueuedDelivery<T>>();
  readonly #inFlight = new Set<QueuedDelivery<T>>();
  readonly #consumers: ActiveConsumer[] = [];
  #ready = new Denque<QueuedDelivery<T>>();
  #nextConsumer = 0;
  #pumping = false;
  #closed = false;
  #immediate: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerDueAt = 0;

  constructor(topic: string, options: DeliveryQueueOptions<T>) {
    this.topic = topic;
    this.#options = options;
  }

  /** Messages that are not in flight, including delayed ones. */
  get waiting(): number {
    return this.#ready.length + this.#delayed.size;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get consumers(): number {
    return this.#consumers.length;
  }

  push(id: string | null, payload: string, tag: T, reread = false): void {
    this.#ready.push(new QueuedDelivery(this, { id, payload, reread }, 1, tag));
    this.#schedule();
  }

  /** `onDelivery` must not throw: its error would end the process as an uncaught one. */
  consume(maxInFlight: number, onDelivery: (delivery: Delivery) => void): Consumer {
    if (!(maxInFlight >= 1)) throw new RangeError(`maxInFlight must be 1 or more, not ${maxInFlight}`);
    const consumer: ActiveConsumer = { maxInFlight, onDelivery, inFlight: 0 };
    this.#consumers.push(consumer);
    this.#schedule();
    return {
      stop: () => {
        const at = this.#consumers.indexOf(consumer);
        if (at >= 0) this.#consumers.splice(at, 1);
      },
    };
  }

  /** Called by a delivery, at most once. Null: acknowledged; else it is redelivered after that many milliseconds. */
  settle(delivery: QueuedDelivery<T>, retryAfterMs: number | null): void {
    if (!this.#inFlight.delete(delivery)) return;
    if (delivery.consumer !== null) delivery.consumer.inFlight -= 1;
    if (retryAfterMs === null) {
      this.#options.onAck(delivery.tag);
    } else {
      const retry = new QueuedDelivery(this, delivery, delivery.attempt + 1, delivery.tag);
      if (retryAfterMs > 0) this.#delay(retry, retryAfterMs);
      else this.#ready.push(retry);
    }
    this.#schedule();
  }

  /** Drop everything and release the timer. Returns the tags of all unacknowledged messages. */
  close(): T[] {
    this.#closed = true;
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#immediate = null;
    this.#timer = null;
    const tags = Array.from(this.#inFlight, (delivery) => delivery.tag);
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) tags.push(next.tag);
    for (let next = this.#delayed.shiftDue(Infinity); next !== undefined; next = this.#delayed.shiftDue(Infinity)) {
      tags.push(next.tag);
    }
    this.#inFlight.clear();
    this.#consumers.length = 0;
    return tags;
  }

  #schedule(): void {
    if (this.#immediate !== null || this.#pumping || this.#closed) return;
    if (this.#ready.length === 0 || this.#freeConsumer() === null) return;
    this.#immediate = setImmediate(this.#pump);
  }

  readonly #pump = (): void => {
    this.#immediate = null;
    this.#pumping = true;
    const stopAt = performance.now() + SLICE_MS;
    let delivered = 0;
    try {
      while (this.#ready.length > 0 && delivered < BATCH) {
        if ((delivered & 31) === 31 && performance.now() > stopAt) break;
        const consumer = this.#freeConsumer();
        const delivery = consumer === null ? undefined : this.#ready.shift();
        if (consumer === null || delivery === undefined) break;
        delivery.consumer = consumer;
        consumer.inFlight += 1;
        this.#inFlight.add(delivery);
        delivered += 1;
        consumer.onDelivery(delivery);
      }
    } finally {
      this.#pumping = false;
      this.#schedule();
      if (delivered > 0 && !this.#closed) this.#options.onDelivered();
    }
  };

  /** The next consumer with free capacity, round-robin. */
  #freeConsumer(): ActiveConsumer | null {
    const count = this.#consumers.length;
    for (let step = 0; step < count; step += 1) {
      const at = (this.#nextConsumer + step) % count;
      const consumer = this.#consumers[at];
      if (consumer !== undefined && consumer.inFlight < consumer.maxInFlight) {
        this.#nextConsumer = at + 1;
        return consumer;
      }
    }
    return null;
  }

  #delay(delivery: QueuedDelivery<T>, ms: number): void {
    this.#delayed.push(performance.now() + ms, delivery);
    this.#arm();
  }

  #arm(): void {
    const dueAt = this.#delayed.nextDueAt;
    if (dueAt === null || (this.#timer !== null && this.#timerDueAt <= dueAt)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const ms = Math.min(Math.max(1, Math.ceil(dueAt - performance.now())), LONGEST_TIMER_MS);
    this.#timer = setTimeout(this.#wake, ms);
  }

  readonly #wake = (): void => {
    this.#timer = null;
    const now = performance.now();
    for (let due = this.#delayed.shiftDue(now); due !== undefined; due = this.#delayed.shiftDue(now))
      this.#ready.push(due);
    this.#schedule();
    this.#arm();
  };
}

interface ActiveConsumer {
  readonly maxInFlight: number;
  readonly onDelivery: (delivery: Delivery) => void;
  inFlight: number;
}

class QueuedDelivery<T> implements Delivery {
  readonly id: string | null;
  readonly payload: string;
  readonly attempt: number;
  readonly reread: boolean;
  readonly tag: T;
  consumer: ActiveConsumer | null = null;
  readonly #queue: DeliveryQueue<T>;

  constructor(
    queue: DeliveryQueue<T>,
    { id, payload, reread }: Pick<QueuedDelivery<T>, "id" | "payload" | "reread">,
    attempt: number,
    tag: T,
  ) {
    this.#queue = queue;
    this.id = id;
    this.payload = payload;
    this.reread = reread;
    this.attempt = attempt;
    this.tag = tag;
  }

  get topic(): string {
    return this.#queue.topic;
  }

  ack(): void {
    this.#queue.settle(this, null);
  }

  nack(delayMs = 0): void {
    this.#queue.settle(this, delayMs);
  }

  touch(): void {
    // Deliveries inside this process have no time-out.
  }
}
