import { Option } from "commander";
import { ALERT_TYPES } from "../../core/decide/new-alert.ts";
import type { Severity } from "../../core/workflow/phase.ts";
import { ALERT_STATES, type AlertFilter, type AlertRow } from "../../store/alert-store.ts";
import { addAlertChanges } from "./alert-changes.ts";
import { alertJson, paintSeverity, taskOf } from "./alert-rows.ts";
import { addAlertShow } from "./alert-show.ts";
import { addAlertTest } from "./channel-test.ts";
import { wholeNumber, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { addSilences } from "./silences.ts";
import { table, type Cell } from "../output/table.ts";
import { localTime, parseTime, processZone } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly before?: number;
  readonly state: NonNullable<AlertFilter["state"]> | "all";
  readonly severity?: Severity;
  readonly alert?: string;
  readonly type?: string;
  readonly job?: string;
  readonly since?: string;
  readonly json?: true;
}

/** `flowlord alerts` and the commands below it. */
export function addAlerts(cli: Cli): void {
  const list = cli
    .command("alerts", "List alerts, newest first: what is not resolved, unless --state says otherwise.", [
      "flowlord alerts",
      "flowlord alerts --severity critical --type load",
      "flowlord alerts --state all --since 2026-01-31 --json",
      "flowlord alerts show 17",
    ])
    // Otherwise flags after a command would be taken for flags of the list.
    .enablePositionalOptions()
    .option("-n, --number <count>", "how many", wholeNumber(1, 10_000), 20)
    .option("--before <id>", "only alerts older than this one", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addOption(
      new Option("--state <state>", "only this state")
        .choices(["unresolved", "all", ...ALERT_STATES])
        .default("unresolved"),
    )
    .addOption(new Option("--severity <severity>", "only this severity").choices(["info", "warning", "critical"]))
    .addOption(new Option("--alert <type>", "only this type of alert").choices(ALERT_TYPES))
    .option("--type <type>", "only about this type of task")
    .option("--job <job>", "only about this job")
    .option("--since <time>", "only those seen since: RFC 3339, or a day or hour in the config's zone")
    .option("--json", "one JSON object a line")
    .action(cli.action((flags: Flags) => alerts(cli.context, flags)));
  addAlertShow(cli, list);
  addAlertChanges(cli, list);
  addSilences(cli, list);
  addAlertTest(cli, list);
}

async function alerts(context: CliContext, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const zone = options.timezone ?? processZone();
  const since = flags.since === undefined ? null : parseTime(flags.since, zone);
  if (flags.since !== undefined && since === null)
    throw new UsageError(`--since: "${flags.since}" is no time; write it as in 2026-01-31 or 2026-01-31T05:00:00Z.`);
  const { openQuestions } = await import("../../store/sqlite/open.ts");
  const questions = openQuestions(options.sqlite.localPath);
  try {
    const rows = await questions.alerts.list({
      limit: flags.number,
      before: flags.before ?? null,
      state: flags.state === "all" ? null : flags.state,
      severity: flags.severity ?? null,
      type: flags.alert ?? null,
      taskType: flags.type ?? null,
      job: flags.job ?? null,
      since,
    });
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(alertJson(row)));
    else if (rows.length === 0) context.out("No alert matches.");
    else {
      context.out(alertTable(rows, zone, context));
      if (rows.length === flags.number) context.err(context.paint.dim(`older ones: --before ${rows.at(-1)?.id}`));
    }
    return 0;
  } finally {
    questions.close();
  }
}

function alertTable(rows: readonly AlertRow[], zone: string, { paint, width }: CliContext): string {
  const cells = rows.map((row): Cell[] => [
    { text: String(row.id), paint: paint.dim },
    { text: localTime(row.last_seen, zone) },
    { text: row.severity, paint: (text) => paintSeverity(paint, row.severity, text) },
    { text: row.state },
    { text: row.type, paint: paint.bold },
    { text: taskOf(row) },
    { text: localTime(row.task_time, zone), paint: paint.dim },
    { text: String(row.count) },
    { text: row.message },
  ]);
  const heads = ["ID", `LAST SEEN (${zone})`, "SEVERITY", "STATE", "ALERT", "TASK", "TASK TIME", "COUNT", "MESSAGE"];
  return table(heads, cells, width);
}
