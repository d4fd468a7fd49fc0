import { expandRows, unequalRows, type Row } from "../task/batch-rows.ts";
import type { DoneMessage, DoneState } from "./decider.ts";
import type { DecisionCode, JoinArrival, NewAlert, NewDecision, NewTask, Relation, ResolvedCause } from "./effects.ts";
import { quotedText } from "./decision-data.ts";
import { newTask } from "./new-task.ts";
import { rereadRows, unusableRows } from "./rows-alert.ts";
import { orderedMeta } from "../task/meta.ts";
import type { ParentRef, Phase, WorkflowGraph } from "../workflow/phase.ts";
import type { Slots } from "./slots.ts";
import { fillMeta, fillTime } from "../task/template.ts";
import { utcParts } from "../time/wall-time.ts";
import { taskName } from "../task/task-name.ts";

/** Rows of a `meta-file`, read before the transaction. */
export type MetaRowsOf = (path: string) => readonly ReadonlyMap<string, string>[] | Error;

export interface ChildContext {
  readonly graph: WorkflowGraph;
  readonly now: number;
  readonly host: string;
  readonly taskTtl: number;
  /** Eight hex digits for `{uuid}`. */
  readonly shortId: () => string;
  readonly metaRows: MetaRowsOf;
}

/** Keys about one attempt only: never inherited by a child. */
const OF_THE_ATTEMPT: ReadonlySet<string> = new Set(["workflow", "cron", "job", "retry", "retried", "delayed"]);

export interface Children {
  readonly tasks: NewTask[];
  readonly joins: JoinArrival[];
  /** What was not started, and why. */
  readonly decisions: NewDecision[];
  /** Children that must not be missing without a word. */
  readonly alerts: NewAlert[];
  readonly resolves: ResolvedCause[];
}

/** A join is one child a task time; parents without a time meet by their run. */
export function joinKeyOf(message: DoneMessage): string {
  return message.taskTime === null ? `run:${message.task.id}` : `time:${message.taskTime}`;
}

/** The tasks that follow from a completed one. */
export function childrenOf(message: DoneMessage, state: DoneState, slots: Slots, context: ChildContext): Children {
  const children: Children = { tasks: [], joins: [], decisions: [], alerts: [], resolves: [] };
  const { task, meta } = message;
  for (const phase of context.graph.childrenOf(task.type, task.job, meta.get("workflow")?.[0] ?? "")) {
    const recordNotStarted = (code: DecisionCode, data: Record<string, unknown>): void => {
      const why = { parent: taskName(message.task), ...data, version: phase.versionId };
      children.decisions.push({ code, phaseId: phase.id, taskTime: message.taskTime, data: why });
    };
    const missing = phase.rule.require.filter((key) => (meta.get(key)?.[0] ?? "") === "");
    if (missing.length > 0) {
      recordNotStarted("require_missing", { missing, has: keysOf(message) });
      continue;
    }
    if (phase.cyclic && phase.rule.require.length === 0 && isOwnAncestor(phase, message, state, context)) {
      recordNotStarted("cycle", {});
      continue;
    }
    let relation: Relation = { kind: "triggered", parentId: null };
    if (phase.rule.join === "all" && phase.dependsOn.length > 1) {
      const waiting = arrive(phase, message, state, children.joins);
      if (waiting !== null) {
        recordNotStarted("join_waiting", { waiting_for: waiting, arrived: arrivedParents(phase, message, state) });
        continue;
      }
      relation = { kind: "join", parentId: null };
    }
    const rows = rowsOf(phase, context.metaRows);
    if (typeof rows === "string") {
      recordNotStarted("no_rows", { reason: rows });
      if (phase.rule.noAlert) recordNotStarted("alert_suppressed", { by: "no_alert", type: "workflow_invalid" });
      else children.alerts.push(unusableRows(phase, rows, task.id));
      continue;
    }
    if (rows !== ONE_EMPTY_ROW) children.resolves.push(...rereadRows(phase));
    if (rows.length === 0) recordNotStarted("batch_empty", { source: phase.rule.metaFile });
    rows.forEach((row, position) => {
      children.tasks.push(childTask(phase, message, row, position, relation, state, slots, context));
    });
  }
  return children;
}

/** The parent itself is one, also when Flowlord has no record of it yet. */
function isOwnAncestor(phase: Phase, message: DoneMessage, state: DoneState, context: ChildContext): boolean {
  const { type, job } = message.task;
  if (context.graph.phaseOf(type, job, message.meta.get("workflow")?.[0] ?? "") === phase) return true;
  return state.ancestors.some((one) => one.phaseId === phase.id && one.taskTime === message.taskTime);
}

/** Records the arrival; returns the parents that are still missing, or null when the join is complete. */
function arrive(phase: Phase, message: DoneMessage, state: DoneState, joins: JoinArrival[]): string[] | null {
  const joinKey = joinKeyOf(message);
  const known = state.joins.get(`${phase.id}|${joinKey}`);
  // A join that was complete and gets a parent once more starts over: its parents are being run again.
  const restart = known?.started ?? false;
  const arrived = new Set(restart ? [] : known?.arrived.keys());
  phase.dependsOn.forEach((parent, parentIndex) => {
    if (!isParent(parent, message)) return;
    joins.push({ phaseId: phase.id, joinKey, parentIndex, restart });
    arrived.add(parentIndex);
  });
  const waiting = phase.dependsOn.filter((_, index) => !arrived.has(index));
  return waiting.length === 0 ? null : waiting.map(taskName);
}

const ONE_EMPTY_ROW: readonly Row[] = [new Map()];

/** One row a child; a sentence when the rows cannot be used. */
function rowsOf(phase: Phase, metaRows: MetaRowsOf): readonly Row[] | string {
  const { meta, metaFile } = phase.rule;
  if (metaFile === "" && (meta === null || meta.size === 0)) return ONE_EMPTY_ROW;
  const unequal = meta === null ? null : unequalRows(meta);
  if (unequal !== null) return unequal;
  const fileRows = metaFile === "" ? null : metaRows(metaFile);
  return fileRows instanceof Error ? fileRows.message : expandRows(meta, fileRows);
}

function childTask(
  phase: Phase,
  message: DoneMessage,
  row: Row,
  position: number,
  relation: Relation,
  state: DoneState,
  slots: Slots,
  context: ChildContext,
): NewTask {
  const values = row.size === 0 ? message.meta : overlay(message.meta, row);
  const time = message.taskTime === null ? null : utcParts(message.taskTime);
  const info =
    phase.template === "" ? "" : fillMeta(fillTime(phase.template, time, context.host, context.shortId), values);
  const held = !slots.admit(phase);
  const because = startedBecause(phase, message, relation, state);
  return newTask(
    {
      origin: "child",
      type: phase.type,
      job: phase.job,
      id: message.task.id,
      info,
      meta: childMeta(phase, message, row),
      taskTime: message.taskTime,
      dueAt: context.now,
      held,
      position,
      relation,
      code: held ? "held" : "child_started",
      data: held ? { ...because, ...slots.usage(phase) } : because,
    },
    phase,
    context.taskTtl,
  );
}

/** What made the child start; its workflow file and version are in its record. */
function startedBecause(
  phase: Phase,
  message: DoneMessage,
  relation: Relation,
  state: DoneState,
): Record<string, unknown> {
  const data: Record<string, unknown> = { parent: taskName(message.task) };
  if (state.record !== null) data["parent_record"] = state.record.recordId;
  if (phase.rule.require.length > 0) {
    data["require"] = Object.fromEntries(
      phase.rule.require.map((key) => [key, quotedText(message.meta.get(key)?.[0] ?? "")]),
    );
  }
  if (relation.kind === "join") data["join"] = arrivedParents(phase, message, state);
  return data;
}

/** Parents of a join that have come, as written in `dependsOn`, with the record of each; null for the record that this message makes. */
function arrivedParents(phase: Phase, message: DoneMessage, state: DoneState): Record<string, number | null> {
  const known = state.joins.get(`${phase.id}|${joinKeyOf(message)}`);
  const before = known === undefined || known.started ? new Map<number, number>() : known.arrived;
  const arrived: Record<string, number | null> = {};
  phase.dependsOn.forEach((parent, index) => {
    const isThis = isParent(parent, message);
    const recordId = isThis ? (state.record?.recordId ?? null) : before.get(index);
    if (recordId !== undefined) arrived[taskName(parent)] = recordId;
  });
  return arrived;
}

function isParent(parent: ParentRef, { task }: DoneMessage): boolean {
  return parent.type === task.type && (parent.job === null || parent.job === task.job);
}

const MAX_KEYS = 20;

/** Names of the meta keys that have a value: a missing one may be a misspelling of one of these. */
function keysOf({ meta }: DoneMessage): string[] {
  const keys: string[] = [];
  for (const [key, [first = ""]] of meta) if (first !== "" && keys.length < MAX_KEYS) keys.push(quotedText(key));
  return keys;
}

function overlay(meta: ReadonlyMap<string, readonly string[]>, row: Row): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, [first = ""]] of meta) values.set(key, first);
  for (const [key, value] of row) values.set(key, value);
  return values;
}

/** `workflow`, `cron` and `job`; with `inherit_meta` also the meta of the parent and the row. */
function childMeta(phase: Phase, message: DoneMessage, row: Row): string {
  const pairs: [string, string][] = [["workflow", message.meta.get("workflow")?.[0] ?? phase.workflow]];
  const cron = message.meta.get("cron")?.[0] ?? "";
  if (cron !== "") pairs.push(["cron", cron]);
  if (phase.job !== "") pairs.push(["job", phase.job]);
  if (phase.rule.inheritMeta) {
    for (const [key, value] of overlay(message.meta, row)) if (!OF_THE_ATTEMPT.has(key)) pairs.push([key, value]);
  }
  return orderedMeta(pairs);
}
