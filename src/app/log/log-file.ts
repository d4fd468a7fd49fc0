import { close, openSync, statSync, write } from "node:fs";
import { codeOf, toError } from "../../contract/to-error.ts";
import type { LineOutput } from "../../contract/line-output.ts";

/** The log file cannot be opened. */
class LogFileError extends Error {
  readonly code = "log_file";

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(
      `The log file ${path} cannot be opened: ${reason}; set log.file to another one, or to "" for standard error.`,
      options,
    );
    this.name = "LogFileError";
  }
}

/** Lines that the disk has not taken yet, in UTF-16 units; what comes on top is left out. */
const MAX_UNWRITTEN = 1024 * 1024;

const NOTHING = Buffer.alloc(0);

/**
 * Appends to a file, in the background: a full disk, or one that does not answer, stops nobody. What was not written is tried
 * again with the next line. Throws LogFileError when the file cannot be opened.
 */
export class LogFile implements LineOutput {
  readonly isTerminal = false;
  readonly #file: number;
  #waiting = "";
  #writing = NOTHING;
  #isBusy = false;
  #isClosed = false;

  constructor(path: string) {
    this.#file = opened(path);
  }

  write(line: string): boolean {
    if (this.#waiting.length > MAX_UNWRITTEN) return false;
    this.#waiting += `${line}\n`;
    this.#next();
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#next();
  }

  #next(): void {
    if (this.#isBusy) return;
    if (this.#writing.length === 0) {
      this.#writing = Buffer.from(this.#waiting);
      this.#waiting = "";
    }
    if (this.#writing.length === 0) {
      if (this.#isClosed) close(this.#file, () => undefined);
      return;
    }
    this.#isBusy = true;
    write(this.#file, this.#writing, (error, written) => {
      this.#isBusy = false;
      if (error !== null) return;
      this.#writing = this.#writing.subarray(written);
      this.#next();
    });
  }
}

function opened(path: string): number {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFIFO() === true) throw new Error("it is a pipe");
    return openSync(path, "a", 0o640);
  } catch (error) {
    const reason = REASONS.get(codeOf(error) ?? "") ?? toError(error).message;
    throw new LogFileError(path, reason, { cause: error });
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "this user may not write there"],
  ["ENOENT", "its folder does not exist"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["ENOSPC", "the disk is full"],
  ["EROFS", "the disk is read-only"],
]);
