import type { FileRow } from "../../store/file-queries.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { filterOf, withFilter, type FilterFlags } from "./file-filter.ts";
import { addFilesFinish } from "./file-finish.ts";
import { addFilesRedrive } from "./file-redrive.ts";
import { addFilesShow } from "./file-show.ts";
import { addFilesStats } from "./file-stats.ts";
import { addFilesWhy } from "./file-why.ts";
import { fileJson, sizeText } from "./file-rows.ts";
import { targetOf } from "../target.ts";
import { PageNotes } from "../output/notes.ts";
import { table, type Cell } from "../output/table.ts";
import { localTime, taskTimeColumn } from "../output/times.ts";

interface Flags extends FilterFlags {
  readonly number: number;
  readonly before?: number;
  readonly json?: true;
}

/** `flowlord files` and the commands below it. */
export function addFiles(cli: Cli): void {
  const group = cli.group(
    "files",
    "File events: list them, show why a file was or was not picked up, redrive, count.",
    ["flowlord files list --unmatched", "flowlord files why /in/2026/01/31/a.csv", "flowlord files redrive 17"],
  );
  const list = cli.list(group, "List file events, newest first.", [
    "flowlord files list",
    "flowlord files list --unmatched --since 2026-01-31",
    "flowlord files list --type load --path 'gs://in/*.csv' --json",
  ]);
  withFilter(list)
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 20)
    .option("--before <id>", "only events older than this one", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--json", "one JSON object a line")
    .action(cli.action((own: Flags) => files(cli.context, withGroupFlags(group, own))));
  addFilesShow(cli, group);
  addFilesWhy(cli, group);
  addFilesRedrive(cli, group);
  addFilesFinish(cli, group);
  addFilesStats(cli, group);
}

async function files(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const { zone } = target;
  const filter = filterOf(flags, zone, context.now());
  return await target.read(async ({ files: reads }) => {
    const { rows, notes: found, next } = await reads.list(filter, flags.number, flags.before ?? null);
    const notes = new PageNotes(found);
    if (flags.json === true)
      for (const row of rows) context.out(JSON.stringify({ ...fileJson(row, zone), notes: notes.json(row.id) }));
    else if (rows.length === 0) context.out("No file event matches.");
    else {
      context.out(fileTable(rows, notes, zone, context));
      if (next !== null) context.err(context.paint.dim(`older ones: --before ${next}`));
    }
    return 0;
  });
}

function fileTable(rows: readonly FileRow[], notes: PageNotes, zone: string, { paint, width }: CliContext): string {
  const times = taskTimeColumn(rows, zone);
  const cells = rows.map((row): Cell[] => [
    { text: String(row.id), paint: paint.dim },
    { text: localTime(row.received_at, zone) },
    { text: matchText(row), paint: row.matched === 0 ? paint.yellow : paint.green },
    { text: row.tasks === 0 ? "" : String(row.tasks) },
    { text: sizeText(row.size) },
    { text: times.text(row), paint: paint.dim },
    ...notes.cells(row.id),
    { text: row.path },
  ]);
  const heads = ["ID", `RECEIVED (${zone})`, "MATCH", "TASKS", "SIZE", times.head, ...notes.heads, "PATH"];
  return table(heads, cells, width);
}

function matchText({ matched, deliveries, first_id: first }: FileRow): string {
  const phases = matched === 0 ? "none" : matched === 1 ? "1 phase" : `${matched} phases`;
  return `${phases}${first === null ? "" : ", again"}${deliveries > 1 ? `, ${deliveries} deliveries` : ""}`;
}
