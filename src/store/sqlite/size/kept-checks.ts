import type { CheckEnd } from "../database/integrity.ts";
import type { MaintenanceParts } from "./maintenance.ts";
import { keyOf, textOf } from "./maintenance-runs.ts";

/** Keeps when a check for damage ended well: the next is due a week later. */
export class KeptChecks {
  readonly #parts: Pick<MaintenanceParts, "state" | "writer" | "lock" | "now">;
  #at: number | null = null;

  constructor(parts: Pick<MaintenanceParts, "state" | "writer" | "lock" | "now">) {
    this.#parts = parts;
  }

  /** The last one of this process that ended well. */
  get at(): number | null {
    return this.#at;
  }

  /** What keeps it from being written is in the health by then, and a clean stop writes it again. */
  async add({ state: result, ms }: CheckEnd): Promise<void> {
    if (result !== "checked") return;
    const { state, writer, lock, now } = this.#parts;
    const at = now();
    this.#at = at;
    const write = (): void =>
      writer.transaction(() => {
        state.markChecked(at);
        state.put(keyOf("check"), textOf({ at, ms }));
      });
    await lock.run(write).catch(() => undefined);
  }
}
