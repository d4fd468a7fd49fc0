import type { OffsetStore } from "./file-position.ts";

export interface PositionWriterOptions {
  readonly offsets: OffsetStore;
  readonly key: string;
  /** A position that moves all the time is stored this often. */
  readonly everyMs: number;
  /** The position as it is now. */
  readonly snapshot: () => string;
  readonly onError: (error: Error) => void;
}

/** Stores a position that moves often: one write at a time, the last position wins. */
export class PositionWriter {
  readonly #options: PositionWriterOptions;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: PositionWriterOptions) {
    this.#options = options;
  }

  /** Store it soon. */
  moved(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.store().catch((error: unknown) => {
        this.#options.onError(error instanceof Error ? error : new Error(String(error)));
        this.moved();
      });
    }, this.#options.everyMs);
  }

  /** Store it now. Rejects when the store does. */
  async store(): Promise<void> {
    const { offsets, key, snapshot } = this.#options;
    this.#writing = this.#writing.catch(() => null).then(() => offsets.set(key, snapshot()));
    await this.#writing;
  }

  /** Store a last time and release the timer. */
  async close(): Promise<void> {
    const unsaved = this.#timer !== null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (unsaved) await this.store();
    else await this.#writing;
  }
}
