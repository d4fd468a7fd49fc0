import type { Command } from "commander";
import type { AlertHistory, NotificationRow } from "../../store/alert-store.ts";
import { aboutJson, aboutPairs } from "../output/about.ts";
import { alertId } from "./alert-ids.ts";
import { alertJson, paintSeverity, taskOf } from "./alert-rows.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";
import { noteLines, notesJson } from "../output/notes.ts";
import { isoTime, localTime, taskTimeOf, timesIn } from "../output/times.ts";
import { logText } from "../output/log-text.ts";
import type { ShownAlert } from "../reads/alert-reads.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord alerts show ID`. */
export function addAlertShow(cli: Cli, group: Command): void {
  cli
    .command(
      "show <id>",
      "Show an alert: each occurrence, each change with its author, and each notification.",
      ["flowlord alerts show 17", "flowlord alerts show 17 --json"],
      group,
    )
    .option(
      "--json",
      "one JSON object: alert, notes, phase, links, log of its task, occurrences, changes, notifications",
    )
    .action(cli.action((id: string, own: Flags) => show(cli.context, alertId(id), withGroupFlags(group, own))));
}

async function show(context: CliContext, id: number, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ alerts }) => {
    const found = await alerts.shown(id);
    if (found === null) {
      context.err(`Alert ${id} does not exist; flowlord alerts list --state all shows them.`);
      return 1;
    }
    if (flags.json === true) context.out(JSON.stringify(asJson(found)));
    else context.out(asText(found, context));
    return 0;
  });
}

function asJson({ history, notes, phase, links, log, zone }: ShownAlert): object {
  const { alert, occurrences, changes, notifications } = history;
  return {
    alert: alertJson(alert, zone),
    notes: notesJson(notes),
    phase: phase === null ? null : { task: phase.task, workflow: phase.workflow, ...aboutJson(phase) },
    links,
    log,
    occurrences: occurrences.map(({ at, resolved_at: resolved, ...one }) => ({
      ...one,
      at: isoTime(at),
      resolved_at: isoTime(resolved),
    })),
    changes: changes.map(({ at, ...one }) => ({ ...one, at: isoTime(at) })),
    notifications: notifications.map(notificationJson),
  };
}

function notificationJson({
  next_at: next,
  created_at: created,
  due_at: due,
  finished_at: finished,
  ...one
}: NotificationRow): object {
  const times = { next_at: isoTime(next), created_at: isoTime(created), due_at: isoTime(due) };
  return { ...one, ...times, finished_at: isoTime(finished) };
}

function asText({ history, notes, phase, links, log, zone }: ShownAlert, { paint }: CliContext): string {
  const { alert, occurrences, changes, notifications } = history;
  const severity = paintSeverity(paint, alert.severity, alert.severity);
  const lines = [
    `${paint.bold(alert.type)}  ${severity}  ${alert.state}  alert ${alert.id}${paint.dim(timesIn(zone))}`,
  ];
  const add = (label: string, text: string): void => {
    if (text !== "") lines.push(`  ${paint.dim(label.padEnd(10))} ${printable(text)}`);
  };
  add("about", taskOf(alert));
  add("task time", taskTimeOf(alert, zone));
  add("workflow", alert.workflow);
  add("message", alert.message);
  add("task", alert.task_id === "" ? "" : `run ${alert.task_id}${recordOf(alert.record_id)}`);
  add("log", log === null ? "" : logText(log));
  add("last line", log?.last_line ?? "");
  add("meta", alert.labels);
  add("notify", alert.notify.join(", "));
  add("first seen", localTime(alert.created_at, zone));
  add(
    "last seen",
    `${localTime(alert.last_seen, zone)} (${alert.count} ${alert.count === 1 ? "time" : "times"}, ${alert.open} open)`,
  );
  for (const [label, text] of aboutPairs(phase, links)) add(label, text);
  lines.push(...noteLines(notes, zone, paint));
  const at = (time: number, text: string): number =>
    lines.push(`  ${paint.dim(localTime(time, zone))}  ${printable(text)}`);
  for (const one of occurrences.toReversed())
    at(
      one.at,
      one.reopened
        ? "reopened: its silence had ended"
        : `occurred${recordOf(one.record_id)}${endOf(one)}: ${one.message}`,
    );
  for (const change of changes)
    at(change.at, `${change.state} by ${change.by}${change.note === "" ? "" : `: ${change.note}`}`);
  for (const one of notifications.toReversed()) at(one.created_at, notificationLine(one));
  return lines.join("\n");
}

function endOf({ resolved_at: at }: AlertHistory["occurrences"][number]): string {
  return at === null ? "" : " (resolved since)";
}

function recordOf(record: number | null): string {
  return record === null ? "" : `, record ${record}`;
}

function notificationLine({ channel, kind, state, attempts, answer }: NotificationRow): string {
  const tries = attempts > 1 ? ` after ${attempts} attempts` : "";
  return `${channel} (${kind.replaceAll("_", " ")}): ${state}${tries}${answer === "" ? "" : `: ${answer}`}`;
}
