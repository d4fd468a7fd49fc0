import { printable } from "../../contract/printable.ts";
import { sizeText } from "../../contract/live/size-text.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, localPath, type ConfigFlags } from "../find-config.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord copy FILE` */
export function addCopy(cli: Cli): void {
  cli
    .localCommand("copy <file>", "Copy the database to a new file, whole and checked, also while an instance runs.", [
      "flowlord copy /backup/flowlord.db",
      "flowlord copy moving.db --json",
    ])
    .option("--json", "one JSON object: file, database, bytes")
    .action(cli.action((file: string, flags: Flags) => copy(cli.context, file, flags)));
}

async function copy(context: CliContext, file: string, flags: Flags): Promise<number> {
  if (file === "" || file.includes("://"))
    throw new UsageError("flowlord copy takes the path of a file on this machine.");
  const { options } = configOf(flags, context);
  const { copyDatabase } = await import("../../app/backup/copy-database.ts");
  const copied = await copyDatabase(options, localPath(context.cwd, file), (sentence) =>
    context.err(printable(sentence)),
  );
  if (flags.json === true) context.out(JSON.stringify(copied));
  else context.out(printable(`${copied.file}: a copy of ${copied.database}, ${sizeText(copied.bytes)}, checked`));
  return 0;
}
