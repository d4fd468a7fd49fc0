import { UnknownJobError } from "../../../src/engine/steering/bulk-jobs.ts";
import { AccessError } from "../../../src/engine/access/access-error.ts";
import { ViewError } from "../../../src/engine/access/view-control.ts";
import type { UserRow } from "../../../src/store/access-store.ts";
import type { UseCases } from "../../../src/http/api/deps.ts";
import { idleRestore } from "../api/idle-restore.ts";
import { idleRetention } from "./idle-retention.ts";
import { recordingAlerts } from "../recording-alerts.ts";

/** The use cases of an instance that has nothing to do; there is no job. */
export function idleUseCases(changes: Partial<UseCases> = {}): UseCases {
  return {
    createTask: async () => [],
    triggerPhase: async () => [],
    send: async () => undefined,
    redrive: async () => 0,
    backfills: { create: async () => ({ id: 1 }), change: async () => ({ slots: 0 }) },
    backups: null,
    drain: async () => ({ drained: true, running: 0 }),
    retention: idleRetention(),
    restore: idleRestore(),
    pauses: {
      pause: async () => [],
      resume: async () => ({ resumed: [], dropped: 0, still_paused: [] }),
    },
    reloadWorkflows: async () => ({ changed: [], removed: [], rejected: [], vanished: null, at: 0 }),
    acceptRemoval: async () => [],
    editor: {
      refusal: "Nothing is edited here.",
      refusalOf: () => "Nothing is edited here.",
      save: async () => {
        throw new Error("nothing is edited here");
      },
    },
    summarize: async () => {
      throw new Error("nothing is summarized here");
    },
    reportFile: async () => {
      throw new Error("nobody reports a file here");
    },
    redriveFiles: async () => ({ results: [], next: null, up_to: null }),
    finishFiles: async () => ({ finished: [], waiting: [] }),
    access: {
      addUser: async ({ name, role }) => userRow(name, role),
      changeUser: async (name) => ({ before: userRow(name, "viewer"), after: userRow(name, "viewer") }),
      endSession: async () => {
        throw new AccessError("unknown_session", "There is no session here.");
      },
      addKey: async () => ({ id: 1, key: "flk_" }),
      renewKey: async () => {
        throw new AccessError("unknown_key", "There is no key here.");
      },
      revokeKey: async () => {
        throw new AccessError("unknown_key", "There is no key here.");
      },
    },
    views: {
      add: async (_view, { name }) => {
        throw new ViewError("too_many_views", `${name} has too many views.`);
      },
      change: async (id) => {
        throw new ViewError("unknown_view", `There is no view ${id} here.`);
      },
      remove: async (id) => {
        throw new ViewError("unknown_view", `There is no view ${id} here.`);
      },
    },
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

function userRow(name: string, role: UserRow["role"]): UserRow {
  return { id: 1, name, role, created_at: 0, last_login_at: null, disabled_at: null, login: "here" };
}
