/** Files that the folder watcher announced before. */
export interface WatchedFiles {
  /** Of the content announced last; null when none was. */
  fingerprint(path: string): Promise<string | null>;
  mark(entries: readonly { readonly path: string; readonly fingerprint: string }[]): Promise<void>;
}
