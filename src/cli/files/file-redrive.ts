import type { Command } from "commander";
import { taskName } from "../../core/task/task-name.ts";
import { REDRIVE_GROUP, redriveFilesRequest } from "../../contract/api/file-api.ts";
import type { RedrivenFile } from "../../store/file-queries.ts";
import { currentUser } from "../alerts/current-user.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { eventId, filterOf, withFilter, type FilterFlags } from "./file-filter.ts";
import { targetOf } from "../target.ts";
import type { Instance } from "../instance-acts.ts";
import { printable } from "../../contract/printable.ts";
import { isoTime } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends FilterFlags {
  readonly force?: true;
  readonly dryRun?: true;
  readonly reason?: string;
  readonly json?: true;
}

/** `flowlord files redrive` */
export function addFilesRedrive(cli: Cli, group: Command): void {
  const command = cli.command(
    "redrive [ids...]",
    "Match file events again, against the current workflows: each phase that matches creates a task, unless it already has one for the event.",
    [
      "flowlord files redrive 17 18",
      "flowlord files redrive --unmatched --since 2026-01-31 --dry-run",
      "flowlord files redrive --path 'gs://in/*.csv' --force",
    ],
    group,
  );
  withFilter(command)
    .option("--force", "create a task also for phases that already have one for the event")
    .option("--dry-run", "only show what it would do")
    .option("--reason <text>", "why, for others who read the history later")
    .option("--json", "one JSON object a line for each event: id, path, matched, taken, waiting, error, tasks")
    .action(cli.action((ids: readonly string[], own: Flags) => redrive(cli.context, ids, withGroupFlags(group, own))));
}

type Selection = { readonly ids: readonly number[] } | Readonly<Record<string, unknown>>;

async function redrive(context: CliContext, ids: readonly string[], flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const numbers = ids.map(eventId);
  const filter = filterOf(flags, target.zone, context.now());
  const isFiltered = Object.values(filter).some((value) => value !== null);
  if (ids.length > 0 === isFiltered)
    throw new UsageError("redrive takes the ids of file events, or filters: --unmatched, --type, --path, --since …");
  const found = {
    matched: filter.matched,
    type: filter.phase?.type ?? null,
    job: filter.phase?.job ?? null,
    path: filter.path,
    since: isoTime(filter.since),
    until: isoTime(filter.until),
  };
  const instance = await target.openInstance();
  const tally: Tally = { events: 0, tasks: 0, taken: 0, unmatched: 0, failed: 0 };
  try {
    if (isFiltered) await redriveGroups(instance, found, flags, tally, context);
    for (let at = 0; at < numbers.length; at += REDRIVE_GROUP)
      await redriveGroups(instance, { ids: numbers.slice(at, at + REDRIVE_GROUP) }, flags, tally, context);
    if (flags.json !== true) context.out(summary(tally, flags.dryRun === true));
    if (!instance.isRunning && tally.tasks > 0 && flags.dryRun !== true)
      context.err("No instance is running: they are sent at the next start.");
    const missing = numbers.length === 0 ? 0 : new Set(numbers).size - tally.events;
    if (missing > 0) context.err(`${missing} of the ids are not file events.`);
    return tally.failed > 0 || missing > 0 ? 1 : 0;
  } finally {
    await instance.close();
  }
}

interface Tally {
  events: number;
  tasks: number;
  /** Phases that had already created their task for the event. */
  taken: number;
  unmatched: number;
  failed: number;
}

/** Group after group, each its own commit: after a kill, the same command continues where it stopped. */
async function redriveGroups(
  instance: Instance,
  selection: Selection,
  flags: Flags,
  tally: Tally,
  context: CliContext,
): Promise<void> {
  let after: number | null = 0;
  let upTo: number | null = null;
  while (after !== null) {
    const request = redriveFilesRequest.parse({
      ...selection,
      after,
      up_to: upTo,
      force: flags.force === true,
      dry_run: flags.dryRun === true,
      reason: flags.reason ?? "",
    });
    const answer = await instance.redriveFiles({ ...request, by: currentUser() });
    for (const result of answer.results) {
      tally.events += 1;
      tally.tasks += result.tasks.length;
      tally.taken += result.taken;
      if (result.error !== null) tally.failed += 1;
      else if (result.matched === 0) tally.unmatched += 1;
      printResult(result, flags, context);
    }
    ({ next: after, up_to: upTo } = answer);
    if (after !== null) context.err(context.paint.dim(`${tally.events} events so far, ${tally.tasks} tasks`));
  }
}

/** As text, only events with a task or an error. */
function printResult(result: RedrivenFile, flags: Flags, context: CliContext): void {
  const { id, path, tasks, error } = result;
  if (flags.json === true) {
    // A dry run is rolled back, so its record number would belong to another task.
    const made = flags.dryRun === true ? tasks.map(({ type, job, info }) => ({ type, job, info })) : tasks;
    context.out(JSON.stringify({ ...result, tasks: made }));
    return;
  }
  if (error !== null) context.err(printable(`event ${id}: ${error}`));
  for (const task of tasks) {
    const record = flags.dryRun === true ? "" : ` (record ${task.record_id})`;
    context.out(printable(`event ${id}  ${path}: ${taskName(task)}${record}  ${task.info}`));
  }
}

function summary({ events, tasks, taken, unmatched }: Tally, isDry: boolean): string {
  const count = (number: number, one: string, more = `${one}s`): string => `${number} ${number === 1 ? one : more}`;
  const has = taken > 0 ? `; ${count(taken, "match", "matches")} had a task already (--force creates another)` : "";
  const rest = unmatched > 0 ? `; ${unmatched} ${unmatched === 1 ? "matches" : "match"} no phase` : "";
  return `${count(events, "event")} scanned, ${count(tasks, "task")} ${isDry ? "would be created" : "created"}${has}${rest}`;
}
