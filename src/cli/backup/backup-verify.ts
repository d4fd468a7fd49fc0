import type { Command } from "commander";
import type { BackupsHere, StoredBackup, StoredMoment } from "../../app/backup/backups-here.ts";
import { printable } from "../../contract/printable.ts";
import { processZone } from "../../config/process-zone.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { bytesText } from "../output/bytes.ts";
import { isoTime, localTime } from "../output/times.ts";
import { untilSignal } from "../serve/until-signal.ts";
import { UsageError } from "../usage-error.ts";
import { momentJson, segmentsText } from "./moment-text.ts";
import { progressLines } from "./progress.ts";

interface Flags extends ConfigFlags {
  readonly all?: true;
  readonly json?: true;
}

/** `flowlord backup verify [ID]` */
export function addBackupVerify(cli: Cli, group: Command): void {
  cli
    .localCommand(
      "verify",
      "Download backups from the bucket and check them; by default the newest, and older ones until one is good.",
      [
        "flowlord backup verify",
        "flowlord backup verify --all",
        "flowlord backup verify 0198a1b2-c3d4-7e5f-8a9b-0123456789ab",
      ],
      group,
    )
    .argument("[id]", "the backup")
    .option("--all", "every backup in the bucket")
    .option("--json", "one JSON object a line for each: id, created_at, object, segments, at, is_good, problem")
    .action(cli.action((id: string | undefined, own: Flags) => verify(cli.context, id, withGroupFlags(group, own))));
}

async function verify(context: CliContext, id: string | undefined, flags: Flags): Promise<number> {
  if (id !== undefined && flags.all === true) throw new UsageError("Name a backup, or say --all, not both.");
  const { options } = configOf(flags, context);
  const zone = options.timezone ?? processZone();
  const { withBackups } = await import("../../app/backup/backups-here.ts");
  return await untilSignal(context, ({ signal }) =>
    withBackups(options, signal, async (backups) => {
      const found = await backups.list();
      const asked = id === undefined ? found : found.filter((backup) => backup.id === id);
      if (asked.length === 0) {
        const which = id === undefined ? "no backup" : `no backup ${printable(id)}`;
        context.err(`There is ${which} in ${backups.target}; flowlord restore --list shows what is there.`);
        return 1;
      }
      let bad = 0;
      for (const backup of asked) {
        // Segments lead from the newest to now; those of older ones lead to it.
        const moment = backup === found[0] ? await backups.moment(backup, null, null) : backup;
        const problem = await checked(moment, backups, context);
        if (problem !== null) bad += 1;
        if (flags.json === true) context.out(JSON.stringify(jsonOf(moment, problem)));
        else context.out(lineOf(moment, problem, zone, context));
        if (problem === null && flags.all !== true) break;
      }
      return bad === 0 ? 0 : 1;
    }),
  );
}

async function checked(
  backup: StoredBackup | StoredMoment,
  backups: BackupsHere,
  context: CliContext,
): Promise<string | null> {
  const say = progressLines(context);
  const total = backup.manifest?.database.bytes ?? 0;
  return await backups.check(backup, (done) => say(`checking ${backup.id}`, done, total));
}

function lineOf(
  backup: StoredBackup | StoredMoment,
  problem: string | null,
  zone: string,
  { paint }: CliContext,
): string {
  const { id, at, manifest } = backup;
  const state = problem === null ? "good    " : paint.red("not good");
  const size = manifest === null ? "" : `  ${bytesText(manifest.database.bytes)}`;
  const rest = problem === null ? size + segmentsText(backup, zone) : `  ${printable(problem)}`;
  return `${state}  ${localTime(at, zone)}  ${id}${rest}`;
}

function jsonOf(backup: StoredBackup | StoredMoment, problem: string | null): object {
  const { id, at, manifest } = backup;
  const object = manifest?.object.key ?? null;
  return { id, created_at: isoTime(at), object, ...momentJson(backup), is_good: problem === null, problem };
}
