import type { SectionTable } from "./key-spec.ts";

/** Keys of `[backup]`: when backups are made, and which stay. Where they go is `sqlite.backup_path`. */
export const BACKUP_KEYS: SectionTable = {
  schedule: {
    kind: "string",
    standard: '"hourly"',
    about: "When backups are made: `hourly`, `daily` or a cron expression; empty = only by hand and at a stop.",
  },
  mode: {
    kind: "string",
    standard: '"scheduled"',
    about:
      "`scheduled`, or `continuous`: between two backups what changes is stored every second, so that a lost disk loses only the last seconds, and any moment can be restored.",
  },
  point_in_time: {
    kind: "duration",
    standard: '"1d"',
    about: "With `continuous`: how far back every moment can be restored. Before that, the backups that stay.",
  },
  ship_every: {
    kind: "duration",
    standard: '"1s"',
    about: "With `continuous`: how often what has changed is stored, as one object. 1s to 1m.",
  },
  max_lag: {
    kind: "duration",
    standard: '"5m"',
    about: "With `continuous`: how far what is stored may be behind before the alert `backup_failed` is raised.",
  },
  max_spool: {
    kind: "size",
    standard: '"1GB"',
    about:
      "With `continuous`: how much may wait in `LOCAL_PATH.spool` while the bucket is away. Beyond it what waits is given up, and a whole backup is made when the bucket is back.",
  },
  stop_within: {
    kind: "duration",
    standard: '"20s"',
    about: "How long a clean stop may take for one more backup; 0 = it makes none.",
  },
  key: {
    kind: "string",
    standard: '""',
    about:
      "The age identity (`AGE-SECRET-KEY-1…`) with which backups are encrypted, and read again; empty = they are stored as they are. Whoever loses it loses them.",
    secret: true,
  },
  scratch: {
    kind: "string",
    standard: '""',
    about:
      "The folder for the copy while a backup is made and checked; it needs as much room as the database. Empty = beside it.",
    path: true,
  },
  keep_last: { kind: "integer", standard: "3", about: "How many of the newest backups stay." },
  keep_hourly: {
    kind: "integer",
    standard: "24",
    about: "Of how many hours the newest backup stays; hours without one do not count.",
  },
  keep_daily: { kind: "integer", standard: "14", about: "Of how many days, in UTC." },
  keep_weekly: { kind: "integer", standard: "8", about: "Of how many weeks, from Monday." },
  keep_monthly: {
    kind: "integer",
    standard: "12",
    about: "Of how many months. When all five are 0, every backup stays.",
  },
  on_divergence: {
    kind: "string",
    standard: '"stop"',
    about:
      "What a start does when the newest backup has something that the database has not, or is of another instance: `stop` (it says what each has, and how to choose), `local` (the database stays, the backup is set aside) or `remote` (the backup is restored, the database is kept aside).",
  },
  on_unreachable: {
    kind: "string",
    standard: '"stop"',
    about:
      "What a start does when the backups cannot be read: `stop`, or `continue` (without the comparison, with an alert). Without a database it stops in either case.",
  },
};
