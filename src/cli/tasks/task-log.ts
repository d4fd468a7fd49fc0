import type { Options } from "../../config/options.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import { LogFinder } from "../../task-logs/find-logs.ts";
import { sizeText } from "../files/file-rows.ts";
import { logSummary, type LogSummary } from "../../task-logs/log-summary.ts";

/** The logs of records by their numbers: the newest of each attempt here, else where its worker left it. */
export async function logsOf(
  reader: ReadStore,
  id: string,
  { logs }: Pick<Options, "logs">,
  now: number,
): Promise<ReadonlyMap<number, LogSummary>> {
  const finder = new LogFinder(logs.dirs);
  const found = new Map<number, LogSummary>();
  for (const record of await reader.logs.tasks(id)) {
    const summary = (await logSummary(finder, record, now)) ?? elsewhere(record);
    if (summary !== null) found.set(record.record_id, summary);
  }
  return found;
}

/** As its worker named it in a report. */
function elsewhere({ log, host }: LoggedRecord): LogSummary | null {
  if (log === null || log === "") return null;
  return { path: log, host: host ?? "", size: null, complete: false, last_line: "", error: null };
}

/** What is said of a log beside its path; empty when there is nothing to say. */
export function logText({ path, host, size, complete, error }: LogSummary): string {
  if (error !== null) return error;
  if (host !== null) return `${path} on ${host === "" ? "the machine of its worker" : host}`;
  return complete ? `${path} (${sizeText(size ?? 0)})` : `${path} (${sizeText(size ?? 0)}, its end has not come)`;
}
