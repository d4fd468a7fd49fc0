import type { Log, LogFields, LogLevel, LogLine } from "../../../src/app/log/log.ts";

export interface RecordedLine {
  readonly level: LogLevel;
  readonly component: string;
  readonly sentence: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines. */
export class RecordingLog implements Log {
  readonly lines: RecordedLine[] = [];
  readonly debug = this.#line("debug");
  readonly info = this.#line("info");
  readonly warn = this.#line("warn");
  readonly error = this.#line("error");

  /** Lines that say that something is wrong. */
  get problems(): readonly RecordedLine[] {
    return this.lines.filter(({ level }) => level === "warn" || level === "error");
  }

  #line(level: LogLevel): LogLine {
    return (component, sentence, fields = {}) => void this.lines.push({ level, component, sentence, fields });
  }
}
