import type { Command } from "commander";
import { parseInstant } from "../../contract/time/instant.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { bytesText } from "../output/bytes.ts";
import { table } from "../output/table.ts";
import { localTime } from "../output/times.ts";
import { targetOf } from "../target.ts";
import type { ShownBackup } from "./backup-reads.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly json?: true;
}

/** `flowlord backup list` */
export function addBackupList(cli: Cli, group: Command): void {
  cli
    .list(group, "List the backups that the database knows, newest first, also those that failed.", [
      "flowlord backup list",
      "flowlord backup list -n 5 --json",
    ])
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 20)
    .option("--json", "one JSON object a line")
    .action(cli.action((own: Flags) => list(cli.context, withGroupFlags(group, own))));
}

async function list(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ backups }) => {
    const rows = await backups.list(flags.number);
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(row));
    else if (rows.length === 0) context.out("There are no backups. flowlord backup now makes one.");
    else context.out(backupTable(rows, target.zone, context));
    return 0;
  });
}

function backupTable(rows: readonly ShownBackup[], zone: string, { paint, width }: CliContext): string {
  const cells = rows.map((row) => [
    { text: row.id, paint: paint.dim },
    { text: stateOf(row), ...(row.state === "failed" ? { paint: paint.red } : {}) },
    { text: localTime(parseInstant(row.started_at), zone) },
    { text: row.reason },
    { text: row.object_bytes === null ? "" : bytesText(row.object_bytes) },
    { text: row.failure ?? `${row.target.replace(/\/$/, "")}/${row.object ?? ""}` },
  ]);
  return table(["ID", "STATE", "BEGUN", "BY", "SIZE", "WHERE, OR WHY IT FAILED"], cells, width);
}

function stateOf({ state, removed_at: removed }: ShownBackup): string {
  return removed === null ? state : "removed";
}
