import { UnknownJobError } from "../../src/engine/steering/bulk-jobs.ts";
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { buildApp } from "../../src/http/app.ts";
import { createCounts } from "../../src/http/metrics.ts";
import { BROKER_BUS } from "./idle-bus.ts";
import { recordingAlerts } from "./recording-alerts.ts";
import { EMPTY_COUNTS } from "./empty-counts.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";
const WELL = { working: true, reason: null };

/** The HTTP side of an instance that remembers what it was asked about alerts; any fault fails the test. */
export function alertApp(t: TestContext): {
  readonly app: ReturnType<typeof buildApp>;
  readonly asked: readonly unknown[][];
} {
  const { asked, alerts } = recordingAlerts();
  const app = buildApp({
    metrics: {
      counts: createCounts(),
      sources: {
        version: "0",
        status: () => ({ bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] }),
        counts: async () => EMPTY_COUNTS,
        bus: () => BROKER_BUS,
      },
    },
    instance: {
      token: TOKEN,
      createTask: async () => [],
      send: async () => {},
      redrive: async () => 0,
      backfills: { create: async () => ({ id: 1 }), change: async () => ({ slots: 0 }) },
      backload: async (body) => ({ status: 200, contentType: "application/json", body }),
      drain: async () => ({ drained: true, running: 0 }),
      pauses: {
        pause: async () => [],
        resume: async () => ({ resumed: [], dropped: 0, still_paused: [] }),
      },
      acceptRemoval: async () => [],
      redriveFiles: async () => ({ results: [], next: null, up_to: null }),
      finishFiles: async () => ({ finished: [], waiting: [] }),
      alerts,
      notes: {
        add: async (request) => {
          asked.push(["note", request]);
          return { id: 3, target: request.target.key };
        },
        remove: async (request) => {
          asked.push(["removeNote", request]);
          return { id: request.id, target: request.target.key };
        },
      },
      tasks: {
        retry: async () => [],
        cancel: async () => [],
        mark: async () => [],
        job: async () => {
          throw new UnknownJobError(7);
        },
      },
    },
    allowedHosts: [],
    log: { error: (_fields, sentence) => assert.fail(sentence) },
  });
  t.after(() => app.close());
  return { app, asked };
}
