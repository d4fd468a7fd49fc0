import { Option, type Command } from "commander";
import type { AlertMatcher } from "../../core/alerts/alert-matcher.ts";
import { ALERT_TYPES } from "../../core/decide/new-alert.ts";
import { nearName } from "../../core/text/near-name.ts";
import type { Severity } from "../../core/workflow/phase.ts";
import { alertId } from "./alert-ids.ts";
import { typeMistake, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { localTime, parseTime, spanFrom } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";
import { currentUser } from "./current-user.ts";

export interface AddFlags extends ConfigFlags {
  readonly alertType?: readonly string[];
  /** The former name of `alertType`. */
  readonly alert?: readonly string[];
  readonly type?: readonly string[];
  readonly job?: readonly string[];
  readonly workflow?: readonly string[];
  readonly severity?: readonly string[];
  readonly label?: readonly string[];
  readonly everything?: true;
  readonly for?: string;
  readonly until?: string;
  readonly from?: string;
  readonly reason?: string;
  readonly json?: true;
}

/** `flowlord silences add [ID]` */
export function addSilenceAdd(cli: Cli, group: Command): void {
  const command = cli.command(
    "add [id]",
    "Silence an alert, or all alerts that match, for a while.",
    [
      'flowlord silences add --type "load*" --for 2h --reason "moving the disks"',
      "flowlord silences add 17 --until 2026-01-31T18:00:00Z",
      "flowlord silences add --label team=sales --severity info,warning --for 30m",
    ],
    group,
  );
  withAddFlags(command)
    .option("--json", "one JSON object: id")
    .action(
      cli.action((id: string | undefined, own: AddFlags) =>
        addSilence(cli.context, id === undefined ? null : alertId(id), withGroupFlags(group, own)),
      ),
    );
}

export function withAddFlags(command: Command): Command {
  const several = (flags: string, about: string): Option => new Option(flags, about).argParser(collect);
  return (
    command
      .addOption(
        several(
          "--alert-type <types>",
          "alerts of these types, as in incomplete; separated by commas, * matches anything",
        ),
      )
      // Its former name, until 1.0.
      .addOption(several("--alert <types>", "").hideHelp())
      .addOption(several("--type <types>", "alerts about these types of task"))
      .addOption(several("--job <jobs>", "alerts about these jobs"))
      .addOption(several("--workflow <names>", "alerts about tasks of these workflow files"))
      .addOption(several("--severity <severities>", "alerts of these severities"))
      .addOption(several("--label <key=value>", "alerts about tasks whose meta has this value"))
      .option("--everything", "all alerts")
      .option("--for <duration>", "how long, as in 2h or 90m")
      .option("--until <time>", "or until when: RFC 3339, or a day or hour in the config's zone")
      .option("--from <time>", "from when (default: now)")
      .option("--reason <text>", "why, for others who find the silence")
  );
}

/** Whether the id or the flags select alerts. */
export function selectsAlerts(id: number | null, flags: AddFlags): boolean {
  return id !== null || matcherOf(flags) !== null || flags.everything === true;
}

export async function addSilence(context: CliContext, id: number | null, flags: AddFlags): Promise<number> {
  if (!selectsAlerts(id, flags)) throw new UsageError("Say which alerts: an id, --type, --job … or --everything.");
  const requested = matcherOf(flags);
  if (id !== null && (requested !== null || flags.everything === true))
    throw new UsageError("Give either the id of one alert, or flags that select alerts.");
  const target = await targetOf(flags, context);
  const zone = target.zone;
  const { startsAt, endsAt } = timesOf(flags, zone, context.now());
  const instance = await target.openInstance();
  try {
    const silence = await instance.alerts.silence({
      alertId: id,
      matcher: requested ?? NO_FLAGS,
      startsAt,
      endsAt,
      author: currentUser(),
      reason: flags.reason ?? "",
    });
    if (flags.json === true) context.out(JSON.stringify({ id: silence }));
    else context.out(`silence ${silence}, until ${localTime(endsAt, zone)} (${zone})`);
    return 0;
  } finally {
    await instance.close();
  }
}

const NO_FLAGS: AlertMatcher = { alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} };
const SEVERITIES: readonly Severity[] = ["info", "warning", "critical"];

/** Null when no flag selects alerts. */
function matcherOf(flags: AddFlags): AlertMatcher | null {
  const { type = [], job = [], workflow = [], severity = [], label = [] } = flags;
  const alert = [...(flags.alertType ?? []), ...(flags.alert ?? [])];
  if ([alert, type, job, workflow, severity, label].every((list) => list.length === 0)) return null;
  for (const name of names(alert)) if (!name.includes("*")) requireKnown("--alert-type", name, ALERT_TYPES);
  for (const name of names(severity)) requireKnown("--severity", name, SEVERITIES);
  for (const name of names(type)) {
    const mistake = typeMistake(name);
    if (mistake !== null) throw new UsageError(`--type: ${mistake}`);
  }
  return {
    alerts: names(alert),
    types: names(type),
    jobs: names(job),
    workflows: names(workflow),
    severities: SEVERITIES.filter((one) => names(severity).includes(one)),
    labels: Object.fromEntries(label.map(labelOf)),
  };
}

function labelOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--label takes KEY=VALUE, as in team=sales, not "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A misspelled name would make a silence that covers nothing. */
function requireKnown(flag: string, name: string, choices: readonly string[]): void {
  if (choices.includes(name)) return;
  const near = nearName(name, choices);
  const remedy = near === null ? `it takes ${choices.join(", ")}.` : `did you mean ${near}?`;
  throw new UsageError(`${flag}: "${name}" is not known; ${remedy}`);
}

function names(lists: readonly string[]): readonly string[] {
  const all = lists.flatMap((list) => list.split(",").map((name) => name.trim()));
  return all.filter((name) => name !== "");
}

function timesOf(flags: AddFlags, zone: string, now: number): { startsAt: number | null; endsAt: number } {
  const startsAt = flags.from === undefined ? null : timeOf("--from", flags.from, zone);
  if ((flags.for === undefined) === (flags.until === undefined))
    throw new UsageError("A silence needs an end: --for a duration, as in 2h, or --until a time.");
  const endsAt =
    flags.for === undefined ? timeOf("--until", flags.until ?? "", zone) : endOf(startsAt ?? now, flags.for, zone);
  if (endsAt <= Math.max(startsAt ?? now, now)) throw new UsageError("The silence would end before it begins.");
  return { startsAt, endsAt };
}

function timeOf(flag: string, text: string, zone: string): number {
  const time = parseTime(text, zone);
  if (time !== null) return time;
  throw new UsageError(`${flag}: "${text}" is not a valid time; write it as in 2026-01-31T18 or 2026-01-31T18:00:00Z.`);
}

function endOf(start: number, text: string, zone: string): number {
  const end = spanFrom(start, 1, text, zone);
  if (end === null) throw new UsageError(`--for: "${text}" is not a valid duration; write it as in 2h, 90m or 3d.`);
  return end;
}

function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}
