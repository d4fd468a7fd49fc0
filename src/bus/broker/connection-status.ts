import type { BusHealth } from "../bus.ts";

type Health = Pick<BusHealth, "state" | "since" | "reason" | "reconnects">;

/** State of a connection. It is "connecting" until it was up once, however often it failed; "stopped" is final. */
export class ConnectionStatus {
  readonly #now: () => number;
  #wasUp = false;
  #health: Health;

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number, reason: string | null) {
    this.#now = now;
    this.#health = { state: "connecting", since: now(), reason, reconnects: 0 };
  }

  get health(): Health {
    return this.#health;
  }

  get state(): Health["state"] {
    return this.#health.state;
  }

  get reason(): string | null {
    return this.#health.reason;
  }

  up(): void {
    const isBack = this.#wasUp && this.state === "disconnected";
    this.#enter("connected", null, isBack ? 1 : 0);
    this.#wasUp = true;
  }

  down(reason: string | null): void {
    this.#enter(this.#wasUp ? "disconnected" : "connecting", reason);
  }

  stop(reason: string | null): void {
    this.#enter("stopped", reason);
  }

  /** The connection is up, but something is wrong; null when that is over. */
  setError(reason: string | null): void {
    if (this.state === "connected") this.#enter("connected", reason);
  }

  #enter(state: Health["state"], reason: string | null, back = 0): void {
    const { state: before, since, reconnects } = this.#health;
    if (before === "stopped") return;
    this.#health = { state, since: state === before ? since : this.#now(), reason, reconnects: reconnects + back };
  }
}
