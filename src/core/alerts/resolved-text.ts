import { cutText } from "../../contract/cut-text.ts";
import type { NotifiedAlert } from "../../contract/api/notified-alert.ts";
import { taskName } from "../task/task-name.ts";
import { wallTime } from "../time/zone.ts";

interface ResolvedAlerts {
  /** The first of them. */
  readonly alerts: readonly NotifiedAlert[];
  readonly count: number;
}

const MAX_NOTE = 200;
/** The author of automatic changes. */
const BY_ITSELF = "flowlord";

/** A line for each resolved alert: what, since when, by whom and why; after `max` lines the others are counted. Empty without one. */
export function resolvedText({ alerts, count }: ResolvedAlerts, max: number, zone: string): string {
  const lines = alerts.slice(0, max).map((alert) => resolvedLine(alert, zone));
  if (count > lines.length) lines.push(`and ${count - lines.length} more resolved`);
  return lines.map((line) => `${line}\n`).join("");
}

function resolvedLine(alert: NotifiedAlert, zone: string): string {
  const {
    id,
    type,
    task_type: taskType,
    job,
    first_seen: since,
    resolved_by: by = "",
    resolved_note: note = "",
  } = alert;
  const what = taskType === "" ? type : `${taskName({ type: taskType, job })}, ${type}`;
  const author = by === "" || by === BY_ITSELF ? [] : [`by ${by}`];
  const why = [...author, ...(note === "" ? [] : [note])].join(": ");
  return oneLine(
    `resolved: ${what} (alert ${id}) since ${clock(since, zone)}${why === "" ? "" : `; ${cutText(why, MAX_NOTE)}`}`,
  );
}

/** `2026-03-04 12:29`, as the zone's clock shows it. */
function clock(ms: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTime(ms, zone);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
