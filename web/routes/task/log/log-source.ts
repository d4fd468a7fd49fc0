import type { z } from "zod";
import type { outputAnswer } from "../../../../src/contract/api/tasks/task-detail-api.ts";
import type { logRowsAnswer } from "../../../../src/contract/api/tasks/task-log-api.ts";
import { ROWS_PER_START, rowEnds } from "../../../../src/contract/api/tasks/log-rows.ts";
import { ApiError, get, getBytes } from "../../../services/api.ts";

type Output = z.output<typeof outputAnswer>;
type Counted = z.output<typeof logRowsAnswer>;

/** What is known of the output of an attempt. */
export interface LogState {
  /** `none`: there is no output here, `problem` says why. */
  readonly kind: "loading" | "ready" | "none" | "failed";
  readonly problem: string;
  readonly path: string;
  readonly size: number;
  readonly rows: number;
  /** Changes with the rows that are here. */
  readonly version: number;
}

interface Part {
  readonly until: number;
  readonly rows: readonly string[];
}

/** Parts that are kept: 500 rows each. */
const MOST_PARTS = 24;
const EMPTY: LogState = { kind: "loading", problem: "", path: "", size: 0, rows: 0, version: 0 };

/** The output of one attempt: its rows are counted by the server, and only those that are looked at are loaded. */
export class LogSource {
  readonly record: number;
  #state = EMPTY;
  #starts: readonly number[] = [];
  #until = 0;
  readonly #parts = new Map<number, Part>();
  readonly #loading = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #reading: Promise<void> | null = null;

  constructor(record: number) {
    this.record = record;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): LogState => this.#state;

  /** Reads what came since, or all that there is. One reading at a time. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Null: it is loaded now, and the state changes when it is there. */
  row(at: number): string | null {
    const index = Math.floor(at / ROWS_PER_START);
    const part = this.#parts.get(index);
    const until = this.#endOf(index);
    if (part === undefined || part.until !== until) void this.#load(index, until);
    else if (this.#parts.size > 1) {
      // What was used last is kept longest.
      this.#parts.delete(index);
      this.#parts.set(index, part);
    }
    return part?.rows[at % ROWS_PER_START] ?? null;
  }

  #endOf(index: number): number {
    return this.#starts[index + 1] ?? this.#until;
  }

  async #read(): Promise<void> {
    try {
      // Most attempts without a log are asked for one: that is no failure.
      if (this.#state.path === "" && !(await this.#isThere())) return;
      for (let isMore = true; isMore;) {
        const from = this.#starts.at(-1) ?? 0;
        const counted = await get<Counted>(`/api/tasks/${this.record}/log/rows`, { from });
        if (this.#state.path !== "" && counted.path !== this.#state.path) this.#forget();
        else isMore = this.#take(counted, from);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // While the server is away what is here stays.
      if (error.status === 0 && this.#state.kind === "ready") return;
      this.#become({ kind: error.code === "no_log" ? "none" : "failed", problem: error.message });
    }
  }

  async #isThere(): Promise<boolean> {
    const { newest, why_none: problem } = await get<Output>(`/api/tasks/${this.record}/output`);
    if (newest === null) this.#become({ kind: "none", problem });
    return newest !== null;
  }

  /** Whether there is more to read at once. */
  #take({ path, size, rows, starts, until }: Counted, from: number): boolean {
    const known = Math.max(0, this.#starts.length - 1);
    const isMore = until < size && until > from && rows > 1;
    if (until !== this.#until || this.#state.kind !== "ready") {
      this.#starts = [...this.#starts.slice(0, known), ...starts];
      this.#until = until;
      this.#become({ kind: "ready", problem: "", path, size, rows: known * ROWS_PER_START + rows });
    }
    return isMore;
  }

  /** The task was delivered once more: its output is another file. */
  #forget(): void {
    this.#starts = [];
    this.#until = 0;
    this.#parts.clear();
    this.#state = EMPTY;
  }

  async #load(index: number, until: number): Promise<void> {
    const from = this.#starts[index];
    if (from === undefined || this.#loading.has(index)) return;
    this.#loading.add(index);
    const { path } = this.#state;
    try {
      const bytes = await getBytes(`/api/tasks/${this.record}/log`, { from, until });
      if (path !== this.#state.path) return;
      this.#parts.delete(index);
      this.#parts.set(index, { until, rows: textOf(bytes) });
      for (const old of this.#parts.keys()) if (this.#parts.size > MOST_PARTS) this.#parts.delete(old);
      this.#become({});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The next reading, or the next look at it, tries again.
    } finally {
      this.#loading.delete(index);
    }
  }

  #become(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change, version: this.#state.version + 1 };
    for (const listener of this.#listeners) listener();
  }
}

function textOf(bytes: Uint8Array): readonly string[] {
  const decoder = new TextDecoder();
  const rows: string[] = [];
  let begins = 0;
  for (const end of rowEnds(bytes, true)) {
    rows.push(decoder.decode(bytes.subarray(begins, end)));
    begins = end;
  }
  return rows;
}
