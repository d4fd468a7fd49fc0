/**
 * The log of a running instance, and of a fleet of workers: one line an event, with level, time, component, sentence and
 * fields. Nobody has to read it: what cannot be written is left out, and never waited for.
 */
import pino from "pino";
import { LogFile } from "./log-file.ts";
import { logText } from "./log-text.ts";
import { withoutLogin } from "../../config/shown.ts";
import type { LogOptions } from "../../config/options.ts";
import type { LineOutput } from "../../contract/line-output.ts";
import { MASK } from "../../contract/redact/mask.ts";
import type { Redact } from "../../contract/redact/redact.ts";
import { escapeUnprintable } from "../../contract/printable.ts";

export type LogLevel = LogOptions["level"];
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
/** `component` is the part of Flowlord that reports; `sentence` is complete without the fields. */
export type LogLine = (component: string, sentence: string, fields?: LogFields) => void;

export type Log = Readonly<Record<LogLevel, LogLine>>;

/** For tools that report in their own way. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface OpenLog extends Log {
  /** From now on the least level that is logged. */
  readonly setLevel: (level: LogLevel) => void;
  /** There are no more lines. */
  close(): void;
}

export interface LogParts {
  /** Standard error, or what takes its place. */
  readonly standard: LineOutput;
  /** Hides secrets in every line, before it is written. */
  readonly redact: Pick<Redact, "text" | "all">;
}

/** Throws LogFileError when the file cannot be opened. */
export function openLog({ level, format, file }: LogOptions, { standard, redact }: LogParts): OpenLog {
  const output = file === "" ? standard : new LogFile(file);
  const isText = format === "text" || (format === "auto" && output.isTerminal);
  const hide = (text: string): string =>
    withoutLogin(redact.text(text)).replaceAll(/\b(bearer|basic)\s+[\w+/=.~-]+/gi, `$1 ${MASK}`);
  const lines = lineWriter(output, (left) =>
    log.warn("log", `${left} lines were left out here: the log was not read.`),
  );
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // JSON escapes quotes and C0 by itself; what is left stands only inside of its strings.
    { write: (line) => lines(isText ? logText(line) : escapeUnprintable(line.trimEnd())) },
  );
  const line =
    (name: LogLevel): LogLine =>
    (component, sentence, fields = {}) => {
      logger[name]({ component, ...hidden(redact.all(fields), hide) }, hide(sentence));
    };
  const log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const close = (): void => {
    output.close();
    if (output !== standard) standard.close();
  };
  const setLevel = (next: LogLevel): void => {
    logger.level = next;
  };
  return { ...log, close, setLevel };
}

/** Writes lines, and says how many were left out as soon as one is taken again. */
function lineWriter(output: LineOutput, report: (left: number) => void): (line: string) => void {
  let left = 0;
  return (line) => {
    if (!output.write(line)) {
      left += 1;
      return;
    }
    if (left === 0) return;
    const count = left;
    left = 0;
    report(count);
  };
}

function hidden(fields: LogFields, hide: (text: string) => string): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? hide(value) : value]),
  );
}
