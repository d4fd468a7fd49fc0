import { UnknownJobError } from "../../src/engine/steering/bulk-jobs.ts";
import type { UseCases } from "../../src/http/api/deps.ts";
import { recordingAlerts } from "./recording-alerts.ts";

/** The use cases of an instance that has nothing to do; there is no job. */
export function idleUseCases(changes: Partial<UseCases> = {}): UseCases {
  return {
    createTask: async () => [],
    send: async () => undefined,
    redrive: async () => 0,
    backfills: { create: async () => ({ id: 1 }), change: async () => ({ slots: 0 }) },
    drain: async () => ({ drained: true, running: 0 }),
    pauses: {
      pause: async () => [],
      resume: async () => ({ resumed: [], dropped: 0, still_paused: [] }),
    },
    acceptRemoval: async () => [],
    redriveFiles: async () => ({ results: [], next: null, up_to: null }),
    finishFiles: async () => ({ finished: [], waiting: [] }),
    alerts: recordingAlerts().alerts,
    notes: {
      add: async ({ target }) => ({ id: 3, target: target.key }),
      remove: async ({ target, id }) => ({ id, target: target.key }),
    },
    tasks: {
      retry: async () => [],
      cancel: async () => [],
      mark: async () => [],
      job: async () => {
        throw new UnknownJobError(7);
      },
    },
    actOnTasks: async () => ({ count: 0, tasks: [], job: null }),
    ...changes,
  };
}
