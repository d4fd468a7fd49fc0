import { type Scope, within } from "../../contract/api/access/scope.ts";
import { DomainError } from "../../contract/domain-error.ts";
import {
  ACT_GROUP,
  ID_GROUP,
  type ActedTasks,
  type JobAct,
  type TaskActionAnswer,
  type TaskActionRequest,
} from "../../contract/api/tasks/task-control-api.ts";
import type { TaskQuery } from "../../contract/query/task-query.ts";
import { refuseChildren, refuseForeignMeta, requireTasks } from "../access/out-of-scope.ts";
import type { EngineContext } from "../context.ts";
import { noteControl } from "../notes/note-control.ts";
import { NoteError } from "../notes/note-target.ts";
import { selectTasks, SELECTION_CAPS, SelectionError } from "../tasks/select-tasks.ts";
import type { TaskControl } from "./task-control.ts";

/** What is done, by whom, and whether it only is tried. */
export type TaskAction = WithoutSelection<TaskActionRequest> & { readonly by: string } & Acting;

/** As whoever asks has them. */
export interface Acting {
  /** Default: everything. */
  readonly scope?: Scope | null;
}

type WithoutSelection<T> = T extends unknown ? Omit<T, "ids" | "query" | "tz"> : never;

/** Which tasks are meant. */
export type TaskSelection = { readonly ids: readonly number[] } | { readonly query: TaskQuery };

/** The tasks are others than whoever asks believed. */
export class CountError extends DomainError {
  constructor(count: number, expected: number) {
    super(
      "conflict",
      "count_differs",
      `Nothing was done: it would be ${count} tasks, and expect_count says ${expected}.`,
    );
  }
}

/**
 * Acts on the tasks that are named or that a query finds. More than `ACT_GROUP` become a job. Throws SelectionError,
 * NoteError, and a conflict when the tasks are not as many as expected.
 */
export async function actOnSelection(
  action: TaskAction,
  selection: TaskSelection,
  tasks: TaskControl,
  context: EngineContext,
): Promise<TaskActionAnswer> {
  const { scope = null } = action;
  if ("children" in action) refuseChildren(action.children, scope);
  if ("meta" in action) refuseForeignMeta(action.meta ?? "", scope);
  const ids = await selectedIds(selection, scope, context);
  const count = ids.length;
  if (action.expect_count !== undefined && action.expect_count !== count)
    throw new CountError(count, action.expect_count);
  const isMany = count > ACT_GROUP;
  if (action.dry_run)
    return {
      count,
      tasks: isMany || action.action !== "retry" ? [] : await tasks.retry({ ...action, ids }),
      job: null,
    };
  if (count === 0) return { count, tasks: [], job: null };
  if (!isMany) return { count, tasks: await act(action, ids, tasks, context), job: null };
  return { count, tasks: [], job: await fillJob(jobAct(action), ids, tasks) };
}

async function selectedIds(
  selection: TaskSelection,
  scope: Scope | null,
  { store, runtime }: EngineContext,
): Promise<readonly number[]> {
  if ("ids" in selection) {
    const ids = [...new Set(selection.ids)];
    await requireTasks(ids, scope, store.reads);
    return ids;
  }
  return await selectTasks(within(scope, selection.query), store.reads, {
    ...SELECTION_CAPS,
    monotonic: runtime.monotonic,
  });
}

async function act(
  action: TaskAction,
  ids: readonly number[],
  tasks: TaskControl,
  context: EngineContext,
): Promise<ActedTasks> {
  switch (action.action) {
    case "retry":
      return await tasks.retry({ ...action, ids });
    case "cancel":
      return await tasks.cancel({ ...action, ids });
    case "mark":
      return await tasks.mark({ ...action, ids });
    case "note":
      return await noteOn(action, ids, context);
  }
}

/** The same note on each. */
async function noteOn(
  { text, by }: Pick<TaskAction & { readonly action: "note" }, "text" | "by">,
  ids: readonly number[],
  context: EngineContext,
): Promise<ActedTasks> {
  const notes = noteControl(context);
  const acted: ActedTasks = [];
  for (const id of ids) {
    try {
      await notes.add({ target: { kind: "task", key: String(id), workflow: null }, text, by });
      acted.push({ record_id: id, changed: id, refused: null });
    } catch (error) {
      // A text that cannot be a note is one for no task.
      if (!(error instanceof NoteError) || error.code === "bad_note") throw error;
      acted.push({ record_id: id, changed: null, refused: error.message });
    }
  }
  return acted;
}

function jobAct(action: TaskAction): JobAct {
  const { by } = action;
  switch (action.action) {
    case "retry": {
      const { reason, children, info, meta, as } = action;
      return { kind: "retry", by, reason, children, info, meta, as };
    }
    case "cancel":
      return { kind: "cancel", by, reason: action.reason, children: action.children };
    case "mark":
      return { kind: "mark", by, reason: action.reason, result: action.result };
    case "note":
      throw new SelectionError(
        "too_many_tasks",
        `A note is left on at most ${ACT_GROUP.toLocaleString("en-US")} tasks at once: narrow the query, as with created>-1d, or name the tasks by ids, so many a request.`,
      );
  }
}

async function fillJob(act: JobAct, ids: readonly number[], tasks: TaskControl): Promise<TaskActionAnswer["job"]> {
  let job: TaskActionAnswer["job"] = null;
  for (let at = 0; at < ids.length; at += ID_GROUP) {
    const request = { id: job?.id ?? null, act: job === null ? act : null, ids: ids.slice(at, at + ID_GROUP) };
    job = await tasks.job({ ...request, begin: at + ID_GROUP >= ids.length });
  }
  return job;
}
