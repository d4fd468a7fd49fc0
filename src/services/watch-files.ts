import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { MINUTE } from "../contract/time/time-units.ts";
import { codeOf, toError } from "../contract/to-error.ts";
import { FileAnnouncer, type SeenFiles } from "./announce-files.ts";
import type { FilePattern } from "../core/glob/watch-pattern.ts";
import { type FolderNotices, openFolderNotices } from "./folder-notices.ts";
import { Loop } from "./loop.ts";
import { folderError, isFolder, scanFolder } from "./scan-folder.ts";
import type { EmitEvent } from "./send-events.ts";
import type { Service } from "./service.ts";
import { type FileStat, type SettledFile, settledFile, SettledFiles } from "./settled-files.ts";

export interface WatchFilesOptions {
  /** The folder. Paths of events begin with it, as written here. */
  readonly path: string;
  /** Of the paths, relative to the folder, of files that count. */
  readonly pattern: FilePattern;
  /** How long size and time of change must stay the same, in milliseconds. */
  readonly settleMs: number;
  readonly checksum: boolean;
  /** Whether files that exist at the very first start count as arrived. */
  readonly existing: boolean;
  /** What it rejects is retried after `settleMs`. */
  readonly emit: EmitEvent;
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
/** How often unreadable files, and the target of a link, are checked again. */
const RECHECK_MS = 1000;
const RECHECKED_MAX = 100;
/** Beginning of the key of an error about one file. */
const STAT = "stat ";

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
  /** The folder itself, where `path` is or goes through a link: the system reports changes only there. */
  #root: string;
  /** When to ask the system for notices again after it gave none. */
  #noticesAt = 0;
  /** Why changes are found only by scans; null: the system reports them. */
  degraded: string | null = null;
  /** Of the watched folder: another folder may replace it. */
  #inode: number | null = null;
  #folders: { readonly path: string; readonly dueAt: number }[] = [];
  #noticeCount = 0;
  #scanAt = 0;
  #scanTook = 0;
  /** Links to folders, relative to the watched one: the system reports nothing of what they lead to. */
  #links = new Set<string>();
  #linksAt = Infinity;
  /** Noticed names that may be such links. */
  #newNames = new Set<string>();
  /** Subfolders that the running scan could not read. */
  #unreadable = new Set<string>();
  #stopped = false;

  constructor(options: WatchFilesOptions) {
    const { path, settleMs, checksum, emit, seen, now } = options;
    this.name = `watch ${path}`;
    this.#options = options;
    this.#root = resolve(path);
    this.#pattern = options.pattern;
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

  get busySince(): number | null {
    return this.#loop.busySince;
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
    await this.#recheck();
    if (now() >= this.#scanAt) await this.#scanAll();
    await this.#findLinks();
    if (now() >= this.#linksAt) await this.#scanLinks();
    const due = this.#folders.filter((folder) => folder.dueAt <= now());
    this.#folders = this.#folders.filter((folder) => folder.dueAt > now());
    for (const folder of due) await this.#scan(folder.path);
    const next = await this.#settled.runOnce();
    const recheckAt = this.#unreadableFiles().length > 0 || this.#isLinked ? now() + RECHECK_MS : Infinity;
    return Math.min(
      next ?? Infinity,
      this.#scanAt,
      this.#linksAt,
      recheckAt,
      ...this.#folders.map((folder) => folder.dueAt),
    );
  }

  get #isLinked(): boolean {
    return this.#root !== resolve(this.#options.path);
  }

  #unreadableFiles(): string[] {
    const keys = [...this.#errors.keys()].filter((key) => key.startsWith(STAT));
    return keys.slice(0, RECHECKED_MAX).map((key) => key.slice(STAT.length));
  }

  /** What is checked more often than by scans: whether unreadable files are gone, and where a link leads. */
  async #recheck(): Promise<void> {
    const { path } = this.#options;
    for (const file of this.#unreadableFiles()) await this.#stat(file);
    if (this.#notices === null || !this.#isLinked) return;
    const root = await realpath(path).catch(() => null);
    if (root !== this.#root) this.#scanAt = 0;
  }

  /** A link to a folder that came is a folder that came. */
  async #findLinks(): Promise<void> {
    const names = this.#newNames;
    this.#newNames = new Set();
    for (const name of names) {
      const path = join(this.#options.path, name);
      const isLink = await lstat(path).then(
        (found) => found.isSymbolicLink(),
        () => false,
      );
      if (isLink && (await isFolder(path))) this.#scanSoon(0);
    }
  }

  async #scanLinks(): Promise<void> {
    const { path, now } = this.#options;
    const began = now();
    for (const link of this.#links) {
      if (await isFolder(join(path, link))) await this.#scan(link);
      else this.#links.delete(link);
    }
    this.#planLinks(now() - began);
  }

  #planLinks(tookMs: number): void {
    this.#linksAt = this.#links.size === 0 ? Infinity : this.#options.now() + Math.max(RECHECK_MS, tookMs * 100);
  }

  async #scanAll(): Promise<void> {
    const { path, existing, now, rescanMs = MINUTE, pollMs = 5_000 } = this.#options;
    const began = now();
    // Before the scan, so that no file is missed between the two.
    await this.#openNotices();
    this.#noticeCount = 0;
    this.#unreadable = new Set();
    this.#links = new Set();
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
    const isWell = this.#notices !== null && this.#unreadable.size === 0;
    this.#scanAt = ended + Math.max(isWell ? rescanMs : Math.min(pollMs, rescanMs), this.#scanTook * 100);
    this.#planLinks(this.#scanTook);
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
        if (found !== null) there.push(settledFile(join(path, file), found));
      }
      await this.#announcer.skip(there);
    }
  }

  #filesBelow(from: string): AsyncGenerator<string[]> {
    return scanFolder(this.#options.path, from, this.#pattern, {
      onProblem: (error) => {
        const key = `folder ${error.message}`;
        this.#unreadable.add(key);
        this.#error(key, error);
      },
      // What lies below another link is scanned with it.
      onLink: (link) => {
        if (from === "" && ![...this.#links].some((other) => link.startsWith(`${other}/`))) this.#links.add(link);
      },
    });
  }

  async #openNotices(): Promise<void> {
    const { path, now, rescanMs = MINUTE } = this.#options;
    const there = await stat(path).catch((error: unknown) => {
      throw folderError(path, error);
    });
    const root = await realpath(path);
    if (this.#notices !== null && this.#inode === there.ino && this.#root === root) return;
    if (this.degraded !== null && this.#root === root && now() < this.#noticesAt) return;
    await this.#closeNotices();
    this.#root = root;
    let failure: Error | null = null;
    try {
      const notices = await openFolderNotices(root, {
        depth: this.#pattern.depth,
        onPath: (changed) => this.#noticed(changed),
        onFolder: (folder) => this.#folderCame(folder),
        onGone: () => {
          // The folder that replaces it may get the same inode.
          this.#inode = null;
          this.#scanSoon(0);
        },
        onError: (error) => {
          // One for each folder that cannot be watched: the first says enough.
          if (failure === null && this.#notices !== null) this.#noNotices(error);
          failure ??= error;
        },
      });
      if (failure === null) {
        this.#notices = notices;
        this.#inode = there.ino;
        this.degraded = null;
        return;
      }
      await notices.close();
    } catch (error) {
      failure = toError(error);
    }
    this.#noticesAt = now() + rescanMs;
    this.#noNotices(failure);
  }

  async #closeNotices(): Promise<void> {
    const notices = this.#notices;
    this.#notices = null;
    await notices?.close();
  }

  #noNotices(cause: unknown): void {
    const { path, pollMs = 5_000, onProblem } = this.#options;
    const reason = toError(cause).message;
    const message = `The system does not report changes in ${path} (${reason}): it is scanned every ${pollMs / 1000} s or more instead.`;
    // Told once, until the system reports changes again. Files are still found: the watcher is well.
    if (this.degraded === null) onProblem(this.name, new Error(message, { cause }));
    this.degraded = message;
    void this.#closeNotices();
    this.#scanSoon(pollMs);
  }

  #noticed(path: string): void {
    const { path: folder, now } = this.#options;
    const below = this.#below(path);
    if (this.#noticeCount < MANY_NOTICES) this.#newNames.add(below);
    if (this.#pattern.matches(below)) this.#settled.notice(join(folder, below));
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
    return relative(this.#root, path).split(sep).join("/");
  }

  async #stat(path: string): Promise<FileStat | null> {
    const key = `${STAT}${path}`;
    try {
      const found = await stat(path);
      this.#error(key, null);
      return found.isFile() ? found : null;
    } catch (error) {
      const code = codeOf(error);
      // A name that is no UTF-8 cannot be asked for; only the folder knows whether it is still there.
      const unreadableName = path.includes("\u{fffd}") && (await isListed(path));
      if (code === "ENOENT" && !unreadableName) {
        this.#error(key, null);
        this.#error(`file ${path}`, null);
        return null;
      }
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

async function isListed(path: string): Promise<boolean> {
  const names = await readdir(dirname(path)).catch((): string[] => []);
  return names.includes(basename(path));
}
