import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { taskName } from "../../core/task/task-name.ts";
import { doneOf } from "../../core/backfill/summary.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import type { ShownBackfill } from "../reads/backfill-reads.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";
import { printable } from "../../contract/printable.ts";
import { spanText } from "../../core/why/phrases.ts";

interface ListFlags extends ConfigFlags {
  readonly number: number;
  readonly before?: number;
  readonly json?: true;
}

/** `flowlord backfill list` */
export function addBackfillList(cli: Cli, group: Command): void {
  cli
    .command(
      "list",
      "List the backfills, newest first.",
      ["flowlord backfill list", "flowlord backfill list --json"],
      group,
    )
    .option("-n, --number <count>", "how many", integerBetween(1, 1000), 20)
    .option("--before <id>", "only those older than this one", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--json", "one JSON object a line")
    .action(cli.action((own: ListFlags) => list(cli.context, withGroupFlags(group, own))));
}

async function list(context: CliContext, flags: ListFlags): Promise<number> {
  const target = await targetOf(flags, context);
  const { zone } = target;
  return await target.read(async ({ backfills }) => {
    const rows = await backfills.list(flags.number, flags.before ?? null);
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(jsonOf(row)));
    else if (rows.length === 0)
      context.out("There are no backfills. flowlord backfill TYPE --from … --to … begins one.");
    else {
      const headings = ["ID", "STATE", "PHASE", "FROM", "TO", "DONE", "FAILED", "BEGUN", "BY"];
      const cells = rows.map((row) => {
        const { from, to, zone: own } = row;
        return [
          String(row.id),
          row.state,
          taskName(row),
          localTime(from, own).slice(0, 16),
          localTime(to, own).slice(0, 16),
          `${doneOf(row)} of ${row.total}`,
          String(row.failed),
          localTime(row.created_at, zone),
          row.created_by,
        ].map((text) => ({ text }));
      });
      context.out(table(headings, cells, context.width));
    }
    return 0;
  });
}

interface ShowFlags extends ConfigFlags {
  readonly follow?: true;
  readonly json?: true;
}

export const backfillId = integerBetween(1, Number.MAX_SAFE_INTEGER);
const FOLLOW_MS = 2000;
const SHOWN_FAILED = 20;

/** `flowlord backfill show ID` */
export function addBackfillShow(cli: Cli, group: Command): void {
  cli
    .command(
      "show",
      "Show how far a backfill is: its rate, the time left, and the tasks that failed.",
      ["flowlord backfill show 3", "flowlord backfill show 3 --follow"],
      group,
    )
    .argument("<id>", "the backfill", backfillId)
    .option(
      "--follow",
      "a line every two seconds until it ends, is paused or cancelled; then exit 1 when a task failed",
    )
    .option("--json", "one JSON object, with --follow one a line")
    .action(cli.action((id: number, own: ShowFlags) => show(cli.context, id, withGroupFlags(group, own))));
}

async function show(context: CliContext, id: number, flags: ShowFlags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ backfills }) => {
    for (;;) {
      const row = await backfills.one(id);
      if (row === null) {
        context.err(`There is no backfill ${id}; flowlord backfill list shows them.`);
        return 1;
      }
      if (flags.json === true) context.out(JSON.stringify(jsonOf(row)));
      else context.out(progressLine(row, context));
      if (flags.follow === true && row.state === "running") {
        await setTimeout(FOLLOW_MS);
        continue;
      }
      if (flags.json === true) return flags.follow === true && row.failed > 0 ? 1 : 0;
      if (row.note !== "") context.out(`  reason: ${printable(row.note)}`);
      const failed = await backfills.failedSlots(id, SHOWN_FAILED);
      for (const { record_id: record, about_at: at } of failed)
        context.out(`  failed: ${localTime(at, row.zone)}${record === null ? "" : `  (record ${record})`}`);
      if (row.failed > failed.length) context.out(`  … and ${row.failed - failed.length} more`);
      if (row.failed > 0) context.out(`  flowlord backfill retry-failed ${id} creates them again`);
      return flags.follow === true && row.failed > 0 ? 1 : 0;
    }
  });
}

const BAR = 24;

/** `backfill 3 of load:daily  running  [####----]  60 %  117 of 192, 3 failed; 4.0 a minute, 18 m left` */
function progressLine(row: ShownBackfill, { paint, width }: CliContext): string {
  const done = doneOf(row);
  const share = row.total === 0 ? 1 : Math.min(1, done / row.total);
  const filled = Math.round(share * BAR);
  const bar = width === null ? "" : `  [${"#".repeat(filled)}${"-".repeat(BAR - filled)}]`;
  const { a_minute: rate, left_ms: left } = row;
  const speed = rate === null ? "" : `; ${rate.toFixed(1)} a minute${left === null ? "" : `, ${spanText(left)} left`}`;
  const counts = `${row.active} active, ${row.waiting} waiting, ${row.failed} failed${row.cancelled > 0 ? `, ${row.cancelled} cancelled` : ""}`;
  return `backfill ${row.id} of ${paint.bold(printable(taskName(row)))}  ${row.state}${bar}  ${Math.floor(share * 100)} %  ${done} of ${row.total} done (${counts})${speed}`;
}

function jsonOf(row: ShownBackfill): object {
  const { from, to, created_at: begun, ended_at: ended, planned, created_by: by, ...rest } = row;
  const { step, zone, order, a_minute, left_ms, ...counts } = rest;
  const times = { created_by: by, created_at: isoTime(begun), ended_at: isoTime(ended) };
  const span = { from: isoTime(from), to: isoTime(to) };
  return { ...counts, planned, ...times, step, zone, order, a_minute, left_ms, ...span };
}
