import { ALERT_STATES } from "../../contract/api/alerts/alert-names.ts";
import { Option } from "commander";
import { ALERT_TYPES } from "../../core/decide/new-alert.ts";
import type { Severity } from "../../core/workflow/phase.ts";
import { ALL_ALERTS, type AlertFilter, type AlertRow } from "../../store/alert-store.ts";
import { addAlertChanges } from "./alert-changes.ts";
import { alertJson, paintSeverity, taskOf } from "./alert-rows.ts";
import { addAlertShow } from "./alert-show.ts";
import { addFormerTest } from "./channel-test.ts";
import { integerBetween, typeOption, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { addFormerSilence } from "./former-silence.ts";
import { PageNotes } from "../output/notes.ts";
import { table, type Cell } from "../output/table.ts";
import { localTime, parseTime, taskTimeColumn } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly before?: number;
  readonly state: NonNullable<AlertFilter["state"]> | "all";
  readonly severity?: Severity;
  readonly alertType?: string;
  readonly alert?: string;
  readonly type?: string;
  readonly job?: string;
  readonly since?: string;
  readonly json?: true;
}

/** `flowlord alerts` and the commands below it. */
export function addAlerts(cli: Cli): void {
  const group = cli.group("alerts", "Alerts: list them, show one, acknowledge and resolve them.", [
    "flowlord alerts list",
    "flowlord alerts show 17",
    'flowlord alerts ack 17 18 --note "looking into it"',
  ]);
  cli
    .list(group, "List alerts, newest first: the unresolved ones, unless --state names another state.", [
      "flowlord alerts list",
      "flowlord alerts list --severity critical --type load",
      "flowlord alerts list --state all --since 2026-01-31 --json",
    ])
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 20)
    .option("--before <id>", "only alerts older than this one", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .addOption(
      new Option("--state <state>", "only this state")
        .choices(["unresolved", "all", ...ALERT_STATES])
        .default("unresolved"),
    )
    .addOption(new Option("--severity <severity>", "only this severity").choices(["info", "warning", "critical"]))
    .addOption(new Option("--alert-type <type>", "only this type of alert").choices(ALERT_TYPES))
    // Its former name, until 1.0.
    .addOption(new Option("--alert <type>").choices(ALERT_TYPES).hideHelp())
    .option("--type <type>", "only about this type of task", typeOption)
    .option("--job <job>", "only about this job")
    .option(
      "--since <time>",
      "only those seen since: RFC 3339, a day or hour in the config's zone, or how long ago, as in 2d",
    )
    .option("--json", "one JSON object a line")
    .action(cli.action((own: Flags) => alerts(cli.context, withGroupFlags(group, own))));
  addAlertShow(cli, group);
  addAlertChanges(cli, group);
  addFormerSilence(cli, group);
  addFormerTest(cli, group);
}

async function alerts(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const { zone } = target;
  const since = flags.since === undefined ? null : parseTime(flags.since, zone, context.now());
  if (flags.since !== undefined && since === null)
    throw new UsageError(
      `--since: "${flags.since}" is not a valid time; write it as in 2026-01-31, 2026-01-31T05:00:00Z or 2d.`,
    );
  return await target.read(async ({ alerts: reads }) => {
    const { rows, notes: found } = await reads.list({
      ...ALL_ALERTS,
      limit: flags.number,
      before: flags.before ?? null,
      state: flags.state === "all" ? null : flags.state,
      severity: flags.severity ?? null,
      type: flags.alertType ?? flags.alert ?? null,
      taskType: flags.type ?? null,
      job: flags.job ?? null,
      since,
    });
    const notes = new PageNotes(found);
    if (flags.json === true)
      for (const row of rows) context.out(JSON.stringify({ ...alertJson(row, zone), notes: notes.json(row.id) }));
    else if (rows.length === 0) context.out("No alert matches.");
    else {
      context.out(alertTable(rows, notes, zone, context));
      if (rows.length === flags.number) context.err(context.paint.dim(`older ones: --before ${rows.at(-1)?.id}`));
    }
    return 0;
  });
}

function alertTable(rows: readonly AlertRow[], notes: PageNotes, zone: string, { paint, width }: CliContext): string {
  const times = taskTimeColumn(rows, zone);
  const cells = rows.map((row): Cell[] => [
    { text: String(row.id), paint: paint.dim },
    { text: localTime(row.last_seen, zone) },
    { text: row.severity, paint: (text) => paintSeverity(paint, row.severity, text) },
    { text: row.state },
    { text: row.type, paint: paint.bold },
    { text: taskOf(row) },
    { text: times.text(row), paint: paint.dim },
    { text: String(row.count) },
    { text: String(row.open) },
    ...notes.cells(row.id),
    { text: row.message },
  ]);
  const heads = [
    "ID",
    `LAST SEEN (${zone})`,
    "SEVERITY",
    "STATE",
    "ALERT",
    "TASK",
    times.head,
    "COUNT",
    "OPEN",
    ...notes.heads,
    "MESSAGE",
  ];
  return table(heads, cells, width);
}
