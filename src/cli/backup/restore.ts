import { existsSync } from "node:fs";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { processZone } from "../../config/process-zone.ts";
import { configOf, localPath, type ConfigFlags } from "../find-config.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { UsageError } from "../usage-error.ts";
import { parseTime } from "../output/times.ts";
import { restoreTo } from "./restore-to.ts";
import { showStored } from "./restore-list.ts";

interface Flags extends ConfigFlags {
  readonly list?: true;
  readonly to?: string;
  readonly at?: string;
  readonly json?: true;
}

/** `flowlord restore` */
export function addRestore(cli: Cli): void {
  cli
    .localCommand("restore", "List the backups in the bucket, or write one as a new database file, checked.", [
      "flowlord restore --list",
      "flowlord restore --to restored.db",
      "flowlord restore --to restored.db --at 2026-01-31T05:00",
    ])
    .option("--list", "list the backups in the bucket, newest first")
    .option("--to <file>", "write the newest backup to this file, which must not be there yet")
    .option(
      "--at <time>",
      "the newest backup of this time or before it: RFC 3339, a day with or without a time, or how long ago (2d)",
    )
    .option("--json", "one JSON object, with --list one a line for each backup")
    .action(cli.action((flags: Flags) => restore(cli.context, flags)));
}

async function restore(context: CliContext, { list, to, at: asked, ...flags }: Flags): Promise<number> {
  if (list === true && (to !== undefined || asked !== undefined))
    throw new UsageError("--list takes neither --to nor --at.");
  if (list !== true && to === undefined) throw new UsageError(NOT_IN_PLACE);
  if (to === "" || to?.includes("://") === true) throw new UsageError("--to takes the path of a file on this machine.");
  const { options } = configOf(flags, context);
  const zone = options.timezone ?? processZone();
  const at = asked === undefined ? null : parseTime(asked, zone, context.now());
  if (asked !== undefined && at === null)
    throw new UsageError(
      `--at ${asked} is no time: give RFC 3339, a day with or without a time, or how long ago, as in 2d.`,
    );
  const { withBackups, fileExists } = await import("../../app/backup/backups-here.ts");
  const file = to === undefined ? null : localPath(context.cwd, to);
  // Before anything is downloaded; that nothing is overwritten is seen to at the end.
  if (file !== null && existsSync(file)) throw fileExists(file);
  const shown = { context, zone, isJson: flags.json === true };
  return await untilSignal(context, ({ signal }) =>
    withBackups(options, signal, (backups) =>
      file === null ? showStored(backups, shown) : restoreTo(backups, { file, at }, shown),
    ),
  );
}

const NOT_IN_PLACE =
  "flowlord restore does not replace the database yet: say --list, or --to FILE. By hand: stop Flowlord, flowlord restore --to FILE, " +
  "move the old database with its -wal and -shm away, move FILE in its place, start Flowlord.";
