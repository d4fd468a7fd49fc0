import type { SeenFiles } from "./announce-files.ts";
import type { FoundObject } from "./object-event.ts";

export interface ExistingObjectsOptions {
  /** Of the watch. */
  readonly key: string;
  readonly seen: Pick<SeenFiles, "fingerprints" | "mark">;
  readonly now: () => number;
}

/** State of a watch whose first listing has ended. */
const LISTED = "listed";

/**
 * Objects that were there before the very first start, for a watch to which these are no arrivals: those of its first
 * listing that are older than its start. Another watch of the same objects announces them all the same.
 */
export class ExistingObjects {
  readonly #options: ExistingObjectsOptions;
  /** When the first listing began (ms), by a whole second, as storages have it; null: it has ended. Undefined: not read yet. */
  #since: number | null | undefined;

  constructor(options: ExistingObjectsOptions) {
    this.#options = options;
  }

  /** A listing begins: the moment is stored before it, so that what comes while the bucket is away has arrived. */
  async begin(): Promise<void> {
    await this.#firstStart();
  }

  async without(found: readonly FoundObject[]): Promise<readonly FoundObject[]> {
    const { seen } = this.#options;
    const since = await this.#firstStart();
    const known = await seen.fingerprints(found.map(({ path }) => this.#key(path)));
    const left = found.filter(({ fingerprint }, index) => known[index] !== fingerprint);
    const isOld = ({ modifiedAt }: FoundObject): boolean => since !== null && modifiedAt < since;
    const old = left.filter(isOld);
    if (old.length > 0) await seen.mark(old.map(({ path, fingerprint }) => ({ path: this.#key(path), fingerprint })));
    return left.filter((object) => !isOld(object));
  }

  /** A listing has ended. */
  async listed(): Promise<void> {
    if ((await this.#firstStart()) === null) return;
    await this.#options.seen.mark([{ path: this.#key(""), fingerprint: LISTED }]);
    this.#since = null;
  }

  /** Of a first listing that was cut off, by a stop too, the time of the start before it counts. */
  async #firstStart(): Promise<number | null> {
    if (this.#since !== undefined) return this.#since;
    const { seen, now } = this.#options;
    const [stored = null] = await seen.fingerprints([this.#key("")]);
    if (stored === null) {
      const since = Math.floor(now() / 1000) * 1000;
      await seen.mark([{ path: this.#key(""), fingerprint: `since ${since}` }]);
      this.#since = since;
    } else {
      this.#since = stored === LISTED ? null : Number(stored.slice("since ".length));
    }
    return this.#since;
  }

  #key(path: string): string {
    return `existing ${this.#options.key} ${path}`;
  }
}
