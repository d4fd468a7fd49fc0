import { setTimeout } from "node:timers/promises";
import {
  ACT_GROUP,
  ID_GROUP,
  type ActedTasks,
  type JobAct,
  type JobAnswer,
} from "../../contract/api/tasks/task-control-api.ts";
import type { CliContext } from "../context.ts";
import { targetOf } from "../target.ts";
import type { Instance } from "../instance-acts.ts";
import { checkExpected, confirmed, selected, tasksText, type SelectionFlags } from "./selection.ts";

/** One act on tasks, as a command describes it. */
export interface Act {
  /** What it asks about, as in "Cancel". */
  readonly ask: string;
  /** What was done to the tasks, as in "cancelled". */
  readonly done: string;
  /** The record of one task that was changed or made, for people. */
  line(task: ActedTasks[number]): string;
  /** What a job does to more than `ACT_GROUP` of them. */
  readonly job: JobAct;
  /** Shown before it asks; at most `ACT_GROUP` ids. */
  before?(instance: Instance, ids: readonly number[]): Promise<void>;
  /** At most `ACT_GROUP` ids. */
  run(instance: Instance, ids: readonly number[]): Promise<ActedTasks>;
}

const NOT_RUNNING = "No instance is running: what must be sent is sent at the next start.";
/** Lines of changed tasks that people are shown. */
const SHOWN = 20;

/** Selects, asks, acts, and prints what became of each task. */
export async function actOn(
  act: Act,
  ids: readonly string[],
  flags: SelectionFlags,
  context: CliContext,
): Promise<number> {
  const target = await targetOf(flags, context);
  const chosen = await selected(ids, flags, target, context);
  checkExpected(chosen.length, flags);
  if (chosen.length === 0) {
    context.err("No task matches.");
    return 0;
  }
  const instance = await target.openInstance();
  let [changed, refused, lines] = [0, 0, 0];
  try {
    if (act.before !== undefined)
      for (let at = 0; at < chosen.length; at += ACT_GROUP)
        await act.before(instance, chosen.slice(at, at + ACT_GROUP));
    if (!(await confirmed(act.ask, chosen.length, flags, context))) return 1;
    if (chosen.length > ACT_GROUP) return await asJob(act, chosen, instance, flags, context);
    for (let at = 0; at < chosen.length; at += ACT_GROUP) {
      for (const task of await act.run(instance, chosen.slice(at, at + ACT_GROUP))) {
        if (task.refused === null) {
          lines += 1;
          changed += (task.changed === null ? 0 : 1) + (task.followed ?? 0);
        } else refused += 1;
        if (flags.json === true) context.out(JSON.stringify(task));
        else if (task.refused !== null) context.err(`record ${task.record_id}: not ${act.done}: ${task.refused}`);
        else if (lines <= SHOWN) context.out(act.line(task));
      }
    }
    if (flags.json !== true) context.out(`${tasksText(changed)} ${act.done}`);
    if (!instance.isRunning && changed > 0) context.err(NOT_RUNNING);
    return refused > 0 ? 1 : 0;
  } finally {
    await instance.close();
  }
}

const POLL_MS = 250;
const PROGRESS_MS = 1000;

/** The instance goes on with it when this command is stopped, or when it starts again. */
async function asJob(
  { job: act, done }: Act,
  chosen: readonly number[],
  { tasks, isRunning }: Instance,
  { json }: SelectionFlags,
  context: CliContext,
): Promise<number> {
  let job: JobAnswer | null = null;
  for (let at = 0; at < chosen.length; at += ID_GROUP) {
    const ids = chosen.slice(at, at + ID_GROUP);
    job = await tasks.job({
      id: job?.id ?? null,
      act: job === null ? act : null,
      ids,
      begin: at + ID_GROUP >= chosen.length,
    });
  }
  if (job === null) return 0;
  let shownAt = context.now();
  context.err(context.paint.dim(`job ${job.id}: it goes on when this command is stopped`));
  while (job.state !== "done") {
    if (isRunning) await setTimeout(POLL_MS);
    job = await tasks.job({ id: job.id, act: null, ids: [], begin: false });
    if (context.now() - shownAt < PROGRESS_MS) continue;
    shownAt = context.now();
    context.err(context.paint.dim(`${(job.changed + job.refused).toLocaleString("en-US")} of ${tasksText(job.total)}`));
  }
  if (json === true) context.out(JSON.stringify(job));
  else {
    for (const { record_id: id, refused } of job.refusals) context.err(`record ${id}: not ${done}: ${refused}`);
    if (job.refused > job.refusals.length) context.err(`… ${tasksText(job.refused)} not ${done}`);
    context.out(`${tasksText(job.changed)} ${done}`);
  }
  if (!isRunning && job.changed > 0) context.err(NOT_RUNNING);
  return job.refused > 0 ? 1 : 0;
}
