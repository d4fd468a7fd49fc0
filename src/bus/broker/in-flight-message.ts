import type { Delivery } from "../bus.ts";

/** Where a message came from and goes back to. */
export interface Holder<Receipt> {
  /** `delayMs` null: done. */
  settle(message: InFlightMessage<Receipt>, delayMs: number | null): void;
  touch(message: InFlightMessage<Receipt>): void;
}

/** What is known of a message when it comes. */
export interface Arrival<Receipt> {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly attempt: number;
  readonly receipt: Receipt;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/**
 * A message of a broker that was delivered and is not settled. When the broker delivers it anew while it is still being
 * worked on here, that only gives it a new receipt, and nobody works on it twice.
 */
export class InFlightMessage<Receipt> implements Delivery {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly attempt: number;
  /** By what the broker is told what became of it. */
  receipt: Receipt;
  /** When the broker's patience began anew; monotonic milliseconds. */
  touchedAt: number;
  readonly #holder: Holder<Receipt>;

  constructor(holder: Holder<Receipt>, { id, topic, payload, attempt, receipt, now }: Arrival<Receipt>) {
    this.#holder = holder;
    this.id = id;
    this.topic = topic;
    this.payload = payload;
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
