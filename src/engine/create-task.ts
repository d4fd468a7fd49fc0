import { present } from "../contract/present.ts";
import type { NewTask } from "../core/decide/effects.ts";
import { handKey, rootMemberships, timeKey } from "../core/decide/join-key.ts";
import { newTask } from "../core/decide/new-task.ts";
import { parseMeta, sortedMeta } from "../core/task/meta.ts";
import { decideTick } from "../core/decide/on-tick.ts";
import { offsetMs } from "../core/workflow/offset.ts";
import type { Phase } from "../core/workflow/phase.ts";
import { taskTime } from "../core/task/task-time.ts";
import { fillMeta } from "../core/task/template.ts";
import { taskName } from "../core/task/task-name.ts";
import type { EngineContext } from "./context.ts";

export interface TaskRequest {
  readonly type: string;
  readonly job: string;
  /** The task time; null = that of a tick of its phase now. */
  readonly at: number | null;
  /** Name of a workflow file; empty = the first that has the phase. */
  readonly workflow: string;
  /** Replaces what the phase's template makes; null = the template. */
  readonly info: string | null;
  /** Merged over the meta of the phase, as a query string. */
  readonly meta: string;
  readonly by: string;
}

export interface CreatedTask {
  readonly recordId: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
}

/** No phase has the type and job, and the request has no info to create a task without one. */
export class UnknownPhaseError extends Error {
  readonly code = "unknown_phase";

  constructor(request: TaskRequest, known: readonly Phase[]) {
    const near = known.slice(0, 5).map(taskName);
    super(
      `no phase ${taskName(request)}${request.workflow === "" ? "" : ` in ${request.workflow}`}; ` +
        `give the task's info with --info to send it anyway${near.length > 0 ? `, or name one of: ${near.join(", ")}` : ""}`,
    );
    this.name = "UnknownPhaseError";
  }
}

/** The phase creates no task for this task time. */
export class NoTaskError extends Error {
  readonly code = "no_task";

  constructor(phase: Phase, reason: string) {
    super(`${phase.task} of ${phase.workflow} creates no task: ${reason}`);
    this.name = "NoTaskError";
  }
}

/** Creates a task by hand: the one that the phase's schedule would create for that task time, sent at once. */
export async function createTask(request: TaskRequest, context: EngineContext): Promise<readonly CreatedTask[]> {
  const { runtime, store } = context;
  const now = runtime.now();
  const graph = context.graph();
  const phase = graph.phaseOf(request.type, request.job, request.workflow);
  if (phase === null && request.info === null) throw new UnknownPhaseError(request, graph.phases);
  const tasks = phase === null ? [plainTask(request, now, context)] : await phaseTasks(phase, request, now, context);
  const { outbox, recordIds } = await store.createTasks(tasks, now);
  context.send(outbox);
  return tasks.map(({ message: { id, type, job, info, meta } }, index) => ({
    recordId: present(recordIds[index], `the record of task ${id}`),
    id,
    type,
    job,
    info,
    meta,
  }));
}

async function phaseTasks(phase: Phase, request: TaskRequest, now: number, context: EngineContext): Promise<NewTask[]> {
  const { runtime, metaFiles, taskTtl } = context;
  const offset = offsetMs(phase.rule);
  const tick = { phaseId: phase.id, scheduledAt: (request.at ?? now + offset) - offset };
  const metaRows = await metaFiles.load([phase]);
  const { newId, shortId, host, zone } = runtime;
  const effects = decideTick(phase, tick, new Map(), { now, taskTtl, metaRows, newId, shortId, host, zone });
  if (effects.tasks.length === 0) throw new NoTaskError(phase, effects.alerts[0]?.message ?? "its batch has no rows");
  const joinKey = handKey(phase, tick.scheduledAt + offset, request.at !== null, zone);
  return effects.tasks.map((task) => byRequest(task, phase, request, joinKey));
}

function byRequest(task: NewTask, phase: Phase, request: TaskRequest, joinKey: string): NewTask {
  // A child's template uses the meta of its parent: here the request provides it.
  const filled = request.meta === "" ? task.message.info : fillMeta(task.message.info, parseMeta(request.meta));
  const info = request.info ?? filled;
  const meta = request.meta === "" ? task.message.meta : mergedMeta(task.message.meta, request.meta);
  const time = taskTime(meta, info);
  return {
    ...task,
    origin: "manual",
    state: "queued",
    held: false,
    scheduledAt: null,
    taskTime: time,
    joins: rootMemberships(phase, () => (time === task.taskTime ? joinKey : timeKey(time, task.message.id))),
    message: { ...task.message, info, meta },
    decision: { code: "created_by_hand", phaseId: phase.id, taskTime: time, data: { by: request.by } },
  };
}

function plainTask(request: TaskRequest, now: number, context: EngineContext): NewTask {
  const info = request.info ?? "";
  const time = request.at ?? taskTime(request.meta, info);
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
      data: { by: request.by },
    },
    null,
    context.taskTtl,
  );
}

function mergedMeta(meta: string, overrides: string): string {
  return sortedMeta(new Map<string, readonly string[]>([...parseMeta(meta), ...parseMeta(overrides)]));
}
