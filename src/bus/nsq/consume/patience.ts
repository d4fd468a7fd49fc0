import { MINUTE } from "../../../contract/time-units.ts";
import type { HeldMessage } from "./held-message.ts";
import type { Lane } from "./lane.ts";

const LONGEST_TIMEOUT_MS = MINUTE;

/** Keeps nsqd from losing patience with messages that take long: touches each well before its time-out. */
export class Patience {
  readonly #held: ReadonlyMap<string, HeldMessage<Lane>>;
  #timer: NodeJS.Timeout | null = null;
  #everyMs = 0;

  constructor(held: ReadonlyMap<string, HeldMessage<Lane>>) {
    this.#held = held;
  }

  /** Look often enough that no time-out of any connection comes in between. */
  watch(lanes: readonly Lane[]): void {
    const shortest = Math.min(LONGEST_TIMEOUT_MS, ...lanes.flatMap(({ link }) => link.agreement?.msgTimeoutMs ?? []));
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
    for (const message of this.#held.values()) {
      const agreement = message.lane?.link.agreement;
      if (agreement === undefined || agreement === null) continue;
      const isDue = now - message.touchedAt > agreement.msgTimeoutMs / 3;
      // Beyond that nsqd grants no more time, and gives the message to another.
      if (isDue && now - message.sentAt < agreement.maxMsgTimeoutMs) extend(message);
    }
  }
}

/** Ask for another time-out's worth of time. */
export function extend(message: HeldMessage<Lane>): void {
  message.touchedAt = performance.now();
  message.lane?.link.send(`TOUCH ${message.messageId}\n`);
}
