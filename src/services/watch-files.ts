import { stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { MINUTE } from "../contract/time-units.ts";
import { codeOf, toError } from "../contract/to-error.ts";
import { FileAnnouncer, type SeenFiles, type WatchedFileEvent } from "./announce-files.ts";
import { type FilePattern, parseFilePattern } from "./file-pattern.ts";
import { type FolderNotices, openFolderNotices } from "./folder-notices.ts";
import { Loop } from "./loop.ts";
import { folderError, scanFolder } from "./scan-folder.ts";
import type { Service } from "./service.ts";
import { type FileStat, type SettledFile, SettledFiles } from "./settled-files.ts";

export interface WatchFilesOptions {
  /** The folder. Paths of events begin with it, as written here. */
  readonly path: string;
  /** Pattern of the paths, relative to the folder, of files that count. */
  readonly pattern: string;
  /** How long size and time of change must stay the same, in milliseconds. */
  readonly settleMs: number;
  readonly checksum: boolean;
  /** Whether files that exist at the very first start count as arrived. */
  readonly existing: boolean;
  /** Resolves when the event is stored; rejects to have it retried after `settleMs`. */
  readonly emit: (event: WatchedFileEvent) => Promise<void>;
  readonly seen: SeenFiles;
  readonly now: () => number;
  /** Called once for each error, and again when it recurs. */
  readonly onProblem: (name: string, error: Error) => void;
  /** How often to scan the whole folder for files without a notice. Default 60 s. */
  readonly rescanMs?: number;
  /** The same while the system gives no notices. Default 5 s. */
  readonly pollMs?: number;
}

/** Notices come in bursts: wait for more. */
const GATHER_MS = 50;
/** A new folder is scanned twice, because its watch begins a moment after its notice. */
const RESCAN_MS = 1500;
/** After so many notices some may have been lost: the system's queue of them is bounded. */
const MANY_NOTICES = 1000;
const PAGE = 2000;

/** Makes file events of files that arrive in one folder: when they are complete, once per content, also after a downtime. */
export function createFileWatcher(options: WatchFilesOptions): FileWatcher {
  return new FileWatcher(options);
}

export class FileWatcher implements Service {
  readonly name: string;
  readonly #options: WatchFilesOptions;
  readonly #pattern: FilePattern;
  readonly #loop: Loop;
  readonly #settled: SettledFiles;
  readonly #announcer: FileAnnouncer;
  readonly #errors = new Map<string, string>();
  #notices: FolderNotices | null = null;
  /** Of the watched folder: another folder may replace it. */
  #inode: number | null = null;
  #folders: { readonly path: string; readonly dueAt: number }[] = [];
  #noticeCount = 0;
  #scanAt = 0;
  #scanTook = 0;
  /** Subfolders that the running scan could not read. */
  #unreadable = new Set<string>();
  #stopped = false;

  constructor(options: WatchFilesOptions) {
    const { path, settleMs, checksum, emit, seen, now } = options;
    this.name = `watch ${path}`;
    this.#options = options;
    this.#pattern = parseFilePattern(options.pattern);
    this.#announcer = new FileAnnouncer({
      checksum,
      emit,
      seen,
      stat: (file) => this.#stat(file),
      onFile: (file, error) => this.#error(`file ${file}`, error),
      onGroup: (error) => this.#error("group", error),
    });
    this.#settled = new SettledFiles({
      settleMs,
      now,
      stat: (file) => this.#stat(file),
      isNew: (file) => this.#announcer.isNew(file),
      deliver: (files) => this.#announcer.announce(files),
    });
    this.#loop = new Loop({
      name: this.name,
      run: () => this.runOnce(),
      now,
      onProblem: options.onProblem,
      atLeastEveryMs: options.rescanMs ?? MINUTE,
    });
  }

  get lastRunAt(): number | null {
    return this.#loop.lastRunAt;
  }

  get currentError(): string | null {
    return this.#loop.currentError ?? this.#errors.values().next().value ?? null;
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#announcer.close();
    await this.#loop.stop();
    await this.#closeNotices();
  }

  /** One turn: does all that is due. Returns when the next is due. Throws when the folder cannot be read. */
  async runOnce(): Promise<number> {
    const { now } = this.#options;
    if (now() >= this.#scanAt) await this.#scanAll();
    const due = this.#folders.filter((folder) => folder.dueAt <= now());
    this.#folders = this.#folders.filter((folder) => folder.dueAt > now());
    for (const folder of due) await this.#scan(folder.path);
    const next = await this.#settled.runOnce();
    return Math.min(next ?? Infinity, this.#scanAt, ...this.#folders.map((folder) => folder.dueAt));
  }

  async #scanAll(): Promise<void> {
    const { path, existing, now, rescanMs = MINUTE, pollMs = 5_000 } = this.#options;
    const began = now();
    // Before the scan, so that no file is missed between the two.
    await this.#openNotices();
    this.#noticeCount = 0;
    this.#unreadable = new Set();
    const firstTime = `${path}${sep}`;
    if (!existing && (await this.#options.seen.fingerprint(firstTime)) === null) {
      await this.#skipAll();
      await this.#options.seen.mark([{ path: firstTime, fingerprint: "watched" }]);
    } else {
      await this.#scan("");
    }
    for (const key of this.#errors.keys()) {
      if (key.startsWith("folder ") && !this.#unreadable.has(key)) this.#errors.delete(key);
    }
    const ended = now();
    this.#scanTook = ended - began;
    // Scans take at most a hundredth of the time, however many files there are.
    this.#scanAt = ended + Math.max(this.#notices === null ? pollMs : rescanMs, this.#scanTook * 100);
  }

  async #scan(from: string): Promise<void> {
    const { path } = this.#options;
    for await (const files of this.#filesBelow(from)) {
      for (let at = 0; at < files.length && !this.#stopped; at += PAGE) {
        for (const file of files.slice(at, at + PAGE)) this.#settled.notice(join(path, file));
        await this.#settled.runOnce();
      }
      if (this.#stopped) return;
    }
  }

  async #skipAll(): Promise<void> {
    const { path } = this.#options;
    for await (const files of this.#filesBelow("")) {
      const there: SettledFile[] = [];
      for (const file of files) {
        const found = await this.#stat(join(path, file));
        if (found !== null) there.push({ path: join(path, file), size: found.size, mtimeMs: found.mtimeMs });
      }
      await this.#announcer.skip(there);
    }
  }

  #filesBelow(from: string): AsyncGenerator<string[]> {
    return scanFolder(this.#options.path, from, this.#pattern, (error) => {
      const key = `folder ${error.message}`;
      this.#unreadable.add(key);
      this.#error(key, error);
    });
  }

  async #openNotices(): Promise<void> {
    const { path } = this.#options;
    const there = await stat(path).catch((error: unknown) => {
      throw folderError(path, error);
    });
    if (this.#notices !== null && this.#inode === there.ino) return;
    await this.#closeNotices();
    this.#error("notices", null);
    try {
      this.#notices = await openFolderNotices(path, {
        depth: this.#pattern.depth,
        onPath: (changed) => this.#noticed(changed),
        onFolder: (folder) => this.#folderCame(folder),
        onGone: () => {
          // The folder that replaces it may get the same inode.
          this.#inode = null;
          this.#scanSoon(0);
        },
        onError: (error) => this.#noNotices(error),
      });
      this.#inode = there.ino;
    } catch (error) {
      this.#noNotices(error);
    }
  }

  async #closeNotices(): Promise<void> {
    const notices = this.#notices;
    this.#notices = null;
    await notices?.close();
  }

  #noNotices(cause: unknown): void {
    const { path, pollMs = 5_000 } = this.#options;
    const reason = toError(cause).message;
    const message = `The system does not report changes in ${path} (${reason}): it is scanned every ${pollMs / 1000} s or more instead.`;
    this.#error("notices", new Error(message, { cause }));
    void this.#closeNotices();
    this.#scanSoon(pollMs);
  }

  #noticed(path: string): void {
    const { path: folder, now } = this.#options;
    const below = this.#below(path);
    if (!this.#pattern.matches(below)) return;
    this.#settled.notice(join(folder, below));
    this.#noticeCount += 1;
    if (this.#noticeCount === MANY_NOTICES) this.#scanSoon(Math.max(1000, this.#scanTook * 10));
    this.#loop.wake(now() + GATHER_MS);
  }

  #folderCame(path: string): void {
    const now = this.#options.now();
    const folder = this.#below(path);
    this.#folders.push({ path: folder, dueAt: now + GATHER_MS }, { path: folder, dueAt: now + RESCAN_MS });
    this.#loop.wake(now + GATHER_MS);
  }

  #scanSoon(ms: number): void {
    const at = this.#options.now() + ms;
    this.#scanAt = Math.min(this.#scanAt, at);
    this.#loop.wake(at);
  }

  #below(path: string): string {
    return relative(this.#options.path, path).split(sep).join("/");
  }

  async #stat(path: string): Promise<FileStat | null> {
    const key = `stat ${path}`;
    try {
      const found = await stat(path);
      this.#error(key, null);
      return found.isFile() ? found : null;
    } catch (error) {
      const code = codeOf(error);
      const unreadableName = path.includes("\u{fffd}");
      if (code === "ENOENT" && !unreadableName) return null;
      const reason = unreadableName ? "its name is not UTF-8; rename it" : toError(error).message;
      this.#error(key, new Error(`Cannot read the file ${path}: ${reason}`, { cause: error }));
      return null;
    }
  }

  /** Reports an error once; null: the error is gone. */
  #error(key: string, error: Error | null): void {
    if (error === null) {
      this.#errors.delete(key);
    } else if (this.#errors.get(key) !== error.message) {
      this.#errors.set(key, error.message);
      this.#options.onProblem(this.name, error);
    }
  }
}
