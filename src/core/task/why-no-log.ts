import { printable } from "../../contract/printable.ts";
import type { WorkerOptions } from "../../contract/worker-options.ts";
import { taskName } from "./task-name.ts";

/** A record, and what its worker said of its output. */
export interface LoglessTask {
  readonly record_id: number;
  readonly type: string;
  readonly job: string;
  readonly state: string;
  /** Where the worker ran that reported it last; null: none did. */
  readonly host: string | null;
  /** Path of its output on that host; null or empty: it named none. */
  readonly log: string | null;
}

export interface LogPlaces {
  /** Of the configuration. */
  readonly workers: readonly Pick<WorkerOptions, "type" | "job" | "kind">[];
  /** Where the output of tasks is kept. */
  readonly dirs: readonly string[];
}

/** Why a task has no log here, one sentence for people. */
export function whyNoLog(task: LoglessTask, { workers, dirs }: LogPlaces): string {
  const { type, job, state, host, log } = task;
  const name = logOwner(task);
  if (state === "waiting" || state === "queued") return `${name} has no log: it was not sent to a worker yet.`;
  if (state === "sent") return `${name} has no log: no worker has said that it began.`;
  if (log !== null && log !== "")
    return `${name} has no log here: its worker on ${workerPlace(host)} wrote it to ${printable(log)} there, or it was deleted.`;
  const section =
    workers.find((one) => one.type === type && one.job === job) ??
    workers.find((one) => one.type === type && one.job === null);
  const folders = dirs.map(printable).join(", ");
  if (section?.kind === "http") return `${name} has no log: a worker with \`http\` runs no command here.`;
  // A worker with `exec` names its log in each report: one that reported without runs elsewhere, or by `launch`.
  if (section?.kind === "exec" && host !== null)
    return `${name} has no log here: its worker on ${workerPlace(host)} named none in its reports, as one by \`launch\` does, so no [[worker]] here ran it.`;
  if (section === undefined && state === "running")
    return `${name} has no log in ${folders}: no [[worker]] here runs it. A worker by \`launch\` writes no log here, and one elsewhere has sent none yet.`;
  if (section?.kind === "exec")
    return `${name} has no log in ${folders}: its command wrote nothing${state === "running" ? " yet" : ", or the log was deleted"}.`;
  return `${name} has no log in ${folders}: only the output of commands of a [[worker]] with \`exec\` is kept, as long as it is not deleted.`;
}

/** `load:daily (record 17)` */
export function logOwner(task: Pick<LoglessTask, "type" | "job" | "record_id">): string {
  return printable(`${taskName(task)} (record ${task.record_id})`);
}

export function workerPlace(host: string | null): string {
  return host === null || host === "" ? "the machine of its worker" : printable(host);
}
