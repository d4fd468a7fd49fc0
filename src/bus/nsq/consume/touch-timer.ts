import { MINUTE } from "../../../contract/time-units.ts";
import type { InFlightMessage } from "../../broker/in-flight-message.ts";
import type { ConsumerConnection } from "./consumer-connection.ts";
import type { NsqReceipt } from "./nsq-receipt.ts";

const LONGEST_TIMEOUT_MS = MINUTE;

/** Keeps nsqd from losing patience with messages that take long: touches each well before its time-out. */
export class TouchTimer {
  readonly #inFlight: ReadonlyMap<string, InFlightMessage<NsqReceipt>>;
  #timer: NodeJS.Timeout | null = null;
  #everyMs = 0;

  constructor(inFlight: ReadonlyMap<string, InFlightMessage<NsqReceipt>>) {
    this.#inFlight = inFlight;
  }

  /** Look often enough that no time-out of any connection comes in between. */
  watch(connections: readonly ConsumerConnection[]): void {
    const shortest = Math.min(
      LONGEST_TIMEOUT_MS,
      ...connections.flatMap(({ link }) => link.agreement?.msgTimeoutMs ?? []),
    );
    const everyMs = Math.max(100, shortest / 5);
    if (this.#timer !== null && everyMs === this.#everyMs) return;
    this.stop();
    this.#everyMs = everyMs;
    this.#timer = setInterval(() => this.#touchAll(), everyMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #touchAll(): void {
    const now = performance.now();
    for (const message of this.#inFlight.values()) {
      const agreement = message.receipt.connection?.link.agreement;
      if (agreement === undefined || agreement === null) continue;
      const isDue = now - message.touchedAt > agreement.msgTimeoutMs / 3;
      // Beyond that nsqd grants no more time, and gives the message to another.
      if (isDue && now - message.receipt.sentAt < agreement.maxMsgTimeoutMs) extend(message);
    }
  }
}

/** Ask for another time-out's worth of time. */
export function extend(message: InFlightMessage<NsqReceipt>): void {
  message.touchedAt = performance.now();
  message.receipt.connection?.link.send(`TOUCH ${message.receipt.messageId}\n`);
}
