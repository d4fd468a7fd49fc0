import { millisText } from "../../contract/time/instant.ts";
import type { AlertQueries } from "../../store/alert-store.ts";
import type { Log, LogLevel } from "./log.ts";

const PAGE = 500;

const LEVELS: Readonly<Record<string, LogLevel>> = { critical: "error", warning: "warn", info: "info" };

/** Logs each occurrence of an alert since the start, whoever raised it; a task that gave up is one of them. */
export class AlertLog {
  readonly #reads: Pick<AlertQueries, "occurrencesAfter">;
  readonly #log: Log;
  #cursor: number | null = null;

  constructor(reads: Pick<AlertQueries, "occurrencesAfter">, log: Log) {
    this.#reads = reads;
    this.#log = log;
  }

  /** Logs what is new. The first call only takes the position: what was raised before the start is not logged again. */
  async run(): Promise<void> {
    for (;;) {
      const { cursor, rows } = await this.#reads.occurrencesAfter(this.#cursor, PAGE);
      this.#cursor = cursor;
      for (const { id: occurrence, severity, message, task_time, ...fields } of rows) {
        const shown = { ...fields, occurrence, task_time: task_time === null ? "" : millisText(task_time) };
        this.#log[LEVELS[severity] ?? "warn"]("alerts", message, withoutEmpty(shown));
      }
      if (rows.length < PAGE) return;
    }
  }
}

function withoutEmpty(fields: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}
