import type { WallMs } from "../../contract/time/wall-ms.ts";
import { pauseData, pauseText } from "./pause-text.ts";
import { explain, type DecisionRow } from "./explain.ts";
import { lacksWorker, type DatedFinding, type Finding } from "./finding.ts";
import { taskName } from "../task/task-name.ts";
import {
  clipped,
  instantText,
  named,
  spanText,
  taskTimeWithZone,
  type Facts,
  attemptText,
  workerName,
} from "./phrases.ts";
import type { WhyAlert, WhyDeadLetter, WhyFacts, WhyNotification, WhyTask } from "./why-facts.ts";

export interface Why {
  /** What made the task. */
  readonly because: Finding;
  /** Everything that was decided about it and happened to it, oldest first. */
  readonly events: readonly DatedFinding[];
  /** Its state now, the most important finding first. */
  readonly standing: readonly Finding[];
}

/** Decisions that make a task; each task has one of them. */
const MAKING: ReadonlySet<string> = new Set([
  "tick_fired",
  "tick_late",
  "child_started",
  "file_matched",
  "held",
  "retry_scheduled",
  "created_by_hand",
  "retried_by_hand",
  "backfilled",
  "external_task",
  "imported",
]);

/**
 * Why a task ran, from everything that the history has about it; its sentences tell times by the clock of the zone (IANA).
 * `noWorker`: a sentence that no worker would run it; null: one does, or it is not known.
 */
export function why(facts: WhyFacts, now: number, zone: string, noWorker: string | null = null): Why {
  const decided = (decision: DecisionRow): DatedFinding => ({
    at: decision.at,
    code: decision.code,
    data: decision.data,
    sentence: explain(decision, zone),
  });
  const made = facts.decisions.find((decision) => MAKING.has(decision.code));
  const events = [
    ...(made === undefined ? [] : [decided(completed(made, facts))]),
    ...resultOf(facts.task),
    ...facts.decisions.filter((decision) => decision !== made).map(decided),
    ...fileOf(facts),
    ...facts.alerts.flatMap((alert) => alerted(alert, zone)),
    ...facts.dead_letters.map((deadLetter): DatedFinding => ({
      at: deadLetter.received_at,
      code: "dead_letter",
      data: { ...deadLetter },
      sentence: `dead letter ${deadLetter.id} (${deadLetter.code}): ${named(deadLetter.reason)}${redrivenText(deadLetter, zone)}`,
    })),
  ];
  return {
    because: made === undefined ? notOnRecord(facts, zone) : because(completed(made, facts), facts, zone),
    events: events.toSorted((a, b) => a.at - b.at),
    standing: [...currentState(facts, now, zone), ...(lacksResult(facts.task) ? lacksWorker(noWorker) : [])],
  };
}

function redrivenText(
  { redriven_at: at, redriven_by: by, redriven_reason: reason }: WhyDeadLetter,
  zone: string,
): string {
  if (at === null) return "";
  const who = by === "" ? "" : ` by ${named(by)}${reason === "" ? "" : `: ${named(reason)}`}`;
  return `; redriven to its topic at ${instantText(at, zone)}${who}`;
}

/** It waits for a worker, or may. */
function lacksResult({ state }: WhyTask): boolean {
  return state !== "finished" && state !== "cancelled" && state !== "running";
}

/** `transform:hourly, attempt 2 of 3 for 2026-11-24T13 (Europe/Berlin)`; `zone`: that of a task without one. */
export function nameOfTask(
  task: {
    readonly type: string;
    readonly job: string;
    readonly attempt: number;
    readonly retries: number | null;
    readonly task_time: WallMs | null;
    readonly task_zone: string | null;
  },
  zone: string,
  lastAttempt: number,
): string {
  const attempt = task.attempt === 0 ? "" : `, attempt ${attemptText(task.attempt, most(task.retries, lastAttempt))}`;
  return `${taskName(task)}${attempt}${task.task_time === null ? "" : ` for ${taskTimeWithZone(task.task_time, task.task_zone ?? zone)}`}`;
}

/** Retries that the phase makes, or that there are: people make more. */
function most(retries: number | null, lastAttempt: number): number | null {
  return retries === null ? null : Math.max(retries, lastAttempt);
}

/** With the fields of the record that the decision lacks: the parent's record, the workflow file and its version. */
function completed(decision: DecisionRow, { task, version }: WhyFacts): DecisionRow {
  const parent =
    decision.data["parent"] === undefined || task.parent_id === null ? {} : { parent_record: task.parent_id };
  const { join } = decision.data;
  const joined =
    typeof join !== "object" || join === null
      ? {}
      : { join: Object.fromEntries(Object.entries(join).map(([name, id]) => [name, id ?? task.parent_id])) };
  const origin = version === null ? {} : { workflow: version.workflow, version: version.id };
  return { ...decision, data: { ...decision.data, ...parent, ...joined, ...origin } };
}

function because(made: DecisionRow, facts: WhyFacts, zone: string): Finding {
  const { phase, version } = facts;
  const where = phase === null ? "" : `; so says \`${phase.task}\` in line ${phase.line} of ${phase.workflow}`;
  const which =
    version === null
      ? ""
      : `${where === "" ? `; decided by ${version.workflow}` : ""}, version ${version.id}${version.in_force ? "" : ", which has been replaced since"}`;
  return {
    code: made.code,
    data: made.data,
    sentence: `${nameOfTask(facts.task, zone, facts.last_attempt)}: ${explain(made, zone)}${where}${which}`,
  };
}

function notOnRecord({ task, last_attempt: last }: WhyFacts, zone: string): Finding {
  return {
    code: "not_on_record",
    data: { origin: task.origin },
    sentence: `${nameOfTask(task, zone, last)}: what made it is not recorded (its origin is \`${task.origin}\`)`,
  };
}

function resultOf(task: WhyTask): DatedFinding[] {
  if (task.finished_at === null) return [];
  const { result, msg, started, ended } = task;
  const elapsed = started === null || ended === null || ended < started ? null : ended - started;
  const data: Facts = { result, msg, ...(elapsed === null ? {} : { run_ms: elapsed }) };
  const sentence = `${result === "" ? "a message without a result" : `\`${named(result)}\``} reported${elapsed === null ? "" : ` after ${spanText(elapsed)}`}${msg === "" ? "" : `: ${named(msg)}`}`;
  return [{ at: task.finished_at, code: "result", data, sentence }];
}

function fileOf({ file }: WhyFacts): DatedFinding[] {
  if (file === null) return [];
  const sentence = `file event ${file.id}: ${named(file.path)} (${file.size} bytes) came on ${named(file.topic)}`;
  return [{ at: file.received_at, code: "file_event", data: { ...file }, sentence }];
}

function alerted({ notifications, ...alert }: WhyAlert, zone: string): DatedFinding[] {
  const times = alert.count > 1 ? `; its cause was seen ${alert.count} times` : "";
  const sentence = `alert ${alert.id} (${alert.type}, ${alert.severity}) raised: ${named(alert.message)}; it is ${alert.state}${times}`;
  return [
    { at: alert.at, code: "alert_raised", data: { ...alert }, sentence },
    ...notifications.map((one) => notificationFinding(one, zone)),
  ];
}

function notificationFinding(notification: WhyNotification, zone: string): DatedFinding {
  const { id, channel, kind, state, attempts, answer } = notification;
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const reason = answer === "" ? "" : `: ${named(answer)}`;
  const sentence =
    state === "sent"
      ? `channel ${channel} was notified (notification ${id}, ${kind}) after ${tries}`
      : state === "failed"
        ? `channel ${channel} was not notified (notification ${id}, ${kind}) after ${tries}${reason}`
        : `channel ${channel} will be notified (notification ${id}, ${kind}), due at ${instantText(notification.due_at, zone)}${attempts === 0 ? "" : `; ${tries} failed${reason}`}`;
  const at = notification.finished_at ?? notification.created_at;
  return { at, code: `notification_${state}`, data: { ...notification }, sentence };
}

function currentState(facts: WhyFacts, now: number, zone: string): Finding[] {
  const { task } = facts;
  const found = [stateOf(facts, now, zone)];
  const later = facts.children.filter((child) => child.kind === "retry");
  for (const { record_id: id, attempt, retries, state, result, due_at: due } of later) {
    const outcome = state === "finished" ? named(result) : state;
    const when = state === "waiting" && due !== null ? `, due at ${instantText(due, zone)}` : "";
    found.push({
      code: "retried",
      data: { record_id: id, attempt, state, result, due_at: due },
      sentence: `attempt ${attemptText(attempt, most(retries, facts.last_attempt))} is record ${id}: ${outcome}${when}`,
    });
  }
  const children = facts.children.filter((child) => child.kind !== "retry");
  if (children.length > 0) {
    const names = [...new Set(children.map(taskName))];
    const number = facts.more_children ? `more than ${children.length}` : String(children.length);
    const word = children.length === 1 ? "task" : "tasks";
    const data = { count: children.length, more: facts.more_children, first: children[0]?.record_id };
    found.push({ code: "led_to", data, sentence: `led to ${number} ${word}: ${clipped(names, 5)}` });
  }
  if (task.phase_id !== 0 && facts.phase?.removed_at !== null && facts.phase !== null) {
    const { removed_at: at, task: name, workflow } = facts.phase;
    const sentence = `its phase \`${name}\` was removed from ${workflow} at ${instantText(at, zone)}`;
    found.push({ code: "phase_removed", data: { removed_at: at, workflow }, sentence });
  }
  return found;
}

/** The state of the record, and what it waits for while it is unfinished. */
function stateOf(facts: WhyFacts, now: number, zone: string): Finding {
  const { task, outbox } = facts;
  const due = task.due_at;
  switch (task.state) {
    case "finished":
      return { code: "finished", data: { result: task.result }, sentence: `finished: ${named(task.result)}` };
    case "cancelled":
      return { code: "cancelled", data: {}, sentence: cancelled(facts) };
    case "overdue":
      return overdue(facts);
    case "waiting":
      if (task.held) return held(facts.phase, now, zone);
      return {
        code: "waits_for_time",
        data: { due_at: due },
        sentence: `not sent yet: ${due === null ? "it waits for its time" : due > now ? `it is due at ${instantText(due, zone)}, in ${spanText(due - now)}` : `it was due at ${instantText(due, zone)}; no Flowlord runs, or it is behind`}`,
      };
    case "running":
      return running(facts, now, zone);
    case "queued":
      return queued(task, outbox, now, zone);
    case "sent":
      return queued(task, { state: "gone", due_at: null }, now, zone);
  }
}

function cancelled({ decisions }: WhyFacts): string {
  const was = decisions.findLast(({ code }) => code === "cancelled_by_hand" || code === "backfill_cancelled")?.data[
    "was"
  ];
  return was === undefined || was === "waiting" || was === "queued"
    ? "cancelled: it will not be sent"
    : "cancelled: what its worker may still report starts nothing";
}

function overdue({ task, decisions }: WhyFacts): Finding {
  const holds = decisions.some(({ code, data }) => code === "incomplete" && data["holds_slot"] === true);
  const slot = holds ? "; it keeps its slot until one comes" : "";
  const data = { deadline: task.deadline_at, ...(holds ? { holds_slot: true } : {}) };
  return { code: "overdue", data, sentence: `overdue: no result came in time${slot}` };
}

function held(phase: WhyFacts["phase"], now: number, zone: string): Finding {
  if (phase === null || (phase.paused_since === null && phase.pause === null))
    return { code: "waits_for_slot", data: {}, sentence: "not sent yet: it waits for a slot of its phase" };
  const { paused_since: since, removed_at: removed, line, workflow, pause } = phase;
  const name = `its phase \`${phase.task}\``;
  if (removed !== null && since !== null)
    return {
      code: "held_by_pause",
      data: { paused_since: since, removed_at: removed },
      sentence: `not sent: ${name} was paused when it left ${workflow}, so the task is cancelled`,
    };
  if (pause !== null) {
    const what = pause.phaseId === 0 ? "everything" : name;
    return {
      code: "held_by_pause",
      data: pauseData(pause),
      sentence: `not sent yet: ${what} ${pauseText(pause, now, zone)}`,
    };
  }
  const begun = since ?? now;
  return {
    code: "held_by_pause",
    data: { paused_since: begun, workflow, line },
    sentence: `not sent yet: ${name} is paused since ${instantText(begun, zone)} (${spanText(Math.max(0, now - begun))}); it goes on when \`paused\` is removed from the phase in line ${line} of ${workflow}`,
  };
}

/** `runs since … (3m 20s) at load on host-1 (pid 4711): 40 %, 3 of 7 files (12 s ago)` */
function running({ task, report }: WhyFacts, now: number, zone: string): Finding {
  if (report === null) return { code: "running", data: {}, sentence: "it runs" };
  const { began_at: since, reported_at: at, progress, msg, log } = report;
  const said = [progress === null ? "" : `${Math.floor(progress * 100)} %`, msg === "" ? "" : named(msg)].filter(
    (part) => part !== "",
  );
  const last = said.length === 0 ? "" : `: ${said.join(", ")} (${spanText(Math.max(0, now - at))} ago)`;
  const until = task.deadline_at === null ? "" : `; it has until ${instantText(task.deadline_at, zone)}`;
  const output = log === "" ? "" : `; its output is in ${named(log)}`;
  return {
    code: "running",
    data: { ...report, deadline: task.deadline_at },
    sentence: `runs since ${instantText(since, zone)} (${spanText(Math.max(0, now - since))}) at ${workerName({ ...report })}${last}${until}${output}`,
  };
}

function queued(task: WhyTask, outbox: WhyFacts["outbox"], now: number, zone: string): Finding {
  const since = ` since ${instantText(task.due_at ?? task.decided_at, zone)} (${spanText(Math.max(0, now - (task.due_at ?? task.decided_at)))})`;
  switch (outbox.state) {
    case "waiting":
      return {
        code: "waits_for_bus",
        data: { ...outbox },
        sentence: `not sent yet: its message waits in the outbox for the bus${since}`,
      };
    case "publishing":
      return {
        code: "being_sent",
        data: { ...outbox },
        sentence: `its message has been with the bus${since}, which has not confirmed it yet`,
      };
    case "unknown":
      return {
        code: "outbox_too_long",
        data: { ...outbox },
        sentence: "whether its message was sent is unknown: too many wait in the outbox to search them",
      };
    case "gone":
      return {
        code: "with_worker",
        data: { deadline: task.deadline_at },
        sentence: `sent${since}; it waits for a worker, or one is at work${task.deadline_at === null ? "" : `, and has until ${instantText(task.deadline_at, zone)}`}`,
      };
  }
}
