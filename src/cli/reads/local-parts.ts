import type { Options } from "../../config/options.ts";
import type { ReadStore } from "../../store/store.ts";

/** What the reads of this machine work with. */
export interface LocalParts {
  readonly options: Options;
  /** The zone of the configuration, or of this process. */
  readonly zone: string;
  readonly now: () => number;
  /** The database, opened by the first who needs it. Throws StoreError. */
  readonly open: () => Promise<ReadStore>;
}
