import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { DecisionCode } from "../decide/effects.ts";
import {
  clipped,
  instantText,
  list,
  named,
  phrases,
  quoted,
  record,
  spanText,
  workerName,
  type Facts,
  attemptText,
} from "./phrases.ts";
import { taskName } from "../task/task-name.ts";

/** A row of `decisions`, as far as its sentence needs it. */
export interface Explainable {
  readonly code: string;
  /** Its task and workflow; null when the phase is unknown. */
  readonly phase: { readonly task: string; readonly workflow: string } | null;
  readonly task_time: WallMs | null;
  readonly data: Facts;
}

/** A row of `decisions`. */
export interface DecisionRow extends Explainable {
  readonly id: number;
  readonly at: number;
  /** 0 when no phase is concerned. */
  readonly phase_id: number;
}

/** A decision with its sentence for people. */
export interface ExplainedDecision extends Pick<DecisionRow, "at" | "code" | "data"> {
  readonly sentence: string;
}

/** By the clock of `zone` (IANA). */
export function explainAll(decisions: readonly DecisionRow[], zone: string): readonly ExplainedDecision[] {
  return decisions.map((one) => ({ at: one.at, code: one.code, sentence: explain(one, zone), data: one.data }));
}

/** `zone` (IANA): by whose clock it tells times. */
type Sentence = (phase: string, data: Facts, zone: string) => string;

/** The schedule of a tick, as far as the decision recorded it. */
function schedule(data: Facts, phase: string): string {
  if (typeof data["cron"] !== "string") return `the schedule of ${phase}`;
  const zone = data["zone"] === undefined ? "" : ` (${named(data["zone"])})`;
  return `the schedule \`${data["cron"]}\`${zone} of ${phase}`;
}

function due(data: Facts, zone: string): string {
  return typeof data["scheduled_at"] === "number" ? ` at ${instantText(data["scheduled_at"], zone)}` : "";
}

/** `require={meta:file} was met by …`; rows of earlier versions name the keys alone. */
function requirement(data: Facts): string {
  const { require } = data;
  if (Array.isArray(require)) return `; its meta has ${list(require)} as required`;
  if (typeof require !== "object" || require === null) return "";
  const met = Object.entries(require).map(([key, value]) => `\`require={meta:${key}}\` was met by ${quoted(value)}`);
  return `; ${phrases(met)}`;
}

/** `root (record 3) and b:x (record 4)`; rows of earlier versions have the text of `dependsOn`. */
function arrived(value: unknown): string {
  if (typeof value !== "object" || value === null) return list(value);
  return phrases(Object.entries(value).map(([parent, id]) => `${parent}${record(id)}`));
}

function fromParent(data: Facts): string {
  const join =
    data["join"] === undefined ? "" : `, and with it all that \`join=all\` asks for: ${arrived(data["join"])}`;
  return `because ${quoted(data["parent"])}${record(data["parent_record"])} completed${join}${requirement(data)}`;
}

function fromFile(phase: string, data: Facts): string {
  const { file_count: count, file_list: path } = data;
  const all = typeof count === "number" ? `${count} files, among them ` : "";
  const files = `${all}${clipped(data["files"], 5)}${path === undefined ? "" : ` (all in ${quoted(path)}),`}`;
  const verb = Array.isArray(data["files"]) && data["files"].length > 1 ? "match" : "matches";
  return `because ${files} ${verb} ${quoted(data["pattern"])} of ${phase}`;
}

/** Why the task exists, whatever made it. */
function cause(phase: string, data: Facts, zone: string): string {
  if (data["parent"] !== undefined) return fromParent(data);
  if (data["files"] !== undefined) return fromFile(phase, data);
  return `because ${schedule(data, phase)} was due${due(data, zone)}`;
}

function inTheWay(phase: string, data: Facts): string {
  if (data["paused"] === true) return `${phase} is paused`;
  if (typeof data["cap"] !== "number") return `${phase} has as many unfinished tasks as it may have`;
  const earlier = data["earlier"] === undefined ? "" : `, the oldest is record ${list(data["earlier"])}`;
  return `${phase} has ${list(data["active"])} unfinished of at most ${list(data["cap"])}${earlier}`;
}

/** ` (ann: the disk was full)` */
function person(data: Facts): string {
  const reason = data["reason"] === undefined || data["reason"] === "" ? "" : `: ${named(data["reason"])}`;
  return data["by"] === undefined ? "" : ` (${named(data["by"])}${reason})`;
}

/** How a task that was created by hand met the cap of its phase. */
function byHand(phase: string, data: Facts): string {
  if (data["held"] === true) return `; it waits for a slot, because ${inTheWay(phase, data)}`;
  return data["now"] === true ? `, past the cap as asked: ${inTheWay(phase, data)}` : "";
}

/** What becomes of the tasks that waited for a slot when their phase was removed. */
function leftWaiting(data: Facts): string {
  const tasks = `${list(data["held"])} ${data["held"] === 1 ? "task" : "tasks"}`;
  if (data["paused"] === true)
    return `; ${tasks} of it waited for the resume: cancelled unless it is back within a minute, because it was paused`;
  if (data["on_removed"] === "cancel")
    return `; ${tasks} of it waited for a slot: cancelled (\`on_removed = "cancel"\`)`;
  const under = data["cap"] === 0 ? "sent" : `sent under the cap of ${list(data["cap"])} that it had`;
  return `; ${tasks} of it waited for a slot: ${under}`;
}

function missed(phase: string, data: Facts, zone: string): string {
  if (data["error"] !== undefined) return `the tick of ${phase}${due(data, zone)} was skipped: ${named(data["error"])}`;
  const policy =
    data["catchup"] === "none" || data["catchup"] === undefined
      ? "`catchup = none` skips them"
      : `\`catchup = ${list(data["catchup"])}\` skips these`;
  return `${ticks(phase, data, zone)} passed while Flowlord was down; ${policy}`;
}

/** `3 ticks of a (… to …)` */
function ticks(phase: string, data: Facts, zone: string): string {
  const { count, first, last } = data;
  const number = data["more"] === true ? `more than ${list(count)}` : list(count ?? "some");
  const word = count === 1 ? "tick" : "ticks";
  if (typeof first !== "number" || typeof last !== "number") return `${number} ${word} of ${phase}`;
  const span = first === last ? instantText(first, zone) : `${instantText(first, zone)} to ${instantText(last, zone)}`;
  return `${number} ${word} of ${phase} (${span})`;
}

function skipped(phase: string, data: Facts, zone: string): string {
  if (data["reason"] === undefined)
    return `not started${due(data, zone)}: \`overlap = skip\`, and ${inTheWay(phase, data)}`;
  if (data["first"] === undefined) return `not started${due(data, zone)}: ${list(data["reason"])}`;
  return `not started: ${ticks(phase, data, zone)} passed because ${list(data["reason"])}`;
}

function error(data: Facts): string {
  return data["error"] === undefined || data["error"] === "" ? "" : `: ${named(data["error"])}`;
}

const NOTHING_FOLLOWS: Readonly<Record<string, Sentence>> = {
  alert: () => "result alert recorded and an alert raised; only complete starts children, only error is retried",
  warn: () => "result warn recorded; only complete starts children, only error is retried",
  no_workflow: () => "result complete recorded; its meta names no workflow, so no phase can depend on it",
  no_child: (_, data) =>
    `result complete recorded; no phase ${data["workflow"] === undefined ? "of its workflow" : `of ${named(data["workflow"])}`} depends on it`,
  none_started: () => "result complete recorded; phases depend on it, but none was started",
};

const LATE: Readonly<Record<string, Sentence>> = {
  children_started: (_, data) =>
    `${list(data["result"])} of attempt ${attemptText(data["attempt"])} came after another attempt had completed and started the children: recorded, not retried`,
  closed: (_, data) =>
    `${list(data["result"])} of attempt ${attemptText(data["attempt"])} came after ${data["was"] === undefined ? "a person had ended a later attempt" : data["was"] === "cancelled" ? "a person had cancelled it" : "a person had ended it"}: recorded, starts nothing${data["msg"] === undefined || data["msg"] === "" ? "" : ` (${named(data["msg"])})`}`,
  later_attempt: (_, data) =>
    `${list(data["result"])} of attempt ${attemptText(data["attempt"])} came late: attempt ${attemptText(data["later"])}${record(data["later_record"])} exists already, so nothing follows from it`,
};

function redriven(data: Facts): string {
  if (data["matched"] === 0) return "it matches the pattern of no phase in force";
  const count = (value: unknown, one: string): string => `${list(value)} ${value === 1 ? one : `${one}s`}`;
  return `it matches ${count(data["matched"], "phase")}; ${count(data["tasks"], "new task")}`;
}

const REQUEUED: Readonly<Record<string, (worker: string, data: Facts, zone: string) => string>> = {
  requeued: (worker) => `sent again: ${worker} returned it to the bus before it was done`,
  lease: (worker, data, zone) =>
    `no longer running: ${worker} has not reported since ${typeof data["reported_at"] === "number" ? instantText(data["reported_at"], zone) : "its last report"}, as it had promised to; the bus delivers the task again`,
  redelivered: (worker, data) =>
    `delivered again: ${workerName((data["by"] ?? {}) as Facts)} runs it now, ${worker} had it before`,
  restart: (worker) => `sent again: ${worker} had it on a bus that lost it when Flowlord restarted`,
};

const SENTENCES: Readonly<Record<DecisionCode, Sentence>> = {
  tick_fired: (phase, data, zone) => `started ${cause(phase, data, zone)}`,
  tick_skipped: skipped,
  tick_missed: missed,
  tick_late: (phase, data, zone) =>
    `started ${spanText(data["late_ms"])} late: ${schedule(data, phase)} was due${due(data, zone)} while ${typeof data["paused_until"] === "number" ? "it was paused" : data["restore"] === true ? "it was held by a restore of the database" : "Flowlord was down"}, and \`catchup = ${list(data["catchup"] ?? "last")}\` catches it up`,
  batch_empty: (phase, data, zone) =>
    `nothing to do for ${phase}${due(data, zone)}: its batch has no rows${data["source"] === undefined || data["source"] === "" ? "" : ` (${quoted(data["source"])})`}`,
  child_started: (_, data) => `started ${fromParent(data)}`,
  require_missing: (phase, data) =>
    `${phase} not started: the meta of ${named(data["parent"] ?? "its parent")} lacks ${list(data["missing"])}, which \`require\` asks for${has(data)}`,
  join_waiting: (phase, data) =>
    `${phase} not started yet: \`join=all\` waits for ${phrases([data["waiting_for"]].flat().map(named))}${come(data)}`,
  cycle: (phase, data) =>
    `${phase} not started: it depends on ${named(data["parent"] ?? "its parent")} in a cycle and is among its own ancestors for the same task time; only a \`require\` lets a cycle continue`,
  child_exists: () => "children not started: an attempt of this task started them before, and each is started once",
  no_rows: (phase, data, zone) => `${phase} not started${due(data, zone)}: ${named(data["reason"])}`,
  retry_scheduled: (_, data, zone) =>
    `retry as attempt ${attemptText(data["attempt"], data["of"])}${data["paused"] === true ? "; it waits for the resume, because its phase is paused" : typeof data["due_at"] === "number" ? `, due at ${instantText(data["due_at"], zone)}` : ""}, ${spanText(data["delay_ms"])} after the error${error(data)}`,
  retries_exhausted: (_, data) =>
    `${data["retries"] === 0 ? "not retried (the phase has no `retry`)" : `exhausted after ${list(data["retries"])} ${data["retries"] === 1 ? "retry" : "retries"}`}${typeof data["failed_topic"] === "string" ? ` and sent to ${data["failed_topic"]}` : ""}${error(data)}`,
  retry_cancelled: (_, data) =>
    `attempt ${attemptText(data["attempt"])}${record(data["retry_record"])} cancelled: the attempt before it completed after all`,
  result_recorded: (phase, data, zone) =>
    NOTHING_FOLLOWS[String(data["because"])]?.(phase, data, zone) ??
    `result ${list(data["result"])} recorded; nothing follows from it`,
  result_unknown: (_, data) =>
    `${data["result"] === "" ? "a message without a result came" : `result ${quoted(data["result"])} is not known`}; a worker reports complete, error, warn or alert: the message is ${data["dead_letter"] === undefined ? "among the dead letters" : `dead letter ${list(data["dead_letter"])}`}`,
  duplicate_ignored: (_, data) =>
    `another message (${list(data["result"])}) for this attempt was ignored: ${list(data["recorded"])} was recorded before, and only complete replaces an earlier result`,
  late_result: (phase, data, zone) =>
    LATE[String(data["because"])]?.(phase, data, zone) ??
    `${list(data["result"])} of an earlier attempt came late: recorded, nothing follows from it`,
  failed_fed_back: () =>
    "an exhausted task was sent to Flowlord again (its meta says retry=failed): recorded, neither retried nor sent to the failed topic again",
  phase_unknown: (_, data) =>
    `no phase ${taskName({ type: named(data["type"]), job: named(data["job"]) })} is in force${data["workflow"] === "" ? "" : ` in ${named(data["workflow"])}`}: not retried${data["alert"] === true ? "; an alert, because its meta names a workflow" : "; no alert, because its meta names no workflow"}`,
  external_task: (phase, data) =>
    data["phase_known"] === false
      ? "reported by a worker; Flowlord did not send this task, and no phase has its type and job"
      : `reported by a worker; Flowlord did not send this task, but knows ${phase}`,
  file_matched: (phase, data) => `started ${fromFile(phase, data)}`,
  file_unmatched: (_, data) => `${named(data["path"])} matches the pattern of no phase in force`,
  file_repeated: (phase, data) =>
    data["earlier"] !== undefined
      ? `${named(data["path"])} came once more unchanged, and ${phase} has it in its task already${record(data["earlier"])}`
      : `${data["path"] === undefined ? `the message ${named(data["bus_id"] ?? "of the bus")}` : named(data["path"])} was delivered again by the bus and ignored`,
  file_redriven: (phase, data) =>
    data["earlier"] === undefined
      ? `${named(data["path"])} was redriven by hand${data["force"] === true ? ", forced" : ""}${person(data)}: ${redriven(data)}`
      : `${phase} not started again: a task${data["gathered"] === true ? " of the gathered files" : " of this file"} was made before${record(data["earlier"])}`,
  file_gathering: (phase, data) =>
    `${phase} waits for more files: ${list(data["have"])} of the ${list(data["want"])} that \`gather\` asks for have arrived${data["path"] === undefined ? "" : `, ${named(data["path"])} the last`}`,
  file_not_new: (_, data) => `${named(data["path"])} has not arrived: the notification says ${list(data["event"])}`,
  template_open: (phase, data) =>
    `the date tokens of the template ${quoted(data["template"])} of ${phase} stay open for ${named(data["path"] ?? data["parent"])}, because ${list(data["because"])}: ${data["refused"] === true ? "no task was made" : "the task was sent with them"}`,
  task_too_large: (phase, data) =>
    `a task of ${phase} was not made: it has ${list(data["length"])} characters, at most ${list(data["limit"])} can be handled`,
  file_missing: (phase, data) =>
    `no file for ${phase} came in time: ${list(data["have"] ?? 0)} of ${list(data["want"] ?? 1)} that match ${quoted(data["pattern"])} by \`expect_by = ${list(data["expect_by"])}\``,
  overlap_skipped: (phase, data) =>
    `${phase} not started for ${named(data["parent"] ?? data["path"])}: \`overlap = skip\`, and ${inTheWay(phase, data)}`,
  held: (phase, data, zone) =>
    `made ${cause(phase, data, zone)}; it waits for ${data["paused"] === true ? "the resume" : "a slot"}, because ${inTheWay(phase, data)}`,
  held_cancelled: (phase, data) =>
    data["paused"] === true
      ? `cancelled while it waited for the resume: ${phase} was removed from its file while it was paused; redrive its file, or trigger it by hand`
      : `cancelled while it waited for a slot: ${phase} was removed from its file, which says \`on_removed = "cancel"\``,
  phase_retired: (phase, data) => `${phase} was removed from its file${leftWaiting(data)}`,
  phase_paused: (phase, data, zone) =>
    `${phase === "the phase" ? "all phases were" : `${phase} was`} paused by ${named(data["by"])}${typeof data["until"] === "number" ? ` until ${instantText(data["until"], zone)}` : ""}${data["reason"] === "" ? "" : `: ${named(data["reason"])}`}`,
  phase_resumed: (phase, data, zone) =>
    `${phase === "the phase" ? "all phases were" : `${phase} was`} resumed${resumedBy(data, zone)}`,
  pause_dropped: (phase, data) =>
    `cancelled while it waited for the resume: ${named(data["by"])} resumed ${phase} without what it kept (\`flowlord resume --drop\`)${reasonText(data)}`,
  drained: (_, data) => `${named(data["by"])} drained the workers of this instance: they take no more tasks`,
  drain_ended: (_, data) => `${named(data["by"])} let the workers of this instance take tasks again`,
  released: (phase, data) => {
    if (data["after"] !== undefined)
      return `sent: a slot of ${phase} became free when record ${list(data["after"])} was done`;
    if (data["resumed_at"] === undefined) return `sent: a slot of ${phase} became free, or it needs none any more`;
    if (data["by"] === undefined) return `sent: the pause of ${phase} ended`;
    return `sent: ${named(data["by"])} resumed ${phase}${reasonText(data)}`;
  },
  incomplete: (_, data, zone) =>
    `no result came in time${typeof data["deadline"] === "number" ? `, which was until ${instantText(data["deadline"], zone)}` : ""}: the task is overdue, a result that comes still counts${data["holds_slot"] === true ? ", and it keeps its slot until then" : ""}`,
  requeued: (_, data, zone) =>
    REQUEUED[String(data["because"])]?.(workerName(data), data, zone) ?? `no longer running at ${workerName(data)}`,
  alert_suppressed: (_, data) =>
    `no alert${data["type"] === undefined ? "" : ` (${list(data["type"])})`}: the phase says \`${list(data["by"])}\``,
  created_by_hand: (phase, data) =>
    `created by hand${person(data)}${data["copy_of"] === undefined ? "" : ` as an edited copy of record ${list(data["copy_of"])}`}${byHand(phase, data)}`,
  retried_by_hand: (_, data) =>
    `attempt ${attemptText(data["attempt"])} of the same task, retried by hand${person(data)}: record ${list(data["record"])} was ${named(data["was"])}${data["children"] === true ? "; what followed from it follows again" : ""}${data["as"] === "current" ? "; made anew by the workflows in force" : ""}${data["held"] === true ? "; it waits for a slot" : ""}`,
  copied_by_hand: (_, data) => `copied by hand${person(data)} and edited${record(data["copy"])}`,
  cancelled_by_hand: (_, data) =>
    `cancelled by hand${person(data)}: it was ${named(data["was"])}${data["was"] === "waiting" ? "" : "; a result that comes later is recorded and starts nothing"}`,
  marked_by_hand: (_, data) => `marked ${named(data["result"])} by hand${person(data)}: it was ${named(data["was"])}`,
  note_added: (phase, data) =>
    `note ${list(data["note"])}${noted(phase, data)} by ${named(data["by"])}: ${named(data["text"])}`,
  note_removed: (phase, data) =>
    `note ${list(data["note"])}${noted(phase, data)} removed by hand${person(data)}; ${named(data["author"])} had written: ${named(data["text"])}`,
  backfilled: (phase, data) =>
    `${data["backfill"] === undefined ? `made by ${named(data["by"])}` : `made by backfill ${list(data["backfill"])} of ${named(data["by"])}`}${data["held"] === true ? `; it waits for a slot, because ${inTheWay(phase, data)}` : ""}`,
  backfill_changed: (phase, data) =>
    `backfill ${list(data["backfill"])} of ${phase} was ${list(data["act"])} by ${named(data["by"])}${data["reason"] === "" ? "" : `: ${quoted(data["reason"])}`}`,
  backfill_cancelled: (_, data) =>
    `cancelled with backfill ${list(data["backfill"])}${person(data)}: it was ${named(data["was"])}${data["was"] === "waiting" ? "" : "; a result that comes later is recorded and starts nothing"}`,
  published: (_, data) => `${publishedWhat(data)} to ${named(data["topic"])} by hand${person(data)}`,
  redriven: (_, data) =>
    `dead letter ${list(data["dead_letter"] ?? "")} was redriven to ${named(data["topic"] ?? "its topic")}${data["edited"] === true ? " with another payload" : ""}${person(data)}`,
  restore_held: (_, data, zone) =>
    `not sent: ${HELD[String(data["because"])] ?? "it may have been sent before"}${restoreOf(data, zone)}; \`flowlord restore accept\` sends it, \`flowlord restore drop\` cancels it`,
  restore_found: (_, data) =>
    data["known"] === undefined
      ? "found on the bus, to which it was sent before the restore of the database: it is not sent again"
      : `cancelled: it was sent before the restore of the database, and its result has come${record(data["known"])}`,
  restore_accepted: (_, data) =>
    data["backfill"] === undefined
      ? `sent: what the restore of the database held was accepted${person(data)}`
      : `backfill ${list(data["backfill"])} goes on: what the restore of the database held was accepted${person(data)}`,
  restore_dropped: (phase, data, zone) =>
    data["first"] === undefined
      ? `${data["backfill"] === undefined ? (data["topic"] === undefined ? "cancelled" : `a message to ${named(data["topic"])} was not sent`) : `backfill ${list(data["backfill"])} was cancelled`}: what the restore of the database held was dropped${person(data)}`
      : `not started: ${ticks(phase, data, zone)} were held by the restore of the database, and dropped${person(data)}`,
  removal_accepted: (_, data) =>
    `workflow files that are gone were taken for removed by hand${person(data)}: ${clipped(data["removed"], 8)}`,
  imported: (_, data) => `imported from the older Flowlord${importedWhat(data)}`,
};

const HELD: Readonly<Record<string, string>> = {
  waited: "it waited in the outbox of the restored database, and may have been sent before the restore",
  reread: "it follows from a message or a file that may have been handled before the restore",
};

/** ` (data of …, restored at …)` */
function restoreOf(data: Facts, zone: string): string {
  const { data_at: dataAt, restored_at: restoredAt } = data;
  if (typeof dataAt !== "number" || typeof restoredAt !== "number") return "";
  return ` (data of ${instantText(dataAt, zone)}, restored at ${instantText(restoredAt, zone)})`;
}

function publishedWhat({ messages, unreadable }: Facts): string {
  if (messages === undefined) return "published";
  return `${list(messages)} ${messages === 1 ? "message" : "messages"}${unreadable === true ? " that cannot be understood" : ""} published`;
}

/** What a note is about, unless the decision is about it anyway. */
function noted(phase: string, data: Facts): string {
  if (data["on"] === "phase") return ` on ${phase}`;
  return data["on"] === undefined ? "" : ` on ${named(data["on"])}`;
}

function resumedBy(data: Facts, zone: string): string {
  if (data["removed_at"] !== undefined) return ": it left its file";
  if (typeof data["until"] === "number") return `: its pause was until ${instantText(data["until"], zone)}`;
  const dropped = data["dropped"];
  const cancelled =
    dropped === undefined ? "" : `; ${list(dropped)} ${dropped === 1 ? "task" : "tasks"} that waited cancelled`;
  return ` by ${named(data["by"])}${reasonText(data)}${cancelled}`;
}

/** Of a sentence that names the person itself. */
function reasonText(data: Facts): string {
  return data["reason"] === undefined || data["reason"] === "" ? "" : `: ${named(data["reason"])}`;
}

/** About the complete import, the tasks that a file event made there, or a task that a file made. */
function importedWhat(data: Facts): string {
  const { task_names: names, task_ids: ids, file, rows } = data;
  if (Array.isArray(names) && Array.isArray(ids))
    return `, where this event made ${clipped(
      names.map((name, index) => `${String(name)} (${String(ids[index])})`),
      8,
    )}`;
  if (typeof file === "string") return `, where ${file} made this task`;
  if (typeof rows !== "object" || rows === null) return "";
  return `: ${Object.entries(rows)
    .map(([table, count]) => `${String(count)} rows of ${table}`)
    .join(", ")}`;
}

function has(data: Facts): string {
  const { has } = data;
  if (!Array.isArray(has)) return "";
  return has.length === 0 ? "; it is empty" : `; it has ${clipped(has, 8)}`;
}

function come(data: Facts): string {
  const came = data["arrived"];
  if (typeof came !== "object" || came === null || Object.keys(came).length === 0) return "";
  return `; arrived so far: ${arrived(came)}`;
}

/** A decision as text for people: one sentence without a full stop; times by the clock of the zone (IANA). */
export function explain(decision: Explainable, zone: string): string {
  const sentence = Object.hasOwn(SENTENCES, decision.code) ? SENTENCES[decision.code as DecisionCode] : undefined;
  if (sentence === undefined) return decision.code.replaceAll("_", " ");
  return sentence(decision.phase === null ? "the phase" : decision.phase.task, decision.data, zone);
}
