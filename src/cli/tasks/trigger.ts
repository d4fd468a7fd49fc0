import { InvalidArgumentError } from "commander";
import { parseAskedDay } from "../../contract/time/asked-time.ts";
import { taskName } from "../../core/task/task-name.ts";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly at?: string;
  readonly workflow?: string;
  readonly info?: string;
  readonly meta?: string;
  readonly now?: true;
  readonly row?: readonly string[];
  readonly wait?: true;
  readonly reason?: string;
  readonly json?: true;
}

/** `flowlord trigger TYPE[:JOB]`: create a task now. */
export function addTrigger(cli: Cli): void {
  cli
    .command(
      "trigger <type[:job]>",
      "Create a task now, as its phase would: through the running instance, or for the next start.",
      [
        "flowlord trigger clean",
        "flowlord trigger load:daily --at 2026-01-31T05",
        "flowlord trigger sync --row region=eu --at yesterday --wait",
        "flowlord trigger adhoc --info '?day=2026-01-31' --meta 'region=eu'",
      ],
    )
    .option(
      "--at <time>",
      "the task time: a day (also yesterday) or hour in the zone of the phase, or RFC 3339 (default: now)",
    )
    .option("--workflow <name>", "the workflow file of the phase (default: the first that has it)")
    .option("--info <text>", "the task's info instead of that of the template; required when no phase has the type")
    .option("--meta <query>", "meta as key=value&key2=value2, merged over the meta of the phase")
    .option("--row <key=value>", "of a batch only the rows with this value; repeat it for more keys", collectRow)
    .option("--wait", "stay until the tasks are done, show their states, and exit with 1 unless all complete")
    .option("--now", "at once, past max_active and overlap of the phase")
    .option("--reason <text>", "why, for others who read the history later")
    .option("--json", "one JSON object a line for each task")
    .action(cli.action((task: string, flags: Flags) => trigger(cli.context, task, flags)));
}

async function trigger(context: CliContext, task: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const [type, job] = splitOnce(task);
  if (type === "") throw new UsageError("trigger takes TYPE or TYPE:JOB, as in flowlord trigger load:daily.");
  const instance = await target.openInstance();
  try {
    if (flags.wait === true && !instance.isRunning)
      throw new UsageError(
        "No instance is running, so there is nothing to wait for: start flowlord serve, or leave out --wait.",
      );
    const tasks = await instance.run({
      type,
      job,
      workflow: flags.workflow ?? "",
      at: flags.at === undefined ? null : timeOf(flags.at),
      info: flags.info ?? null,
      meta: flags.meta ?? "",
      now: flags.now === true,
      by: currentUser(),
      reason: flags.reason ?? "",
      row: (flags.row ?? []).join("&"),
    });
    for (const made of tasks) {
      if (flags.json === true) context.out(JSON.stringify(made));
      else
        context.out(
          `created ${taskName({ type, job })} ${printable(made.info)}  (record ${made.record_id}, id ${made.id})${made.held ? "; it waits for a slot of its phase" : ""}`,
        );
    }
    if (!instance.isRunning) context.err("No instance is running: it is sent at the next start.");
    if (flags.wait !== true) return 0;
    const { waitForTasks } = await import("../acting/wait-for-tasks.ts");
    const ids = tasks.map((made) => made.record_id);
    return (await waitForTasks(ids, target, flags.json === true, context)) ? 0 : 1;
  } finally {
    await instance.close();
  }
}

function splitOnce(task: string): readonly [string, string] {
  const at = task.indexOf(":");
  return at < 0 ? [task, ""] : [task.slice(0, at), task.slice(at + 1)];
}

/** Sent as it is written: only the instance knows the zone of the phase. */
function timeOf(text: string): string {
  if (parseAskedDay(text) !== null) return text;
  throw new UsageError(
    `--at takes a time as in 2026-01-31T05:00:00Z, 2026-01-31T05, 2026-01-31 or yesterday, not "${text}".`,
  );
}

/** As one key of a query string, the values encoded. */
function collectRow(text: string, earlier: readonly string[] | undefined): readonly string[] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes KEY=VALUE, as in region=eu.");
  const pair = `${encodeURIComponent(text.slice(0, at))}=${encodeURIComponent(text.slice(at + 1))}`;
  return [...(earlier ?? []), pair];
}
