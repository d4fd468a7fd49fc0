import type { HealthSample } from "../../contract/live/health-history.ts";
import { MINUTE } from "../../contract/time/time-units.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

/** What does not work right now. */
export interface Ailing {
  readonly bus: boolean;
  readonly store: boolean;
  readonly scheduler: boolean;
  readonly disk: boolean;
}

export type Measured = Pick<HealthSample, "lag_ms" | "commit_ms" | "loop_ms" | "messages" | "memory">;

export interface HealthSamplerParts {
  readonly runtime: Pick<Runtime, "now" | "monotonic">;
  readonly store: Pick<Store, "maintenance">;
  readonly ailing: () => Ailing;
  /** Since the call before. */
  readonly measure: () => Measured;
}

/** Looks every few seconds what works, and keeps a sample of each minute. */
export class HealthSampler {
  readonly #parts: HealthSamplerParts;
  #lookedAt: number;
  #isFirst = true;
  #ms = { measured: 0, bus: 0, store: 0, scheduler: 0, disk: 0 };

  constructor(parts: HealthSamplerParts) {
    this.#parts = parts;
    this.#lookedAt = parts.runtime.monotonic();
  }

  /** One look; its state counts for the time since the one before. */
  async run(): Promise<void> {
    const { runtime, store, ailing, measure } = this.#parts;
    const at = runtime.monotonic();
    const passed = at - this.#lookedAt;
    this.#lookedAt = at;
    const ill = ailing();
    const ms = this.#ms;
    ms.measured += passed;
    for (const part of ["bus", "store", "scheduler", "disk"] as const) if (ill[part]) ms[part] += passed;
    // A database that cannot be written gets its sample when it can.
    if (ms.measured < MINUTE || ill.store) return;
    this.#ms = { measured: 0, bus: 0, store: 0, scheduler: 0, disk: 0 };
    const first = this.#isFirst;
    this.#isFirst = false;
    await store.maintenance.sampled({
      at: runtime.now(),
      first,
      measured_ms: Math.round(ms.measured),
      bus_ms: Math.round(ms.bus),
      store_ms: Math.round(ms.store),
      scheduler_ms: Math.round(ms.scheduler),
      disk_ms: Math.round(ms.disk),
      ...measure(),
    });
  }
}
