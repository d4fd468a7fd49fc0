import type { TestContext } from "node:test";
import type { FastifyInstance } from "fastify";
import { alertControl, type ConfiguredChannel } from "../../src/engine/alerts/alert-control.ts";
import { backfillControl } from "../../src/engine/backfill/backfill-control.ts";
import { createTask } from "../../src/engine/create-task.ts";
import { finishFiles } from "../../src/engine/files/finish-gathered.ts";
import { redriveFiles } from "../../src/engine/files/redrive-files.ts";
import { reportFile } from "../../src/engine/files/report-file.ts";
import { noteControl } from "../../src/engine/notes/note-control.ts";
import { redriveDeadLetters, sendMessages } from "../../src/engine/send-messages.ts";
import { actOnSelection } from "../../src/engine/steering/task-actions.ts";
import { taskControl } from "../../src/engine/steering/task-control.ts";
import { ROUTER } from "../../src/http/app.ts";
import { OpenExports } from "../../src/http/api/tasks/open-exports.ts";
import { registerApi } from "../../src/http/api/register.ts";
import { accessControl } from "../../src/engine/access/access-control.ts";
import { viewControl } from "../../src/engine/access/view-control.ts";
import { redactor } from "../../src/contract/redact/redact.ts";
import { DEFAULT_RULES, type RedactRules } from "../../src/contract/redact/rules.ts";
import { auditOf } from "../../src/engine/access/audit.ts";
import { logins } from "../../src/engine/access/logins.ts";
import { Passwords } from "../../src/engine/access/secrets.ts";
import { parseGrants } from "../../src/contract/api/access/grants.ts";
import { LiveEvents } from "../../src/http/events/live-events.ts";
import { restoreControl } from "../../src/engine/restore/restore-control.ts";
import { retentionControl } from "../../src/engine/retention/retention-control.ts";
import { pauseControl } from "../../src/engine/steering/pauses.ts";
import { engineQueries, type InstanceParts } from "../../src/engine/queries/engine-queries.ts";
import { triggerPhase } from "../../src/engine/workflows/trigger-phase.ts";
import { PlannedAhead } from "../../src/engine/summary/planned-work.ts";
import { UsualWork } from "../../src/engine/queries/usual-work.ts";
import { summarize } from "../../src/engine/summary/summarize.ts";
import type { ApiDeps, UseCases } from "../../src/http/api/deps.ts";
import { handleErrors } from "../../src/http/errors.ts";
import Fastify from "fastify";
import type { Rig } from "../engine/rig/rig.ts";
import { createCounts, type DatabaseSource } from "../../src/http/metrics.ts";
import type { StatusReport } from "../../src/http/status-report.ts";
import { IDLE_BUS } from "./idle/idle-bus.ts";
import { checkAnswers } from "./check-answers.ts";
import { idleUseCases } from "./idle/idle-use-cases.ts";

export interface ServedRig {
  readonly app: FastifyInstance;
  /** A GET as `role` (viewer), which may be any grants; the type is that of the answer's body. */
  readonly get: <T>(url: string, role?: string) => Promise<Answered<T>>;
  /** A POST as `role` (operator). */
  readonly post: <T>(url: string, payload: object, role?: string) => Promise<Answered<T>>;
}

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

/** Too cheap for a secret, and quick in a test. */
const QUICK_PASSWORDS = new Passwords({ ln: 4, p: 1 });
const LOGIN_SETTINGS = {
  required: false,
  isLocal: true,
  sessionIdle: 60_000,
  sessionLifetime: 600_000,
  setupToken: "setup-token",
  groups: new Map<string, string>(),
};

interface ServedParts extends InstanceParts {
  readonly channels: readonly ConfiguredChannel[];
  /** Where the output of tasks is. */
  readonly logDirs: readonly string[];
  readonly links: ApiDeps["instance"]["links"];
  readonly noWorker: ApiDeps["instance"]["noWorker"];
  readonly reloadWorkflows: UseCases["reloadWorkflows"];
  readonly editor: UseCases["editor"];
  readonly status: () => StatusReport;
  readonly database: DatabaseSource;
  readonly redact: Partial<RedactRules>;
  readonly backups: UseCases["backups"];
}

const WELL = { working: true, reason: null };
const ALL_WELL: StatusReport = { bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] };

/** The API on the engine and the database of a rig, for a caller named `ada`. */
export function serveRig(t: TestContext, rig: Rig, parts: Partial<ServedParts> = {}): ServedRig {
  const { context } = rig;
  const { channels = [], logDirs = [], mayReadMeta = async () => false, workers = () => [] } = parts;
  const { reloadWorkflows, editor } = parts;
  const workflowsRead = parts.workflowsRead ?? (() => ({ readAt: null, nextReadAt: null }));
  const redact = redactor({ ...DEFAULT_RULES, ...parts.redact });
  const app = Fastify({ logger: false, routerOptions: ROUTER });
  const tasks = taskControl(context, true);
  const log = {
    error: (fields: Record<string, unknown>) => {
      throw fields["err"];
    },
  };
  handleErrors(app, log, redact);
  const access = { ...context, passwords: QUICK_PASSWORDS };
  const live = new LiveEvents({
    events: context.events,
    reads: context.store.reads,
    monotonic: context.runtime.monotonic,
    redact: (rows) => redact.all(rows),
    health: () => ({ status: "ok" }),
  });
  const summary = {
    context,
    planned: new PlannedAhead(context.runtime.monotonic),
    usual: new UsualWork(),
    thresholds: { errorRate: 0.05, types: { quiet: 0.5 }, minTasks: 2 },
    failing: () => [],
  };
  registerApi(app, {
    gate: {
      admit: () => undefined,
      identify: async ({ headers }) => ({
        name: "ada",
        // A key is its role.
        grants: parseGrants(String(headers["x-role"] ?? headers.authorization?.replace("Bearer ", ""))),
        via: headers["x-via"] === "token" ? "token" : "session",
      }),
      admitAnyone: () => undefined,
      isStill: async () => true,
    },
    deps: {
      version: "0",
      reads: context.store.reads,
      queries: engineQueries(context, { mayReadMeta, workers, workflowsRead }),
      configuration: () => null,
      steering: () => ({ drained: false, running: 0 }),
      runtime: context.runtime,
      instance: {
        graph: () => context.graph(),
        links: parts.links ?? [],
        noWorker: parts.noWorker ?? (() => null),
        logDirs,
      },
      logins: logins(access, LOGIN_SETTINGS),
      oidc: null,
      live,
      exports: new OpenExports(),
      answers: context.store.answers,
      metrics: {
        counts: createCounts(),
        sources: {
          version: "0",
          status: () => parts.status?.() ?? ALL_WELL,
          counts: () => context.store.reads.counts(),
          bus: () => IDLE_BUS,
          ...(parts.database === undefined ? {} : { database: parts.database }),
        },
      },
      redact,
      audit: auditOf({ ...context, redact }),
      acts: idleUseCases({
        access: accessControl(access),
        views: viewControl(access),
        createTask: (request) => createTask(request, context),
        triggerPhase: (request) => triggerPhase(request, context),
        send: (topic, messages, who) => sendMessages(topic, messages, who, context),
        redrive: (ids, payload, who) => redriveDeadLetters(ids, payload, who, context),
        alerts: alertControl({
          store: context.store,
          runtime: context.runtime,
          channels: () => channels,
          changed: () => undefined,
          sendOn: async () => false,
        }),
        tasks,
        actOnTasks: (action, selection) => actOnSelection(action, selection, tasks, context),
        notes: noteControl(context),
        summarize: (request) => summarize(request, summary),
        ...(reloadWorkflows === undefined ? {} : { reloadWorkflows }),
        ...(editor === undefined ? {} : { editor }),
        backfills: backfillControl(context, () => undefined),
        backups: parts.backups ?? null,
        restore: restoreControl(context, () => undefined),
        retention: retentionControl({
          runtime: context.runtime,
          store: context.store,
          defaults: rig.options.retention,
          archiver: null,
          changed: () => undefined,
        }),
        pauses: pauseControl(context, async () => void (await rig.reload())),
        reportFile: (report) => reportFile(report, context),
        redriveFiles: (request) => redriveFiles(request, context),
        finishFiles: (request) => finishFiles(request, context),
      }),
    },
  });
  checkAnswers(app);
  t.after(async () => {
    live.close();
    await app.close();
  });
  const inject = async <T>(role: string, url: string, payload: object | null): Promise<Answered<T>> => {
    const request = { url, headers: { "x-role": role } };
    const answer = await app.inject(payload === null ? request : { ...request, method: "POST", payload });
    return { status: answer.statusCode, body: answer.json<T>() };
  };
  return {
    app,
    get: (url, role = "viewer") => inject(role, url, null),
    post: (url, payload, role = "operator") => inject(role, url, payload),
  };
}
