/** Files and objects that watchers announced before. */
export interface WatchedFiles {
  /** Of the content announced last; null when none was. */
  fingerprint(path: string): Promise<string | null>;
  /** The same of several, at most a page of a list, in their order. */
  fingerprints(paths: readonly string[]): Promise<readonly (string | null)[]>;
  /** What was announced below one folder counts below the other too, where nothing is known yet. Returns how many files. */
  follow(from: string, to: string): Promise<number>;
  mark(entries: readonly { readonly path: string; readonly fingerprint: string }[]): Promise<void>;
}
