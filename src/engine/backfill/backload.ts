import { setImmediate } from "node:timers/promises";
import { writeTaskMessage } from "../../contract/task-message.ts";
import {
  BackloadError,
  backloadFile,
  type BackloadPlan,
  type BackloadRequest,
  parseBackload,
  planBackload,
} from "../../core/backfill/backload.ts";
import { slotsAfter, slotTasks } from "../../core/backfill/slots.ts";
import type { NewTask } from "../../core/decide/effects.ts";
import { rootMemberships, timeKey } from "../../core/decide/joins/join-key.ts";
import { newTask } from "../../core/decide/new-task.ts";
import { isCapped, Slots } from "../../core/decide/slots.ts";
import { taskName } from "../../core/task/task-name.ts";
import { buildGraph } from "../../core/workflow/graph.ts";
import type { WorkflowState } from "../workflows/reload-workflows.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { AdmitTasks } from "../../store/running-tasks.ts";
import type { EngineContext } from "../context.ts";

/** The answer is one text; a larger span is for `flowlord backfill`. */
const MAX_TASKS = 100_000;
/** Tasks in one transaction. */
const GROUP = 500;

export interface BackloadAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface BackloadLimits {
  /** Whether a request may name this meta file. */
  readonly mayRead: (path: string) => Promise<boolean>;
  /** Files that are not accepted: of a phase that only they have, the answer says why. */
  readonly rejected: () => readonly WorkflowState[];
}

/** `POST /backload` of the older program: a dry run, or its tasks created at once. */
export async function backload(
  body: string,
  context: EngineContext,
  { mayRead, rejected }: BackloadLimits,
): Promise<BackloadAnswer> {
  try {
    const request = parseBackload(body);
    if (request.metaFile !== "" && !(await mayRead(request.metaFile)))
      throw new BackloadError(
        `meta-file ${request.metaFile}: a request may read it only below the workflow folder or meta_roots of the configuration`,
      );
    refuseRejected(request, rejected(), context);
    return { status: 200, contentType: "application/json", body: await answerTo(request, context) };
  } catch (error) {
    if (!(error instanceof BackloadError)) throw error;
    return { status: 400, contentType: "text/plain; charset=utf-8", body: `${error.message}\n` };
  }
}

/** A phase in force, or a template of the request, needs no other. */
function refuseRejected(request: BackloadRequest, files: readonly WorkflowState[], context: EngineContext): void {
  const { task, job, template } = request;
  if (template !== "" || context.graph().phaseOf(task, job, "") !== null) return;
  const graph = buildGraph(files.map(({ name, parsed }) => ({ name, phases: parsed })));
  const phase = graph.phaseOf(task, job, "");
  if (phase === null) return;
  const { now, zone } = context.runtime;
  // What is wrong with the phase itself, in the words of the older program.
  planBackload(request, { graph, now: now(), zone, metaRows: () => [] });
  throw new BackloadError(`${taskName(phase)} is in ${phase.workflow}, which is not accepted: flowlord check says why`);
}

async function answerTo(request: BackloadRequest, context: EngineContext): Promise<string> {
  const { runtime, metaFiles } = context;
  const graph = context.graph();
  const now = runtime.now();
  const fileRows = await metaFiles.rows(backloadFile(request, graph));
  const plan = planBackload(request, { graph, now, zone: runtime.zone, metaRows: () => fileRows ?? [] });
  const tasks = tasksOf(plan, now, context);
  if (request.execute) await create(tasks, plan.phase, now, context);
  const status = (request.execute ? "Executed: " : "DRY RUN ONLY: ") + plan.notes.join(", ");
  const list = tasks.length === 0 ? "null" : `[${tasks.map(({ message }) => writeTaskMessage(message)).join(",")}]`;
  return `{"Status":${JSON.stringify(status)},"Count":${tasks.length},"Tasks":${list}}`;
}

function tasksOf({ spec, phase, isEmpty }: BackloadPlan, now: number, { runtime, taskTtl }: EngineContext): NewTask[] {
  if (isEmpty) return [];
  const { host, shortId, zone } = runtime;
  const taskOf = slotTasks(spec, { host, uuid: shortId });
  const tasks: NewTask[] = [];
  for (const slot of slotsAfter(spec, phase, null)) {
    if (tasks.length >= MAX_TASKS)
      throw new BackloadError(
        `the request makes more than ${MAX_TASKS} tasks: shorten its span, or use flowlord backfill`,
      );
    const made = taskOf(slot);
    const id = runtime.newId();
    const joinKey = (): string => timeKey(made.taskTime, id, phase?.rule.timezone ?? zone);
    const joins = phase === null ? [] : rootMemberships(phase, joinKey);
    const about = { origin: "backfill", code: "backfilled", data: { by: "POST /backload" } } as const;
    tasks.push(newTask({ ...made, ...about, id, dueAt: now, joins }, phase, taskTtl));
  }
  return tasks;
}

/** Beyond the cap of the phase they wait for a slot. */
async function create(
  tasks: readonly NewTask[],
  phase: Phase | null,
  now: number,
  context: EngineContext,
): Promise<void> {
  const admit = phase !== null && isCapped(phase) ? admission(phase) : undefined;
  for (let at = 0; at < tasks.length; at += GROUP) {
    const { outbox } = await context.store.createTasks(tasks.slice(at, at + GROUP), now, admit);
    context.send(outbox);
    await setImmediate();
  }
}

function admission(phase: Phase): AdmitTasks {
  return {
    phaseId: phase.id,
    decide: (tasks, state) => {
      const slots = new Slots(new Map([[phase.id, state]]));
      return tasks.map((task) => {
        const usage = slots.free(phase) <= 0 ? slots.usage(phase) : slots.admit(phase);
        if (usage === null) return task;
        const decision = { ...task.decision, data: { ...task.decision.data, held: true, ...usage } };
        return { ...task, state: "waiting", held: true, decision };
      });
    },
  };
}
