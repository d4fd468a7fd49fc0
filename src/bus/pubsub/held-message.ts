import type { Delivery } from "../bus.ts";

/** Where a message came from and goes back to. */
export interface Holder {
  /** `delayMs` null: done. */
  settle(message: HeldMessage, delayMs: number | null): void;
  touch(message: HeldMessage): void;
}

/** A message that came and is not settled. */
export class HeldMessage implements Delivery {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly attempt: number;
  /** By which it is acknowledged; a newer one when it has come again. */
  ackId: string;
  /** Monotonic milliseconds. */
  touchedAt = 0;
  readonly #holder: Holder;

  constructor(
    holder: Holder,
    facts: { readonly id: string; readonly topic: string; readonly attempt: number; readonly ackId: string },
    payload: string,
  ) {
    this.#holder = holder;
    this.id = facts.id;
    this.topic = facts.topic;
    this.attempt = facts.attempt;
    this.ackId = facts.ackId;
    this.payload = payload;
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
