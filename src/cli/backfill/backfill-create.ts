import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { csvLine } from "../../contract/api/csv.ts";
import type { CreateBackfillRequest } from "../../contract/api/workflows/backfill-api.ts";
import { MAX_BACKFILL_ACTIVE } from "../../contract/limits.ts";
import { parseAskedTime } from "../../contract/time/asked-time.ts";
import { printable } from "../../contract/printable.ts";
import { digitsOf } from "../../contract/time/wall-ms.ts";
import { SLOT_CLASSES, SLOT_SELECTIONS, type SlotClass, type SlotSelection } from "../../core/backfill/slot-class.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { PreviewedSlot } from "../reads/backfill-reads.ts";
import { currentUser } from "../alerts/current-user.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { confirmed, tasksText } from "../acting/selection.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { isoTime, localTime } from "../output/times.ts";
import { isoTaskTime } from "../../core/time/iso-times.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly from: string;
  readonly to?: string;
  readonly by?: CreateBackfillRequest["step"];
  readonly workflow?: string;
  readonly meta?: string;
  readonly metaFile?: string;
  readonly only: SlotSelection;
  readonly order: CreateBackfillRequest["order"];
  readonly children?: true;
  readonly maxActive: number;
  readonly stopOnFailure?: true;
  readonly execute?: true;
  readonly reason?: string;
  readonly yes?: true;
  readonly expect?: number;
  readonly json?: true;
  readonly csv?: true;
}

/** `flowlord backfill TYPE[:JOB]`: list the tasks that a backfill would create, or begin it. */
export function addBackfillCreate(cli: Cli, group: Command): void {
  cli
    .command(
      "create <type[:job]>",
      "List the tasks of a phase that past times lack; with --execute, create them under a cap.",
      [
        "flowlord backfill load:daily --from 2026-01-01 --to 2026-01-31",
        "flowlord backfill load --from 2026-01-01T00 --to 2026-01-02T23 --by hour --only missing,failed --csv",
        "flowlord backfill load:daily --from 2026-01-01 --to 2026-01-31 --children --max-active 4 --execute --yes",
        "flowlord backfill notify --from 2026-01-01 --meta who=ops --execute --expect 1 --yes",
      ],
      group,
      true,
    )
    .requiredOption("--from <time>", "the oldest task time: a day or hour in the zone of the phase, or RFC 3339")
    .option("--to <time>", "the newest task time; a day is meant to its end (default: that of --from)")
    .addOption(
      new Option("--by <step>", "the steps (default: the schedule of the phase, or its days)").choices([
        "hour",
        "day",
        "week",
        "month",
      ]),
    )
    .option("--workflow <name>", "the workflow file of the phase (default: the first that has it)")
    .option("--meta <pairs>", "one row of meta as key=value,key2=value2, instead of the rows of the phase")
    .option("--meta-file <file>", "a file of rows, instead of the rows of the phase")
    .addOption(
      new Option("--only <which>", "the times that get a task; an unfinished task is never made twice")
        .choices(SLOT_SELECTIONS)
        .default("missing"),
    )
    .addOption(new Option("--order <order>", "which times come first").choices(["oldest", "newest"]).default("oldest"))
    .option("--children", "let the children of its tasks follow them")
    .option(
      "--max-active <count>",
      "how many of its tasks may be unfinished at a time",
      integerBetween(1, MAX_BACKFILL_ACTIVE),
      10,
    )
    .option("--stop-on-failure", "pause it when a task has failed for good")
    .option("--execute", "begin it; without this, the tasks are only listed")
    .option("--reason <text>", "why, for others who read its history later")
    .option("--yes", "do not ask first; needed where there is no terminal")
    .option("--expect <count>", "do nothing unless it is exactly this many tasks", integerBetween(0, 1e9))
    .option(
      "--json",
      "one JSON object a line for each task: class, task_time, task_zone, type, job, info, meta, about_at; with --execute: id",
    )
    .option("--csv", "the list as CSV with a line of headings")
    .action(cli.action((task: string, own: Flags) => backfill(cli.context, task, withGroupFlags(group, own))));
}

async function backfill(context: CliContext, task: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const request = requestOf(task, flags, context);
  const counts: Record<SlotClass, number> = { new: 0, exists: 0, failed: 0, running: 0 };
  let total = 0;
  if (flags.csv === true && flags.execute !== true) context.out("task_time,class,type,job,info,meta");
  await target.read(async ({ backfills }) => {
    for await (const { slots, zone } of backfills.preview(request)) {
      for (const slot of slots) {
        counts[slot.class] += 1;
        if (!slot.isSelected) continue;
        total += 1;
        if (flags.execute !== true) context.out(slotLine(slot, zone, flags));
      }
    }
  });
  const summary = summaryOf(total, counts, taskName(request));
  if (flags.expect !== undefined && flags.expect !== total)
    throw new UsageError(
      `Nothing was done: it would be ${tasksText(total)}, and --expect says ${flags.expect}. ${summary}`,
    );
  if (flags.execute !== true) {
    if (flags.json === true || flags.csv === true) context.err(summary);
    else context.out(`${summary} Nothing was created: --execute does.`);
    return 0;
  }
  if (total === 0) {
    context.err(`${summary} Nothing to do.`);
    return 0;
  }
  if (!(await confirmed("Create", total, flags, context, summary))) return 1;
  const instance = await target.openInstance();
  try {
    const { id } = await instance.backfills.create({ ...request, total });
    if (flags.json === true) context.out(JSON.stringify({ id, total }));
    else
      context.out(
        `backfill ${id} begun: ${tasksText(total)}; flowlord backfill show ${id} --follow shows how far it is`,
      );
    if (!instance.isRunning) context.err("No instance is running: it goes on at the next start.");
    return 0;
  } finally {
    await instance.close();
  }
}

function requestOf(task: string, flags: Flags, context: CliContext): CreateBackfillRequest {
  const [type = "", ...job] = task.split(":");
  if (type === "") throw new UsageError("backfill takes TYPE or TYPE:JOB, as in flowlord backfill load:daily.");
  if (flags.json === true && flags.csv === true) throw new UsageError("Choose one of --json and --csv.");
  if (flags.meta !== undefined && flags.metaFile !== undefined)
    throw new UsageError("Rows come from --meta or from --meta-file, not from both.");
  const isRemote = /^[a-z0-9]+:\/\//i.test(flags.metaFile ?? "");
  return {
    type,
    job: job.join(":"),
    workflow: flags.workflow ?? "",
    from: timeOf("--from", flags.from),
    to: flags.to === undefined ? null : timeOf("--to", flags.to),
    step: flags.by ?? null,
    order: flags.order,
    meta: flags.meta === undefined ? null : pairsOf(flags.meta),
    meta_file: flags.metaFile === undefined || isRemote ? (flags.metaFile ?? "") : resolve(context.cwd, flags.metaFile),
    only: flags.only,
    children: flags.children === true,
    max_active: flags.maxActive,
    stop_on_failure: flags.stopOnFailure === true,
    total: 0,
    by: currentUser(),
    reason: flags.reason ?? "",
  };
}

function timeOf(flag: string, text: string): string {
  if (parseAskedTime(text) !== null) return text;
  throw new UsageError(`${flag} takes a time as in 2026-01-31, 2026-01-31T05 or 2026-01-31T05:00:00Z, not "${text}".`);
}

function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const at = pair.indexOf("=");
      if (at <= 0) throw new UsageError(`--meta takes key=value,key2=value2, and "${pair}" is not a pair.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function slotLine(slot: PreviewedSlot, zone: string, { json, csv }: Flags): string {
  const { class: one, at, type, job, info, meta, taskTime } = slot;
  const time = taskTime === null ? "" : new Date(digitsOf(taskTime)).toISOString().slice(0, 16);
  if (json === true) {
    const time = isoTaskTime({ task_time: taskTime, task_zone: zone }, zone);
    return JSON.stringify({ class: one, ...time, type, job, info, meta, about_at: isoTime(at) });
  }
  if (csv === true) return csvLine([time, one, type, job, info, meta]);
  // A task time is a full hour, and several ticks may be about one.
  const tick = localTime(at, zone).replace(" ", "T").slice(0, 16);
  return `${one.padEnd(7)}  ${time}${tick === time || time === "" ? "" : ` (${tick.slice(11)})`}  ${printable(info)}`;
}

function summaryOf(total: number, counts: Readonly<Record<SlotClass, number>>, name: string): string {
  const all = SLOT_CLASSES.map((one) => `${counts[one].toLocaleString("en-US")} ${one}`).join(", ");
  const slots = SLOT_CLASSES.reduce((sum, one) => sum + counts[one], 0);
  return `${tasksText(total)} of ${name} out of ${slots.toLocaleString("en-US")} ${slots === 1 ? "time" : "times"} (${all}).`;
}
