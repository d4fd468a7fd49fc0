import pMap from "p-map";

export interface FileStat {
  readonly size: number;
  readonly mtimeMs: number;
  /** These two also change when a file is replaced by one of the same size and time. */
  readonly ctimeMs: number;
  readonly ino: number;
}

export interface SettledFile extends FileStat {
  readonly path: string;
}

export interface SettledFilesOptions {
  readonly settleMs: number;
  readonly now: () => number;
  /** Null when there is no such file, or no longer. */
  readonly stat: (path: string) => Promise<FileStat | null>;
  /** False when this content was announced before. */
  readonly isNew: (file: SettledFile) => Promise<boolean>;
  /** Receives files that have settled; returns those to retry. */
  readonly deliver: (files: readonly SettledFile[]) => Promise<readonly SettledFile[]>;
}

const STATS_AT_ONCE = 16;
/** Files delivered together: enough to share a transaction, few enough to repeat after a crash. */
const GROUP = 256;

/** Delays files until size and time of change have not changed for long enough. */
export class SettledFiles {
  readonly #options: SettledFilesOptions;
  /** Noticed, and not yet checked. */
  #noticed = new Set<string>();
  /** In the order of `dueAt`, because all wait equally long. */
  readonly #settling = new Map<string, FileStat & { readonly dueAt: number }>();

  constructor(options: SettledFilesOptions) {
    this.#options = options;
  }

  /** Files that were noticed since the last run. */
  get noticed(): number {
    return this.#noticed.size;
  }

  /** Files that wait until they have settled. */
  get settling(): number {
    return this.#settling.size;
  }

  /** A file was found at this path, or has changed. */
  notice(path: string): void {
    if (!this.#settling.has(path)) this.#noticed.add(path);
  }

  /**
   * Checks noticed files, and delivers settled ones. Returns when the next file is due, null when none waits. Rejects
   * when `isNew` does; no file is forgotten then.
   */
  async runOnce(): Promise<number | null> {
    await this.#checkNoticed();
    const settled = await this.#removeSettled();
    for (let at = 0; at < settled.length; at += GROUP) {
      const failed = await this.#options.deliver(settled.slice(at, at + GROUP));
      for (const file of failed) this.#delay(file);
    }
    if (this.#noticed.size > 0) return this.#options.now();
    const first = this.#settling.values().next().value;
    return first?.dueAt ?? null;
  }

  async #checkNoticed(): Promise<void> {
    const noticed = [...this.#noticed];
    this.#noticed = new Set();
    try {
      await pMap(
        noticed,
        async (path) => {
          const stat = await this.#options.stat(path);
          if (stat === null) return;
          const file = settledFile(path, stat);
          if (await this.#options.isNew(file)) this.#delay(file);
        },
        { concurrency: STATS_AT_ONCE },
      );
    } catch (error) {
      for (const path of noticed) this.notice(path);
      throw error;
    }
  }

  async #removeSettled(): Promise<SettledFile[]> {
    const now = this.#options.now();
    const due: SettledFile[] = [];
    for (const [path, settling] of this.#settling) {
      if (settling.dueAt > now) break;
      due.push(settledFile(path, settling));
      // Before the check: a notice that arrives meanwhile means a later change.
      this.#settling.delete(path);
    }
    const settled = await pMap(
      due,
      async (before) => {
        const stat = await this.#options.stat(before.path);
        if (stat === null) return null;
        if (stat.size === before.size && stat.mtimeMs === before.mtimeMs) return settledFile(before.path, stat);
        this.#delay(settledFile(before.path, stat));
        return null;
      },
      { concurrency: STATS_AT_ONCE },
    );
    return settled.filter((file) => file !== null);
  }

  #delay(file: SettledFile): void {
    const { path, ...stat } = file;
    // Deleted first, so that it moves to the end: the order is that of `dueAt`.
    this.#settling.delete(path);
    this.#settling.set(path, { ...stat, dueAt: this.#options.now() + this.#options.settleMs });
  }
}

/** Only these fields: what the system says of a file has many more. */
export function settledFile(path: string, { size, mtimeMs, ctimeMs, ino }: FileStat): SettledFile {
  return { path, size, mtimeMs, ctimeMs, ino };
}
