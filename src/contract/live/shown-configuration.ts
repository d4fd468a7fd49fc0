/** The configuration as people are shown it: secrets are hidden. */
export interface ShownConfiguration {
  /** The file, absolute; null: there is none. */
  readonly file: string | null;
  /** Why its last change was refused, so that the one before is in force; null: it was not. */
  readonly refused: string | null;
  readonly settings: readonly {
    readonly key: string;
    /** As written in a file. */
    readonly value: string;
    readonly source: "flag" | "environment" | "file" | "default";
    /** `file:line`, the variable or the flag; empty for a default. */
    readonly origin: string;
    /** The value that waits for a restart; null: none does. */
    readonly next: string | null;
  }[];
}
