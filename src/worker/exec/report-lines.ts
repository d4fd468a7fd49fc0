import { isObject } from "../../contract/json-pairs.ts";

const NEWLINE = 10;
const MAX_REPORT_BYTES = 65_536;

/** A line `{"progress": 0.4, "msg": "3 of 7 files"}` on descriptor 3. */
export interface ProgressLine {
  readonly progress: number;
  readonly msg: string;
}

/**
 * What a command writes on descriptor 3: lines of progress while it runs, and its report, which is all the rest. Lines of
 * progress do not count as its size.
 */
export class ReportLines {
  readonly #onProgress: (line: ProgressLine) => void;
  #report: Buffer[] | null = [];
  #reportBytes = 0;
  #line: Buffer[] = [];
  #lineBytes = 0;

  constructor(onProgress: (line: ProgressLine) => void) {
    this.#onProgress = onProgress;
  }

  write(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      this.#line.push(rest.subarray(0, end + 1));
      this.#endLine();
      rest = rest.subarray(end + 1);
    }
    if (rest.length === 0) return;
    this.#line.push(rest);
    this.#lineBytes += rest.length;
    if (this.#lineBytes > MAX_REPORT_BYTES) this.#endLine();
  }

  /** The report; null when it is more than 64 KiB. */
  report(): string | null {
    this.#endLine();
    return this.#report === null ? null : Buffer.concat(this.#report).toString("utf8");
  }

  #endLine(): void {
    if (this.#line.length === 0) return;
    const line = Buffer.concat(this.#line);
    this.#line = [];
    this.#lineBytes = 0;
    const progress = line.length > MAX_REPORT_BYTES ? null : progressLine(line.toString("utf8"));
    if (progress !== null) {
      this.#onProgress(progress);
      return;
    }
    this.#reportBytes += line.length;
    if (this.#reportBytes > MAX_REPORT_BYTES) this.#report = null;
    this.#report?.push(line);
  }
}

/** Null when it is part of the report: one that names a result is the report itself. */
function progressLine(line: string): ProgressLine | null {
  if (!line.includes('"progress"')) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // The report of the command is read at its end, and says then what is wrong with it.
    return null;
  }
  if (!isObject(parsed) || typeof parsed["progress"] !== "number" || "result" in parsed) return null;
  return { progress: parsed["progress"], msg: typeof parsed["msg"] === "string" ? parsed["msg"] : "" };
}
