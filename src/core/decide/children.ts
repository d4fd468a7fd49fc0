import { expandRows, unequalRows, type Row } from "../task/batch-rows.ts";
import { jobOf } from "./done-job.ts";
import type { DoneMessage, DoneState, JoinNeed } from "./decider.ts";
import type { DecisionCode, JoinArrival, NewDecision, NewTask, Relation, NewAlert, ResolvedCause } from "./effects.ts";
import { quotedText } from "./decision-data.ts";
import { joinAfter, joinedMessage, type MemberState } from "./joins/join.ts";
import { childMemberships, timeKey } from "./joins/join-key.ts";
import { newTask } from "./new-task.ts";
import { filledTemplate, openTemplate, type OpenTokens } from "./files/open-template.ts";
import { rereadRows, unusableRows } from "./rows-alert.ts";
import { orderedMeta } from "../task/meta.ts";
import { isNamed } from "../workflow/joins/join-plans.ts";
import type { Phase, Rule, WorkflowGraph } from "../workflow/phase.ts";
import type { Slots } from "./slots.ts";
import { fillMeta, fillTime } from "../task/template.ts";
import { isChildless } from "../task/childless.ts";
import { partsOf } from "../time/wall-time.ts";
import { taskName } from "../task/task-name.ts";
import type { Values } from "../task/values.ts";

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
  /** The process's IANA zone, for phases that name none. */
  readonly zone: string;
  readonly openTokens: OpenTokens;
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

/** What started a child: its parent, or all parents of a join. */
interface Start {
  /** With a join: the meta of all parents. */
  readonly message: DoneMessage;
  /** Its decision names this task. */
  readonly parent: string;
  readonly parentPhaseId: number;
  readonly relation: Relation;
  /** Parents of a join, as written in `dependsOn`, with a record of each. */
  readonly arrived: Readonly<Record<string, number | null>> | null;
  /** More keys for the template alone. */
  readonly named: Values | null;
}

/** The tasks that follow from one that is done: from its result, `of`. */
export function childrenOf(
  message: DoneMessage,
  state: DoneState,
  of: Rule["on"],
  parentPhaseId: number,
  slots: Slots,
  context: ChildContext,
): Children {
  const children: Children = { tasks: [], joins: [], decisions: [], alerts: [], resolves: [] };
  const { task, meta } = message;
  if (isChildless(meta)) return children;
  const parent = taskName(task);
  const relation: Relation = { kind: "triggered", parentId: null };
  const start: Start = { message, parent, parentPhaseId, relation, arrived: null, named: null };
  for (const phase of context.graph.childrenOf(task.type, jobOf(message), meta.get("workflow")?.[0] ?? "")) {
    if (phase.rule.on === of && phase.joinPlan === null) startChild(phase, start, children, state, slots, context);
  }
  return children;
}

/** What the task does to the joins that wait for it; those that are complete now start their child. */
export function joinChildren(
  message: DoneMessage,
  state: DoneState,
  needs: readonly JoinNeed[],
  own: MemberState,
  children: Children,
  parentPhaseId: number,
  slots: Slots,
  context: ChildContext,
): void {
  for (const need of needs) {
    const phase = context.graph.byId.get(need.phaseId);
    const known = state.joins.get(need.phaseId);
    if (phase === undefined || known === undefined) continue;
    const instance = joinAfter(phase, need, known, own, state.record, children.tasks);
    if (instance === null) continue;
    const { arrival, waitingFor, arrived } = instance;
    children.joins.push(arrival);
    const parent = taskName(message.task);
    if (waitingFor !== null) {
      if (own === "complete" && isParent(phase, message))
        children.decisions.push(
          notStarted(phase, message, "join_waiting", { parent, waiting_for: waitingFor, arrived }),
        );
      continue;
    }
    const joined = joinedMessage(instance, message, known, state.record, phase.rule.timezone ?? context.zone);
    if (joined.isSkipped) continue;
    const relation: Relation = { kind: "join", parentId: null };
    const start: Start = { message: joined.message, parent, parentPhaseId, relation, arrived, named: joined.named };
    startChild(phase, start, children, state, slots, context);
  }
}

function startChild(
  phase: Phase,
  start: Start,
  children: Children,
  state: DoneState,
  slots: Slots,
  context: ChildContext,
): void {
  const { message, parent } = start;
  const recordNotStarted = (code: DecisionCode, data: Record<string, unknown>): void => {
    children.decisions.push(notStarted(phase, message, code, { parent, ...data }));
  };
  const missing = phase.rule.require.filter((key) => !hasValue(message.meta, key));
  if (missing.length > 0) return recordNotStarted("require_missing", { missing, has: keysOf(message) });
  if (phase.cyclic && phase.rule.require.length === 0 && isOwnAncestor(phase, message, state, context))
    return recordNotStarted("cycle", {});
  if (slots.skips(phase)) return recordNotStarted("overlap_skipped", { ...slots.usage(phase) });
  const rows = rowsOf(phase, context.metaRows);
  if (typeof rows === "string") {
    recordNotStarted("no_rows", { reason: rows });
    if (phase.rule.noAlert) recordNotStarted("alert_suppressed", { by: "no_alert", type: "workflow_invalid" });
    else children.alerts.push(unusableRows(phase, rows, message.task.id));
    return;
  }
  children.resolves.push(...rereadRows(phase));
  const open = openTemplate(phase, message.taskTime, { parent }, context.openTokens);
  if (open === null) children.resolves.push(...filledTemplate(phase));
  else {
    children.alerts.push(...open.alerts);
    children.decisions.push(...open.decisions);
    if (open.refuses) return;
  }
  if (rows.length === 0) recordNotStarted("batch_empty", { source: phase.rule.metaFile });
  rows.forEach((row, position) => {
    children.tasks.push(childTask(phase, start, row, position, state, slots, context));
  });
}

function notStarted(
  phase: Phase,
  { taskTime }: DoneMessage,
  code: DecisionCode,
  data: Record<string, unknown>,
): NewDecision {
  return { code, phaseId: phase.id, taskTime, data: { ...data, version: phase.versionId } };
}

/** The first value counts, as in the older program; with a join any parent's. */
function hasValue(meta: Values, key: string): boolean {
  return (meta.get(key)?.[0] ?? "") !== "";
}

function isParent(phase: Phase, message: DoneMessage): boolean {
  return phase.dependsOn.some((ref) => isNamed(ref, message.task.type, jobOf(message)));
}

/** The parent itself is one, also when Flowlord has no record of it yet. */
function isOwnAncestor(phase: Phase, message: DoneMessage, state: DoneState, context: ChildContext): boolean {
  const workflow = message.meta.get("workflow")?.[0] ?? "";
  if (context.graph.phaseOf(message.task.type, jobOf(message), workflow) === phase) return true;
  return state.ancestors.some((one) => one.phaseId === phase.id && one.taskTime === message.taskTime);
}

const ONE_EMPTY_ROW: readonly Row[] = [new Map()];

const BOTH_SOURCES = "meta and meta-file are both given, and only one of them can say the rows";

/** One row a child; a sentence when the rows cannot be used. */
function rowsOf(phase: Phase, metaRows: MetaRowsOf): readonly Row[] | string {
  const { meta, metaFile } = phase.rule;
  if (meta !== null && metaFile !== "") return BOTH_SOURCES;
  if (metaFile === "" && (meta === null || meta.size === 0)) return ONE_EMPTY_ROW;
  const unequal = meta === null ? null : unequalRows(meta);
  if (unequal !== null) return unequal;
  const fileRows = metaFile === "" ? null : metaRows(metaFile);
  return fileRows instanceof Error ? fileRows.message : expandRows(meta, fileRows);
}

function childTask(
  phase: Phase,
  start: Start,
  row: Row,
  position: number,
  state: DoneState,
  slots: Slots,
  context: ChildContext,
): NewTask {
  const { message, relation } = start;
  const values = row.size === 0 ? message.meta : overlay(message.meta, row);
  const template = start.named === null ? phase.template : fillNamed(phase.template, start.named);
  const time = message.taskTime === null ? null : partsOf(message.taskTime);
  const info = template === "" ? "" : fillMeta(fillTime(template, time, context.host, context.shortId), values);
  const waits = slots.admitUnlessPaused(phase);
  const held = waits !== null;
  const because = startedBecause(phase, start, state);
  return newTask(
    {
      origin: "child",
      type: phase.type,
      job: phase.job,
      id: message.task.id,
      info,
      meta: childMeta(phase, start, row),
      taskTime: message.taskTime,
      dueAt: context.now,
      held,
      position,
      relation,
      joins: childMemberships(phase, start.parentPhaseId, () =>
        timeKey(message.taskTime, message.task.id, phase.rule.timezone ?? context.zone),
      ),
      code: held ? "held" : "child_started",
      data: { ...because, ...waits },
    },
    phase,
    context.taskTtl,
  );
}

/** What made the child start; its workflow file and version are in its record. */
function startedBecause(phase: Phase, { message, parent, arrived }: Start, state: DoneState): Record<string, unknown> {
  const data: Record<string, unknown> = { parent };
  if (state.record !== null) data["parent_record"] = state.record.recordId;
  if (phase.rule.require.length > 0) {
    data["require"] = Object.fromEntries(
      phase.rule.require.map((key) => [key, quotedText(message.meta.get(key)?.[0] ?? "")]),
    );
  }
  if (phase.rule.on === "error") data["on"] = "error";
  if (arrived !== null) data["join"] = arrived;
  return data;
}

const MAX_KEYS = 20;

/** Names of the meta keys that have a value: a missing one may be a misspelling of one of these. */
function keysOf({ meta }: DoneMessage): string[] {
  const keys: string[] = [];
  for (const [key, [first = ""]] of meta) if (first !== "" && keys.length < MAX_KEYS) keys.push(quotedText(key));
  return keys;
}

/** `{meta:parent.key}` in the template of a join. */
function fillNamed(template: string, named: Values): string {
  if (!template.includes("{meta:")) return template;
  return template.replace(/\{meta:([^{}]+)\}/g, (token, key: string) => named.get(key)?.[0] ?? token);
}

/** The first value of each key, over it those of the row. */
function overlay(meta: Values, row: Row): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, [first = ""]] of meta) values.set(key, first);
  for (const [key, value] of row) values.set(key, value);
  return values;
}

/** `workflow`, `cron` and `job`; with `inherit_meta` also the meta of the parent and the row. */
function childMeta(phase: Phase, { message, relation }: Start, row: Row): string {
  const pairs: [string, string][] = [["workflow", phase.workflow]];
  const cron = message.meta.get("cron")?.[0] ?? "";
  if (cron !== "") pairs.push(["cron", cron]);
  if (phase.job !== "") pairs.push(["job", phase.job]);
  const isJoin = relation.kind === "join";
  if (phase.rule.inheritMeta && isJoin) pairs.push(...joinedPairs(message.meta, row));
  else if (phase.rule.inheritMeta) {
    for (const [key, value] of overlay(message.meta, row)) if (!OF_THE_ATTEMPT.has(key)) pairs.push([key, value]);
  } else if (isJoin && phase.rule.joinWhen === "all_done") {
    pairs.push(["failed", message.meta.get("failed")?.[0] ?? "0"]);
  }
  return orderedMeta(pairs);
}

/** A key of several rows is repeated. */
function* joinedPairs(meta: Values, row: Row): Iterable<[string, string]> {
  for (const [key, values] of meta) {
    if (OF_THE_ATTEMPT.has(key) || row.has(key)) continue;
    for (const value of values) yield [key, value];
  }
  yield* row;
}
