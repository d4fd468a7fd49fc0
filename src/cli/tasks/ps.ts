import { setTimeout as pause } from "node:timers/promises";
import { SECOND } from "../../contract/time/time-units.ts";
import { taskName } from "../../core/task/task-name.ts";
import { attemptText, spanText } from "../../core/why/phrases.ts";
import type { RunningTask } from "../../store/running-tasks.ts";
import type { TaskReads, UnderWay } from "../reads/task-reads.ts";
import { integerBetween, typeOption, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table, type Cell } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly type?: string;
  readonly job?: string;
  readonly watch?: true;
  readonly json?: true;
}

const WATCH_MS = 2 * SECOND;

/** `flowlord ps`: what runs, and what was sent and is not heard of. */
export function addPs(cli: Cli): void {
  cli
    .command("ps", "Show the tasks that run, by worker, and those that were sent and not begun.", [
      "flowlord ps",
      "flowlord ps --type load --watch",
      "flowlord ps --json",
    ])
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 50)
    .option("--type <type>", "only this type", typeOption)
    .option("--job <job>", "only this job")
    .option("--watch", "show it anew every two seconds until Ctrl-C; only on a terminal")
    .option("--json", "one JSON object a line")
    .action(cli.action((flags: Flags) => ps(cli.context, flags)));
}

async function ps(context: CliContext, flags: Flags): Promise<number> {
  const { watch = false, json = false } = flags;
  if (watch && json)
    throw new UsageError("--watch shows a table: leave --json out, or ask again and again without --watch.");
  if (watch && context.width === null)
    throw new UsageError("--watch needs a terminal, and the output is none: leave --watch out.");
  const target = await targetOf(flags, context);
  const { zone } = target;
  return await target.read(async ({ tasks: reads }) => {
    if (watch) return await untilSignal(context, ({ signal }) => watched(reads, flags, zone, context, signal));
    const { tasks, isMore } = await underWay(reads, flags);
    if (json) for (const task of tasks) context.out(JSON.stringify(taskJson(task)));
    else context.out(text(tasks, isMore, context));
    return 0;
  });
}

async function watched(
  reads: TaskReads,
  flags: Flags,
  zone: string,
  context: CliContext,
  signal: AbortSignal,
): Promise<number> {
  while (!signal.aborted) {
    const { tasks, isMore } = await underWay(reads, flags);
    const head = context.paint.dim(`${localTime(context.now(), zone)} (${zone}), Ctrl-C ends it`);
    context.redraw(`${head}\n${text(tasks, isMore, context)}`);
    await pause(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
  return 0;
}

async function underWay(reads: TaskReads, { number, type, job }: Flags): Promise<UnderWay> {
  return await reads.underWay({ type: type ?? null, job: job ?? null, number });
}

function text(tasks: readonly RunningTask[], isMore: boolean, context: CliContext): string {
  if (tasks.length === 0) return "Nothing runs, and no task waits for a worker.";
  const { paint, width } = context;
  const now = context.now();
  const rows = tasks.map((task): Cell[] => {
    const since = task.began_at ?? task.due_at;
    const { progress, msg } = task;
    return [
      { text: String(task.record_id), paint: paint.dim },
      { text: taskName(task), paint: paint.bold },
      { text: task.state, ...(task.state === "overdue" ? { paint: paint.red } : {}) },
      { text: spanText(Math.max(0, now - since)) },
      { text: progress === null ? "" : `${Math.floor(progress * 100)} %` },
      { text: task.worker ?? "" },
      { text: task.host ?? "" },
      { text: task.pid === null ? "" : String(task.pid) },
      { text: task.attempt === 0 ? "" : attemptText(task.attempt, task.retries) },
      { text: msg === null || msg === "" ? task.info : `${msg}  ${task.info}` },
    ];
  });
  const heads = ["RECORD", "TASK", "STATE", "SINCE", "DONE", "WORKER", "HOST", "PID", "ATTEMPT", "INFO"];
  const more = isMore ? `\n${paint.dim("There are more: -n shows them.")}` : "";
  return `${table(heads, rows, width)}${more}`;
}

/** For programs: times as RFC 3339. */
function taskJson(task: RunningTask): object {
  const { began_at: began, due_at: due, deadline_at: deadline, reported_at: reported, ...rest } = task;
  return {
    ...rest,
    began_at: isoTime(began),
    due_at: isoTime(due),
    deadline_at: isoTime(deadline),
    reported_at: isoTime(reported),
  };
}
