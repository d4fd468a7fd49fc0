import { MINUTE } from "../../../contract/time/time-units.ts";
import type { InFlightMessage } from "../../broker/in-flight-message.ts";
import type { ConsumerConnection } from "./consumer-connection.ts";
import type { NsqReceipt } from "./nsq-receipt.ts";

const LONGEST_TIMEOUT_MS = MINUTE;

/** Touches each message in flight well before its time-out, so that nsqd does not redeliver it. */
export class TouchTimer {
  readonly #inFlight: ReadonlyMap<string, InFlightMessage<NsqReceipt>>;
  #timer: NodeJS.Timeout | null = null;
  #everyMs = 0;

  constructor(inFlight: ReadonlyMap<string, InFlightMessage<NsqReceipt>>) {
    this.#inFlight = inFlight;
  }

  /** Check often enough to touch before the shortest time-out of all connections. */
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
      // After that nsqd gives no more time and redelivers the message.
      if (isDue && now - message.receipt.sentAt < agreement.maxMsgTimeoutMs) extend(message);
    }
  }
}

/** Restart the time-out of the message. */
export function extend(message: InFlightMessage<NsqReceipt>): void {
  message.touchedAt = performance.now();
  message.receipt.connection?.link.send(`TOUCH ${message.receipt.messageId}\n`);
}
