import type { MaintenanceStore } from "../../contract/live/maintenance-store.ts";

/** Free pages are filled again by what comes, so they are only given back when they are many: this share of the file. */
const BEGIN_SHARE = 0.1;
const BEGIN_BYTES = 16 * 1024 * 1024;
/** And then down to this share. */
const END_SHARE = 0.02;
/** Pages of a step: a transaction of a few milliseconds. */
const PAGES = 200;
/** Time (ms) between two steps for everything else, and more of it while this thread is busy. */
const QUIET_MS = 20;
const BUSY_MS = 200;
const BUSY_ABOVE = 0.5;
const EVERY_MS = 60_000;

export interface FreePagesParts {
  readonly maintenance: Pick<MaintenanceStore, "fileSize" | "returnPages">;
  readonly now: () => number;
  /** The share (0 to 1) of the time since the last call in which this thread was busy. */
  readonly utilization: () => number;
}

/** Gives free pages back to the file system, in steps between which live work is done. */
export class FreePages {
  readonly #parts: FreePagesParts;
  #isReturning = false;

  constructor(parts: FreePagesParts) {
    this.#parts = parts;
  }

  /** One step; returns when the next is due (ms since 1970). */
  async step(): Promise<number> {
    const { maintenance, now, utilization } = this.#parts;
    const { size, free } = await maintenance.fileSize();
    if (!this.#isReturning && (free < BEGIN_BYTES || free < BEGIN_SHARE * size)) return now() + EVERY_MS;
    const pause = utilization() > BUSY_ABOVE ? BUSY_MS : QUIET_MS;
    const left = await maintenance.returnPages(PAGES);
    // Where a step returns nothing the others would not either.
    this.#isReturning = left < free && left > END_SHARE * size;
    // Its own work does not count.
    utilization();
    return now() + (this.#isReturning ? pause : EVERY_MS);
  }
}
