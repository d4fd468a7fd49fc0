import { parseAskedTime } from "../../contract/asked-time.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { printable } from "../../contract/printable.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly at?: string;
  readonly workflow?: string;
  readonly info?: string;
  readonly meta?: string;
  readonly now?: true;
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
        "flowlord trigger adhoc --info '?day=2026-01-31' --meta 'region=eu'",
      ],
    )
    .option("--at <time>", "the task time: a day or hour in the zone of the phase, or RFC 3339 (default: now)")
    .option("--workflow <name>", "the workflow file of the phase (default: the first that has it)")
    .option("--info <text>", "the task's info instead of that of the template; required when no phase has the type")
    .option("--meta <query>", "meta as key=value&key2=value2, merged over the meta of the phase")
    .option("--now", "at once, past max_active and overlap of the phase")
    .option("--json", "one JSON object a line for each task")
    .action(cli.action((task: string, flags: Flags) => trigger(cli.context, task, flags)));
}

async function trigger(context: CliContext, task: string, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const [type, job] = splitOnce(task);
  if (type === "") throw new UsageError("trigger takes TYPE or TYPE:JOB, as in flowlord trigger load:daily.");
  // Imported here: otherwise `serve` would load the schemas of requests that it never makes (50 ms, 5 MB).
  const { openInstance } = await import("../instance.ts");
  const instance = await openInstance(options);
  try {
    const tasks = await instance.run({
      type,
      job,
      workflow: flags.workflow ?? "",
      at: flags.at === undefined ? null : timeOf(flags.at),
      info: flags.info ?? null,
      meta: flags.meta ?? "",
      now: flags.now === true,
    });
    for (const made of tasks) {
      if (flags.json === true) context.out(JSON.stringify(made));
      else
        context.out(
          `created ${taskName({ type, job })} ${printable(made.info)}  (record ${made.record_id}, id ${made.id})${made.held ? "; it waits for a slot of its phase" : ""}`,
        );
    }
    if (!instance.isRunning) context.err("No instance is running: it is sent at the next start.");
    return 0;
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
  if (parseAskedTime(text) !== null) return text;
  throw new UsageError(`--at takes a time as in 2026-01-31T05:00:00Z, 2026-01-31T05 or 2026-01-31, not "${text}".`);
}
