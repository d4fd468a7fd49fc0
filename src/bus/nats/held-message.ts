import type { Delivery } from "../bus.ts";
import type { DeliveryFacts } from "./names.ts";

/** Where a message came from and goes back to. */
export interface Holder {
  /** `delayMs` null: done. */
  settle(message: HeldMessage, delayMs: number | null): void;
  touch(message: HeldMessage): void;
}

/** A message that was delivered and is not settled. */
export class HeldMessage implements Delivery {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly attempt: number;
  /** The subject on which the server waits for the answer; a newer one when it has delivered the message again. */
  reply: string;
  /** When the server's patience began anew; monotonic milliseconds. */
  touchedAt: number;
  readonly #holder: Holder;

  constructor(holder: Holder, topic: string, facts: DeliveryFacts, payload: string, reply: string, now: number) {
    this.#holder = holder;
    this.id = deliveryId(facts);
    this.topic = topic;
    this.payload = payload;
    this.attempt = facts.attempt;
    this.reply = reply;
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

/** With the time of storing: a stream that is deleted and made again counts from 1 anew. */
export function deliveryId({ stream, sequence, storedAt }: DeliveryFacts): string {
  return `${stream}:${sequence}:${storedAt}`;
}
