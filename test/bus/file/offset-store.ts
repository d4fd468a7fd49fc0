import type { OffsetStore } from "../../../src/bus/file/file-position.ts";

/** Keeps positions in memory; a restart would find `values`. */
export class MemoryOffsets implements OffsetStore {
  readonly values = new Map<string, string>();
  /** While set, every `set` rejects with it. */
  error: Error | null = null;

  async get(key: string): Promise<string | null> {
    return this.values.get(key) ?? null;
  }

  async set(key: string, value: string): Promise<void> {
    if (this.error !== null) throw this.error;
    this.values.set(key, value);
  }
}
