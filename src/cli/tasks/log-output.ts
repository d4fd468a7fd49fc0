import type { Options } from "../../config/options.ts";
import { printable } from "../../contract/printable.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import type { CliContext } from "../context.ts";
import { TerminalFilter } from "../output/terminal-filter.ts";

const NEWLINE = 10;

/** Where the bytes of a log go: to a pipe as they are, to a terminal without what would control it. */
export interface LogOutput {
  write(piece: Buffer): Promise<void>;
  /** The log ends here: on a terminal its colours too, and its last line. */
  end(): Promise<void>;
}

export function logOutput({ write, width }: Pick<CliContext, "write" | "width">): LogOutput {
  if (width === null) return { write, end: async () => undefined };
  let filter = new TerminalFilter();
  let last = NEWLINE;
  const show = async (text: string): Promise<void> => {
    if (text !== "") await write(Buffer.from(text));
  };
  return {
    write: async (piece) => {
      last = piece.at(-1) ?? last;
      await show(filter.write(piece));
    },
    end: async () => {
      await show(filter.end() + (last === NEWLINE ? "" : "\n"));
      filter = new TerminalFilter();
      last = NEWLINE;
    },
  };
}

/** `load:daily (record 17)` */
export function nameOf({ type, job, record_id: record }: Pick<LoggedRecord, "type" | "job" | "record_id">): string {
  return printable(`${taskName({ type, job })} (record ${record})`);
}

/** Of a log from another machine whose end has not come. */
export function cutNote({ state, host }: Pick<LoggedRecord, "state" | "host">, size: number): string {
  const at = `byte ${size}`;
  if (state === "running")
    return `The task runs on ${where(host)}, and its log came up to ${at}; --follow shows the rest.`;
  return `The log is cut at ${at}: the rest never came from ${where(host)}.`;
}

/** Why a task has no log here, one sentence for the user. */
export function whyNoLog(task: LoggedRecord, { workers, logs }: Pick<Options, "workers" | "logs">): string {
  const { type, job, state, host, log } = task;
  const name = nameOf(task);
  if (state === "waiting" || state === "queued") return `${name} has no log: it was not sent to a worker yet.`;
  if (state === "sent") return `${name} has no log: no worker has said that it began.`;
  if (log !== null && log !== "")
    return `${name} has no log here: its worker on ${where(host)} wrote it to ${printable(log)} there, or it was deleted.`;
  const section =
    workers.find((one) => one.type === type && one.job === job) ??
    workers.find((one) => one.type === type && one.job === null);
  const folders = logs.dirs.map(printable).join(", ");
  if (section?.kind === "http") return `${name} has no log: a worker with \`http\` runs no command here.`;
  if (section === undefined && state === "running")
    return `${name} has no log in ${folders}: no [[worker]] here runs it. A worker by \`launch\` writes no log here, and one elsewhere has sent none yet.`;
  if (section?.kind === "exec")
    return `${name} has no log in ${folders}: its command wrote nothing${state === "running" ? " yet" : ", or the log was deleted"}.`;
  return `${name} has no log in ${folders}: only the output of commands of a [[worker]] with \`exec\` is kept, as long as it is not deleted.`;
}

function where(host: string | null): string {
  return host === null || host === "" ? "the machine of its worker" : printable(host);
}
