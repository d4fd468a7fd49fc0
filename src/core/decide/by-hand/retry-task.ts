import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { TaskMessage } from "../../../contract/task-message.ts";
import { sortedMeta, encodedMeta, parseMeta } from "../../task/meta.ts";
import { taskTime as timeOf } from "../../task/task-time.ts";
import type { Phase, WorkflowGraph } from "../../workflow/phase.ts";
import type { SlotState } from "../decider.ts";
import type { NewTask, StoredTask } from "../effects.ts";
import { rootMemberships, timeKey } from "../joins/join-key.ts";
import { newTask } from "../new-task.ts";
import { isCapped, Slots } from "../slots.ts";
import { isTooLarge, tooLargeText } from "../task-size.ts";
import type { TaskForm } from "./current-task.ts";
import { leftOpen } from "./left-open.ts";
import { wasOf } from "./marks.ts";

/** A task of which a person wants another attempt, or an edited copy. */
export interface RetriedTask {
  /** The latest attempt of the task. */
  readonly latest: StoredTask;
  /** That attempt as it was sent. */
  readonly sent: TaskMessage;
  readonly taskTime: WallMs | null;
  /** Something followed from it. */
  readonly hasFollowed: boolean;
  /** Of its phase, when that has a cap. */
  readonly slots: ReadonlyMap<number, SlotState>;
}

export interface RetryOptions {
  readonly by: string;
  readonly reason: string;
  /** What followed from the task follows once more. */
  readonly withChildren: boolean;
  /** An edited copy, as a task of its own: its info, and keys over its meta (a query string). Null: the next attempt. */
  readonly edit: { readonly info: string | null; readonly meta: string } | null;
  /** By the latest attempt: what is sent instead of what was, or why it is not; default: nothing. */
  readonly current?: ReadonlyMap<number, TaskForm | string>;
}

/** Decides retries by hand. */
export interface RetryDecider {
  /** The phases of which `decide` needs the slots. */
  slots(latest: StoredTask): readonly number[];
  /** The task to make, or a sentence that says why there is none. */
  decide(task: RetriedTask): NewTask | string;
}

/** Keys that say which attempt a message is. */
const OF_THE_ATTEMPT = ["retry", "retried", "delayed"];

export interface RetryContext {
  readonly graph: WorkflowGraph;
  readonly now: number;
  readonly taskTtl: number;
  readonly newId: () => string;
  readonly zone: string;
}

/** Of a task that is under way there is no other attempt: two would run side by side. */
export function retryRefusal({ state, recordId }: StoredTask): string | null {
  if (state === "finished" || state === "cancelled" || state === "overdue") return null;
  return `record ${recordId} of it is ${state} and has no result yet; cancel it first, or mark it`;
}

/**
 * A retry is the next attempt of the same task, with the same info and meta, whatever came of the last one: no more follows from
 * it than would have followed from the first. It is sent at once, or waits for a slot of its phase like any other task.
 */
export function retryDecider(options: RetryOptions, context: RetryContext): RetryDecider {
  const { graph } = context;
  return {
    slots: ({ phaseId }) => {
      const phase = graph.byId.get(phaseId);
      return phase !== undefined && isCapped(phase) ? [phaseId] : [];
    },
    decide: (task) => {
      const form = options.current?.get(task.latest.recordId);
      const refusal =
        options.edit === null ? (retryRefusal(task.latest) ?? (typeof form === "string" ? form : null)) : null;
      if (refusal !== null) return refusal;
      const phase = graph.byId.get(task.latest.phaseId) ?? null;
      const slots = new Slots(task.slots);
      const { state, holdsSlot, phaseId } = task.latest;
      if (options.edit === null && state === "overdue" && holdsSlot) slots.add(phaseId, -1);
      const usage = phase === null ? null : slots.admit(phase);
      const made =
        options.edit === null ? attemptOf(task, phase, options, context) : copyOf(task, phase, options, context);
      const lacks = options.edit === null ? null : lacksOf(made, phase, options.edit.info !== null);
      if (lacks !== null) return lacks;
      if (isTooLarge(made)) return tooLargeText(made);
      if (usage === null) return made;
      const data = { ...made.decision.data, held: true, ...usage };
      return { ...made, state: "waiting", held: true, decision: { ...made.decision, data } };
    },
  };
}

/** A copy is what a person wants: it is complete, also where what it copies was sent with open tokens. */
function lacksOf({ message: { info, meta } }: NewTask, phase: Phase | null, isWritten: boolean): string | null {
  const lacks = leftOpen({ info, meta: parseMeta(meta), phase, isWritten: true });
  return lacks === null || isWritten ? lacks : `of the task that is copied, ${lacks}`;
}

function attemptOf(
  { latest, sent, taskTime, hasFollowed }: RetriedTask,
  phase: Phase | null,
  { by, reason, withChildren, current }: RetryOptions,
  { now, taskTtl }: RetryContext,
): NewTask {
  const attempt = latest.attempt + 1;
  const made = current?.get(latest.recordId);
  const form = made === undefined || typeof made === "string" ? sent : made;
  const meta = new Map<string, readonly string[]>(parseMeta(form.meta));
  for (const key of OF_THE_ATTEMPT) meta.delete(key);
  meta.set("retry", [String(attempt)]);
  const restarts = withChildren && hasFollowed;
  const task = newTask(
    {
      origin: "retry",
      type: sent.type,
      job: sent.job,
      id: sent.id,
      info: form.info,
      meta: encodedMeta(meta),
      taskTime,
      dueAt: now,
      attempt,
      firstAttemptId: latest.firstAttemptId,
      relation: { kind: "retry", parentId: latest.recordId },
      code: "retried_by_hand",
      data: {
        by,
        reason,
        attempt,
        record: latest.recordId,
        was: wasOf(latest),
        children: restarts,
        as: form === sent ? "recorded" : "current",
      },
    },
    phase,
    taskTtl,
  );
  return { ...task, restarts };
}

/** A root of its own: also for joins it stands in the place of the task that it copies, as one made by hand does. */
function copyOf(
  { latest, sent, taskTime }: RetriedTask,
  phase: Phase | null,
  { by, reason, edit }: RetryOptions,
  { now, taskTtl, newId, zone }: RetryContext,
): NewTask {
  const meta = new Map<string, readonly string[]>(parseMeta(sent.meta));
  for (const key of OF_THE_ATTEMPT) meta.delete(key);
  for (const [key, values] of parseMeta(edit?.meta ?? "")) meta.set(key, values);
  const info = edit?.info ?? sent.info;
  const text = sortedMeta(meta);
  const time = timeOf(text, info) ?? taskTime;
  const id = newId();
  return newTask(
    {
      origin: "manual",
      type: sent.type,
      job: sent.job,
      id,
      info,
      meta: text,
      taskTime: time,
      dueAt: now,
      joins:
        phase === null
          ? []
          : rootMemberships(phase, () => timeKey(time, id, phase.rule.timezone ?? zone), time === null),
      code: "created_by_hand",
      data: { by, reason, copy_of: latest.recordId },
    },
    phase,
    taskTtl,
  );
}
