import type { LoggedRecord } from "../../../store/log-queries.ts";
import { LogFinder } from "../../../task-logs/find-logs.ts";
import { logSummary, type LogSummary } from "../../../task-logs/log-summary.ts";

/** What is known of the newest output of an attempt: here, or where its worker left it; null: nothing. */
export async function outputOf(record: LoggedRecord, dirs: readonly string[], now: number): Promise<LogSummary | null> {
  const here = await logSummary(new LogFinder(dirs), record, now);
  if (here !== null) return here;
  const { log, host } = record;
  if (log === null || log === "") return null;
  return { path: log, host: host ?? "", size: null, complete: false, last_line: "", error: null };
}
