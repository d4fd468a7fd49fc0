import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { UseCases } from "../../src/http/api/deps.ts";
import { buildApp } from "../../src/http/app.ts";
import { createCounts } from "../../src/http/metrics.ts";
import { checkAnswers } from "./check-answers.ts";
import { EMPTY_COUNTS } from "./empty-counts.ts";
import { BROKER_BUS } from "./idle/idle-bus.ts";
import { testGate } from "./test-gate.ts";
import { idleApi } from "./idle/idle-api.ts";
import { idleLegacy } from "./idle/idle-legacy.ts";
import { recordingAlerts } from "./recording-alerts.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";
const WELL = { working: true, reason: null };

/** The HTTP side of an instance that remembers what it was asked about alerts; any fault fails the test. */
export function alertApp(
  t: TestContext,
  changes: Partial<UseCases> = {},
): {
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
    gate: testGate(TOKEN, []),
    legacy: idleLegacy(),
    api: idleApi({
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
      ...changes,
    }),
    allowedHosts: [],
    log: { error: (_fields, sentence) => assert.fail(sentence) },
  });
  checkAnswers(app);
  t.after(() => app.close());
  return { app, asked };
}
