import { inspect } from "node:util";
import { setTimeout } from "node:timers/promises";
import type { Alerting } from "../alerting.ts";
import type { Buses } from "../open-buses.ts";
import type { Backups } from "../backup/backups.ts";
import { metaRoots } from "../meta-roots.ts";
import { setupMessage } from "../startup-message.ts";
import type { OnProblem } from "../intake.ts";
import type { Loops } from "../loops.ts";
import type { Maintenance } from "../care/maintenance.ts";
import type { OwnWorkers } from "../steering/own-workers.ts";
import { cleanUpByPolicy } from "../care/retention.ts";
import type { StopSteps } from "../stop.ts";
import { CertificateWatch } from "../tls/certificate-watch.ts";
import { readKeyPair } from "../tls/key-pair.ts";
import { version } from "../version.ts";
import { lackingWorker } from "../../config/lacks-worker.ts";
import type { Options } from "../../config/options.ts";
import type { ChangingRedact } from "../../contract/redact/changing-redact.ts";
import type { EngineContext } from "../../engine/context.ts";
import { auditOf } from "../../engine/access/audit.ts";
import { alertControl } from "../../engine/alerts/alert-control.ts";
import { legacyControl } from "../../engine/legacy/legacy-control.ts";
import type { RestoreControl } from "../../engine/restore/restore-control.ts";
import type { RetentionControl } from "../../engine/retention/retention-control.ts";
import type { IntakeGate } from "../../engine/maintenance/intake-gate.ts";
import { recordDrain } from "../../engine/steering/record-drain.ts";
import { pauseControl } from "../../engine/steering/pauses.ts";
import type { TickScheduler } from "../../engine/fire-ticks.ts";
import type { WorkflowsInForce } from "../../engine/workflows/workflows-in-force.ts";
import type { Counts } from "../../http/metrics.ts";
import type { StatusReport, Steering } from "../../http/status-report.ts";
import { replaceFile } from "../../objects/replace-file.ts";
import type { AnyObjects } from "../../objects/any.ts";
import type { Service } from "../../services/service.ts";
import type { ErrorReport } from "../../services/error-report.ts";
import type { Log } from "../log/log.ts";
import type { HttpParts } from "../../http/listen.ts";

/** How often to poll whether a test of a channel has its answer. */
const POLL_MS = 50;

export interface ServerParts extends Pick<Loops, "acceptRemoval" | "backfills" | "reload" | "repause"> {
  readonly backup: Backups | null;
  readonly objects: AnyObjects;
  readonly workflows: WorkflowsInForce;
  readonly scheduler: TickScheduler;
  readonly context: EngineContext;
  readonly counts: Counts;
  readonly alerts: Alerting;
  readonly buses: Buses;
  readonly status: () => StatusReport;
  readonly steering: () => Steering;
  readonly configuration: HttpParts["configuration"];
  readonly errors: ErrorReport;
  readonly workers: OwnWorkers;
  readonly retention: RetentionControl;
  readonly restore: RestoreControl;
  readonly intake: IntakeGate;
  readonly upkeep: Maintenance;
  readonly onProblem: OnProblem;
  readonly redact: ChangingRedact;
}

/** The HTTP server, when a port is configured. Returns the services that it needs. */
export async function startServer(
  options: Options,
  parts: ServerParts,
  io: { readonly log: Log; readonly signal: AbortSignal },
  stop: StopSteps,
): Promise<readonly Service[]> {
  if (options.statusPort === 0) return [];
  const {
    context,
    counts,
    alerts,
    buses,
    status,
    steering,
    configuration,
    errors,
    workers,
    objects,
    workflows,
    scheduler,
  } = parts;
  const { acceptRemoval, backfills, reload, repause, redact, intake, upkeep } = parts;
  const { startHttp } = await import("../../http/listen.ts");
  const control = alertControl({
    store: context.store,
    runtime: context.runtime,
    channels: () => alerts.channels(),
    changed: () => alerts.wake(),
    // A stop waits for the answer to each request.
    sendOn: () => setTimeout(POLL_MS, true, { signal: io.signal }).catch(() => false),
  });
  const keyPair = options.tls === null ? null : await readKeyPair(options.tls, objects);
  const http = await startHttp(options, {
    status,
    steering,
    configuration,
    intake,
    database: { maxSize: options.sqlite.maxSize, disks: () => upkeep.disks() },
    counts,
    context,
    keyPair,
    noWorker: (task) => lackingWorker(task, options)?.sentence ?? null,
    acceptRemoval,
    reloadWorkflows: reload,
    editing: {
      isAllowed: options.web.edit,
      path: options.workflow,
      replaceFile,
      noteEdit: (name, checksum, who) => workflows.noteEdit(name, checksum, who),
    },
    backfills,
    backups: parts.backup?.backUp ?? null,
    legacy: legacyControl({
      context,
      version: version(),
      startedAt: context.runtime.monotonic(),
      crons: () => scheduler.crons,
      readAt: () => workflows.readAt,
      refresh: options.refresh,
      alerts: control,
      reloadWorkflows: reload,
      cleanUp: () => cleanUpByPolicy(parts.retention, io.signal),
      rejected: () => workflows.rejected,
      workflows: { path: options.workflow, source: objects, mayRead: metaRoots(options) },
    }),
    audit: auditOf({ ...context, redact }),
    redact,
    mayReadMeta: metaRoots(options),
    workers: () => options.workers,
    workflowsRead: () => {
      const { readAt } = workflows;
      const isPolled = readAt > 0 && options.refresh > 0;
      return { readAt: readAt === 0 ? null : readAt, nextReadAt: isPolled ? readAt + options.refresh : null };
    },
    pauses: pauseControl(context, repause),
    retention: parts.retention,
    restore: parts.restore,
    drain: async (request) => {
      if (workers.isDrained === request.end) await recordDrain(request, context);
      await (request.end ? workers.undrain() : workers.drain());
      return { drained: workers.isDrained, running: workers.running };
    },
    alerts: control,
    bus: () => ({ name: buses.own.name, ...buses.own.health(), connections: buses.own.connections() }),
    version: version(),
    log: { error: (fields, sentence) => errors.report("http", `${sentence} ${inspect(fields)}`) },
  });
  stop.push({ name: "the HTTP server", stop: () => http.close() });
  io.log.info(
    "http",
    `The dashboard is at ${http.url}/ (health at ${http.url}/status, metrics at ${http.url}/metrics).`,
  );
  if (http.setupToken !== null) io.log.warn("http", setupMessage(http.url, http.setupToken));
  if (options.tls === null || keyPair === null) return [];
  const { store, runtime } = context;
  const watching = { objects, store, log: io.log, now: runtime.now, onProblem: parts.onProblem };
  return [new CertificateWatch(options.tls, keyPair, { ...watching, replace: (pair) => http.useKeyPair(pair) })];
}
