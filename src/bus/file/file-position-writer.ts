import { toError } from "../../contract/to-error.ts";
import type { OffsetStore } from "./file-position.ts";

export interface PositionWriterOptions {
  readonly offsets: OffsetStore;
  readonly key: string;
  /** How often a position that keeps moving is stored. */
  readonly everyMs: number;
  /** The current position. */
  readonly snapshot: () => string;
  /** After each attempt: null when the position is stored. */
  readonly onStored: (error: Error | null) => void;
}

/** Stores a position that changes often: one write at a time, the last position wins. */
export class PositionWriter {
  readonly #options: PositionWriterOptions;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PositionWriterOptions) {
    this.#options = options;
  }

  /** Store it soon; retries when that fails. */
  moved(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // The store reports by itself that it cannot be written.
      this.store().catch(() => this.moved());
    }, this.#options.everyMs);
  }

  /** Store it now. Rejects when the store does. */
  async store(): Promise<void> {
    this.#writing = this.#writing.catch(() => null).then(() => this.#write());
    await this.#writing;
  }

  /** Store it one last time and release the timer. */
  async close(): Promise<void> {
    this.#closed = true;
    const unsaved = this.#timer !== null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (unsaved) await this.store();
    else await this.#writing;
  }

  async #write(): Promise<void> {
    const { offsets, key, snapshot, onStored } = this.#options;
    try {
      await offsets.set(key, snapshot());
      onStored(null);
    } catch (error) {
      onStored(toError(error));
      throw error;
    }
  }
}
