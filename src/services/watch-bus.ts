import type { BusHealth } from "../bus/bus.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";

export interface WatchBusOptions {
  readonly name: string;
  readonly health: () => BusHealth;
  /** The bus is there, or there again. */
  readonly onConnected: () => void;
  /** It stays away; one sentence, without its full stop, says why. Called again when the reason is another, at most every half minute. */
  readonly onAway: (reason: string) => void;
  /** It has been away for so long that somebody must know; once an absence. The reason as for `onAway`. */
  readonly onStaysAway?: (reason: string) => void;
  /** It was told to be away, and is back. */
  readonly onBack: () => void;
  readonly now: () => number;
  readonly onProblem: (name: string, error: Error) => void;
}

const EVERY_MS = 250;
/** A bus away for less is not worth a word: each start and each new subscription takes a moment. */
const QUIET_MS = 1000;
/** A broker that is restarted is back by then. */
const LONG_MS = 30_000;
/** Reasons may take turns with each attempt to connect. */
const REPEAT_AFTER_MS = 30_000;

/** Looks whether the bus is there: a port that many adapters fill has no notice for that, and a look costs nothing. */
export class WatchBus implements Service {
  readonly name: string;
  readonly #options: WatchBusOptions;
  readonly #loop: Loop;
  /** Since when it is connected, as last seen; null while it is not. */
  #connectedSince: number | null = null;
  #awaySince: number | null = null;
  #staysAway = false;
  #reported: string | null = null;
  /** Nothing is told before. */
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
    const { health, now, onConnected, onAway, onStaysAway, onBack } = this.#options;
    const { state, since, reason } = health();
    if (state === "connected") {
      if (this.#connectedSince === since) return;
      this.#connectedSince = since;
      this.#awaySince = null;
      this.#staysAway = false;
      if (this.#reported !== null) onBack();
      this.#reported = null;
      onConnected();
      return;
    }
    this.#connectedSince = null;
    if (this.#awaySince === null) this.#quietUntil = now() + QUIET_MS;
    this.#awaySince ??= now();
    const why = (reason ?? state).replace(/\.$/, "");
    if (state !== "stopped" && !this.#staysAway && now() >= this.#awaySince + LONG_MS) {
      this.#staysAway = true;
      onStaysAway?.(why);
    }
    if (state === "stopped" || why === this.#reported || now() < this.#quietUntil) return;
    this.#quietUntil = now() + REPEAT_AFTER_MS;
    this.#reported = why;
    onAway(why);
  }
}
