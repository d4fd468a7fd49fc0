import type { TaskMessage } from "../../../contract/task-message.ts";
import type { WallMs } from "../../../contract/time/wall-ms.ts";
import { encodedMeta, parseMeta, sortedMeta } from "../../task/meta.ts";
import { fillKnown } from "../../task/open-tokens.ts";
import type { Values } from "../../task/values.ts";
import { askedMoment } from "../asked-task-time.ts";
import { childrenOf, type ChildContext } from "../children.ts";
import type { DoneState } from "../decider.ts";
import type { NewTask, TaskOrigin } from "../effects.ts";
import { decideTick } from "../on-tick.ts";
import { Slots } from "../slots.ts";
import { leftOpen } from "./left-open.ts";

/** A task as it was sent, and what it was made of. */
export interface MadeTask {
  /** The latest attempt. */
  readonly recordId: number;
  readonly sent: TaskMessage;
  readonly taskTime: WallMs | null;
  readonly phaseId: number;
  /** Of its first attempt. */
  readonly origin: TaskOrigin;
  readonly position: number;
  /** The tick that made it. */
  readonly scheduledAt: number | null;
  /** The task that started it, with what its worker reported. */
  readonly parent: { readonly message: TaskMessage; readonly taskTime: WallMs | null; readonly phaseId: number } | null;
}

/** What differs from one making of a task to the next. */
export interface TaskForm {
  readonly info: string;
  /** Without the keys that say which attempt it is. */
  readonly meta: string;
}

const NOTHING_READ: DoneState = {
  record: null,
  candidates: [],
  retry: null,
  childrenStarted: false,
  ancestors: [],
  slots: new Map(),
  joins: new Map(),
};

/** How the task was sent. */
export function recordedForm({ sent: { info, meta } }: MadeTask): TaskForm {
  return { info, meta: withoutAttempt(meta) };
}

/** What was made once for several tasks: the rows of a batch are made together, and each task is one of them. */
export type MadeTogether = Map<string, readonly NewTask[] | string>;

/** As the workflows in force would make it for the same task time, row and parent; or why they cannot, as a sentence. */
export function currentForm(
  made: MadeTask,
  context: ChildContext & { readonly newId: () => string },
  together: MadeTogether = new Map(),
): TaskForm | string {
  const phase = context.graph.byId.get(made.phaseId);
  if (phase === undefined) return "its phase is in no workflow file any more";
  const given = made.parent === null && made.origin === "manual" ? givenOf(made) : null;
  const shared = given === null ? null : withoutKeys(given, [...(phase.rule.meta?.keys() ?? [])]);
  const key = JSON.stringify([
    made.phaseId,
    made.origin,
    made.parent ?? [made.scheduledAt, made.taskTime],
    shared === null ? null : [...shared],
  ]);
  const tasks = together.get(key) ?? (made.parent === null ? ofTick() : ofParent(made.parent));
  together.set(key, tasks);
  if (typeof tasks === "string") return tasks;
  const row = tasks.find(({ position }) => position === made.position);
  const task = row === undefined || given === null ? row : withGiven(row, given);
  if (task === undefined) return "its phase makes no such row any more";
  const form = { info: task.message.info, meta: withoutAttempt(task.message.meta) };
  const lacks = leftOpen({ info: form.info, meta: parseMeta(form.meta), phase, isWritten: false });
  return lacks === null ? form : `${lacks}, as an edited copy`;

  function ofTick(): readonly NewTask[] | string {
    if (phase === undefined || (made.origin !== "tick" && made.origin !== "manual"))
      return `it was not made by a schedule, a parent or a person, but by ${made.origin}`;
    const tick = { phaseId: phase.id, scheduledAt: made.scheduledAt ?? context.now };
    const isByTime = made.scheduledAt === null && made.taskTime !== null;
    const asked = isByTime ? ({ kind: "wall", wall: made.taskTime, isDay: false } as const) : null;
    const about =
      asked === null || asked.wall === null ? null : askedMoment({ ...asked, wall: asked.wall }, phase, context.zone);
    // What each row gives itself wins, so that one making serves all rows.
    return decideTick(phase, tick, new Map(), shared === null ? context : { ...context, given: shared }, about).tasks;
  }

  function ofParent({
    message: task,
    taskTime,
    phaseId,
  }: NonNullable<MadeTask["parent"]>): readonly NewTask[] | string {
    if (phase === undefined || phase.joinPlan !== null)
      return "a join has started it, with the meta of several parents";
    const meta = parseMeta(task.meta);
    const message = { task, meta, attempt: null, taskTime, created: null, payload: "", topic: "" };
    const children = childrenOf(message, NOTHING_READ, phase.rule.on, phaseId, new Slots(new Map()), context);
    const missing = children.decisions.find((one) => one.phaseId === phase.id && one.code === "require_missing");
    if (missing !== undefined)
      return `its parent has no value for ${phase.rule.require.join(", ")}, which the phase requires`;
    return children.tasks.filter((one) => one.phaseId === phase.id);
  }
}

function givenOf({ sent }: MadeTask): Values {
  return parseMeta(withoutAttempt(sent.meta));
}

function withoutKeys(values: Values, keys: readonly string[]): Values {
  return new Map([...values].filter(([key]) => !keys.includes(key)));
}

/** A person gave it values that no schedule gives: it keeps them. */
function withGiven(task: NewTask, given: Values): NewTask {
  const { message } = task;
  const own = parseMeta(message.meta);
  const all = new Map<string, readonly string[]>([...given, ...own]);
  const meta = all.size === own.size ? message.meta : sortedMeta(all);
  return { ...task, message: { ...message, info: fillKnown(message.info, all), meta } };
}

function withoutAttempt(meta: string): string {
  const values = parseMeta(meta);
  for (const key of ["retry", "retried", "delayed"]) values.delete(key);
  return encodedMeta(values);
}
