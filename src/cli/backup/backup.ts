import type { Cli } from "../cli.ts";
import { addBackupList } from "./backup-list.ts";
import { addBackupNow } from "./backup-now.ts";
import { addBackupVerify } from "./backup-verify.ts";

/** `flowlord backup` and the commands below it. */
export function addBackup(cli: Cli): void {
  const group = cli.group("backup", "Backups of the database: list them, make one, check those in the bucket.", [
    "flowlord backup list",
    "flowlord backup now",
    "flowlord backup verify --all",
  ]);
  addBackupList(cli, group);
  addBackupNow(cli, group);
  addBackupVerify(cli, group);
}
