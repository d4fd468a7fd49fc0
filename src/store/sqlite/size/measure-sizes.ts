import { toError } from "../../../contract/to-error.ts";
import { StoreError } from "../../store.ts";
import { type LowPriorityProcess, runAtLowPriority } from "../database/low-priority-process.ts";

export interface MeasuredTable {
  readonly name: string;
  /** Null: its entries are no rows. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly index_bytes: number;
}

export interface SizeAnswer {
  readonly tables: readonly MeasuredTable[];
  readonly ms: number;
  /** Why the file could not be read to its end. */
  readonly error: string | null;
}

/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const WORKER = new URL(`./size-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** Measures the tables of the file in a process of its own, which neither queries nor the writer wait for. */
export class SizeMeasurement {
  readonly #path: string;
  #running: LowPriorityProcess<SizeAnswer> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** One at a time. Rejects with StoreError when the file could not be read. */
  async run(): Promise<Omit<SizeAnswer, "error">> {
    if (this.#running !== null) throw this.#error("io", "its sizes are being measured already");
    this.#running = runAtLowPriority<SizeAnswer>(WORKER, [this.#path]);
    try {
      const { error, ...measured } = await this.#running.answer;
      if (error !== null) throw new Error(error);
      return measured;
    } catch (error) {
      throw this.#error("io", `its sizes could not be measured (${toError(error).message}); the next hour repeats it`);
    } finally {
      this.#running = null;
    }
  }

  stop(): void {
    this.#running?.stop();
  }

  #error(code: "io", sentence: string): StoreError {
    return new StoreError(code, `Database ${this.#path}: ${sentence}.`);
  }
}
