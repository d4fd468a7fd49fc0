import type { JobAnswer, TaskActionAnswer } from "../../src/contract/api/tasks/task-control-api.ts";
import { ApiError, change, get } from "../services/api.ts";
import { count } from "../services/format.ts";
import { queryClient } from "../services/queries.ts";
import { closeToast, showProgress, showToast, type Toast } from "../services/toasts.ts";

/** "Retry", "Retrying", "Retried". */
export interface Verb {
  readonly doing: string;
  readonly done: string;
}
export const RETRY: Verb = { doing: "Retrying", done: "Retried" };
export const CANCEL: Verb = { doing: "Cancelling", done: "Cancelled" };
/** To what makes a failure resolved. */
export const MARK: Verb = { doing: "Marking", done: "Marked" };

const JOB_EVERY_MS = 1000;

/** "1 task", "1,342 tasks". */
export function tasksText(tasks: number): string {
  return tasks === 1 ? "1 task" : `${count(tasks)} tasks`;
}

/** Says what became of it; of a job, how far it is until it is done. */
export function tellOutcome(verb: Verb, { tasks, job }: TaskActionAnswer): void {
  void queryClient.invalidateQueries();
  if (job !== null) {
    void followJob(verb, job);
    return;
  }
  const made = tasks.flatMap(({ changed }) => (changed === null ? [] : [changed]));
  const refused = tasks.find((task) => task.refused !== null)?.refused ?? null;
  if (made.length === 0) {
    showToast("Nothing was changed.", null, refused);
    return;
  }
  const detail = refused === null ? null : `${count(tasks.length - made.length)} refused: ${refused}`;
  const undo = verb === RETRY ? (): void => void takeBack(made) : null;
  showToast(`${verb.done} ${tasksText(made.length)}.`, undo, detail);
}

/** A retry is taken back by cancelling what it made. */
async function takeBack(made: readonly number[]): Promise<void> {
  try {
    const { tasks } = await change<TaskActionAnswer>("POST", "/api/tasks/actions", {
      action: "cancel",
      ids: made,
      reason: "the retry was taken back",
    });
    const stopped = tasks.filter(({ changed }) => changed !== null).length;
    const left = made.length - stopped;
    showToast(`Took back ${tasksText(stopped)}.`, null, left === 0 ? null : `${count(left)} had ended already.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast("The retry was not taken back.", null, error.message);
  }
  void queryClient.invalidateQueries();
}

async function followJob(verb: Verb, begun: JobAnswer): Promise<void> {
  let toast: Toast | null = showProgress(progressOf(verb, begun), null);
  for (let job = begun; toast !== null;) {
    if (job.state === "done") {
      closeToast();
      tellJob(verb, job);
      return;
    }
    await new Promise((done) => setTimeout(done, JOB_EVERY_MS));
    try {
      job = await get<JobAnswer>(`/api/jobs/${job.id}`);
    } catch (error) {
      // Away for a moment: the job goes on, and is asked for again.
      if (!(error instanceof ApiError) || error.status !== 0) throw error;
    }
    toast = showProgress(progressOf(verb, job), toast);
  }
}

function progressOf(verb: Verb, { id, total, changed, refused }: JobAnswer): Omit<Toast, "undo"> {
  const handled = changed + refused;
  return {
    text: `${verb.doing} ${tasksText(total)}.`,
    detail: `${count(handled)} done, ${count(total - handled)} wait their turn; job ${id}.`,
    progress: total === 0 ? 1 : handled / total,
  };
}

function tellJob(verb: Verb, { changed, refused, refusals }: JobAnswer): void {
  void queryClient.invalidateQueries();
  const detail = refused === 0 ? null : `${count(refused)} refused: ${refusals[0]?.refused ?? ""}`;
  showToast(`${verb.done} ${tasksText(changed)}.`, null, detail);
}
