import type { Store } from "../store/store.ts";

/**
 * Records of a step, and the pause (ms) after it while there is more to take. A message that comes during a step waits for
 * it, commit included: a millisecond or two while messages are few, more where they wait for each other anyway.
 */
const QUIET = { records: 64, pause: 10 };
const BUSY = { records: 256, pause: 40 };
/** Above this share of the thread's time. */
const BUSY_ABOVE = 0.5;
/** A task that is made and finished within this time (ms) is taken once instead of twice. */
const REST = 1000;

export interface SearchIndexerParts {
  readonly store: Pick<Store, "indexSearch">;
  now(): number;
  /** Which share (0 to 1) of the time since it was last asked this thread was at work. */
  utilization(): number;
}

/**
 * Fills the search index behind the writer: a little at a time, slowly while there is other work, and as fast as it goes
 * while there is none.
 */
export class SearchIndexer {
  readonly #parts: SearchIndexerParts;

  constructor(parts: SearchIndexerParts) {
    this.#parts = parts;
  }

  /** One step; answers when the next is due (ms since 1970). */
  async step(): Promise<number> {
    const { records, pause } = this.#parts.utilization() > BUSY_ABOVE ? BUSY : QUIET;
    const { isMore } = await this.#parts.store.indexSearch(records);
    // Its own work does not count.
    this.#parts.utilization();
    return this.#parts.now() + (isMore ? pause : REST);
  }
}
