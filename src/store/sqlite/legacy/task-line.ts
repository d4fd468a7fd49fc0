import type { LegacyRow } from "../../legacy-queries.ts";
import type { RowReader } from "./legacy-row.ts";

/** One row of `task_log` or `task_records`: a task as it was sent (then without a result), or as it came back. */
export type TaskLine = LegacyRow;

/** Values in the order of TASK_COLUMNS. */
export function taskLine(row: RowReader): TaskLine {
  const result = row.text(4);
  return {
    id: row.text(0),
    type: row.text(1),
    job: row.text(2),
    info: row.text(3),
    result: result === "running" ? "" : result,
    meta: row.text(5),
    msg: row.text(6),
    created: row.time(7),
    started: row.time(8),
    ended: row.time(9),
  };
}

/** When a line was written, judging by its times. */
export function madeAt(line: TaskLine): number | null {
  return line.created ?? line.started ?? line.ended;
}

const RESULTS: ReadonlySet<string> = new Set(["complete", "error", "warn", "alert"]);

/** Whether a result replaces the recorded one of the same attempt: only `complete` replaces another, and a known result an
 * unknown one. */
export function precedes(result: string, recorded: string): boolean {
  if (result === "") return false;
  if (recorded === "") return true;
  return RESULTS.has(recorded) ? result === "complete" && recorded !== "complete" : RESULTS.has(result);
}
