import type { RetentionPolicy } from "../../contract/api/instance/retention-api.ts";
import { currentUser } from "../alerts/current-user.ts";
import { Option } from "commander";
import { type Cli, integerBetween, withGroupFlags } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { table } from "../output/table.ts";
import { localTime } from "../output/times.ts";
import { targetOf } from "../target.ts";
import { UsageError } from "../usage-error.ts";

interface ListFlags extends ConfigFlags {
  readonly json?: true;
}

interface SetFlags extends ListFlags {
  readonly days?: number;
  readonly maxRows?: number;
  readonly on?: true;
  readonly off?: true;
  readonly archive?: "on" | "off";
  readonly reset?: true;
}

/** `flowlord retention` and the commands below it. */
export function addRetention(cli: Cli): void {
  const group = cli.group("retention", "How long the rows of each table are kept.", [
    "flowlord retention",
    "flowlord retention set task_records --days 30",
    "flowlord retention set audit_log --off",
    "flowlord retention set decisions --archive off",
    "flowlord retention set task_records --reset",
  ]);
  cli
    .list(group, "List how long the rows of each table are kept, and when they were cleaned up.", [
      "flowlord retention",
    ])
    .option("--json", "one JSON object a line")
    .action(cli.action((own: ListFlags) => list(cli.context, withGroupFlags(group, own))));
  cli
    .command(
      "set",
      "Set how long the rows of a table are kept, instead of what is configured.",
      ["flowlord retention set task_records --days 30"],
      group,
    )
    .argument("<table>", "as flowlord retention lists it")
    .option("--days <days>", "delete what ended longer ago", integerBetween(1, 100_000))
    .option("--max-rows <count>", "keep so many rows, the newest; 0: any number", integerBetween(0, 1_000_000_000_000))
    .option("--on", "delete old rows")
    .option("--off", "delete nothing of it")
    .addOption(
      new Option("--archive <on|off>", "whether rows are archived before they are deleted").choices(["on", "off"]),
    )
    .option("--reset", "as configured again")
    .option("--json", "one JSON object")
    .action(cli.action((name: string, own: SetFlags) => set(cli.context, name, withGroupFlags(group, own))));
}

async function list(context: CliContext, flags: ListFlags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    print(await instance.retention.policies(), target.zone, flags, context);
    return 0;
  } finally {
    await instance.close();
  }
}

async function set(context: CliContext, name: string, flags: SetFlags): Promise<number> {
  const { days, maxRows, on, off, archive, reset } = flags;
  if (on === true && off === true) throw new UsageError("Give --on or --off, not both.");
  const isChange = [days, maxRows, on, off, archive].some((flag) => flag !== undefined);
  if (isChange === (reset === true))
    throw new UsageError("Give --days, --max-rows, --on, --off or --archive; or --reset alone.");
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const before = (await instance.retention.policies()).find((policy) => policy.table === name)?.set;
    const { after } = await instance.retention.setPolicy({
      table: name,
      days: reset === true ? null : (days ?? before?.days ?? null),
      max_rows: reset === true ? null : (maxRows ?? before?.max_rows ?? null),
      enabled: reset === true ? null : on === true ? true : off === true ? false : (before?.enabled ?? null),
      archived: reset === true ? null : archive === undefined ? (before?.archived ?? null) : archive === "on",
      by: currentUser(),
    });
    print([after], target.zone, flags, context);
    return 0;
  } finally {
    await instance.close();
  }
}

function print(policies: readonly RetentionPolicy[], zone: string, flags: ListFlags, context: CliContext): void {
  if (flags.json === true) {
    for (const policy of policies) context.out(JSON.stringify(policy));
    return;
  }
  const rows = policies.map((policy) => {
    const { table: name, days, max_rows: maxRows, enabled, archived, source, set: own, last, since } = policy;
    return [
      { text: name },
      { text: enabled ? (days === null ? "for ever" : `${Number(days.toFixed(2))} days`) : "off" },
      { text: maxRows === null ? "any" : String(maxRows) },
      { text: archived ? "yes" : "no" },
      { text: own === null ? source : `set by ${own.by}` },
      { text: last === null ? "never" : `${localTime(Date.parse(last.at), zone)}: ${last.deleted}` },
      { text: since },
    ];
  });
  context.out(
    table(["TABLE", "KEPT", "ROWS", "ARCHIVED", "SOURCE", `CLEANED UP (${zone})`, "SINCE"], rows, context.width),
  );
}
