import type { CleanupAnswer } from "../../contract/api/instance/retention-api.ts";
import { printable } from "../../contract/printable.ts";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { table } from "../output/table.ts";
import { localTime } from "../output/times.ts";
import { targetOf } from "../target.ts";

interface Flags extends ConfigFlags {
  readonly table?: string;
  readonly olderThan?: string;
  readonly yes?: true;
  readonly dryRun: boolean;
  readonly json?: true;
}

/** `flowlord cleanup` */
export function addCleanup(cli: Cli): void {
  cli
    .command("cleanup", "Count the old rows that the retention deletes; with --yes delete them now.", [
      "flowlord cleanup",
      "flowlord cleanup --yes",
      "flowlord cleanup --table task_records --older-than 30d",
    ])
    .option("--table <name>", "only this table, as in task_records; flowlord retention lists them")
    .option("--older-than <age>", "what ended longer ago, as in 30d or 36h, whatever the policies say")
    .option("--yes", "delete it")
    .option("--no-dry-run", "the same as --yes")
    .option("--json", "one JSON object: what was deleted, or would be, by table")
    .action(cli.action((flags: Flags) => cleanUp(cli.context, flags)));
}

async function cleanUp(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const isDry = flags.yes !== true && flags.dryRun;
    const started = await instance.retention.start({
      table: flags.table ?? null,
      older_than: flags.olderThan ?? null,
      dry_run: isDry,
      by: currentUser(),
    });
    let cleanup = started;
    let printed = 0;
    while (cleanup.state === "running" && cleanup.archive_failure === null) {
      cleanup = await instance.retention.advance(started.id);
      const deleted = totalOf(cleanup);
      if (flags.json === true || cleanup.state !== "running" || deleted < printed + PRINT_EVERY) continue;
      printed = deleted;
      context.err(`${deleted} rows so far, at ${cleanup.at_table ?? "the end"} …`);
    }
    if (flags.json === true) context.out(JSON.stringify(cleanup));
    else printCleanup(cleanup, target.zone, context);
    return cleanup.state === "done" ? 0 : 1;
  } finally {
    await instance.close();
  }
}

/** Rows after which progress is told. */
const PRINT_EVERY = 50_000;

function totalOf({ tables }: CleanupAnswer): number {
  return tables.reduce((sum, { deleted }) => sum + deleted, 0);
}

function printCleanup(cleanup: CleanupAnswer, zone: string, context: CliContext): void {
  const { dry_run: isDry, tables, id, state, archive_failure: failure } = cleanup;
  const rows = tables.map(({ table: name, before, max_rows: maxRows, deleted, belonging }) => {
    const others = Object.values(belonging).reduce((sum, count) => sum + count, 0);
    const limits = [
      before === null ? "" : `ended before ${localTime(Date.parse(before), zone)}`,
      maxRows === null ? "" : `beyond ${maxRows} rows`,
    ];
    return [
      { text: name },
      { text: String(deleted) },
      { text: String(others) },
      { text: limits.filter((limit) => limit !== "").join(", or ") },
    ];
  });
  const heads = ["TABLE", isDry ? "WOULD DELETE" : "DELETED", "BELONGING", `WHAT (${zone})`];
  context.out(table(heads, rows, context.width));
  if (failure !== null)
    context.err(
      `flowlord: cleanup ${id} waits: rows of ${cleanup.at_table ?? "a table"} could not be archived, and stay until they are: ${printable(failure)} A running instance tries again by itself.`,
    );
  if (state === "stopped") context.err(`Cleanup ${id} was stopped: what it had deleted is gone.`);
  else if (isDry)
    context.out(
      totalOf(cleanup) === 0
        ? "Nothing is old enough."
        : "Nothing was deleted: --yes deletes these rows, and those of other tables that belong to them (BELONGING).",
    );
}
