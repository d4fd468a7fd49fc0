import { taskTimeText } from "../../core/why/phrases.ts";
import type { Command } from "commander";
import { DAY, MINUTE } from "../../contract/time/time-units.ts";
import type { FileTotals } from "../../store/file-queries.ts";
import { typeOption, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { timeOf } from "./file-filter.ts";
import { sizeText } from "./file-rows.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table, type Cell } from "../output/table.ts";
import type { ShownPhaseFiles } from "../reads/file-reads.ts";
import { isoTime, localTime, wallOfText } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly type?: string;
  readonly job?: string;
  readonly since?: string;
  readonly until?: string;
  readonly hours?: true;
  readonly json?: true;
}

/** Missing times that a line names. */
const NAMED_GAPS = 5;

/** `flowlord files stats` */
export function addFilesStats(cli: Cli, group: Command): void {
  cli
    .command(
      "stats",
      "Show file events by phase: how many, how large, how fast they were handled, when they usually come and which are missing.",
      [
        "flowlord files stats",
        "flowlord files stats --since 2026-01-01 --type load",
        "flowlord files stats --hours --json",
      ],
      group,
    )
    .option("--type <type>", "only phases of this type", typeOption)
    .option("--job <job>", "and of this job")
    .option("--since <time>", "from the hour of this time (default: a day ago; at most 31 days)")
    .option("--until <time>", "up to this time (default: now)")
    .option("--hours", "each hour too")
    .option("--json", "one JSON object a line: of all events, then of each phase")
    .action(cli.action((own: Flags) => stats(cli.context, withGroupFlags(group, own))));
}

async function stats(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const { zone } = target;
  if (flags.job !== undefined && flags.type === undefined) throw new UsageError("--job needs --type.");
  const now = context.now();
  const until = timeOf("--until", flags.until, zone, now) ?? now;
  const since = timeOf("--since", flags.since, zone, now) ?? until - DAY;
  if (since >= until) throw new UsageError("--since must be before --until.");
  const phase = flags.type === undefined ? null : { type: flags.type, job: flags.job ?? null };
  return await target.read(async ({ files }) => {
    const { all, phases } = await files.stats({ since, until, phase });
    if (flags.json === true) printJson(all, phases, flags, context);
    else printTables(all, phases, zone, flags, context);
    return 0;
  });
}

function printJson(
  all: FileTotals | null,
  phases: readonly ShownPhaseFiles[],
  { hours }: Flags,
  context: CliContext,
): void {
  const stats = ({ hours: each, ...sums }: FileTotals): object => ({
    ...sums,
    ...(hours === true ? { hours: each.map(({ hour, ...row }) => ({ hour: isoTime(hour), ...row })) } : {}),
  });
  if (all !== null) context.out(JSON.stringify({ phase_id: 0, ...stats(all) }));
  for (const phase of phases) {
    const { last_task_time, usual_delay_ms, longest_delay_ms, step, gaps, more_gaps, ...rest } = phase;
    const step_ms = step === null || step === "month" ? null : step.ms;
    const arrivals = { last_task_time, usual_delay_ms, longest_delay_ms, step_ms, step, gaps, more_gaps };
    context.out(JSON.stringify({ ...stats(rest), ...arrivals }));
  }
}

function printTables(
  all: FileTotals | null,
  phases: readonly ShownPhaseFiles[],
  zone: string,
  flags: Flags,
  context: CliContext,
): void {
  const { paint, width } = context;
  if (phases.length === 0 && (all === null || all.events === 0)) {
    context.out("No phase has received a file, and none arrived in that time.");
    return;
  }
  const row = (name: string, workflow: string, stats: FileTotals, usual: string): Cell[] => [
    { text: name, paint: paint.bold },
    { text: workflow },
    { text: String(stats.events) },
    { text: String(stats.unmatched), ...(stats.unmatched > 0 ? { paint: paint.yellow } : {}) },
    { text: String(stats.tasks) },
    { text: sizeText(stats.bytes) },
    { text: stats.p95_ms === null ? "" : `${Math.round(stats.p95_ms)} ms` },
    { text: usual },
  ];
  const rows = all === null ? [] : [row("all", "", all, "")];
  for (const phase of phases) {
    const { usual_delay_ms: usual } = phase;
    rows.push(row(phase.task, phase.workflow, phase, usual === null ? "" : delayText(usual)));
  }
  context.out(table(["PHASE", "WORKFLOW", "EVENTS", "UNMATCHED", "TASKS", "SIZE", "P95", "USUALLY"], rows, width));
  if (flags.hours === true) {
    for (const { task, hours } of [...(all === null ? [] : [{ task: "all", hours: all.hours }]), ...phases])
      if (hours.length > 0) context.out(`\n${paint.bold(task)}\n${hourTable(hours, zone, width)}`);
  }
  for (const phase of phases) printGaps(phase, zone, context);
}

function hourTable(hours: FileTotals["hours"], zone: string, width: number | null): string {
  const cells = hours.map((one) => [
    { text: localTime(one.hour, zone) },
    { text: String(one.events) },
    { text: String(one.unmatched) },
    { text: String(one.tasks) },
    { text: sizeText(one.bytes) },
    { text: one.p95_ms === null ? "" : `${Math.round(one.p95_ms)} ms` },
  ]);
  return table([`HOUR (${zone})`, "EVENTS", "UNMATCHED", "TASKS", "SIZE", "P95"], cells, width);
}

function printGaps(phase: ShownPhaseFiles, zone: string, context: CliContext): void {
  const { gaps, more_gaps: moreGaps } = phase;
  if (gaps.length === 0) return;
  const named = gaps.slice(-NAMED_GAPS).map((gap) => taskTimeText(wallOfText(gap)));
  const more = gaps.length > named.length ? ` (the last of ${moreGaps ? "more than " : ""}${gaps.length})` : "";
  context.out(
    `${context.paint.yellow("missing")} for ${phase.task} of ${phase.workflow}: ${named.join(", ")} (${phase.task_zone ?? zone})${more}`,
  );
}

/** Minutes, hours and days after the task time. */
function delayText(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const text = days > 0 ? `${days}d ${hours}h` : hours > 0 ? `${hours}h ${minutes % 60}m` : `${minutes}m`;
  return `${text} ${ms < 0 ? "before" : "after"} its time`;
}
