import { DAY } from "../../contract/time/time-units.ts";
import { workerRows, type WorkerRow, type WorkerSection } from "../../core/task/worker-rows.ts";
import type { WorkerActivity } from "../../store/running-tasks.ts";
import { type BackfillQueries, backfillQueries } from "../backfill/backfill-queries.ts";
import type { EngineContext } from "../context.ts";

/** What people ask that needs more than the database: the workflows in force, or the configuration. Changes nothing. */
export interface EngineQueries {
  readonly backfills: BackfillQueries;
  /** What was heard of workers today (UTC), and those of this instance, by type and job. */
  workers(): Promise<readonly WorkerRow<WorkerActivity>[]>;
}

/** What only a running instance knows. */
export interface InstanceParts {
  /** Whether a request may name this meta file. */
  readonly mayReadMeta: (path: string) => Promise<boolean>;
  /** The workers of the configuration. */
  readonly workers: () => readonly WorkerSection[];
}

export function engineQueries(context: EngineContext, { mayReadMeta, workers }: InstanceParts): EngineQueries {
  const { runtime, store } = context;
  return {
    backfills: backfillQueries(context, mayReadMeta),
    workers: async () => {
      const today = Math.floor(runtime.now() / DAY) * DAY;
      return workerRows(await store.reads.running.workers(today), workers(), silentWorker);
    },
  };
}

/** Of which nothing was heard. */
function silentWorker({ type, job }: Pick<WorkerActivity, "type" | "job">): WorkerActivity {
  return { type, job, sent: 0, running: 0, done: 0, failed: 0, last_heard: null, instances: [] };
}
