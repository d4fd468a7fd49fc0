import type { Store } from "../store/store.ts";

/**
 * Records of a step, and the pause (ms) after it while more records wait. A message that arrives during a step waits for
 * it and its commit: a millisecond or two while messages are few, more when they queue anyway.
 */
const QUIET = { records: 64, pause: 10 };
const BUSY = { records: 256, pause: 40 };
/** Above this share of the thread's time. */
const BUSY_ABOVE = 0.5;
/** A task that is created and finished within this time (ms) is indexed once instead of twice. */
const REST = 1000;

export interface SearchIndexerParts {
  readonly store: Pick<Store, "indexSearch">;
  now(): number;
  /** The share (0 to 1) of the time since the last call in which this thread was busy. */
  utilization(): number;
}

/**
 * Fills the search index behind the writer: a little at a time, slowly while there is other work, at full speed while
 * there is none.
 */
export class SearchIndexer {
  readonly #parts: SearchIndexerParts;

  constructor(parts: SearchIndexerParts) {
    this.#parts = parts;
  }

  /** One step; returns when the next is due (ms since 1970). */
  async step(): Promise<number> {
    const { records, pause } = this.#parts.utilization() > BUSY_ABOVE ? BUSY : QUIET;
    const { isMore } = await this.#parts.store.indexSearch(records);
    // Its own work does not count.
    this.#parts.utilization();
    return this.#parts.now() + (isMore ? pause : REST);
  }
}
