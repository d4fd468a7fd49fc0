/**
 * Every key of the configuration: its type, its default, and one sentence about its purpose. The check, the JSON Schema,
 * `flowlord config` and the test of docs/config.md all read this table, so each key is defined only once.
 */

import { AUTH_KEYS } from "./auth-keys.ts";
import { BACKUP_KEYS } from "./backup-keys.ts";
import { THRESHOLD_KEYS } from "./threshold-keys.ts";
import { BUS_KEYS } from "./bus-keys.ts";
import { ALERT_KEYS, CHANNEL_KEYS, HEARTBEAT_KEYS, SLACK_KEYS } from "./channel-keys.ts";
import { LINK_KEYS } from "./link-keys.ts";
import { LOG_KEYS } from "./log-keys.ts";
import { OIDC_KEYS } from "./oidc-keys.ts";
import { REDACT_KEYS } from "./redact-keys.ts";
import { TLS_KEYS } from "./tls-keys.ts";
import { RETENTION_KEYS } from "./retention-keys.ts";
import { WEB_KEYS } from "./web-keys.ts";
import type { KeySpec, SectionTable } from "./key-spec.ts";

const TOP: SectionTable = {
  workflow: {
    kind: "string",
    standard: '""',
    about:
      "The workflow file, or the folder of workflow files with its subfolders: a local path, `gs://bucket/folder`, `s3://bucket/folder`, or `mc://host:port/bucket/folder` (`mcs://` with TLS).",
    flag: "workflow",
    variable: "WORKFLOW",
    path: true,
  },
  refresh: {
    kind: "Go duration",
    standard: '"15m"',
    about: "How often the workflow files are polled, besides being watched; 0 or less switches polling off.",
    flag: "refresh",
    variable: "REFRESH",
  },
  drain_timeout: {
    kind: "duration",
    standard: '"30s"',
    about:
      "How long tasks of the `[[worker]]` sections may go on after SIGTERM before they are interrupted and requeued.",
  },
  done_topic: {
    kind: "string",
    standard: '"done"',
    about: "The topic on which workers report results.",
    flag: "done-topic",
    variable: "DONE_TOPIC",
  },
  file_topic: {
    kind: "string",
    standard: '""',
    about:
      "The topic of arriving files, or several separated by commas; empty: none, or `files` when there is a `[[watch]]`.",
    flag: "file-topic",
    variable: "FILE_TOPIC",
  },
  failed_topic: {
    kind: "string",
    standard: '"retry-failed"',
    about: "The topic for tasks whose retries are exhausted; `-` or empty switches it off.",
    flag: "failed-topic",
    variable: "FAILED_TOPIC",
  },
  status_port: {
    kind: "integer",
    standard: "8080",
    legacyDefault: "0",
    about: "The port of the HTTP server; 0 = no server.",
    flag: "port",
    variable: "PORT",
  },
  host: {
    kind: "string",
    standard: '"localhost"',
    about:
      "The public name of this machine: the HTTP server accepts requests to it. It does not decide where the server listens.",
    flag: "host",
    variable: "HOST",
  },
  public_url: {
    kind: "string",
    standard: '""',
    about:
      "The http or https address at which people reach this instance in a browser, without login and path, as in `https://flowlord.example.com`: alerts link to their page there. Empty: that of `[oidc]`; without one alerts have no link.",
  },
  listen: {
    kind: "string",
    standard: '"127.0.0.1"',
    about:
      "The address on which the HTTP server listens; where others can reach it, there must be a user, `auth.required` or `insecure`.",
  },
  insecure: {
    kind: "boolean",
    standard: "false",
    about:
      "Allow a `listen` address that others can reach although there is no user: the routes of the older program are open to them then; the API is not.",
  },
  timezone: {
    kind: "string",
    standard: '""',
    about: "The IANA zone of schedules and templates whose phase names none; empty = the zone of the process.",
  },
  open_tokens: {
    kind: "string",
    standard: '"send"',
    about:
      "What becomes of a file whose path has no date, or a child whose parent has no task time, where the template asks for one: `send` the task with the tokens as they are, or `refuse` to make it. Either raises an alert, of a child only `refuse`. A task that a person wants is refused in either case.",
  },
  data: {
    kind: "string",
    standard: '""',
    about: "The folder for data besides the database, such as worker logs; empty = the database's folder.",
    path: true,
  },
  log_dir: {
    kind: "string",
    standard: '""',
    about: "The folder for the output of tasks; empty = `logs` in the `data` folder.",
    path: true,
  },
  log_retention: {
    kind: "duration",
    standard: '"0s"',
    about:
      "How long after its last line the log of a task is kept; 0 = as long as its record. That of a running task always is.",
  },
  log_dir_max_bytes: {
    kind: "size",
    standard: '"10GB"',
    about: "How large a folder of logs may become before its oldest are deleted; 0 = no limit.",
  },
  log_received_max_bytes: {
    kind: "size",
    standard: '"10MB"',
    about: "How much output of one task is taken from a `flowlord worker` on another machine.",
  },
  backfill_turn: {
    kind: "integer",
    standard: "10",
    about:
      "While live tasks of the same type wait for a slot or for the bus, a backfill, or a retry of more than 1,000 tasks, makes a task in one of so many of its turns; 1: it makes one in each.",
  },
  meta_roots: {
    kind: "list",
    standard: "[]",
    about: "Folders, besides the workflow folder, from which a `meta-file` named in a request may be read.",
    path: true,
  },
};

const WORKFLOWS: SectionTable = {
  allow_removal: {
    kind: "boolean",
    standard: "false",
    about:
      "Take workflows whose files are gone for removed, however many they are; without it, `flowlord workflows accept` does.",
  },
};

const FILE: SectionTable = {
  hosts: {
    kind: "list",
    standard: "[]",
    about:
      "Servers (`host:port`) that paths of `mc://` and `mcs://` in workflow files may name, besides that of `workflow`.",
  },
  access_key: {
    kind: "string",
    standard: '""',
    about:
      "The access key of S3-compatible storage; empty = the credentials of the environment, as the tools of the service find them.",
    secret: true,
  },
  secret_key: {
    kind: "string",
    standard: '""',
    about: "The secret key of S3-compatible storage.",
    secret: true,
  },
  file_compression: {
    kind: "string",
    standard: '"speed"',
    about: "Accepted from older files, without effect: a backup is always compressed.",
  },
  use_file_buf: {
    kind: "boolean",
    standard: "false",
    about: "Accepted from older files, without effect: an upload needs no buffer.",
  },
  file_buf_dir: {
    kind: "string",
    standard: '""',
    about: "Accepted from older files, without effect.",
    path: true,
  },
  file_buf_keep_failed: {
    kind: "boolean",
    standard: "false",
    about: "Accepted from older files, without effect.",
  },
};

const SQLITE: SectionTable = {
  local_path: { kind: "string", standard: '"./tasks.db"', about: "The database file.", path: true },
  backup_path: {
    kind: "string",
    standard: '""',
    about:
      "Where backups of the database go: a folder, `gs://bucket/folder`, `s3://bucket/folder`, or `mc://host:port/bucket/folder` (`mcs://` with TLS); empty = nowhere.",
    path: true,
  },
  migration_copies: {
    kind: "integer",
    standard: "2",
    about:
      "How many copies of the database stay beside it that are made before a newer version migrates it; 0 = none is made.",
  },
  task_ttl: {
    kind: "Go duration",
    standard: '"4h"',
    about: "A task without a result this long after its creation is incomplete; at least 1h.",
  },
  retention: {
    kind: "Go duration",
    standard: '"2160h"',
    legacyDefault: '"0s"',
    about:
      "How long history is kept, of each table that `[retention]` says nothing of (default 90 days); 0 counts as not set, less than 0 means no limit.",
  },
  max_size: {
    kind: "size",
    standard: '"0"',
    about: "How large the database file may become: an alert says so at 80, 90 and 100 %; 0 = no limit.",
  },
  disk_alert: {
    kind: "size",
    standard: '"256MB"',
    about:
      "An alert says so when a disk that Flowlord writes to has less space left. Not set: 256 MB or 2 % of the disk, whichever is more, but at most a fifth of it; 0 = never.",
  },
  disk_stop: {
    kind: "size",
    standard: '"64MB"',
    about:
      "When the database's disk has less space left, no message is taken in until there is more. Not set: 64 MB, but at most a twentieth of the disk; 0 = never.",
  },
};

/** Keys of one `[[watch]]`: a folder, or one in a bucket, whose arriving files become file events. */
export const WATCH_KEYS: SectionTable = {
  path: {
    kind: "string",
    standard: "",
    about:
      "The folder to watch: a local one, `gs://bucket/folder`, `s3://bucket/folder`, or `mc://host:port/bucket/folder` (`mcs://` with TLS).",
    path: true,
  },
  pattern: {
    kind: "string",
    standard: '"**"',
    about: "Which files count, by their path below the folder; `**` reaches into subfolders.",
  },
  settle: {
    kind: "duration",
    standard: '"2s"',
    about:
      "How long the size must not change before the file counts as complete. Of local folders; an object in a bucket is complete when it is there.",
  },
  checksum: {
    kind: "boolean",
    standard: "false",
    about: "Read each file for its MD5 sum. Of local folders; a bucket says itself what changed.",
  },
  existing: {
    kind: "boolean",
    standard: "true",
    about: "Whether files that existed before the first start count as arrived.",
  },
  poll: {
    kind: "duration",
    standard: '"30s"',
    about: "How often a bucket is listed, at least a second. Of buckets; the system reports changes in local folders.",
  },
};

/** Keys of one `[[worker]]`: a worker that runs tasks on this machine. */
export const WORKER_KEYS: SectionTable = {
  type: { kind: "string", standard: "", about: "The type of task (= topic) it runs." },
  job: {
    kind: "string",
    standard: '""',
    about: "Run only this job of the type; empty = all jobs that have no worker of their own.",
  },
  exec: {
    kind: "command",
    standard: "",
    about: "The command and its arguments, in which `{type}`, `{job}`, `{info}`, `{meta:key}` … are filled in.",
  },
  shell: {
    kind: "boolean",
    standard: "false",
    about: "Run `exec` as a shell script: one string, or a list of the script and its arguments `$1`, `$2` …",
  },
  http: { kind: "string", standard: "", about: "The URL to which each task is posted, instead of `exec`." },
  concurrency: { kind: "integer", standard: "1", about: "How many tasks run at a time." },
  timeout: {
    kind: "duration",
    standard: '"0s"',
    about: "A task that runs longer is stopped with the result `error`; 0 = no limit.",
  },
  kill_after: { kind: "duration", standard: '"10s"', about: "How long after SIGTERM a stopped command gets SIGKILL." },
  log_dir: {
    kind: "string",
    standard: '""',
    about: "The folder for the commands' output; empty = the `log_dir` of all.",
    path: true,
  },
  log_max_bytes: { kind: "size", standard: '"1MB"', about: "How much output of one task is kept." },
  env: { kind: "table", standard: "{}", about: "Environment variables for the command." },
  cwd: {
    kind: "string",
    standard: '""',
    about: "The folder in which the command runs; empty = the working folder.",
    path: true,
  },
  exit_codes: {
    kind: "exit codes",
    standard: "{}",
    about:
      "Exit codes that mean `warn` or `alert`, as in `{ warn = [3], alert = [4] }`; 0 is complete, others are errors.",
  },
};

/** Sections and the keys in them; the top of the file is the section with the empty name. */
export const SECTIONS: Readonly<Record<string, SectionTable>> = {
  "": TOP,
  workflows: WORKFLOWS,
  slack: SLACK_KEYS,
  alerts: ALERT_KEYS,
  heartbeat: HEARTBEAT_KEYS,
  bus: BUS_KEYS,
  file: FILE,
  sqlite: SQLITE,
  backup: BACKUP_KEYS,
  log: LOG_KEYS,
  auth: AUTH_KEYS,
  oidc: OIDC_KEYS,
  tls: TLS_KEYS,
  redact: REDACT_KEYS,
  thresholds: THRESHOLD_KEYS,
  retention: RETENTION_KEYS,
  web: WEB_KEYS,
};

/** Other names of a section. */
export const SECTION_ALIASES: Readonly<Record<string, string>> = { cache: "sqlite" };

/** Tables that may occur several times. */
export const LISTED: Readonly<Record<string, SectionTable>> = {
  channel: CHANNEL_KEYS,
  link: LINK_KEYS,
  watch: WATCH_KEYS,
  worker: WORKER_KEYS,
};

/** `bus.in_topic`, or `refresh` for a key at the top. */
export function fullKey(section: string, key: string): string {
  return section === "" ? key : `${section}.${key}`;
}

/** Spec of a full key (`slack.url`, `worker.0.exec`), or null when there is no such key. */
export function specOf(key: string): KeySpec | null {
  const parts = key.split(".");
  const last = parts.at(-1) ?? "";
  const table = parts.length === 1 ? SECTIONS[""] : (SECTIONS[parts[0] ?? ""] ?? LISTED[parts[0] ?? ""]);
  return table !== undefined && Object.hasOwn(table, last) ? (table[last] ?? null) : null;
}
