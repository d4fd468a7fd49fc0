import { currentForm, type MadeTogether, recordedForm, type TaskForm } from "../../core/decide/by-hand/current-task.ts";
import { retryDecider, type RetryOptions } from "../../core/decide/by-hand/retry-task.ts";
import { marker, type Mark } from "../../core/decide/by-hand/marks.ts";
import type { NewDecision } from "../../core/decide/effects.ts";
import type { ActedTask } from "../../store/by-hand-store.ts";
import type { EngineContext } from "../context.ts";
import { decidesDone } from "../handle-done.ts";
import { reviewerOf } from "../joins/reviewer.ts";

/** Tasks in one transaction: results of workers must not wait long behind it. */
export const GROUP = 100;

/** Who does something to tasks, and why. */
export interface Person {
  readonly by: string;
  /** Empty: not said. */
  readonly reason: string;
}

/** What a retry would send: as it was sent, and as the workflows in force would make it now, or why they cannot. */
export interface ComparedTask {
  readonly named: number;
  readonly recordId: number;
  readonly recorded: TaskForm;
  readonly current: TaskForm | string;
}

export async function compareTasks(
  recordIds: readonly number[],
  context: EngineContext,
): Promise<readonly ComparedTask[]> {
  const { runtime, taskTtl, openTokens, metaFiles } = context;
  const { host, zone, shortId, newId } = runtime;
  const graph = context.graph();
  const made = await context.store.byHand.made([...new Set(recordIds)]);
  // A parent is asked for all of its children.
  const metaRows = await metaFiles.load(graph.phases.filter(({ rule }) => rule.metaFile !== ""));
  const parts = { graph, now: runtime.now(), metaRows, host, zone, shortId, newId, taskTtl, openTokens };
  const together: MadeTogether = new Map();
  return made.map((task) => ({
    named: task.named,
    recordId: task.recordId,
    recorded: recordedForm(task),
    current: currentForm(task, parts, together),
  }));
}

/** One more attempt of each task as the workflows in force would make it; refused where they cannot. */
export function retryAsCurrent(
  recordIds: readonly number[],
  options: RetryOptions,
  context: EngineContext,
  jobId?: number,
): Promise<readonly ActedTask[]> {
  return inGroups(recordIds, async (ids) => {
    const compared = await compareTasks(ids, context);
    const current = new Map(compared.map((task) => [task.recordId, task.current]));
    return retryTasks(ids, { ...options, current }, context, jobId);
  });
}

/** One more attempt of each task, or an edited copy. */
export function retryTasks(
  recordIds: readonly number[],
  options: RetryOptions,
  context: EngineContext,
  jobId?: number,
): Promise<readonly ActedTask[]> {
  return inGroups(recordIds, async (ids) => {
    const { runtime, store, taskTtl } = context;
    const now = runtime.now();
    const decider = retryDecider(options, {
      graph: context.graph(),
      now,
      taskTtl,
      newId: runtime.newId,
      zone: runtime.zone,
    });
    const { outbox, results } = await store.byHand.retry(ids, decider, now, jobId);
    context.send(outbox);
    return results;
  });
}

/**
 * Cancels unfinished tasks: what was not sent is not sent, what a worker of this process runs is stopped, and what another worker
 * has is marked: its result is recorded and starts nothing.
 */
export function cancelByHand(
  recordIds: readonly number[],
  { by, reason, withChildren }: Person & { readonly withChildren: boolean },
  context: EngineContext,
  jobId?: number,
): Promise<readonly ActedTask[]> {
  const why = { code: "cancelled_by_hand", phaseId: 0, taskTime: null, data: { by, reason } } as const;
  return cancelFor(recordIds, why, withChildren, context, jobId);
}

/** Cancels tasks as a person would, for the reason of this decision. */
export function cancelFor(
  recordIds: readonly number[],
  why: NewDecision,
  withChildren: boolean,
  context: EngineContext,
  jobId?: number,
): Promise<readonly ActedTask[]> {
  return inGroups(recordIds, async (ids) => {
    const now = context.runtime.now();
    const reviewer = await reviewerOf(context, { isCancelled: true });
    const request = { why, reviewer, withChildren };
    const { outbox, results, stop } = await context.store.byHand.cancel(ids, request, now, jobId);
    context.send(outbox);
    context.stopTasks(stop);
    return results;
  });
}

/** Gives tasks a result as their workers would: children, joins, retries and alerts follow from it. */
export function markTasks(
  recordIds: readonly number[],
  mark: Mark,
  context: EngineContext,
  jobId?: number,
): Promise<readonly ActedTask[]> {
  return inGroups(recordIds, async (ids) => {
    const now = context.runtime.now();
    const withRows = context.graph().phases.filter(({ rule }) => rule.metaFile !== "");
    const decider = decidesDone(context, await context.metaFiles.load(withRows), now);
    const { outbox, results } = await context.store.byHand.mark(ids, marker(mark, decider), now, jobId);
    context.send(outbox);
    return results;
  });
}

async function inGroups(
  recordIds: readonly number[],
  act: (ids: readonly number[]) => Promise<readonly ActedTask[]>,
): Promise<readonly ActedTask[]> {
  const results: ActedTask[] = [];
  const distinct = [...new Set(recordIds)];
  for (let at = 0; at < distinct.length; at += GROUP) results.push(...(await act(distinct.slice(at, at + GROUP))));
  return results;
}
