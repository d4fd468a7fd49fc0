import type { Dirent } from "node:fs";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { DAY } from "../contract/time/time-units.ts";
import { toError } from "../contract/to-error.ts";
import { isMissing } from "./find-logs.ts";
import { dateName, isDateName, isExactId, parseLogName, type LogName } from "./log-name.ts";

/** Deleted, or only looked at, in one step. */
const STEP = 100;
/** Days before yesterday change no more, apart from what is deleted here: they are read once a day. */
const REREAD_MS = DAY;
/** A task that is unfinished, but not running, may still be written about for so long after its last line. */
const UNFINISHED_MS = 7 * DAY;

/** What the history says of a log: `gone`: it has no record of that run. */
export type LogFate = "gone" | "running" | "unfinished" | "finished";

export interface CleanLogsOptions {
  /** Asked for in each turn: workers may be replaced. */
  readonly dirs: () => readonly string[];
  /** Logs whose last line is older are deleted, milliseconds; null: those whose record is gone. */
  readonly retention: number | null;
  /** How long records are kept, milliseconds: a younger log is no orphan, whatever the database says; null: for ever. */
  readonly recordRetention: number | null;
  /** All logs of a folder together; 0: no limit. */
  readonly maxBytes: number;
  /** Logs that are written here now. */
  readonly open: () => readonly string[];
  /** In the order of the logs; null: there is no database here, so no log is deleted because its record is gone. */
  readonly fates: ((logs: readonly Pick<LogName, "id" | "attempt">[]) => Promise<readonly LogFate[]>) | null;
  readonly onDeleted: (files: number, bytes: number) => void;
  readonly onProblem: (error: Error) => void;
  readonly now: () => number;
}

interface LogFile {
  readonly path: string;
  readonly name: LogName;
  readonly size: number;
  readonly modifiedAt: number;
}

interface DayFolder {
  readonly path: string;
  readonly type: string;
  readonly date: string;
}

/**
 * Deletes logs that are too old, or belong to no record any more, and then the oldest of a folder that is too large; never that of a running
 * task. It touches only regular files with the name of a log, in folders of a day, and follows no link below `dirs`.
 */
export class LogCleaner {
  readonly #options: CleanLogsOptions;
  /** How much is in the folder of a past day, and when it was read. */
  readonly #read = new Map<string, { readonly at: number; readonly bytes: number }>();

  constructor(options: CleanLogsOptions) {
    this.#options = options;
  }

  /** All folders once, a step at a time: the caller decides when the next one is. What cannot be deleted is reported once a turn. */
  async *turn(): AsyncGenerator<void> {
    for (const dir of this.#options.dirs()) {
      try {
        yield* this.#clean(dir);
      } catch (error) {
        const { message } = toError(error);
        this.#options.onProblem(new Error(`Logs in ${dir} cannot be cleaned up: ${message}.`, { cause: error }));
      }
    }
  }

  async *#clean(dir: string): AsyncGenerator<void> {
    const folders = await dayFolders(dir);
    let total = 0;
    for (const folder of folders) {
      const known = this.#read.get(folder.path);
      const age = this.#options.now() - (known?.at ?? -Infinity);
      if (known !== undefined && this.#isPast(folder) && age >= 0 && age < REREAD_MS) {
        total += known.bytes;
        continue;
      }
      const files: LogFile[] = [];
      yield* this.#files(folder, files);
      const deleted = yield* this.#delete(files, (file, fate) => this.#isOver(file, fate));
      const bytes = files.reduce((sum, file) => sum + (deleted.has(file) ? 0 : file.size), 0);
      this.#remember(folder, bytes);
      total += bytes;
      if (deleted.size > 0) await this.#removeEmpty(folder, dir);
    }
    this.#forget(dir, folders);
    const { maxBytes } = this.#options;
    if (maxBytes === 0 || total <= maxBytes) return;
    for (const [, ofDay] of Map.groupBy(folders, ({ date }) => date)) {
      const files: LogFile[] = [];
      for (const folder of ofDay) yield* this.#files(folder, files);
      const surplus = total - maxBytes;
      let chosen = 0;
      const oldest = files.toSorted((a, b) => a.modifiedAt - b.modifiedAt);
      const deleted = yield* this.#delete(oldest, (file) => {
        if (chosen >= surplus) return false;
        chosen += file.size;
        return true;
      });
      for (const { size } of deleted) total -= size;
      for (const folder of ofDay) {
        this.#read.delete(folder.path);
        if (deleted.size > 0) await this.#removeEmpty(folder, dir);
      }
      if (total <= maxBytes) return;
    }
  }

  /** A file of a name that is no log's is not among them, nor anything but a regular file. */
  async *#files(folder: DayFolder, into: LogFile[]): AsyncGenerator<void> {
    let count = 0;
    for (const entry of await list(folder.path)) {
      const name = entry.isFile() ? parseLogName(entry.name) : null;
      if (name === null) continue;
      const path = join(folder.path, entry.name);
      const stat = await lstat(path).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (stat !== null) into.push({ path, name, size: stat.size, modifiedAt: stat.mtimeMs });
      count += 1;
      if (count % STEP === 0) yield;
    }
  }

  /** Those that `choose` accepts and that no running task writes. */
  async *#delete(
    files: readonly LogFile[],
    choose: (file: LogFile, fate: LogFate | null) => boolean,
  ): AsyncGenerator<void, ReadonlySet<LogFile>> {
    const { fates, open, now, onDeleted } = this.#options;
    const deleted = new Set<LogFile>();
    for (let at = 0; at < files.length; at += STEP) {
      const step = files.slice(at, at + STEP);
      const told = fates === null ? null : await fates(step.map(({ name }) => name));
      const writing = new Set(open());
      let bytes = 0;
      let count = 0;
      for (const [index, file] of step.entries()) {
        const fate = told?.[index] ?? null;
        // Of a name that was changed the record cannot be found: it may be unfinished.
        const mayBeOpen = fate === "unfinished" || (fate === "gone" && !isExactId(file.name.id));
        const isUnfinished = mayBeOpen && now() - file.modifiedAt < UNFINISHED_MS;
        if (fate === "running" || isUnfinished || writing.has(file.path) || !choose(file, fate)) continue;
        await unlink(file.path).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
        deleted.add(file);
        bytes += file.size;
        count += 1;
      }
      if (count > 0) onDeleted(count, bytes);
      yield;
    }
    return deleted;
  }

  #isOver({ name, modifiedAt }: LogFile, fate: LogFate | null): boolean {
    const { retention, recordRetention, now } = this.#options;
    const age = now() - modifiedAt;
    if (retention !== null && age > retention) return true;
    // A name that was cut or changed says nothing of its record.
    return fate === "gone" && isExactId(name.id) && recordRetention !== null && age > recordRetention;
  }

  #isPast({ date }: DayFolder): boolean {
    return date < dateName(this.#options.now() - DAY);
  }

  #remember(folder: DayFolder, bytes: number): void {
    if (this.#isPast(folder)) this.#read.set(folder.path, { at: this.#options.now(), bytes });
  }

  #forget(dir: string, folders: readonly DayFolder[]): void {
    const paths = new Set(folders.map(({ path }) => path));
    for (const path of this.#read.keys()) if (path.startsWith(dir) && !paths.has(path)) this.#read.delete(path);
  }

  /** The folder of a past day, and then that of its type. */
  async #removeEmpty(folder: DayFolder, dir: string): Promise<void> {
    if (!this.#isPast(folder)) return;
    for (const path of [folder.path, join(dir, folder.type)]) {
      try {
        await rmdir(path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOTEMPTY" || code === "EEXIST" || isMissing(error)) return;
        throw error;
      }
    }
  }
}

/** The oldest day first. */
async function dayFolders(dir: string): Promise<readonly DayFolder[]> {
  const folders: DayFolder[] = [];
  for (const type of await list(dir)) {
    if (!type.isDirectory()) continue;
    for (const day of await list(join(dir, type.name))) {
      if (day.isDirectory() && isDateName(day.name))
        folders.push({ path: join(dir, type.name, day.name), type: type.name, date: day.name });
    }
  }
  return folders.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

async function list(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // No task has written anything there yet, or it was deleted meanwhile.
    if (isMissing(error)) return [];
    throw error;
  }
}
