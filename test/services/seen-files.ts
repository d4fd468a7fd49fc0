import type { SeenFiles } from "../../src/services/announce-files.ts";

/** Keeps fingerprints in memory, as the store does in `watched_files`. */
export class MemorySeenFiles implements SeenFiles {
  readonly rows = new Map<string, string>();
  /** While set, `mark` rejects with it. */
  error: Error | null = null;

  async fingerprint(path: string): Promise<string | null> {
    return this.rows.get(path) ?? null;
  }

  async fingerprints(paths: readonly string[]): Promise<readonly (string | null)[]> {
    return paths.map((path) => this.rows.get(path) ?? null);
  }

  async mark(entries: readonly { readonly path: string; readonly fingerprint: string }[]): Promise<void> {
    if (this.error !== null) throw this.error;
    for (const { path, fingerprint } of entries) this.rows.set(path, fingerprint);
  }
}
