import { DAY } from "../time/time-units.ts";

/** Tables whose rows grow old. Other tables have no policy of their own: their rows go with a row of one of these. */
export const RETAINED = [
  "task_records",
  "file_messages",
  "alert_records",
  "alert_notifications",
  "decisions",
  "dead_letters",
  "backfills",
  "bulk_jobs",
  "silences",
  "pauses",
  "audit_log",
  "task_counts_hourly",
  "file_counts_hourly",
] as const;

export type RetainedTable = (typeof RETAINED)[number];

interface RetainedKind {
  /** How long its rows are kept where nobody says so; null: as long as `sqlite.retention` says. */
  readonly standard: number | null;
  /** Whether rows can be limited by their number: counters are a row an hour, type and job. */
  readonly countable: boolean;
  /** What of a row its age counts from, for people. */
  readonly since: string;
}

export const RETAINED_KINDS: Readonly<Record<RetainedTable, RetainedKind>> = {
  task_records: { standard: null, countable: true, since: "the end of the last task of its run" },
  file_messages: { standard: null, countable: true, since: "its last delivery" },
  alert_records: { standard: null, countable: true, since: "its last occurrence or change" },
  alert_notifications: { standard: null, countable: true, since: "the receiver's last answer" },
  decisions: { standard: null, countable: true, since: "the decision; only those about no task and no file event" },
  dead_letters: { standard: null, countable: true, since: "its receipt, or its redrive" },
  backfills: { standard: null, countable: true, since: "its end" },
  bulk_jobs: { standard: null, countable: true, since: "its end" },
  silences: { standard: null, countable: true, since: "its end" },
  pauses: { standard: null, countable: true, since: "its end" },
  audit_log: { standard: 730 * DAY, countable: true, since: "the entry" },
  task_counts_hourly: { standard: 400 * DAY, countable: false, since: "its hour" },
  file_counts_hourly: { standard: 400 * DAY, countable: false, since: "its hour" },
};

export function isRetained(name: string): name is RetainedTable {
  return (RETAINED as readonly string[]).includes(name);
}
