import { wallOf } from "../../contract/time/wall-ms.ts";
import { cutLines, cutText } from "../../contract/cut-text.ts";
import type { NotifiedAlert } from "../../contract/api/notified-alert.ts";
import { compareBytes } from "../text/byte-text.ts";
import { printDates } from "../time/date-range.ts";
import type { Severity } from "../workflow/phase.ts";
import { taskName } from "../task/task-name.ts";

/** One occurrence of an alert with immediate notification. */
export interface NotifiedOccurrence {
  readonly type: string;
  readonly severity: Severity;
  readonly message: string;
  /** The task as it came, JSON; empty without one. */
  readonly task: string;
}

export interface SummaryLine {
  readonly key: string;
  readonly count: number;
  readonly time_range: string;
}

const NAME_WIDTH = 35;
const COUNT_WIDTH = 5;
/** Lines of one summary: longer ones are not read, and the list of alerts has them all. */
const MAX_LINES = 50;
const MAX_MESSAGE = 200;
/** How the older program wrote a missing time. */
const NO_TIME = wallOf(-62_135_596_800_000);
const MAX_IMMEDIATE = 3500;
const INDENT = 1;
/** Alerts of one immediate notification that are named as recovered; the others are counted. */
const MAX_RECOVERED = 10;
const LIST_HINT = "flowlord alerts lists them";

interface SummaryGroup extends SummaryLine {
  readonly alerts: readonly NotifiedAlert[];
}

/** A line for each type and job: most alerts first, then by name. Alerts without a task are listed by their type. */
export function summaryLines(alerts: readonly NotifiedAlert[]): readonly SummaryLine[] {
  return groupsOf(alerts).map(({ key, count, time_range }) => ({ key, count, time_range }));
}

function groupsOf(alerts: readonly NotifiedAlert[]): readonly SummaryGroup[] {
  const groups = new Map<string, NotifiedAlert[]>();
  for (const alert of alerts) {
    const key = keyOf(alert);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else group.push(alert);
  }
  return [...groups]
    .map(([key, group]) => ({
      key,
      count: group.reduce((sum, alert) => sum + alert.new_count, 0),
      time_range: rangeOf(group),
      alerts: group,
    }))
    .toSorted((a, b) => b.count - a.count || compareBytes(a.key, b.key));
}

function keyOf({ type, task_type: taskType, job }: NotifiedAlert): string {
  return taskType === "" ? type : taskName({ type: taskType, job });
}

function rangeOf(alerts: readonly NotifiedAlert[]): string {
  const [first] = alerts;
  if (first !== undefined && first.task_type === "") return oneLine(first.message);
  return printDates(alerts.map((alert) => alert.task_time ?? NO_TIME));
}

/**
 * A summary, as the older program wrote it. `instance` is host and port of the page of alerts, `day` the local date; null
 * while no such page is served: then there is no link.
 */
export function summaryText(alerts: readonly NotifiedAlert[], instance: string | null, day: string): string {
  const lines = summaryLines(alerts);
  if (lines.length === 0) return "";
  const shown = lines.slice(0, MAX_LINES);
  const texts = shown.map(({ key, count, time_range: range }) => `${padded(`${key}:`)}${counted(count)}  ${range}`);
  texts.push(...leftOut(lines.slice(MAX_LINES), instance));
  const head = instance === null ? [] : [reportLine(instance, day)];
  return [...head, ...texts].map((text) => `${text}\n`).join("");
}

function leftOut(left: readonly SummaryLine[], instance: string | null): readonly string[] {
  if (left.length === 0) return [];
  const count = left.reduce((sum, line) => sum + line.count, 0);
  const name = `and ${left.length} more:`;
  return [`${padded(name)}${counted(count)}  ${instance === null ? LIST_HINT : "see the report"}`];
}

function reportLine(instance: string, day: string): string {
  return `see report at ${instance}/web/alert?date=${day}`;
}

/**
 * A summary as channels send it: the lines of the older program, without a date where no task time is known, and below each
 * the newest reason, its record, and how many tasks are not well yet.
 */
export function detailedSummary(alerts: readonly NotifiedAlert[], instance: string | null, day: string): string {
  const groups = groupsOf(alerts);
  if (groups.length === 0) return "";
  const texts = groups.slice(0, MAX_LINES).flatMap((group) => {
    const { key, count, alerts: own } = group;
    const head = `${padded(`${key}:`)}${counted(count)}`;
    if (own[0]?.task_type === "") return [`${head}  ${causeOf(own)}`];
    const times = own.flatMap(({ task_time: time }) => time ?? []);
    return [times.length === 0 ? head : `${head}  ${printDates(times)}`, `    ${reasonOf(own)}`];
  });
  const left = leftOut(groups.slice(MAX_LINES), instance);
  const lines = [...(instance === null ? [] : [reportLine(instance, day)]), ...texts, ...left];
  return lines.map((text) => `${text}\n`).join("");
}

function newestOf(alerts: readonly NotifiedAlert[]): NotifiedAlert | undefined {
  return alerts.reduce<NotifiedAlert | undefined>(
    (newest, one) => (newest === undefined || one.last_seen >= newest.last_seen ? one : newest),
    undefined,
  );
}

function causeOf(alerts: readonly NotifiedAlert[]): string {
  const others = alerts.length - 1;
  return `${oneLine(newestOf(alerts)?.message ?? "")}${others === 0 ? "" : ` (and ${others} more)`}`;
}

function reasonOf(alerts: readonly NotifiedAlert[]): string {
  const newest = newestOf(alerts);
  const reason = oneLine(newest?.message ?? "");
  const open = alerts.reduce((sum, alert) => sum + alert.open, 0);
  const recovered = alerts.reduce(
    (sum, alert) => sum + (alert.new_recovered ?? (alert.recovered ? alert.new_count : 0)),
    0,
  );
  return [
    reason === "" ? "no reason was reported" : reason,
    ...(newest === undefined || newest.record_id === null ? [] : [`record ${newest.record_id}`]),
    ...(open === 0 ? [] : [`${open} open`]),
    ...(recovered === 0 ? [] : [`${recovered} recovered`]),
  ].join("; ");
}

/** By characters, as Go pads. */
function padded(name: string): string {
  return name + " ".repeat(Math.max(0, NAME_WIDTH - characters(name)));
}

function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}

function counted(count: number): string {
  return String(count).padStart(COUNT_WIDTH);
}

/** An immediate notification: each task as it came, in lines; `more` occurrences are only counted. */
export function atOnceText(
  occurrences: readonly NotifiedOccurrence[],
  more: number,
  instance: string | null,
  day: string,
  recovered: readonly NotifiedAlert[] = [],
): string {
  // Ten of them, and what follows, fit into the shortest message of all channels.
  const texts = occurrences.map((one) =>
    cutLines(one.task === "" ? plainText(one) : indentedJson(one.task), MAX_IMMEDIATE).replace(/\n$/, ""),
  );
  if (more > 0) texts.push(`and ${more} more: ${instance === null ? LIST_HINT : reportLine(instance, day)}`);
  for (const { id, task_type: type, job } of recovered.slice(0, MAX_RECOVERED))
    texts.push(`recovered: ${taskName({ type, job })} (alert ${id}): each of its tasks completed`);
  if (recovered.length > MAX_RECOVERED) texts.push(`and ${recovered.length - MAX_RECOVERED} more recovered`);
  return texts.join("\n");
}

function plainText({ type, severity, message }: NotifiedOccurrence): string {
  return `${severity}: ${type}: ${message}`;
}

/** Indented by one space, `<`, `>` and `&` escaped, as Go's encoder does by default. */
function indentedJson(task: string): string {
  return JSON.stringify(JSON.parse(task), null, INDENT).replace(ESCAPED, escape);
}

const ESCAPED = /[<>&\u2028\u2029]/g;

function escape(char: string): string {
  return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

function oneLine(message: string): string {
  return cutText(message.replaceAll(/\s+/g, " ").trim(), MAX_MESSAGE);
}
