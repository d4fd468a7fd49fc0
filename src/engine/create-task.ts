import { isInScope, type Scope } from "../contract/api/access/scope.ts";
import { DomainError } from "../contract/domain-error.ts";
import type { WallMs } from "../contract/time/wall-ms.ts";
import type { AskedTime, DayAgo } from "../contract/time/asked-time.ts";
import { present } from "../contract/present.ts";
import type { SlotState } from "../core/decide/decider.ts";
import type { NewDecision, NewTask } from "../core/decide/effects.ts";
import { leftOpen } from "../core/decide/by-hand/left-open.ts";
import { handKey, rootMemberships, timeKey } from "../core/decide/joins/join-key.ts";
import { graphWithin } from "./access/graph-within.ts";
import { aboutOf } from "../core/workflow/offset.ts";
import { newTask } from "../core/decide/new-task.ts";
import { parseMeta, sortedMeta } from "../core/task/meta.ts";
import { askedMoment, dayAgo } from "../core/decide/asked-task-time.ts";
import { decideTick } from "../core/decide/on-tick.ts";
import { isTooLarge, tooLargeText } from "../core/decide/task-size.ts";
import { wallAt } from "../core/time/wall-ms.ts";
import { zoneOf } from "../core/time/zone.ts";
import { paramValues } from "../core/workflow/phase/params.ts";
import type { Phase } from "../core/workflow/phase.ts";
import { queryEscape } from "../core/text/query.ts";
import { taskTime } from "../core/task/task-time.ts";
import { fillKnown } from "../core/task/open-tokens.ts";
import { taskName } from "../core/task/task-name.ts";
import { isCapped, Slots, type SlotUsage } from "../core/decide/slots.ts";
import type { AdmitTasks } from "../store/running-tasks.ts";
import { refuseForeignMeta } from "./access/out-of-scope.ts";
import type { EngineContext } from "./context.ts";

export interface TaskRequest {
  /** The phase itself, where one file may have the same one twice; default: the first of the type and job. */
  readonly phaseId?: number;
  readonly type: string;
  readonly job: string;
  /** The task time: an instant, or as a person writes it; null = that of a tick of its phase now. */
  readonly at: number | AskedTime | DayAgo | null;
  /** Name of a workflow file; empty = the first that has the phase. */
  readonly workflow: string;
  /** Replaces what the phase's template makes; null = the template. */
  readonly info: string | null;
  /** Merged over the meta of the phase, as a query string. */
  readonly meta: string;
  readonly by: string;
  /** Default: not said. */
  readonly reason?: string;
  /** Of a batch only the rows with these values, a query string; default: all. */
  readonly row?: string;
  /** Sent at once, past `max_active` and `overlap` of its phase. */
  readonly now?: boolean;
  /** To what whoever asks may do this; default: to everything. */
  readonly scope?: Scope | null;
}

export interface CreatedTask {
  readonly recordId: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  /** It waits for a slot of its phase. */
  readonly held: boolean;
}

/** No phase has the type and job, and the request has no info to create a task without one. */
export class UnknownPhaseError extends DomainError {
  constructor(request: TaskRequest, known: readonly Phase[]) {
    const near = known.slice(0, 5).map(taskName);
    super(
      "not_found",
      "unknown_phase",
      `no phase ${taskName(request)}${request.workflow === "" ? "" : ` in ${request.workflow}`}; ` +
        `give the task's info with --info to send it anyway${near.length > 0 ? `, or name one of: ${near.join(", ")}` : ""}`,
    );
  }
}

/** The phase creates no task for this task time. */
export class NoTaskError extends DomainError {
  constructor(phase: Phase, reason: string) {
    super("invalid", "no_task", `${phase.task} of ${phase.workflow} creates no task: ${reason}`);
  }
}

/** Its result could not be read. */
export class TaskTooLargeError extends DomainError {
  constructor(task: NewTask) {
    super("invalid", "task_too_large", `${taskName(task.message)}: ${tooLargeText(task)}`);
  }
}

/** What a person gives for the inputs of the phase cannot be used. */
export class ParamError extends DomainError {
  constructor(phase: Phase, mistakes: readonly string[]) {
    const example = phase.params.map(({ name }) => `${name}=…`).join("&");
    super(
      "invalid",
      "bad_param",
      `${phase.task} of ${phase.workflow}: ${mistakes.join("; ")}. Give them as --meta '${example}'`,
    );
  }
}

/** The task has tokens left open, or lacks meta that its phase requires. */
export class LeftOpenError extends DomainError {
  constructor(task: string, lacks: string) {
    super("invalid", "left_open", `${task} is not created: ${lacks}`);
  }
}

/** The phase says `overlap = skip`, and an earlier task of it is unfinished. */
export class OverlapError extends DomainError {
  constructor(phase: Phase, { active, cap, earlier }: SlotUsage) {
    const oldest = earlier === undefined ? "" : `, the oldest is record ${earlier}`;
    super(
      "conflict",
      "overlap",
      `${phase.task} of ${phase.workflow} has overlap = skip, and ${active} unfinished of at most ${cap}${oldest}; ` +
        "trigger it with --now to start it all the same",
    );
  }
}

/**
 * Creates a task by hand: the one that the phase's schedule would create for that task time. Beyond the cap of its phase it
 * waits for a slot like any other, unless the request says now.
 */
export async function createTask(request: TaskRequest, context: EngineContext): Promise<readonly CreatedTask[]> {
  const { runtime, store } = context;
  const now = runtime.now();
  const { phase, tasks } = await plannedTasks(request, now, context);
  let created: readonly NewTask[] = tasks;
  const admit: AdmitTasks["decide"] = (all, slots) =>
    (created = phase === null ? all : admitted(all, phase, request, slots));
  const isLimited = phase !== null && isCapped(phase);
  const { outbox, recordIds } = await store.createTasks(
    tasks,
    now,
    isLimited ? { phaseId: phase.id, decide: admit } : undefined,
  );
  context.send(outbox);
  const shown = withoutSecrets(phase, request.meta);
  return created.map(({ message: { id, type, job, info, meta } }, index) => ({
    recordId: present(recordIds[index], `the record of task ${id}`),
    id,
    type,
    job,
    info: shown(info),
    meta: shown(meta),
    held: created[index]?.held ?? false,
  }));
}

/** What `createTask` would make, before the slots of the phase are asked for. `phase` null: the task is of none. */
export interface PlannedTasks {
  readonly phase: Phase | null;
  readonly tasks: readonly NewTask[];
}

/** Throws as `createTask` does. */
export async function plannedTasks(request: TaskRequest, now: number, context: EngineContext): Promise<PlannedTasks> {
  const { phaseId, type, job, workflow, scope = null } = request;
  const graph = graphWithin(context.graph(), scope);
  const phase = (phaseId === undefined ? null : graph.byId.get(phaseId)) ?? graph.phaseOf(type, job, workflow);
  // Without a phase a task may be of any type: its workflow alone does not make it one of the scope.
  if (phase === null && (request.info === null || !isInScope(scope, { type })))
    throw new UnknownPhaseError(request, graph.phases);
  refuseForeignMeta(request.meta, scope, { type });
  const tasks =
    phase === null
      ? [plainTask(request, now, context)]
      : await phaseTasks(phase, withParams(request, phase), now, context);
  refuseOpen(tasks, phase, request);
  const large = tasks.find(isTooLarge);
  if (large !== undefined) throw new TaskTooLargeError(large);
  return { phase, tasks };
}

/** Throws LeftOpenError. Of a batch, rows that lack nothing can be made without the others. */
function refuseOpen(tasks: readonly NewTask[], phase: Phase | null, { info, row = "" }: TaskRequest): void {
  const lacks = tasks
    .map(({ message }) =>
      leftOpen({ info: message.info, meta: parseMeta(message.meta), phase, isWritten: info !== null }),
    )
    .filter((one) => one !== null);
  const [first] = lacks;
  const task = tasks[0]?.message;
  if (first === undefined || task === undefined) return;
  const other = lacks.length < tasks.length && row === "" ? "; or make only the rows that lack nothing with --row" : "";
  throw new LeftOpenError(`${taskName(task)}${phase === null ? "" : ` of ${phase.workflow}`}`, first + other);
}

/** The texts of a task without the values of secret inputs. */
export function withoutSecrets(phase: Phase | null, meta: string): (text: string) => string {
  const secrets = (phase?.params ?? []).filter(({ secret }) => secret);
  if (secrets.length === 0) return (text) => text;
  const given = parseMeta(meta);
  const values = secrets.map((one) => given.get(one.name)?.[0] ?? one.default ?? "").filter((value) => value !== "");
  return (text) =>
    values.reduce((left, value) => left.replaceAll(value, "***").replaceAll(queryEscape(value), "***"), text);
}

/** With the defaults of the inputs that are left out. With its own info a task needs none. Throws ParamError. */
function withParams(request: TaskRequest, phase: Phase): TaskRequest {
  if (phase.params.length === 0) return request;
  const meta = parseMeta(request.meta);
  const { values, mistakes } = paramValues(phase.params, (name) => meta.get(name)?.[0]);
  if (mistakes.length > 0 && request.info === null) throw new ParamError(phase, mistakes);
  const pairs = new Map<string, readonly string[]>(meta);
  for (const [name, value] of values) pairs.set(name, [value]);
  return { ...request, meta: sortedMeta(pairs) };
}

/** The tasks by the slots that are free: what goes past the cap, or waits, says so. */
function admitted(tasks: readonly NewTask[], phase: Phase, request: TaskRequest, state: SlotState): readonly NewTask[] {
  const slots = new Slots(new Map([[phase.id, state]]));
  const isNow = request.now === true;
  if (!isNow && slots.skips(phase)) throw new OverlapError(phase, slots.usage(phase));
  return tasks.map((task) => {
    const usage = slots.admit(phase);
    if (usage === null) return task;
    if (isNow) {
      slots.add(phase.id, 1);
      return { ...task, decision: withData(task.decision, { now: true, ...usage }) };
    }
    return { ...task, state: "waiting", held: true, decision: withData(task.decision, { held: true, ...usage }) };
  });
}

function withData(decision: NewDecision, data: NewDecision["data"]): NewDecision {
  return { ...decision, data: { ...decision.data, ...data } };
}

async function phaseTasks(phase: Phase, request: TaskRequest, now: number, context: EngineContext): Promise<NewTask[]> {
  const { runtime, metaFiles, taskTtl } = context;
  const tick = { phaseId: phase.id, scheduledAt: now };
  const metaRows = await metaFiles.load([phase]);
  const { newId, shortId, host, zone } = runtime;
  const about = request.at === null ? null : momentOf(request.at, phase, zone, now);
  const given = parseMeta(request.meta);
  const tickContext = { now, taskTtl, metaRows, newId, shortId, host, zone, given };
  const effects = decideTick(phase, tick, new Map(), tickContext, about);
  if (effects.tasks.length === 0) throw new NoTaskError(phase, effects.alerts[0]?.message ?? "its batch has no rows");
  const joinKey = handKey(phase, about ?? aboutOf(phase, now, zone), about !== null, zone);
  const meant = (request.row ?? "") === "" ? effects.tasks : rowsMeant(effects.tasks, request.row ?? "", phase);
  return meant.map((task) => byRequest(task, phase, request, joinKey, phase.rule.timezone ?? zone));
}

function momentOf(at: number | AskedTime | DayAgo, phase: Phase, zone: string, now: number): number {
  if (typeof at === "number") return at;
  return askedMoment(at.kind === "ago" ? dayAgo(at, phase.rule.timezone ?? zone, now) : at, phase, zone);
}

/** Throws NoTaskError when no row is meant. */
function rowsMeant(tasks: readonly NewTask[], row: string, phase: Phase): readonly NewTask[] {
  const wanted = parseMeta(row);
  const meant = tasks.filter(({ message }) => {
    const meta = parseMeta(message.meta);
    return [...wanted].every(([key, [value]]) => meta.get(key)?.[0] === value);
  });
  if (meant.length > 0) return meant;
  const keys = [...wanted.keys()];
  const known = new Set(
    tasks.flatMap(({ message }) => {
      const meta = parseMeta(message.meta);
      return keys.every((key) => meta.has(key)) ? [keys.map((key) => `${key}=${meta.get(key)?.[0]}`).join(" ")] : [];
    }),
  );
  const text = keys.map((key) => `${key}=${wanted.get(key)?.[0]}`).join(" ");
  const some = [...known].slice(0, 10).join(", ");
  throw new NoTaskError(
    phase,
    `no row of its batch has ${text}; ${known.size === 0 ? "name keys that its template uses" : `its rows have ${some}${known.size > 10 ? " …" : ""}`}`,
  );
}

function byRequest(task: NewTask, phase: Phase, request: TaskRequest, joinKey: string, zone: string): NewTask {
  const meta = request.meta === "" ? task.message.meta : mergedMeta(task.message.meta, request.meta);
  // A child's template uses the meta of its parent: here the request provides it.
  const info = request.info ?? fillKnown(task.message.info, parseMeta(meta));
  const time = taskTime(meta, info);
  return {
    ...task,
    origin: "manual",
    state: "queued",
    held: false,
    scheduledAt: null,
    taskTime: time,
    joins: rootMemberships(
      phase,
      () => (time === task.taskTime ? joinKey : timeKey(time, task.message.id, zone)),
      request.at === null,
    ),
    message: { ...task.message, info, meta },
    decision: { code: "created_by_hand", phaseId: phase.id, taskTime: time, data: personOf(request) },
  };
}

function personOf({ by, reason = "" }: TaskRequest): { readonly by: string; readonly reason?: string } {
  return reason === "" ? { by } : { by, reason };
}

function plainTask(request: TaskRequest, now: number, context: EngineContext): NewTask {
  const info = request.info ?? "";
  const time = request.at === null ? taskTime(request.meta, info) : plainTime(request.at, context.runtime.zone, now);
  const pairs = new Map<string, readonly string[]>(parseMeta(request.meta));
  if (request.workflow !== "") pairs.set("workflow", [request.workflow]);
  return newTask(
    {
      origin: "manual",
      type: request.type,
      job: request.job,
      id: context.runtime.newId(),
      info,
      meta: sortedMeta(pairs),
      taskTime: time,
      dueAt: now,
      code: "created_by_hand",
      data: personOf(request),
    },
    null,
    context.taskTtl,
  );
}

/** Without a phase the configured zone counts. */
function plainTime(asked: number | AskedTime | DayAgo, zone: string, now: number): WallMs {
  const at = typeof asked === "object" && asked.kind === "ago" ? dayAgo(asked, zone, now) : asked;
  if (typeof at === "object" && at.kind === "wall") return at.wall;
  return wallAt(typeof at === "number" ? at : at.at, zoneOf(zone));
}

function mergedMeta(meta: string, overrides: string): string {
  return sortedMeta(new Map<string, readonly string[]>([...parseMeta(meta), ...parseMeta(overrides)]));
}
