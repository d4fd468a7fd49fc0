import type { Command } from "commander";
import type { StoredFile } from "../../app/archive/archive-here.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { bytesText } from "../output/bytes.ts";
import { table } from "../output/table.ts";
import { untilSignal } from "../serve/until-signal.ts";

interface Flags extends ConfigFlags {
  readonly table?: string;
  readonly json?: true;
}

/** `flowlord archive list` */
export function addArchiveList(cli: Cli, group: Command): void {
  cli
    .localList(group, "List what the archive has of each table, or of each day of one.", [
      "flowlord archive list",
      "flowlord archive list --table task_records",
    ])
    .option("--table <name>", "the days of this table")
    .option("--json", "one JSON object a line: table, instances, first_day, last_day, files, bytes")
    .action(cli.action((own: Flags) => list(cli.context, withGroupFlags(group, own))));
}

interface Summary {
  readonly table: string;
  readonly instances: readonly string[];
  readonly first_day: string;
  readonly last_day: string;
  readonly files: number;
  readonly bytes: number;
}

async function list(context: CliContext, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const { withArchive } = await import("../../app/archive/archive-here.ts");
  return await untilSignal(context, ({ signal }) =>
    withArchive(options, signal, async (archive) => {
      const files = await archive.list({ table: flags.table ?? null, since: null, until: null });
      const found = summaries(files, ({ table: name, day }) => (flags.table === undefined ? name : day));
      if (flags.json === true) for (const one of found) context.out(JSON.stringify(one));
      else if (found.length === 0)
        context.out(`There are no rows${flags.table === undefined ? "" : " of this table"} in ${archive.target}.`);
      else context.out(summaryTable(found, context));
      return 0;
    }),
  );
}

function summaries(files: readonly StoredFile[], by: (file: StoredFile) => string): readonly Summary[] {
  return [...Map.groupBy(files, by).values()].map((group) => {
    const days = group.map(({ day }) => day).toSorted();
    return {
      table: group[0]?.table ?? "",
      instances: [...new Set(group.map(({ instance }) => instance))],
      first_day: days[0] ?? "",
      last_day: days.at(-1) ?? "",
      files: group.length,
      bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
}

function summaryTable(found: readonly Summary[], { width }: CliContext): string {
  const cells = found.map(({ table: name, first_day: first, last_day: last, files, bytes, instances }) => [
    { text: name },
    { text: first },
    { text: last },
    { text: String(files) },
    { text: bytesText(bytes) },
    { text: instances.join(", ") },
  ]);
  return table(["TABLE", "FROM", "TO (UTC)", "FILES", "SIZE", "INSTANCE"], cells, width);
}
