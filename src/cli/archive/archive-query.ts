import { type Command, Option } from "commander";
import type { ArchiveAnswer, ArchiveCell } from "../../app/archive/query-files.ts";
import { csvLine } from "../../contract/api/csv.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { table } from "../output/table.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { dayOf } from "./days.ts";

const FORMATS = ["table", "csv", "json"] as const;

interface Flags extends ConfigFlags {
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly timeout: number;
  readonly format: (typeof FORMATS)[number];
  readonly json?: true;
}

/** `flowlord archive query SQL` */
export function addArchiveQuery(cli: Cli, group: Command): void {
  cli
    .localCommand(
      "query",
      "Query the archive in SQL, by DuckDB.",
      [
        "flowlord archive query 'SELECT type, result, count(*) FROM task_records GROUP BY ALL'",
        "flowlord archive query --since 2026-01-01 --until 2026-01-31 --format csv 'SELECT * FROM alert_records'",
      ],
      group,
    )
    .argument("<sql>", "one SELECT; its tables are those of flowlord archive list")
    .option("--since <day>", "only days from this one on (UTC), as in 2026-01-31", dayOf)
    .option("--until <day>", "only days up to this one", dayOf)
    .option("--limit <count>", "rows that are shown", integerBetween(1, 100_000), 1000)
    .option("--timeout <seconds>", "how long it may take", integerBetween(1, 86_400), 300)
    .addOption(
      new Option("--format <format>", "as a table, as CSV, or one JSON object a line")
        .choices(FORMATS)
        .default("table"),
    )
    .option("--json", "the same as --format json")
    .action(cli.action((sql: string, own: Flags) => query(cli.context, sql, withGroupFlags(group, own))));
}

async function query(context: CliContext, sql: string, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const { withArchive } = await import("../../app/archive/archive-here.ts");
  return await untilSignal(context, ({ signal }) =>
    withArchive(options, signal, async (archive) => {
      const { since = null, until = null, limit, timeout } = flags;
      const answer = await archive.query({ sql, since, until, maxRows: limit, withinMs: timeout * 1000 });
      for (const line of linesOf(answer, flags.json === true ? "json" : flags.format, context)) context.out(line);
      if (answer.isCut)
        context.err(`There are more than these ${answer.rows.length} rows: give a larger --limit, or ask for less.`);
      return 0;
    }),
  );
}

function linesOf({ columns, rows }: ArchiveAnswer, format: Flags["format"], { width }: CliContext): readonly string[] {
  if (format === "json")
    return rows.map((row) =>
      JSON.stringify(Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))),
    );
  if (format === "csv") return [columns, ...rows.map((row) => row.map(csvCell))].map(csvLine);
  const cells = rows.map((row) => row.map((cell) => ({ text: cell === null ? "" : String(cell) })));
  return [table(columns, cells, width)];
}

function csvCell(cell: ArchiveCell): string | number | null {
  return typeof cell === "boolean" ? String(cell) : cell;
}
