import { ACT_GROUP, type ActedAnswer } from "../../contract/api/task-control-api.ts";
import type { CliContext } from "../context.ts";
import { configOf } from "../find-config.ts";
import type { Instance } from "../instance.ts";
import { checkExpected, confirmed, selected, tasksText, type SelectionFlags } from "./selection.ts";

/** One act on tasks, as a command describes it. */
export interface Act {
  /** What it asks about, as in "Cancel". */
  readonly ask: string;
  /** What was done to the tasks, as in "cancelled". */
  readonly done: string;
  /** The record of one task that was changed or made, for people. */
  line(task: ActedAnswer["tasks"][number]): string;
  /** Shown before it asks; at most `ACT_GROUP` ids. */
  before?(instance: Instance, ids: readonly number[]): Promise<void>;
  /** At most `ACT_GROUP` ids. */
  run(instance: Instance, ids: readonly number[]): Promise<ActedAnswer["tasks"]>;
}

/** Lines of changed tasks that people are shown. */
const SHOWN = 20;

/** Selects, asks, acts, and prints what became of each task. */
export async function actOn(
  act: Act,
  ids: readonly string[],
  flags: SelectionFlags,
  context: CliContext,
): Promise<number> {
  const { options } = configOf(flags, context);
  const chosen = await selected(ids, flags, options, context);
  checkExpected(chosen.length, flags);
  if (chosen.length === 0) {
    context.err("No task matches.");
    return 0;
  }
  const { openInstance } = await import("../instance.ts");
  const instance = await openInstance(options);
  let [changed, refused] = [0, 0];
  try {
    if (act.before !== undefined)
      for (let at = 0; at < chosen.length; at += ACT_GROUP)
        await act.before(instance, chosen.slice(at, at + ACT_GROUP));
    if (!(await confirmed(act.ask, chosen.length, flags, context))) {
      context.err("Nothing was done.");
      return 1;
    }
    for (let at = 0; at < chosen.length; at += ACT_GROUP) {
      for (const task of await act.run(instance, chosen.slice(at, at + ACT_GROUP))) {
        if (task.refused === null) changed += 1;
        else refused += 1;
        if (flags.json === true) context.out(JSON.stringify(task));
        else if (task.refused !== null) context.err(`record ${task.record_id}: not ${act.done}: ${task.refused}`);
        else if (changed <= SHOWN) context.out(act.line(task));
      }
      if (chosen.length > ACT_GROUP)
        context.err(context.paint.dim(`${Math.min(at + ACT_GROUP, chosen.length)} of ${tasksText(chosen.length)}`));
    }
    if (flags.json !== true) context.out(`${tasksText(changed)} ${act.done}`);
    if (!instance.isRunning && changed > 0)
      context.err("No instance is running: what must be sent is sent at the next start.");
    return refused > 0 ? 1 : 0;
  } finally {
    await instance.close();
  }
}
