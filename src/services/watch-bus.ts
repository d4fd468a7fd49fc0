import type { BusHealth } from "../bus/bus.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";

export interface WatchBusOptions {
  readonly name: string;
  readonly health: () => BusHealth;
  /** The bus has connected, or reconnected. */
  readonly onConnected: () => void;
  /** It is unreachable; one sentence, without its full stop, says why. Called again for a new reason, at most every 30 s. */
  readonly onUnreachable: (reason: string) => void;
  /** It has been unreachable for so long that it needs an alert; called once an outage. */
  readonly onLongOutage?: (reason: string) => void;
  /** It has reconnected after `onUnreachable`. */
  readonly onReconnected: () => void;
  readonly now: () => number;
  readonly onProblem: (name: string, error: Error) => void;
}

const EVERY_MS = 250;
/** Shorter outages are not reported: each start and each new subscription takes a moment. */
const QUIET_MS = 1000;
/** A restarted broker is reachable again by then. */
const LONG_MS = 30_000;
/** The reason may change with each attempt to connect. */
const REPEAT_AFTER_MS = 30_000;

/** Polls whether the bus is connected: adapters send no event for it, and a poll costs nothing. */
export class WatchBus implements Service {
  readonly name: string;
  readonly #options: WatchBusOptions;
  readonly #loop: Loop;
  /** When the current connection was made; null while there is none. */
  #connectedSince: number | null = null;
  #unreachableSince: number | null = null;
  #isLongOutage = false;
  #reported: string | null = null;
  /** Nothing is reported before. */
  #quietUntil = 0;

  constructor(options: WatchBusOptions) {
    this.name = options.name;
    this.#options = options;
    this.#loop = new Loop({
      name: options.name,
      now: options.now,
      onProblem: options.onProblem,
      atLeastEveryMs: EVERY_MS,
      run: async () => {
        this.#poll();
        return null;
      },
    });
  }

  get lastRunAt(): number | null {
    return this.#loop.lastRunAt;
  }

  get busySince(): number | null {
    return this.#loop.busySince;
  }

  get currentError(): string | null {
    return this.#loop.currentError;
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  #poll(): void {
    const { health, now, onConnected, onUnreachable, onLongOutage, onReconnected } = this.#options;
    const { state, since, reason } = health();
    if (state === "connected") {
      if (this.#connectedSince === since) return;
      this.#connectedSince = since;
      this.#unreachableSince = null;
      this.#isLongOutage = false;
      if (this.#reported !== null) onReconnected();
      this.#reported = null;
      onConnected();
      return;
    }
    this.#connectedSince = null;
    if (this.#unreachableSince === null) this.#quietUntil = now() + QUIET_MS;
    this.#unreachableSince ??= now();
    const why = (reason ?? state).replace(/\.$/, "");
    if (state !== "stopped" && !this.#isLongOutage && now() >= this.#unreachableSince + LONG_MS) {
      this.#isLongOutage = true;
      onLongOutage?.(why);
    }
    if (state === "stopped" || why === this.#reported || now() < this.#quietUntil) return;
    this.#quietUntil = now() + REPEAT_AFTER_MS;
    this.#reported = why;
    onUnreachable(why);
  }
}
