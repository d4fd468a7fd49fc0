import { stripVTControlCharacters } from "node:util";
import { cutText } from "../contract/cut-text.ts";
import { printable } from "../contract/printable.ts";
import { LogError, type FoundLog, type LogFinder, type LogTask } from "./find-logs.ts";
import { OpenLog } from "./read-log.ts";

/** How far from the end the last line is looked for. */
const SEARCHED_BYTES = 16_384;
const MAX_LINE = 200;

/** What is said of the newest log of an attempt where its task is shown, in the spelling of the JSON. */
export interface LogSummary {
  readonly path: string;
  /** The machine it is on; null: this one. */
  readonly host: string | null;
  /** Bytes; null: it is not here, or cannot be read. */
  readonly size: number | null;
  /** False: it came from another machine, and its end has not come. */
  readonly complete: boolean;
  /** The last line that is not blank, on one line and without control characters; empty without one. */
  readonly last_line: string;
  /** Why it cannot be read; null: it can. */
  readonly error: string | null;
}

/** Null: the attempt has no log here. A log that cannot be read has a summary that says so. */
export async function logSummary(finder: LogFinder, task: LogTask, now: number): Promise<LogSummary | null> {
  try {
    const [found] = await finder.find(task, now);
    if (found === undefined) return null;
    const { path, size, isPartial } = found;
    return { path, host: null, size, complete: !isPartial, last_line: await lastLine(found), error: null };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return { path: error.path, host: null, size: null, complete: false, last_line: "", error: error.message };
  }
}

async function lastLine(found: FoundLog): Promise<string> {
  const log = await OpenLog.open(found);
  if (log === null) return "";
  try {
    const size = await log.size();
    const pieces: Buffer[] = [];
    for await (const piece of log.range(Math.max(0, size - SEARCHED_BYTES), size)) pieces.push(piece);
    const lines = stripVTControlCharacters(Buffer.concat(pieces).toString("utf8")).split(/[\r\n]+/);
    return cutText(printable(lines.findLast((line) => line.trim() !== "") ?? "").trim(), MAX_LINE);
  } finally {
    await log.close();
  }
}
