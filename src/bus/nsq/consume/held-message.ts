import type { Delivery } from "../../bus.ts";

/** Where a message came from and goes back to. */
export interface Holder {
  /** `delayMs` null: finished. */
  settle(message: HeldMessage, delayMs: number | null): void;
  touch(message: HeldMessage): void;
}

/**
 * A message that was delivered and is not settled. When its connection is lost the server delivers it anew; while it is
 * still being worked on here, that only gives it its new connection, and nobody works on it twice.
 */
export class HeldMessage<Lane = unknown> implements Delivery {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly attempt: number;
  /** NSQ's own id, 16 hexadecimal digits. */
  readonly messageId: string;
  /** The connection that holds it; null when that is gone. */
  lane: Lane | null;
  /** When the server's patience began, and when it was last extended. Monotonic milliseconds. */
  sentAt: number;
  touchedAt: number;
  readonly #holder: Holder;

  constructor(
    holder: Holder,
    at: { readonly id: string; readonly topic: string; readonly messageId: string; readonly attempt: number },
    payload: string,
    lane: Lane,
    now: number,
  ) {
    this.#holder = holder;
    this.id = at.id;
    this.topic = at.topic;
    this.messageId = at.messageId;
    this.attempt = at.attempt;
    this.payload = payload;
    this.lane = lane;
    this.sentAt = now;
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
