import { Option } from "commander";
import { MINUTE } from "../../contract/time/time-units.ts";
import { printDuration } from "../../core/time/duration.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { Durations, StatsOf, StatsSummary } from "../../store/stats-queries.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { dayText } from "../../contract/note-target.ts";
import { notesJson, noteText, PageNotes } from "../output/notes.ts";
import { table, type Cell } from "../output/table.ts";
import { isoTime, localTime, spanFrom } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly last: string;
  readonly json?: true;
}

const NONE: Cell = { text: "" };

/** `flowlord stats`: how many tasks there were, and how long they took. */
export function addStats(cli: Cli): void {
  cli
    .command("stats", "Count the tasks of a span by type and job, and show how long they ran and waited.", [
      "flowlord stats",
      "flowlord stats --last 7d",
      "flowlord stats --last 1h --json",
    ])
    .addOption(
      new Option("--last <span>", "tasks created in this span until now, in full hours: 1h, 24h, 7d, 30d").default(
        "24h",
      ),
    )
    .option("--json", "one JSON object")
    .action(cli.action((flags: Flags) => stats(cli.context, flags)));
}

async function stats(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const now = context.now();
  const from = spanFrom(now, -1, flags.last, target.zone);
  if (from === null) throw new UsageError(`--last: "${flags.last}" is no duration; write it as in 1h, 24h, 7d or 1mo.`);
  return await target.read(async ({ tasks }) => {
    const { summary, notes: found } = await tasks.stats({ from, until: now });
    const { zone } = target;
    const days = new PageNotes(found);
    if (flags.json === true) {
      const notes = days.all.map((row) => ({ day: dayText(row.target_id), ...notesJson([row])[0] }));
      context.out(JSON.stringify({ ...summary, from: isoTime(summary.from), until: isoTime(summary.until), notes }));
    } else if (summary.all.total === 0) context.out("No task was created in that span.");
    else context.out(summaryText(summary, zone, context));
    if (flags.json !== true)
      for (const row of days.all) context.out(`${dayText(row.target_id)}: note ${noteText(row, zone)}`);
    return 0;
  });
}

function summaryText(summary: StatsSummary, zone: string, { paint, width }: CliContext): string {
  const row = (name: string, of: StatsOf): Cell[] => [
    { text: name, paint: paint.bold },
    count(of.total),
    count(of.complete),
    count(of.error, paint.red),
    count(of.warn, paint.yellow),
    count(of.alert, paint.red),
    count(of.unknown),
    count(of.unfinished),
    ...durationCells(of.run),
    ...durationCells(of.queue).slice(1, 2),
  ];
  const rows = summary.kinds.map((kind) => row(taskName(kind), kind));
  const heads = ["TASK", "TOTAL", "COMPLETE", "ERROR", "WARN", "ALERT", "OTHER", "OPEN"];
  const text = table([...heads, "RUN P50", "P95", "P99", "WAIT P95"], [...rows, row("all", summary.all)], width);
  const more = summary.more_kinds === 0 ? "" : `\n${paint.dim(`${summary.more_kinds} more types and jobs`)}`;
  const head = `From ${localTime(summary.from, zone)} until ${localTime(summary.until, zone)} (${zone})`;
  return `${paint.dim(head)}\n${text}${more}`;
}

function count(value: number, paint?: (text: string) => string): Cell {
  if (value === 0) return NONE;
  return paint === undefined ? { text: String(value) } : { text: String(value), paint };
}

function durationCells(durations: Durations | null): readonly Cell[] {
  if (durations === null) return [NONE, NONE, NONE];
  return [durations.p50, durations.p95, durations.p99].map((ms) => ({ text: shortDuration(ms) }));
}

/** Two significant digits: the histogram has no more. */
function shortDuration(ms: number): string {
  const unit = ms < 1000 ? 1 : ms < MINUTE ? 100 : 1000;
  return printDuration(BigInt(Math.round(ms / unit) * unit) * 1_000_000n);
}
