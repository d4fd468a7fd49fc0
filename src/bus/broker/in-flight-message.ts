import type { Delivery } from "../bus.ts";

/** The subscription that a message came from and is settled with. */
export interface Holder<Receipt> {
  /** `delayMs` null: acknowledged; else requeued. */
  settle(message: InFlightMessage<Receipt>, delayMs: number | null): void;
  touch(message: InFlightMessage<Receipt>): void;
}

/** A message as the broker delivered it. */
export interface Arrival<Receipt> {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly eventType?: string | null;
  readonly attempt: number;
  readonly receipt: Receipt;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/**
 * A message that a broker delivered and that is not settled. When the broker redelivers it while it is still in
 * progress here, it only gets a new receipt; it is not handed to the consumer a second time.
 */
export class InFlightMessage<Receipt> implements Delivery {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly eventType: string | null;
  readonly attempt: number;
  /** What the broker needs to settle the message. */
  receipt: Receipt;
  /** When the broker's time-out last restarted; monotonic milliseconds. */
  touchedAt: number;
  readonly #holder: Holder<Receipt>;

  constructor(
    holder: Holder<Receipt>,
    { id, topic, payload, eventType = null, attempt, receipt, now }: Arrival<Receipt>,
  ) {
    this.#holder = holder;
    this.id = id;
    this.topic = topic;
    this.payload = payload;
    this.eventType = eventType;
    this.attempt = attempt;
    this.receipt = receipt;
    this.touchedAt = now;
  }

  /** The broker delivered it again. */
  renew(receipt: Receipt, now: number): void {
    this.receipt = receipt;
    this.touchedAt = now;
  }

  ack(): void {
    this.#holder.settle(this, null);
  }

  nack(delayMs = 0): void {
    this.#holder.settle(this, delayMs);
  }

  touch(): void {
    this.#holder.touch(this);
  }
}
