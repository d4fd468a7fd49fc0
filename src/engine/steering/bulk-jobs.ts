import { DomainError } from "../../contract/domain-error.ts";
import { parseJobAct, type JobAnswer, type JobRequest } from "../../contract/api/tasks/task-control-api.ts";
import type { ActedTask, BulkItem, BulkStep } from "../../store/by-hand-store.ts";
import type { EngineContext } from "../context.ts";
import { isLiveWaiting, Turns } from "../yield-to-live.ts";
import { cancelByHand, GROUP, markTasks, retryAsCurrent, retryTasks } from "./act-on-tasks.ts";

/** There is no such job, or a new one does not say what it does. */
export class UnknownJobError extends DomainError {
  constructor(id: number | null) {
    super(
      "not_found",
      "unknown_job",
      id === null ? "a new job needs act: what it does to its tasks" : `there is no job ${id}`,
    );
  }
}

/** Adds tasks to a job, lets it begin, or tells how far it is. Throws UnknownJobError. */
export async function bulkJob(
  { id, act, ids, begin, ofPerson }: JobRequest,
  context: EngineContext,
): Promise<JobAnswer> {
  if (id === null && act === null) throw new UnknownJobError(null);
  const { runtime, store } = context;
  if (id !== null && ofPerson !== undefined) {
    const asked = await store.byHand.addToJob({ id, request: "", begins: false }, [], runtime.now());
    if (asked?.by !== ofPerson) throw new UnknownJobError(id);
  }
  const request = act === null ? "" : JSON.stringify(act);
  const job = await store.byHand.addToJob({ id, request, begins: begin }, ids, runtime.now());
  if (job === null) throw new UnknownJobError(id);
  const { by: _by, ...answer } = job;
  return { ...answer, refusals: [...job.refusals] };
}

/** How soon the next turn follows one in which all that is left was left to live tasks (ms). */
const YIELDED_MS = 500;

/**
 * Goes on with the jobs, a step at a time. Retries yield to live tasks of the same type that wait, as the tasks of a backfill do;
 * the other jobs then go on, so that a cancel does not wait behind a retry.
 */
export class JobRunner {
  readonly #context: EngineContext;
  readonly #turns: Turns;
  readonly #refusal: () => string | null;

  /**
   * `turn`: while live tasks of the same type wait, one of so many turns of a job is used. `refusal`: why nothing that makes tasks goes
   * on, null while it does.
   */
  constructor(context: EngineContext, turn: number, refusal: () => string | null = () => null) {
    this.#context = context;
    this.#refusal = refusal;
    this.#turns = new Turns(turn);
  }

  /** One step. Returns when the next is due; null: no job is left. */
  async run(): Promise<number | null> {
    const { store, runtime } = this.#context;
    for (let after = 0; ;) {
      const step = await store.byHand.nextOfJob(after, GROUP, runtime.now());
      if (step === null) return after === 0 ? null : runtime.now() + YIELDED_MS;
      const items = await this.#due(step);
      if (items.length > 0) {
        await act(step, items, this.#context);
        return runtime.now();
      }
      after = step.id;
    }
  }

  /** Those of the step whose type no live task waits for; of the others one, in a turn of the job's own. */
  async #due({ id, request, items }: BulkStep): Promise<readonly BulkItem[]> {
    const { kind } = parseJobAct(request);
    if (kind !== "cancel" && this.#refusal() !== null) return [];
    if (kind !== "retry") return items;
    const busy = new Set<string>();
    for (const type of new Set(items.map((item) => item.type)))
      if (await isLiveWaiting(type, this.#context)) busy.add(type);
    const free = items.filter(({ type }) => !busy.has(type));
    if (free.length > 0) return free;
    return this.#turns.isOwn(id) ? items.slice(0, 1) : [];
  }
}

/** One step of the oldest job, which yields to nothing: for a database that no instance has open. True: there may be more to do. */
export async function advanceJobs(context: EngineContext): Promise<boolean> {
  const step = await context.store.byHand.nextOfJob(0, GROUP, context.runtime.now());
  if (step === null) return false;
  await act(step, step.items, context);
  return true;
}

function act(
  { id, request }: BulkStep,
  items: readonly BulkItem[],
  context: EngineContext,
): Promise<readonly ActedTask[]> {
  const asked = parseJobAct(request);
  const recordIds = items.map(({ recordId }) => recordId);
  const { by, reason } = asked;
  switch (asked.kind) {
    case "retry": {
      const { children: withChildren, info, meta, as } = asked;
      const edit = info === null && meta === null ? null : { info, meta: meta ?? "" };
      const retry = as === "current" && edit === null ? retryAsCurrent : retryTasks;
      return retry(recordIds, { by, reason, withChildren, edit }, context, id);
    }
    case "cancel":
      return cancelByHand(recordIds, { by, reason, withChildren: asked.children }, context, id);
    case "mark":
      return markTasks(recordIds, { by, reason, result: asked.result }, context, id);
  }
}
