import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DAY } from "../contract/time/time-units.ts";
import { dateName, isDateName, logStem, parseLogName, typeFolder, type LoggedTask } from "./log-name.ts";

/** A record of a task, as far as its logs are concerned. Times in milliseconds since 1970. */
export interface LogTask extends LoggedTask {
  readonly created: number | null;
  readonly decided_at: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly finished_at: number | null;
}

/** The log of one delivery of an attempt. */
export interface FoundLog {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: number;
  /** It came from another machine, and its end has not come. */
  readonly isPartial: boolean;
}

/** A log, or its folder, that cannot be read. */
export class LogError extends Error {
  readonly code = "log_not_read";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const reason =
      code === "EACCES" || code === "EPERM"
        ? "this user may not read it; use the user of the worker, or its group"
        : message;
    super(`The log ${path} cannot be read: ${reason}.`, { cause });
    this.name = "LogError";
    this.path = path;
  }
}

/**
 * Finds the logs of tasks by the rule of their names, in the folders of the days on which an attempt may have started. It reads
 * each folder once: make a new finder to see what came since. Links are not followed, except that `dirs` may be such.
 */
export class LogFinder {
  readonly #dirs: readonly string[];
  readonly #listed = new Map<string, Promise<readonly Dirent[]>>();

  constructor(dirs: readonly string[]) {
    this.#dirs = dirs;
  }

  /** The newest first. `now`: an unfinished task may have started until then. Throws LogError. */
  async find(task: LogTask, now: number): Promise<readonly FoundLog[]> {
    const { first, last } = daysOf(task, now);
    const stem = `${logStem(task)}.`;
    const found: FoundLog[] = [];
    for (const dir of this.#dirs) {
      const folder = typeFolder(dir, task.type);
      for (const day of await this.#list(folder)) {
        if (!day.isDirectory() || !isDateName(day.name) || day.name < first || day.name > last) continue;
        for (const file of await this.#list(join(folder, day.name))) {
          if (!file.name.startsWith(stem) || !file.isFile()) continue;
          const log = await foundLog(join(folder, day.name, file.name), file.name);
          if (log !== null) found.push(log);
        }
      }
    }
    return found.toSorted((a, b) => b.modifiedAt - a.modifiedAt || (a.path < b.path ? 1 : -1));
  }

  #list(folder: string): Promise<readonly Dirent[]> {
    const known = this.#listed.get(folder);
    if (known !== undefined) return known;
    const listing = list(folder);
    this.#listed.set(folder, listing);
    return listing;
  }
}

/** A day more on both sides: the clock of a worker may be another. */
function daysOf({ created, decided_at: decided, started, ended, finished_at: finished }: LogTask, now: number) {
  const times = [decided, ...(created === null ? [] : [created]), ...(started === null ? [] : [started])];
  const ends = [...(ended === null ? [] : [ended]), ...(finished === null ? [] : [finished])];
  const until = Math.max(...times, ...(finished === null ? [now] : ends));
  return { first: safeDate(Math.min(...times) - DAY), last: safeDate(until + DAY) };
}

/** A worker may have reported any time, also one that is no date of four digits. */
function safeDate(ms: number): string {
  return dateName(Math.min(Math.max(ms, 0), Date.UTC(9999, 11, 31)));
}

async function foundLog(path: string, name: string): Promise<FoundLog | null> {
  const parsed = parseLogName(name);
  if (parsed === null) return null;
  try {
    const stat = await lstat(path);
    return { path, size: stat.size, modifiedAt: stat.mtimeMs, isPartial: parsed.isPartial };
  } catch (error) {
    // It was deleted, or became complete, since the folder was listed.
    if (isMissing(error)) return null;
    throw new LogError(path, error);
  }
}

async function list(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // No task of that type has written anything here, or its logs were deleted since.
    if (isMissing(error)) return [];
    throw new LogError(folder, error);
  }
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
