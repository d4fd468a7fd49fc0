import { isObject } from "./json-pairs.ts";
import { escapeLines, type TaskMessage, writeTaskMessage } from "./task-message.ts";

/** `result` of a message on the done topic that is no result: the task has begun, and goes on. An addition of this Flowlord. */
export const RUNNING = "running";

/** Without another report for this long, a worker that promised them is lost. */
export const LEASE_MS = 60_000;

/** What a worker says of a task while it runs, beside the task itself and `msg`. */
export interface TaskReport {
  /** 0 to 1; null when it does not say. */
  readonly progress: number | null;
  /** Name of the worker; empty when it does not say. */
  readonly worker: string;
  readonly host: string;
  readonly pid: number | null;
  /** Path of its output on that host; empty without one. */
  readonly log: string;
  /** The next report comes within so many milliseconds, or the worker is lost; null: it promises none. */
  readonly leaseMs: number | null;
  /** It does not go on: the worker returned the task to the bus. */
  readonly requeued: boolean;
}

const MAX_TEXT = 1000;

/**
 * The fields of a report beside those of the task: `progress`, `worker`, `host`, `pid`, `log`, `lease` (seconds), `requeued`. A
 * value of another kind counts as absent: a report is a courtesy, and its task must not fail because of it.
 */
export function readReportFields(payload: string): TaskReport {
  const parsed: unknown = JSON.parse(payload);
  const fields = isObject(parsed) ? parsed : {};
  const text = (key: string): string => {
    const value = fields[key];
    return typeof value === "string" ? value.toWellFormed().slice(0, MAX_TEXT) : "";
  };
  const number = (key: string): number | null => {
    const value = fields[key];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  const [pid, lease] = [number("pid"), number("lease")];
  return {
    progress: progressOf(number("progress")),
    worker: text("worker"),
    host: text("host"),
    pid: pid !== null && Number.isSafeInteger(pid) ? pid : null,
    log: text("log"),
    leaseMs: lease !== null && lease > 0 && lease <= 86_400 ? Math.round(lease * 1000) : null,
    requeued: fields["requeued"] === true,
  };
}

/** The message of a report on the done topic; fields that say nothing are left out. */
export function writeTaskReport(task: TaskMessage, report: TaskReport): string {
  const { progress, worker, host, pid, log, leaseMs, requeued } = report;
  const extra = JSON.stringify({
    ...(progress === null ? {} : { progress }),
    ...(worker === "" ? {} : { worker }),
    ...(host === "" ? {} : { host }),
    ...(pid === null ? {} : { pid }),
    ...(log === "" ? {} : { log }),
    ...(leaseMs === null ? {} : { lease: leaseMs / 1000 }),
    ...(requeued ? { requeued } : {}),
  });
  const message = writeTaskMessage({ ...task, result: RUNNING });
  return extra === "{}" ? message : `${message.slice(0, -1)},${escapeLines(extra.slice(1))}`;
}

/** Between 0 and 1; null: unknown. */
export function progressOf(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : Math.min(1, Math.max(0, value));
}
