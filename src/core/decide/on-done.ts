import { writeTaskMessage } from "../../contract/task-message.ts";
import { childrenOf, joinChildren, type ChildContext, type Children } from "./children.ts";
import { nameLetter, ruleErrorOf } from "./dead-letters.ts";
import { quotedText } from "./decision-data.ts";
import { jobOf, nameOnRecord } from "./done-job.ts";
import { completedTask, decision, recordChange, workflowOf } from "./done/done-record.ts";
import type { DoneDecider, DoneMessage, DoneNeeds, DoneState } from "./decider.ts";
import { NO_EFFECTS, type Effects, type NewAlert, type NewDecision, type StoredTask } from "./effects.ts";
import { isSkip, wasOf, withMark } from "./by-hand/marks.ts";
import { isFirstReport, matchRecord } from "./match-record.ts";
import { joinNeedsOf, type MemberState } from "./joins/join.ts";
import { newAlert } from "./new-alert.ts";
import { decideReport, reportedRecord } from "./reports/on-report.ts";
import type { Phase } from "../workflow/phase.ts";
import { reportedPaths } from "./files/reported-paths.ts";
import { failedMessage, retryTask } from "./retry.ts";
import { refuseDeleted } from "../retention/deleted-task.ts";
import { isChildless } from "../task/childless.ts";
import { isCapped, releaseSlot, Slots } from "./slots.ts";
import { isTooLarge, withoutTooLarge } from "./task-size.ts";

export interface DoneContext extends ChildContext {
  /** Null or empty: exhausted tasks are not sent anywhere. */
  readonly failedTopic: string | null;
  /** In [0, 1). */
  readonly random: () => number;
}

const RESULTS: ReadonlySet<string> = new Set(["complete", "error", "warn", "alert"]);
const NO_NEEDS: DoneNeeds = { ancestors: false, children: false, startedByFailure: [], slots: [], joins: [] };

/** What a message on `done` does: the record it answers, and what follows from it. */
export function doneDecider(context: DoneContext): DoneDecider {
  return {
    match: matchRecord,
    nameOnRecord,
    needs: (message, record, retry) => needsOf(message, record, isFirstReport(record, retry), context),
    decide: (message, state) =>
      withMark(withoutTooLarge(decideDone(message, state, context), context.graph), message, state),
    report: (message, matched, lastOf) => {
      const record = reportedRecord(message, matched, lastOf);
      return record === null
        ? null
        : decideReport(message, record, lastOf(record.recordId), makerOf(record, context), context.now);
    },
    nameLetter,
    refuse: ruleErrorOf,
  };
}

function phaseOf(message: DoneMessage, context: DoneContext): Phase | null {
  const { type, job } = message.task;
  const phase = context.graph.phaseOf(type, jobOf(message), workflowOf(message));
  if (phase !== null || job !== "" || !type.includes(":")) return phase;
  // A worker that sends the complete task text as its type: the phase is found, the topic stays as written.
  const [bareType = "", bareJob = ""] = type.split(":");
  return context.graph.phaseOf(bareType, bareJob, workflowOf(message));
}

/** The phase that made the record: when a file has a phase twice, its messages may be read with the other one. */
function makerOf(record: StoredTask | null, context: DoneContext): Phase | null {
  return record === null ? null : (context.graph.byId.get(record.phaseId) ?? null);
}

function needsOf(message: DoneMessage, record: StoredTask | null, isFirst: boolean, context: DoneContext): DoneNeeds {
  const { type, result } = message.task;
  const none = isFirst ? NO_NEEDS : needsChildren(message, context);
  const slots: number[] = [];
  for (const own of new Set([phaseOf(message, context), makerOf(record, context)]))
    if (own !== null && isCapped(own)) slots.push(own.id);
  const joins = isChildless(message.meta)
    ? []
    : joinNeedsOf(message, memberOf(message, record, context), context.graph, context.zone);
  for (const { phaseId } of joins) {
    const child = context.graph.byId.get(phaseId);
    if (child !== undefined && isCapped(child)) slots.push(phaseId);
  }
  let ancestors = false;
  for (const child of result === "complete" || result === "error"
    ? context.graph.childrenOf(type, jobOf(message), workflowOf(message))
    : []) {
    if (child.cyclic && child.rule.require.length === 0) ancestors = true;
    if (isCapped(child) && child.joinPlan === null) slots.push(child.id);
  }
  return ancestors || slots.length > 0 || joins.length > 0 ? { ...none, ancestors, slots, joins } : none;
}

/** The phase to whose joins the task belongs. */
function memberOf(message: DoneMessage, record: StoredTask | null, context: DoneContext): Phase | null {
  return makerOf(record, context) ?? phaseOf(message, context);
}

/** Children that follow a failure say nothing about whether those that follow the completion were started. */
function needsChildren(message: DoneMessage, { graph }: DoneContext): DoneNeeds {
  const startedByFailure = graph
    .childrenOf(message.task.type, jobOf(message), workflowOf(message))
    .filter(({ rule }) => rule.on === "error" || (rule.join === "all" && rule.joinWhen === "all_done"))
    .map((phase) => phase.id);
  return { ...NO_NEEDS, children: true, startedByFailure };
}

function decideDone(message: DoneMessage, state: DoneState, context: DoneContext): Effects {
  if (state.record === null && state.candidates.length === 0 && message.byHand === undefined)
    refuseDeleted(message, state.deletedThrough ?? null);
  const phase = phaseOf(message, context);
  const ignored = reasonToIgnore(message, state, phase);
  if (ignored !== null) return { ...NO_EFFECTS, decisions: [ignored] };
  if (state.record?.closed === true && message.byHand === undefined)
    return afterClosed(message, state, state.record, phase, context);
  if (message.task.result === "" && state.record !== null) return unknownResult(NO_EFFECTS, message, phase);

  const slots = new Slots(state.slots);
  releaseSlot(state.record, slots);
  const record = recordChange(message, state, phase, context.now);
  const base = {
    ...NO_EFFECTS,
    record,
    reports: reportedPaths(message, makerOf(state.record, context), context.graph),
  };
  const effects = consequences(base, message, state, phase, slots, context);
  const maker = makerOf(state.record, context);
  if (maker === null || !isCapped(maker)) return effects;
  return { ...effects, release: slots.releasable(maker, state.record?.recordId) };
}

function consequences(
  base: Effects,
  message: DoneMessage,
  state: DoneState,
  phase: Phase | null,
  slots: Slots,
  context: DoneContext,
): Effects {
  const { result } = message.task;
  if (isSkip(message)) {
    const children: Children = { tasks: [], joins: [], decisions: [], alerts: [], resolves: [] };
    settleJoins(children, "complete", message, state, slots, context);
    return { ...base, completed: completedTask(message, phase), ...children };
  }
  const late = lateBecause(message, state);
  if (late !== null) {
    const completed = result === "complete" ? completedTask(message, phase) : null;
    return { ...base, completed, decisions: [decision("late_result", message, phase, { result, ...late })] };
  }
  switch (result) {
    case "complete":
      return onComplete({ ...base, completed: completedTask(message, phase) }, message, state, phase, slots, context);
    case "error":
      return onError(base, message, state, phase, slots, context);
    case "alert":
      return { ...base, ...failedJoins([alertOf("alert_result", message, phase)], message, state, slots, context) };
    case "warn":
      return { ...base, ...failedJoins([], message, state, slots, context) };
    default:
      return unknownResult(base, message, phase);
  }
}

/** A person ended the task: what came after is kept, and starts nothing. A result that a person gave stays. */
function afterClosed(
  message: DoneMessage,
  state: DoneState,
  record: StoredTask,
  phase: Phase | null,
  context: DoneContext,
): Effects {
  const { result, msg } = message.task;
  const data = { result, attempt: record.attempt, because: "closed", was: wasOf(record), msg: quotedText(msg) };
  const effects = { ...NO_EFFECTS, decisions: [decision("late_result", message, phase, data)] };
  if (record.state !== "cancelled") return effects;
  const completed = result === "complete" ? completedTask(message, phase) : null;
  return { ...effects, completed, record: recordChange(message, state, phase, context.now) };
}

/** A result stays: only `complete` replaces an earlier one of the same attempt. */
function reasonToIgnore(message: DoneMessage, state: DoneState, phase: Phase | null): NewDecision | null {
  const { record } = state;
  const { result } = message.task;
  if (record === null || record.state !== "finished" || message.byHand !== undefined) return null;
  const wins = RESULTS.has(record.result) ? result === "complete" && record.result !== "complete" : RESULTS.has(result);
  return wins ? null : decision("duplicate_ignored", message, phase, { result, recorded: record.result });
}

/**
 * A later attempt is on its way or has reported already, or an earlier one completed after all: this one is recorded and
 * starts nothing.
 */
function lateBecause(message: DoneMessage, state: DoneState): Record<string, unknown> | null {
  const attempt = message.attempt ?? state.record?.attempt ?? 0;
  const isError = message.task.result === "error";
  if (isError && state.childrenStarted) return { attempt, because: "children_started" };
  if (state.retry?.closed === true) return { attempt, because: "closed", later_record: state.retry.recordId };
  const later =
    state.record === null
      ? state.candidates.find((one) => one.attempt > (message.attempt ?? 0))
      : isError
        ? state.retry
        : null;
  if (later === null || later === undefined) return null;
  return { attempt, because: "later_attempt", later: later.attempt, later_record: later.recordId };
}

function onComplete(
  base: Effects,
  message: DoneMessage,
  state: DoneState,
  phase: Phase | null,
  slots: Slots,
  context: DoneContext,
): Effects {
  const cancel: number[] = [];
  const decisions: NewDecision[] = [];
  if (state.retry?.state === "waiting") {
    cancel.push(state.retry.recordId);
    const { attempt, recordId } = state.retry;
    decisions.push(decision("retry_cancelled", message, phase, { attempt, retry_record: recordId }));
    releaseSlot(state.retry, slots);
  }
  if (state.childrenStarted) {
    const attempt = state.record?.attempt ?? message.attempt ?? 0;
    decisions.push(decision("child_exists", message, phase, { attempt }));
    return { ...base, cancel, decisions };
  }
  const member = memberOf(message, state.record, context);
  const children = childrenOf(message, state, "complete", member?.id ?? 0, slots, context);
  settleJoins(children, "complete", message, state, slots, context);
  decisions.push(...children.decisions);
  if (children.tasks.length === 0) {
    const because =
      children.decisions.length > 0 ? "none_started" : workflowOf(message) === "" ? "no_workflow" : "no_child";
    decisions.push(recorded(message, phase, because));
  }
  const { tasks, joins, alerts, resolves } = children;
  return { ...base, cancel, decisions, tasks, joins, alerts, resolves };
}

function onError(
  base: Effects,
  message: DoneMessage,
  state: DoneState,
  phase: Phase | null,
  slots: Slots,
  context: DoneContext,
): Effects {
  const { task, meta } = message;
  if (meta.get("retry")?.[0] === "failed") {
    return { ...base, decisions: [decision("failed_fed_back", message, phase, {})] };
  }
  if (phase === null) {
    const claimed = workflowOf(message) !== "";
    return {
      ...base,
      alerts: claimed ? [alertOf("retry_exhausted", message, null)] : [],
      decisions: [
        decision("phase_unknown", message, null, {
          type: task.type,
          job: task.job,
          workflow: workflowOf(message),
          alert: claimed,
        }),
      ],
    };
  }
  const failedTopic = context.failedTopic === "" ? null : context.failedTopic;
  const attempt = Math.max(message.attempt ?? 0, state.record?.attempt ?? 0);
  const retry = attempt < phase.retry ? retryTask(message, phase, attempt + 1, state.record, context) : null;
  if (retry !== null && !isTooLarge(retry)) {
    // In a paused phase it waits for the resume, and then for a slot.
    if (isCapped(phase) && !phase.rule.paused) slots.add(phase.id, 1);
    return { ...base, tasks: [retry] };
  }
  // A retry that is too large is dropped with a decision of its own, and the task has failed for good.
  const retried = retry === null ? phase.retry : attempt;
  const decisions: NewDecision[] = [];
  if (retry === null) {
    const data = { retries: retried, error: quotedText(task.msg), failed_topic: failedTopic };
    decisions.push(decision("retries_exhausted", message, phase, data));
  }
  if (phase.rule.noAlert)
    decisions.push(decision("alert_suppressed", message, phase, { by: "no_alert", type: "retry_exhausted" }));
  const member = memberOf(message, state.record, context);
  const children = childrenOf(message, state, "error", member?.id ?? 0, slots, context);
  settleJoins(children, "failed", message, state, slots, context);
  return {
    ...base,
    sends: failedTopic === null ? [] : [failedMessage(message, retried, failedTopic)],
    alerts: [...(phase.rule.noAlert ? [] : [alertOf("retry_exhausted", message, phase)]), ...children.alerts],
    resolves: children.resolves,
    decisions: [...decisions, ...children.decisions],
    tasks: retry === null ? children.tasks : [retry, ...children.tasks],
    joins: children.joins,
  };
}

function settleJoins(
  children: Children,
  own: MemberState,
  message: DoneMessage,
  state: DoneState,
  slots: Slots,
  context: DoneContext,
): void {
  if (state.joins.size === 0) return;
  const member = memberOf(message, state.record, context);
  const needs = joinNeedsOf(message, member, context.graph, context.zone);
  joinChildren(message, state, needs, own, children, member?.id ?? 0, slots, context);
}

/** A result that is neither complete nor retried holds the joins that wait for the task, as a failure does. */
function failedJoins(
  alerts: readonly NewAlert[],
  message: DoneMessage,
  state: DoneState,
  slots: Slots,
  context: DoneContext,
): Pick<Effects, "decisions" | "tasks" | "joins" | "alerts" | "resolves"> {
  const children: Children = {
    tasks: [],
    joins: [],
    decisions: [recorded(message, phaseOf(message, context), message.task.result)],
    alerts: [...alerts],
    resolves: [],
  };
  settleJoins(children, "failed", message, state, slots, context);
  return children;
}

/** A result that starts nothing; `because` says why. */
function recorded(message: DoneMessage, phase: Phase | null, because: string): NewDecision {
  const { result } = message.task;
  const workflow = phase === null ? { workflow: workflowOf(message) } : {};
  return decision("result_recorded", message, phase, { result, because, ...workflow });
}

/** Recorded as it came, and kept as a dead letter too: its meaning is unknown. */
function unknownResult(base: Effects, message: DoneMessage, phase: Phase | null): Effects {
  const { result } = message.task;
  const reason =
    result === ""
      ? "task without a result: a worker reports complete, error, warn or alert"
      : `unknown result ${JSON.stringify(result)}: a worker reports complete, error, warn or alert`;
  return {
    ...base,
    decisions: [decision("result_unknown", message, phase, { result })],
    deadLetter: { code: "unknown_result", reason },
  };
}

function alertOf(type: "alert_result" | "retry_exhausted", message: DoneMessage, phase: Phase | null): NewAlert {
  const { task } = message;
  return newAlert(type, task.msg, {
    phase,
    taskId: task.id === "" ? "unknown" : task.id,
    taskType: task.type,
    job: task.job,
    taskTime: message.taskTime,
    taskCreated: message.created,
    workflow: phase?.workflow ?? workflowOf(message),
    labels: task.meta,
    task: type === "alert_result" ? writeTaskMessage(task) : "",
  });
}
