import { SECOND } from "../contract/time/time-units.ts";
import type { Runtime } from "./context.ts";

/** A moment at which the clock of the machine was set while Flowlord ran; `by` is negative when it was set back. */
export interface ClockJump {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

/** A time server moves a clock by less without anybody caring. */
const LEAST = SECOND;

/** Compares the clock of the machine with one that nobody sets. */
export class ClockWatch {
  readonly #runtime: Pick<Runtime, "now" | "monotonic">;
  #now: number;
  #monotonic: number;

  constructor(runtime: Pick<Runtime, "now" | "monotonic">) {
    this.#runtime = runtime;
    this.#now = runtime.now();
    this.#monotonic = runtime.monotonic();
  }

  /** By how much the clock was set since the last call; null when it was not. */
  jump(): ClockJump | null {
    const [from, before] = [this.#now, this.#monotonic];
    this.#now = this.#runtime.now();
    this.#monotonic = this.#runtime.monotonic();
    const by = Math.round(this.#now - from - (this.#monotonic - before));
    return Math.abs(by) < LEAST ? null : { from, to: this.#now, by };
  }
}
