import type { Command } from "commander";
import { printable } from "../../contract/printable.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { progressLines } from "../backup/progress.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { dayOf } from "./days.ts";

interface Flags extends ConfigFlags {
  readonly table?: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: true;
}

/** `flowlord archive verify` */
export function addArchiveVerify(cli: Cli, group: Command): void {
  cli
    .localCommand(
      "verify",
      "Download the files of the archive, and compare each with its checksum.",
      ["flowlord archive verify", "flowlord archive verify --table task_records --since 2026-01-01"],
      group,
    )
    .option("--table <name>", "only this table")
    .option("--since <day>", "only days from this one on (UTC), as in 2026-01-31", dayOf)
    .option("--until <day>", "only days up to this one", dayOf)
    .option("--json", "one JSON object a line for each file: key, bytes, rows, is_good, problem")
    .action(cli.action((own: Flags) => verify(cli.context, withGroupFlags(group, own))));
}

async function verify(context: CliContext, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const { withArchive } = await import("../../app/archive/archive-here.ts");
  return await untilSignal(context, ({ signal }) =>
    withArchive(options, signal, async (archive) => {
      const { table = null, since = null, until = null } = flags;
      const files = await archive.list({ table, since, until });
      const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
      const say = progressLines(context);
      const sum = { files: 0, rows: 0, bad: 0, bytes: 0 };
      for (const file of files) {
        const found = await archive.check(file);
        const problem = typeof found === "string" ? found : null;
        const rows = typeof found === "string" ? null : found;
        if (problem !== null) sum.bad += 1;
        sum.files += 1;
        sum.rows += rows ?? 0;
        sum.bytes += file.bytes;
        if (flags.json === true)
          context.out(JSON.stringify({ key: file.key, bytes: file.bytes, rows, is_good: problem === null, problem }));
        else if (problem !== null) context.out(`${context.paint.red("not good")}  ${printable(problem)}`);
        say("checking the archive", sum.bytes, total);
      }
      if (sum.files === 0) {
        context.err(`There are no such files in ${archive.target}; flowlord archive list shows what is there.`);
        return 1;
      }
      if (flags.json !== true)
        context.out(`${sum.files} files, ${sum.rows} rows: ${sum.bad === 0 ? "all good" : `${sum.bad} not good`}`);
      return sum.bad === 0 ? 0 : 1;
    }),
  );
}
