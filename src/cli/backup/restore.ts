import { existsSync } from "node:fs";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { processZone } from "../../config/process-zone.ts";
import { configOf, localPath, type ConfigFlags } from "../find-config.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { UsageError } from "../usage-error.ts";
import { parseTime } from "../output/times.ts";
import { keepHere, restoreHere } from "./restore-here.ts";
import { addRestoreHeld } from "./restore-held.ts";
import { restoreTo } from "./restore-to.ts";
import { showStored } from "./restore-list.ts";

interface Flags extends ConfigFlags {
  readonly list?: true;
  readonly to?: string;
  readonly at?: string;
  readonly local?: true;
  readonly plainCopy?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `flowlord restore` */
export function addRestore(cli: Cli): void {
  const command = cli
    .localCommand(
      "restore",
      "Restore the database from a backup while no instance runs; what it replaces is kept aside.",
      [
        "flowlord restore --list",
        "flowlord restore",
        "flowlord restore --at 2026-01-31T05:00 --yes",
        "flowlord restore --to restored.db",
      ],
    )
    .option("--list", "list the backups in the bucket, newest first")
    .option("--to <file>", "write the backup to this file, which must not be there yet; the database stays as it is")
    .option(
      "--at <time>",
      "as it was then, or in the newest backup before it: RFC 3339, a day with or without a time, or how long ago (2d)",
    )
    .option("--local", "keep the database as it is, and set aside the backups that it does not know")
    .option("--plain-copy", "restore the copy that the older program made, not a backup")
    .option("--yes", "do not ask first; needed where there is no terminal")
    .option("--json", "one JSON object, with --list one a line for each backup")
    // Otherwise flags of the commands below it would be read as its own.
    .enablePositionalOptions()
    .action(cli.action((flags: Flags) => restore(cli.context, flags)));
  addRestoreHeld(cli, command);
}

async function restore(context: CliContext, flags: Flags): Promise<number> {
  checkFlags(flags);
  const { list, to, at: asked, local, plainCopy, yes } = flags;
  const { options } = configOf(flags, context);
  const zone = options.timezone ?? processZone();
  const at = asked === undefined ? null : parseTime(asked, zone, context.now());
  if (asked !== undefined && at === null)
    throw new UsageError(
      `--at ${asked} is no time: give RFC 3339, a day with or without a time, or how long ago, as in 2d.`,
    );
  const shown = { context, zone, isJson: flags.json === true };
  return await untilSignal(context, async ({ signal }) => {
    if (local === true) return await keepHere(options, shown, signal);
    if (list !== true && to === undefined) {
      const request = { at, isPlainCopy: plainCopy === true, isYes: yes === true };
      return await restoreHere(options, request, shown, signal);
    }
    const { withBackups, fileExists } = await import("../../app/backup/backups-here.ts");
    if (to === undefined)
      return await withBackups(options, signal, (backups) => showStored(backups, options, shown, signal));
    const file = localPath(context.cwd, to);
    // Before anything is downloaded; that nothing is overwritten is seen to at the end.
    if (existsSync(file)) throw fileExists(file);
    return await withBackups(options, signal, (backups) => restoreTo(backups, { file, at }, shown));
  });
}

function checkFlags({ list, to, at, local, plainCopy }: Flags): void {
  if (list === true && (to ?? at ?? local ?? plainCopy) !== undefined)
    throw new UsageError("--list takes neither --to, --at, --local nor --plain-copy.");
  if (local === true && (to ?? at ?? plainCopy) !== undefined)
    throw new UsageError("--local restores nothing: it takes neither --to, --at nor --plain-copy.");
  if (plainCopy === true && (to ?? at) !== undefined)
    throw new UsageError("--plain-copy takes neither --to nor --at: it is one file, which is of one time.");
  if (to === "" || to?.includes("://") === true) throw new UsageError("--to takes the path of a file on this machine.");
}
