import { hash } from "node:crypto";
import { join } from "node:path";

/** What the name of a log is made of. All tasks of a run share one id: the hash of job and info tells those of a fan-out apart. */
export interface LoggedTask {
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  /** From 0. */
  readonly attempt: number;
}

/** A file name below `<log_dir>/<type>/<date>/`, in its parts. */
export interface LogName {
  /** As in the name, not always that of the task: `isExactId`. */
  readonly id: string;
  readonly attempt: number;
  readonly hash: string;
  /** Empty: the first delivery of the attempt; a number from 2: a later one here; `r…`: one on another machine. */
  readonly delivery: string;
  /** It came from another machine, and its end has not come. */
  readonly isPartial: boolean;
}

const MAX_NAME = 100;
const NAME = /^([A-Za-z0-9._-]{1,100})-(\d{1,15})-([0-9a-f]{8})(?:\.(\d{1,2}|r[0-9a-f]{16}))?(\.part)?\.log$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Path of the log of one attempt of a task, without `.log`: `<logDir>/<type>/<date>/<id>-<attempt>-<hash>`. The date is UTC, that
 * of the start.
 */
export function logPath(logDir: string, task: LoggedTask, startedAt: number): string {
  return join(typeFolder(logDir, task.type), dateName(startedAt), logStem(task));
}

/** The folder of all logs of a type. */
export function typeFolder(logDir: string, type: string): string {
  return join(logDir, fileName(type));
}

/** The beginning of the names of all logs of this attempt. */
export function logStem({ id, job, info, attempt }: LoggedTask): string {
  return `${fileName(id)}-${attempt}-${hash("sha1", `${job}\n${info}`).slice(0, 8)}`;
}

/** Null: a file of that name is no log of a task. */
export function parseLogName(name: string): LogName | null {
  const [, id = "", attempt, part = "", delivery = "", partial] = NAME.exec(name) ?? [];
  if (id === "") return null;
  return { id, attempt: Number(attempt), hash: part, delivery, isPartial: partial !== undefined };
}

/** The folder of a day, UTC. */
export function dateName(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function isDateName(name: string): boolean {
  return DATE.test(name);
}

/** Whether the id in a name can only be that of its task: nothing in it was replaced or cut. */
export function isExactId(id: string): boolean {
  return !id.includes("_") && id.length < MAX_NAME;
}

/** Type and id may be any text; as a file name it must not leave the folder. */
function fileName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, MAX_NAME);
  return name === "" ? "_" : name;
}
