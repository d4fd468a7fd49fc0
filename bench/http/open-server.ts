import { join } from "node:path";
import { redactor } from "../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../src/contract/redact/rules.ts";
import { createCounts } from "../../src/http/metrics.ts";
import { startHttp, type HttpOptions, type HttpParts, type OpenServer } from "../../src/http/listen.ts";
import type { StatusReport } from "../../src/http/status-report.ts";
import type { Embedded } from "../support/embedded.ts";

const WELL = { working: true, reason: null };
const STATUS: StatusReport = { bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] };
const OPTIONS: Omit<HttpOptions, "instanceFile"> = {
  statusPort: 0,
  listen: "127.0.0.1",
  host: "localhost",
  insecure: false,
  thresholds: { errorRate: 0.05, types: {}, minTasks: 10 },
  logs: { dirs: [] },
  links: [],
  oidc: null,
  publicUrl: null,
  auth: {
    required: false,
    sessionIdle: 60_000,
    sessionLifetime: 60_000,
    requestsPerSecond: 0,
    trustedProxies: [],
    proxyUserHeader: "",
  },
};

/** What changes something: nobody does here, and it would fail. */
type Acting =
  | "alerts"
  | "backfills"
  | "backups"
  | "legacy"
  | "audit"
  | "reloadWorkflows"
  | "acceptRemoval"
  | "pauses"
  | "retention"
  | "restore"
  | "drain"
  | "bus";

/** The server of `serve`, with all that its reads need. */
export async function openServer({ context }: Embedded, dir: string): Promise<OpenServer> {
  const parts: Omit<HttpParts, Acting> = {
    editing: { isAllowed: false, path: "", replaceFile: async () => undefined, noteEdit: () => undefined },
    configuration: () => null,
    keyPair: null,
    status: () => STATUS,
    steering: () => ({ paused: [], drained: false, running: 0, needs_restart: [], restore_held: null }),
    counts: createCounts(),
    context,
    intake: { reason: null, admit: () => undefined },
    database: { maxSize: 0, disks: () => [] },
    redact: redactor(DEFAULT_RULES),
    mayReadMeta: async () => false,
    workflowsRead: () => ({ readAt: null, nextReadAt: null }),
    workers: () => [],
    noWorker: () => null,
    version: "0",
    log: {
      error: (fields, sentence) => {
        throw new Error(sentence, { cause: fields["err"] });
      },
    },
  };
  return startHttp({ ...OPTIONS, instanceFile: join(dir, "instance") }, parts as HttpParts);
}
