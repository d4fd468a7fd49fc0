import { whyNoLog } from "../../core/task/why-no-log.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import { LogFinder } from "../../task-logs/find-logs.ts";
import { logSummary, type LogSummary } from "../../task-logs/log-summary.ts";
import { OpenLog } from "../../task-logs/read-log.ts";
import type { LogReads } from "./log-reads.ts";
import type { LocalParts } from "./local-parts.ts";

export function localLogs({ open, options, now }: LocalParts): LogReads {
  const { dirs } = options.logs;
  return {
    records: async (id) => await (await open()).logs.tasks(id),
    attempts: async ({ first_attempt_id: first }) => await (await open()).logs.attempts(first),
    open: async (record, known) => {
      // What came since is only seen by a new finder.
      const [newest, ...others] = await new LogFinder(dirs).find(record, now());
      const isKnown = newest === undefined || isSameLog(newest.path, known);
      return { log: isKnown ? null : await OpenLog.open(newest), earlier: others.map(({ path }) => path) };
    },
    whyNone: async (record) => whyNoLog(record, { workers: options.workers, dirs }),
  };
}

/** A log from another machine gets its final name when its end came. */
function isSameLog(found: string, known: string | null): boolean {
  return known !== null && found.replace(/\.part\.log$/, ".log") === known.replace(/\.part\.log$/, ".log");
}

/** The logs of records by their numbers: the newest of each attempt here, else where its worker left it. */
export async function logsOf(id: string, { open, options, now }: LocalParts): Promise<ReadonlyMap<number, LogSummary>> {
  const finder = new LogFinder(options.logs.dirs);
  const found = new Map<number, LogSummary>();
  for (const record of await (await open()).logs.tasks(id)) {
    const summary = (await logSummary(finder, record, now())) ?? elsewhere(record);
    if (summary !== null) found.set(record.record_id, summary);
  }
  return found;
}

/** As its worker named it in a report. */
function elsewhere({ log, host }: LoggedRecord): LogSummary | null {
  if (log === null || log === "") return null;
  return { path: log, host: host ?? "", size: null, complete: false, last_line: "", error: null };
}
