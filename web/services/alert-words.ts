import type { AlertAnswer } from "../../src/contract/api/alerts/alert-api.ts";

export type AlertAbout = Pick<AlertAnswer, "alert_type" | "type" | "job" | "workflow" | "cause">;

/** `type:job` of its tasks; of an alert without a task the workflow file, or what else it is about. */
export function aboutText({ alert_type: alertType, type, job, workflow, cause }: AlertAbout): string {
  if (alertType === "dead_letter" && cause !== "") return deadLettersText(cause);
  if (type !== "") return job === "" ? type : `${type}:${job}`;
  return workflow || cause || alertType.replaceAll("_", " ");
}

/** Of `done bad_json`, their topic and what was wrong with all of them: `dead letters of done: bad JSON`. */
function deadLettersText(cause: string): string {
  const end = cause.lastIndexOf(" ");
  const wrong = cause
    .slice(end + 1)
    .replaceAll("_", " ")
    .replace(/\bjson\b/, "JSON");
  return end < 0 ? `dead letters: ${wrong}` : `dead letters of ${cause.slice(0, end)}: ${wrong}`;
}

const ENDS: Readonly<Record<string, string>> = {
  send_failed: "when the channel accepts a message, or the bus that of the task",
  file_missing: "when the file comes, or its phase expects none any more",
  file_unmatched: "when somebody resolves it",
  template_open: "when a task of the phase fills its template",
  task_too_large: "when somebody resolves it",
  workflow_invalid: "when the file is valid again",
  config_invalid: "when the file is valid again",
  workflows_vanished: "when the files are back, or their removal is accepted",
  schedule_missed: "when somebody resolves it",
  clock_set_back: "when the clock has caught up",
  dead_letter: "when the dead letters are redriven",
  database_size: "when the database is smaller",
  database_down: "when it can be read and written again",
  disk_full: "when the disk has space again",
  retention_begins: "when the first cleanup has ended",
  backup_failed: "with the next good backup",
  database_restored: "when somebody resolves it",
  archive_failed: "when the rows are archived",
  restore_held: "when nothing waits for a decision any more",
  bus_down: "when the bus has reconnected",
  watch_down: "when the bucket can be listed",
  no_worker: "when a worker listens, or nothing waits for one",
  phase_paused: "when the phase goes on",
};

/** How it ends by itself, after "resolves". */
export function resolvesText(alert: AlertAbout & Pick<AlertAnswer, "open" | "task_time">): string {
  const known = ENDS[alert.alert_type];
  if (known !== undefined) return known;
  const time = alert.task_time === null ? "" : ` for ${taskTimeText(alert.task_time)}`;
  return alert.open > 1
    ? `when each of its ${alert.open} tasks of ${aboutText(alert)} completes${time}`
    : `when ${aboutText(alert)} completes${time}`;
}

/** What a task is about: always with a T, without what is zero at its end. */
export function taskTimeText(time: string): string {
  const [day = "", clock = ""] = time.slice(0, 16).split("T");
  if (clock === "00:00") return day;
  return `${day}T${clock.endsWith(":00") ? clock.slice(0, 2) : clock}`;
}

/** First and last as in a chat message: `2026/03/04T01-2026/03/04T02`. */
export function taskTimesText(first: string | null, last: string | null): string {
  if (first === null || last === null) return "no task time";
  const [from, to] = [taskTimeText(first), taskTimeText(last)].map((text) => text.replaceAll("-", "/"));
  return from === to ? `${from}` : `${from}-${to}`;
}
