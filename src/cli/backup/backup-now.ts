import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import type { BackupJson } from "../../contract/api/instance/backup-api.ts";
import { printable } from "../../contract/printable.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import type { Instance } from "../instance-acts.ts";
import { bytesText } from "../output/bytes.ts";
import { targetOf } from "../target.ts";
import { shown } from "./backup-reads.ts";
import { progressLines } from "./progress.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

const POLL_MS = 250;
const STEPS = { snapshot: "copying the database", upload: "storing it", verify: "bringing it back and checking it" };

/** `flowlord backup now` */
export function addBackupNow(cli: Cli, group: Command): void {
  cli
    .command(
      "now",
      "Make a backup, and wait until it is stored, brought back and checked.",
      ["flowlord backup now", "flowlord backup now --json | jq -r .object"],
      group,
    )
    .option("--json", "one JSON object: the backup, as backup list shows it")
    .action(cli.action((own: Flags) => make(cli.context, withGroupFlags(group, own))));
}

async function make(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const { id } = await instance.backups.begin();
    const backup = await ended(instance, id, context);
    const isGood = backup.state === "verified";
    if (flags.json === true) context.out(JSON.stringify(shown(backup)));
    else if (isGood) context.out(`${lineOf(backup)}: stored, brought back and checked`);
    if (!isGood) context.err(`flowlord: the backup ${id} failed: ${printable(backup.failure ?? backup.state)}`);
    return isGood ? 0 : 1;
  } finally {
    await instance.close();
  }
}

/** With progress on standard error meanwhile. */
async function ended(instance: Instance, id: string, context: CliContext): Promise<BackupJson> {
  const say = progressLines(context);
  for (;;) {
    const backup = await instance.backups.show(id);
    if (backup.state !== "running") return backup;
    if (backup.progress !== null) say(STEPS[backup.progress.step], backup.progress.done, backup.progress.total);
    await setTimeout(POLL_MS);
  }
}

function lineOf({ id, target, object, object_bytes: bytes, database_bytes: whole }: BackupJson): string {
  const where = `${target.replace(/\/$/, "")}/${object ?? ""}`;
  return printable(`backup ${id}  ${where}  ${bytesText(bytes ?? 0)} of ${bytesText(whole ?? 0)}`);
}
