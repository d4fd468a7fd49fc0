/** A place in the log of changes that the adapter keeps beside the database. */
export interface JournalPosition {
  /** Of the generation of the log. */
  readonly salt1: number;
  readonly salt2: number;
  /** Frames up to here. */
  readonly frame: number;
  /** Over everything up to here. */
  readonly sum: readonly [number, number];
  /** The log began anew right here: what follows is in the next generation. */
  readonly isEnd: boolean;
}

/** How the log was emptied. */
export interface JournalEmptied {
  /** The file with what follows `after`, as the log has it. */
  readonly tail: string;
  /** The position that the caller named. */
  readonly after: JournalPosition;
  /** `emptied`: the next generation begins with the next transaction · `perhaps`: with it, or later, and never before what the tail has. */
  readonly outcome: "emptied" | "perhaps";
}

/**
 * The log of changes of a running instance, when somebody ships it: it is emptied by this alone, and never before what it
 * has was kept elsewhere. Calls do not wait, and come between two transactions.
 */
export interface Journal {
  readonly path: string;
  /** Bytes. */
  size(): number;
  /** Whether it is larger than it is meant to be. */
  isFull(): boolean;
  /** Called after a commit while the log is larger than it is meant to be. */
  onFull(listener: () => void): void;
  /**
   * Copies what follows the position into a file of the folder, then empties the log. Null: another program has written meanwhile,
   * so something may have been lost between the two. Throws StoreError.
   */
  empty(after: JournalPosition, folder: string): JournalEmptied | null;
  /** Empties it without keeping anything: nobody ships it now. False: somebody reads what is in it. Throws StoreError. */
  drop(): boolean;
}
