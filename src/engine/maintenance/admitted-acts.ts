import type { BackfillControl } from "../backfill/backfill-control.ts";
import type { TaskControl } from "../steering/task-control.ts";

/** Throws while there is hardly any space left for what an act makes. */
export type Admit = () => void | Promise<void>;

/** `act`, refused while nothing is taken in. */
export function admitted<Args extends readonly unknown[], Answer>(
  act: (...args: Args) => Promise<Answer>,
  admit: Admit,
): (...args: Args) => Promise<Answer> {
  return async (...args) => {
    await admit();
    return act(...args);
  };
}

/** A retry makes a task, and a result the children that wait for it; a cancel makes nothing, and may be what helps. */
export function admittedTasks(tasks: TaskControl, admit: Admit): TaskControl {
  return {
    retry: async (request) => {
      if (!request.dry_run) await admit();
      return tasks.retry(request);
    },
    mark: admitted((request) => tasks.mark(request), admit),
    cancel: (request) => tasks.cancel(request),
    job: async (request) => {
      if (request.act !== null && request.act.kind !== "cancel") await admit();
      return tasks.job(request);
    },
  };
}

/** One that is there may be paused, resumed and cancelled: it makes no tasks meanwhile. */
export function admittedBackfills(backfills: BackfillControl, admit: Admit): BackfillControl {
  return {
    create: admitted((request) => backfills.create(request), admit),
    change: async (request) => {
      if (request.act === "retry-failed") await admit();
      return backfills.change(request);
    },
  };
}
