import pMap from "p-map";

export interface FileStat {
  readonly size: number;
  readonly mtimeMs: number;
}

export interface SettledFile extends FileStat {
  readonly path: string;
}

export interface SettledFilesOptions {
  readonly settleMs: number;
  readonly now: () => number;
  /** Null when there is no such file (any more). */
  readonly stat: (path: string) => Promise<FileStat | null>;
  /** False when this content was announced before. */
  readonly isNew: (file: SettledFile) => Promise<boolean>;
  /** Takes files that have settled; answers those that must be tried again. */
  readonly deliver: (files: readonly SettledFile[]) => Promise<readonly SettledFile[]>;
}

const STATS_AT_ONCE = 16;
/** Files handed on together: enough for one transaction to hold many, few enough to take a crash for. */
const GROUP = 256;

/** Holds files back until size and time of change have stood still for long enough. */
export class SettledFiles {
  readonly #options: SettledFilesOptions;
  /** Seen, and not yet looked at. */
  #noticed = new Set<string>();
  /** In the order of `dueAt`, since all wait equally long. */
  readonly #settling = new Map<string, FileStat & { readonly dueAt: number }>();

  constructor(options: SettledFilesOptions) {
    this.#options = options;
  }

  /** Files that were noticed since the last run. */
  get noticed(): number {
    return this.#noticed.size;
  }

  /** Files that are held back. */
  get settling(): number {
    return this.#settling.size;
  }

  /** There is a file there, or something happened to it. */
  notice(path: string): void {
    if (!this.#settling.has(path)) this.#noticed.add(path);
  }

  /**
   * Look at what was noticed, and deliver what has settled. Answers when there is more to do, null when nothing waits.
   * Rejects when `isNew` does; nothing is forgotten then.
   */
  async runOnce(): Promise<number | null> {
    await this.#checkNoticed();
    const settled = await this.#takeSettled();
    for (let at = 0; at < settled.length; at += GROUP) {
      const failed = await this.#options.deliver(settled.slice(at, at + GROUP));
      for (const file of failed) this.#hold(file);
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
          const file = { path, size: stat.size, mtimeMs: stat.mtimeMs };
          if (await this.#options.isNew(file)) this.#hold(file);
        },
        { concurrency: STATS_AT_ONCE },
      );
    } catch (error) {
      for (const path of noticed) this.notice(path);
      throw error;
    }
  }

  async #takeSettled(): Promise<SettledFile[]> {
    const now = this.#options.now();
    const due: SettledFile[] = [];
    for (const [path, settling] of this.#settling) {
      if (settling.dueAt > now) break;
      due.push({ path, size: settling.size, mtimeMs: settling.mtimeMs });
      // Before it is looked at: a notice that comes meanwhile is one of a later change.
      this.#settling.delete(path);
    }
    const settled = await pMap(
      due,
      async (before) => {
        const stat = await this.#options.stat(before.path);
        if (stat === null) return null;
        if (stat.size === before.size && stat.mtimeMs === before.mtimeMs) return before;
        this.#hold({ path: before.path, size: stat.size, mtimeMs: stat.mtimeMs });
        return null;
      },
      { concurrency: STATS_AT_ONCE },
    );
    return settled.filter((file) => file !== null);
  }

  #hold(file: SettledFile): void {
    const { path, size, mtimeMs } = file;
    // Deleted first, so that it stands at the end: the order is that of `dueAt`.
    this.#settling.delete(path);
    this.#settling.set(path, { size, mtimeMs, dueAt: this.#options.now() + this.#options.settleMs });
  }
}
