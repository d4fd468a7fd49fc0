import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { DEFAULT_REDACT } from "../support/default-redact.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { IntakeGate } from "../../src/engine/maintenance/intake-gate.ts";
import { type OidcSettings, type OpenServer, startHttp } from "../../src/http/listen.ts";
import { createCounts } from "../../src/http/metrics.ts";
import type { KeyPair } from "../../src/http/tls-server.ts";
import { BROKER_BUS } from "./idle/idle-bus.ts";
import { idleLegacy } from "./idle/idle-legacy.ts";
import { idleRestore } from "./api/idle-restore.ts";
import { idleUseCases } from "./idle/idle-use-cases.ts";
import { idleRetention } from "./idle/idle-retention.ts";
import { recordingAlerts } from "./recording-alerts.ts";

const NO_PROXIES = { requestsPerSecond: 0, trustedProxies: [], proxyUserHeader: "" };
const AUTH = { required: false, sessionIdle: 60_000, sessionLifetime: 60_000, ...NO_PROXIES };

/** Removed after the test. */
export function scratchFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-listen-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

const THRESHOLDS = { errorRate: 0.05, types: {}, minTasks: 10 };

export interface ServerChange {
  readonly listen?: string;
  readonly insecure?: boolean;
  readonly required?: boolean;
  readonly hasUsers?: boolean;
  readonly keyPair?: KeyPair;
  readonly oidc?: OidcSettings;
  /** Why nothing is taken in. */
  readonly refusal?: string;
}

/** The server as `serve` starts it, without an engine behind it. */
export async function startServer(
  t: TestContext,
  instanceFile: string,
  {
    listen = "127.0.0.1",
    insecure = false,
    required = false,
    hasUsers = false,
    keyPair,
    oidc,
    refusal,
  }: ServerChange = {},
): Promise<OpenServer> {
  const intake = new IntakeGate();
  intake.set(refusal ?? null);
  const http = await startHttp(
    {
      statusPort: 0,
      listen,
      host: "localhost",
      instanceFile,
      oidc: oidc ?? null,
      publicUrl: null,
      insecure,
      auth: { ...AUTH, required },
      logs: { dirs: [] },
      links: [],
      thresholds: THRESHOLDS,
    },
    {
      status: () => ({
        bus: { working: true, reason: null },
        store: { working: true, reason: null, integrity: "checked" },
        scheduler: { working: true, reason: null },
        degraded: [],
      }),
      counts: createCounts(),
      context: {
        store: { access: { hasUsers: async () => hasUsers }, reads: { workflows: {} } },
        runtime: { monotonic: () => 0, now: () => 0 },
        events: { onChange: () => () => undefined },
      } as unknown as EngineContext,
      intake,
      database: { maxSize: 0, disks: () => [] },
      backfills: { create: async () => ({ id: 1 }), change: async () => ({ slots: 0 }) },
      backups: null,
      restore: idleRestore(),
      keyPair: keyPair ?? null,
      legacy: idleLegacy(),
      reloadWorkflows: () => idleUseCases().reloadWorkflows(),
      editing: {
        isAllowed: false,
        path: "",
        replaceFile: async () => undefined,
        noteEdit: () => undefined,
      },
      audit: async () => undefined,
      configuration: () => null,
      redact: DEFAULT_REDACT,
      mayReadMeta: async () => false,
      workflowsRead: () => ({ readAt: null, nextReadAt: null }),
      workers: () => [],
      acceptRemoval: async () => [],
      drain: async () => ({ drained: true, running: 0 }),
      retention: idleRetention(),
      pauses: {
        pause: async () => [],
        resume: async () => ({ resumed: [], dropped: 0, still_paused: [] }),
      },
      steering: () => ({ paused: [], drained: false, running: 0, needs_restart: [], restore_held: null }),
      alerts: recordingAlerts().alerts,
      bus: () => BROKER_BUS,
      version: "0",
      noWorker: () => null,
      log: { error: () => {} },
    },
  );
  t.after(() => http.close());
  return http;
}
