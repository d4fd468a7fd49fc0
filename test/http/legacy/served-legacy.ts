import { redactor } from "../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import type { TestContext } from "node:test";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { cleanUpByPolicy } from "../../../src/app/care/retention.ts";
import { openChannels } from "../../../src/app/open-channels.ts";
import { metaRoots } from "../../../src/app/meta-roots.ts";
import { workflowReloader } from "../../../src/app/build-context.ts";
import { alertControl } from "../../../src/engine/alerts/alert-control.ts";
import { NotificationSender } from "../../../src/engine/alerts/send-notifications.ts";
import { TickScheduler } from "../../../src/engine/fire-ticks.ts";
import { legacyControl } from "../../../src/engine/legacy/legacy-control.ts";
import { advance } from "../../../src/engine/retention/cleanup-runner.ts";
import { retentionControl } from "../../../src/engine/retention/retention-control.ts";
import { WorkflowsInForce } from "../../../src/engine/workflows/workflows-in-force.ts";
import { buildApp } from "../../../src/http/app.ts";
import { createCounts } from "../../../src/http/metrics.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import { openRig, type Rig, type RigOptions } from "../../engine/rig/rig.ts";
import { EMPTY_COUNTS } from "../empty-counts.ts";
import { idleApi } from "../idle/idle-api.ts";
import { IDLE_BUS } from "../idle/idle-bus.ts";
import { testGate } from "../test-gate.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";
const WELL = { working: true, reason: null };

export interface ServedOptions extends RigOptions {
  readonly workflowPath?: (path: string) => string;
  /** Which files a request may name: those of the workflows, or all of the scratch folder. */
  readonly readsMetaOf?: "workflows" | "folder";
}

export interface ServedLegacy {
  readonly rig: Rig;
  readonly app: FastifyInstance;
  readonly port: number;
  readonly scheduler: TickScheduler;
  close(): Promise<void>;
}

export { phase } from "../../engine/rig/drive.ts";

/** `openServedLegacy` for the time of a test. */
export async function legacyServer(t: TestContext, options: ServedOptions): Promise<ServedLegacy> {
  const served = await openServedLegacy(options);
  t.after(() => served.close());
  return served;
}

/** The older program's endpoints on the engine and the database of a rig, at a free port. */
export async function openServedLegacy({
  workflowPath = (path) => path,
  readsMetaOf = "workflows",
  ...options
}: ServedOptions): Promise<ServedLegacy> {
  const rig = await openRig(options);
  const { context } = rig;
  const objects = new AnyObjects();
  const configured = {
    ...rig.options,
    workflow: workflowPath(rig.options.workflow),
    metaRoots: readsMetaOf === "folder" ? [rig.dir] : [],
  };
  const workflows = await WorkflowsInForce.read(workflowReloader(configured, { ...context, objects }));
  const scheduler = new TickScheduler(context);
  await scheduler.load(workflows.graph);
  const reload = async (): Promise<void> => void (await workflows.reload(scheduler));
  const sender = new NotificationSender({
    redact: redactor(DEFAULT_RULES),
    store: context.store,
    channels: openChannels(configured, context.runtime.now),
    publicUrl: null,
    zone: context.runtime.zone,
    now: context.runtime.now,
    random: context.runtime.random,
    onDone: () => undefined,
    onProblem: () => undefined,
  });
  const retention = retentionControl({
    runtime: context.runtime,
    store: context.store,
    defaults: configured.retention,
    archiver: null,
    changed: () => undefined,
  });
  const one = retention.one.bind(retention);
  retention.one = async (id) => {
    for (let next = await rig.store.retention.running(); next !== null; next = await rig.store.retention.running())
      await advance(next, 1000, { ...context, archiver: null });
    return one(id);
  };
  const legacy = legacyControl({
    context: { ...context, graph: () => workflows.graph },
    version: "1.2.3",
    startedAt: context.runtime.monotonic(),
    crons: () => scheduler.crons,
    readAt: () => workflows.readAt,
    refresh: configured.refresh,
    alerts: alertControl({
      store: context.store,
      runtime: context.runtime,
      channels: () => configured.channels,
      changed: () => undefined,
      sendOn: async () => {
        await sender.sendDue();
        await sender.settled();
        return true;
      },
    }),
    reloadWorkflows: () => workflows.reloadNow(reload),
    cleanUp: () => cleanUpByPolicy(retention, new AbortController().signal),
    rejected: () => workflows.rejected,
    workflows: { path: configured.workflow, source: objects, mayRead: metaRoots(configured) },
  });
  const app = buildApp({
    metrics: {
      counts: createCounts(),
      sources: {
        version: "1.2.3",
        status: () => ({ bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] }),
        counts: async () => EMPTY_COUNTS,
        bus: () => IDLE_BUS,
      },
    },
    gate: testGate(TOKEN),
    legacy,
    api: { ...idleApi(), reads: context.store.reads, runtime: context.runtime },
    allowedHosts: [],
    log: {
      error: (fields) => {
        throw fields["err"];
      },
    },
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    rig,
    app,
    port: (app.server.address() as AddressInfo).port,
    scheduler,
    close: async () => {
      await app.close();
      await sender.stop();
      await rig.close();
    },
  };
}
