import type { Command } from "commander";
import { currentUser } from "../alerts/current-user.ts";
import { finishFilesRequest, type FinishFilesAnswer } from "../../contract/api/file-api.ts";
import { taskName } from "../../core/task/task-name.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly at?: string;
  readonly workflow?: string;
  readonly all?: true;
  readonly json?: true;
}

/** `flowlord files finish` */
export function addFilesFinish(cli: Cli, group: Command): void {
  cli
    .command(
      "finish <task>",
      "Create the task of a phase with `gather` now, of the files that have come; TASK is its type, or type:job.",
      [
        "flowlord files finish merge",
        "flowlord files finish merge:hourly --at 2026-01-31",
        "flowlord files finish merge --all",
      ],
      group,
    )
    .option(
      "--at <time>",
      "only of this task time, or of those that begin so: 2026-01-31T05; none: without a task time",
    )
    .option("--workflow <name>", "the workflow file of the phase (default: any)")
    .option("--all", "of every task time that waits for files")
    .option("--json", "one JSON object: finished, waiting")
    .action(cli.action((task: string, own: Flags) => finish(cli.context, task, withGroupFlags(group, own))));
}

async function finish(context: CliContext, task: string, flags: Flags): Promise<number> {
  const [type = "", job = "", ...rest] = task.split(":");
  if (type === "" || rest.length > 0) throw new UsageError(`"${task}" is not a task: write its type, or type:job`);
  const target = await targetOf(flags, context);
  const request = finishFilesRequest.parse({
    type,
    job,
    workflow: flags.workflow ?? "",
    at: flags.at ?? null,
    all: flags.all === true,
  });
  const instance = await target.openInstance();
  try {
    const answer = await instance.finishFiles({ ...request, by: currentUser() });
    if (flags.json === true) context.out(JSON.stringify(answer));
    else print(answer, flags.at, context);
    if (answer.finished.length === 0) return 1;
    if (!instance.isRunning) context.err("No instance is running: it is sent at the next start.");
    return 0;
  } finally {
    await instance.close();
  }
}

function print({ finished, waiting }: FinishFilesAnswer, at: string | undefined, context: CliContext): void {
  for (const one of finished)
    context.out(printable(`${taskName(one)}  ${one.task_time ?? "without a task time"}  record ${one.record_id}`));
  if (waiting.length > 0) {
    context.err(
      at === undefined
        ? "Files of several task times wait: name one with --at, or finish them with --all."
        : "These files wait; name one task time with --at, or finish them with --all:",
    );
    for (const one of waiting)
      context.err(printable(`  ${one.task_time ?? "none"}  ${taskName(one)} of ${one.workflow}`));
  } else if (finished.length === 0)
    context.err("No files of this task wait: none has come, or the task of those that have is made.");
}
