import type { Store } from "../store/store.ts";

/** Records a step takes: some milliseconds of the writer's time, the commit included. */
const STEP = 256;
/** Between two steps while there is more to take, in ms: the messages come first. */
const [PAUSE_IDLE, PAUSE_BUSY] = [2, 40];
/** A task that is made and finished within this time (ms) is taken once instead of twice. */
const REST = 1000;
const BUSY = 0.5;

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
    const isBusy = this.#parts.utilization() > BUSY;
    const { isMore } = await this.#parts.store.indexSearch(STEP);
    // Its own work does not count.
    this.#parts.utilization();
    const pause = isBusy ? PAUSE_BUSY : PAUSE_IDLE;
    return this.#parts.now() + (isMore ? pause : REST);
  }
}
