/**
 * The parts of a running instance (`serve`), in the order in which they start and stop: config → adapters → engine →
 * services → http.
 */
import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { alerting } from "./alerting.ts";
import { buildContext, failedTopicOf, workflowReloader } from "./build-context.ts";
import { offsetsIn, openBuses } from "./open-buses.ts";
import { type Backups, backups, lastBackup, lastSegments } from "./backup/backups.ts";
import { heartbeats } from "./open-channels.ts";
import { openStore } from "./open-store.ts";
import { openOutbox } from "./outbox.ts";
import { StartCheck } from "./restore/start-check.ts";
import { errorReport } from "./log/error-report.ts";
import type { Log } from "./log/log.ts";
import { startupMessage, logIssues, withoutParent, withoutWorker } from "./startup-message.ts";
import { consumers, holdConsumers, logInbox, type OnProblem } from "./intake.ts";
import { logCleaning } from "./log-cleaning.ts";
import { busWatch, loops } from "./loops.ts";
import { maintenance } from "./care/maintenance.ts";
import { pausedIn } from "./steering/steering-status.ts";
import { statusOf } from "./status.ts";
import { configWatch, type ConfigSource } from "./steering/config-reload.ts";
import { fileWatchers, followWatches } from "./steering/file-watchers.ts";
import { WatchedFolders } from "./steering/watched-folders.ts";
import { drainWorkers, type StopAsked } from "./steering/drain.ts";
import { OwnWorkers } from "./steering/own-workers.ts";
import { systemRuntime } from "./system-runtime.ts";
import { heldAfterRestore } from "./care/held-after-restore.ts";
import { healthSamples } from "./care/health-samples.ts";
import { retention } from "./care/retention.ts";
import { stopAll, type StopSteps } from "./stop.ts";
import { startServer } from "./server/start-server.ts";
import { version } from "./version.ts";
import { watchdog } from "./watchdog.ts";
import { SECOND } from "../contract/time/time-units.ts";
import { codeOf, toError } from "../contract/to-error.ts";
import type { Options } from "../config/options.ts";
import { ChangingRedact } from "../contract/redact/changing-redact.ts";
import type { DoneMessage } from "../core/decide/decider.ts";
import { sendMessages } from "../engine/send-messages.ts";
import type { EngineContext } from "../engine/context.ts";
import { IntakeGate } from "../engine/maintenance/intake-gate.ts";
import { TickScheduler } from "../engine/fire-ticks.ts";
import { vanishedText } from "../engine/workflows/vanished.ts";
import { WorkflowsInForce } from "../engine/workflows/workflows-in-force.ts";
import { createCounts, metricsSink } from "../http/metrics.ts";
import { reasons, type StatusReport, type Steering } from "../http/status-report.ts";
import { AnyObjects } from "../objects/any.ts";
import { FileReaderProcess } from "../objects/file-reader-process.ts";
import type { Service } from "../services/service.ts";

/** What takes longest to stop: commands that end by themselves, a group that is being committed, a broker, a channel that is sent to. */
const WORKERS_MS = 6 * SECOND;
const SERVICES_MS = 3 * SECOND;
const BUS_MS = 6 * SECOND;
const CHANNELS_MS = 7 * SECOND;

export interface ServeIo extends StopAsked {
  /** The configuration is read again when its file changes, and at SIGHUP. Not set: it stays as it is. */
  readonly config?: ConfigSource;
  readonly log: Log;
  /** What the log hides too; default: what the options say. */
  readonly redact?: ChangingRedact;
  /** Aborted: stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs until the signal; returns the exit code. Throws a typed error with one sentence when it cannot start: no workflow
 * path, a locked database, a port in use, a bus that this version does not support.
 */
export async function serve(options: Options, io: ServeIo): Promise<number> {
  const { log } = io;
  const stop: StopSteps = [];
  let isWell = true;
  try {
    await start(options, io, stop);
    if (!io.signal.aborted) await once(io.signal, "abort");
    log.info("serve", "Shutting down: running tasks are requeued; pending work stays in the database.");
  } finally {
    isWell = await stopAll(stop, (sentence) => log.error("serve", sentence));
  }
  log.info("serve", "Stopped.");
  return isWell ? 0 : 1;
}

/** Starts the parts in the order of the message flow; each pushes the step that stops it. */
async function start(initial: Options, io: ServeIo, stop: StopSteps): Promise<void> {
  // What changes in place is changed here.
  const options: { -readonly [key in keyof Options]: Options[key] } = { ...initial };
  const runtime = systemRuntime(options.timezone);
  const { log, redact = new ChangingRedact(options.redact) } = io;
  const errors = errorReport(log, runtime.now);
  const onProblem: OnProblem = (name, error) => {
    // What is being read when a stop begins is no problem.
    if (!io.signal.aborted || codeOf(error) !== "interrupted") errors.report(name, error.message);
  };

  const files = new FileReaderProcess();
  files.prepare();
  // What is being read keeps nothing from stopping.
  const closeFiles = (): void => files.close();
  io.signal.addEventListener("abort", closeFiles, { once: true });
  stop.push({ name: "the reader of files", stop: async () => closeFiles() });
  const importDatabase = { print: (line: string) => log.info("import", line), signal: io.signal };
  const isShipped = (options.backup?.continuous ?? null) !== null;
  const check = new StartCheck(options, { runtime, log, signal: io.signal });
  const store = await openStore(options, {
    runtime,
    readsInThread: true,
    isShipped,
    signal: io.signal,
    say: (sentence) => log.info("store", sentence),
    beforeOpen: (path) => check.beforeOpen(path),
    import: importDatabase,
  });
  let backup: Backups | null = null;
  // Its last step comes when the database is closed: what that wrote last is stored too.
  stop.push(lastSegments(() => backup));
  stop.push({ name: "the database", stop: () => store.close() });
  await check.afterOpen(store);
  // When nothing is written any more, and before the database is closed.
  stop.push(lastBackup(options, () => backup));
  const intake = new IntakeGate();
  const refusal = (): string | null => intake.reason;
  const buses = await openBuses(options, offsetsIn(store), runtime.now, refusal);
  const objects = new AnyObjects(options.file, files);
  const workflows = await WorkflowsInForce.read(workflowReloader(options, { runtime, store, objects }));

  const counts = createCounts();
  const metrics = metricsSink(counts);
  const outbox = await openOutbox({ runtime, store, bus: buses.own, metrics, onProblem });
  const graph = () => workflows.graph;
  const unalerted = ({ task: { type, job, id, result, msg } }: DoneMessage): void =>
    log.warn("tasks", `${type} gave up, and its phase raises no alert: ${msg}`, { type, job, task_id: id, result });
  const workers = new OwnWorkers({
    bus: buses.workers,
    doneTopic: options.doneTopic,
    onProblem: ({ code, message }) => errors.report(`worker ${code}`, message),
    now: runtime.now,
  });
  const stopTasks: EngineContext["stopTasks"] = (tasks) => workers.cancel(tasks);
  const context = buildContext(options, {
    runtime,
    store,
    objects,
    metrics,
    graph,
    unalerted,
    stopTasks,
    outlet: outbox,
  });
  outbox.onResults((payloads) => sendMessages(context.doneTopic, payloads, null, context));
  const scheduler = new TickScheduler(context);
  await scheduler.load(workflows.graph);

  const alerts = alerting(options, context, { onProblem, log, redact });
  stop.push({ name: "the channels", stop: () => alerts.stop(), withinMs: CHANNELS_MS });
  const isDrained = (): boolean => workers.isDrained;
  const clockwork = loops(options, {
    context,
    bus: buses.own,
    workflows,
    scheduler,
    isDrained,
    intake,
    onProblem,
    log,
  });
  const upkeep = maintenance(options, { context, intake, onProblem, log });
  backup = backups(options, context, { onProblem, log });
  const pausesMoved = (): Promise<void> => clockwork.repause();
  const restored = heldAfterRestore({ context, bus: buses.own, pausesMoved, onProblem, log });
  const history = retention(options, { context, onProblem, log, signal: io.signal });
  const received = logInbox(options, context, onProblem, redact);
  stop.push({ name: "the logs of other machines", stop: async () => received.stop() });
  const consuming = consumers(options, buses, context, { onProblem, log }, received);
  intake.onChange((reason) => {
    // The embedded bus keeps nothing for later: it refuses what is published instead.
    if (options.bus.inKind !== "memory") holdConsumers(consuming, reason !== null, onProblem);
    if (reason === null) outbox.resume();
  });
  const services: Service[] = [
    busWatch(buses, outbox, { context, onProblem, log }),
    ...consuming,
    outbox.service,
    ...clockwork.services,
    ...(backup?.services ?? []),
    history.service,
    restored.service,
    ...upkeep.services,
    logCleaning(options, {
      open: () => workers.logs,
      fates: (logs) => store.reads.logs.fates(logs),
      recordAge: () => history.taskAge(),
      onDeleted: (files) => metrics.logsDeleted(files),
      now: runtime.now,
      onProblem,
      log,
    }),
    ...alerts.services,
  ];
  await followWatches(options.watches, store, log);
  const folders = new WatchedFolders(options.watches, {
    open: (watches, steps) => fileWatchers({ ...initial, watches }, buses, context, { onProblem, log, refusal }, steps),
    all: services,
    report: (sentence) => log.error("watches", sentence),
  });
  stop.push({ name: "the bus of watched files", stop: () => folders.close() });
  const apply = async (next: Options, before: Options): Promise<void> => {
    // Before anything new can show a new secret.
    redact.use(next.redact);
    await store.useRedactRules(next.redact);
    if (!isDeepStrictEqual(next.workers, before.workers)) await workers.replace(next.workers);
    if (!isDeepStrictEqual(next.watches, before.watches)) {
      await followWatches(next.watches, store, log);
      await folders.replace(next.watches);
    }
    if (!isDeepStrictEqual(next.channels, before.channels)) alerts.replaceChannels(next.channels);
    options.workers = next.workers;
    // The logs of workers that were replaced are still cleaned up.
    options.logs = { ...options.logs, dirs: [...new Set([...options.logs.dirs, ...next.logs.dirs])] };
    options.drainTimeout = next.drainTimeout;
    const { alertOnUnmatched } = next;
    Object.assign(context, { alertOnUnmatched, failedTopic: failedTopicOf(options) });
  };
  const config =
    io.config === undefined ? null : configWatch(io.config, { store, log, now: runtime.now, apply, onProblem });
  if (config !== null) services.push(config.service);
  const status = (): StatusReport =>
    statusOf({ buses, store, scheduler, services, intake, disks: upkeep.disks() }, runtime.now());
  const steering = (): Steering => ({
    paused: pausedIn(workflows.current),
    drained: workers.isDrained,
    running: workers.running,
    needs_restart: config?.reload.needsRestart ?? [],
    restore_held: restored.counts(),
  });

  const served = {
    ...clockwork,
    backup,
    retention: history.control,
    restore: restored.control,
    objects,
    workflows,
    scheduler,
    context,
    counts,
    alerts,
    buses,
    errors,
    workers,
    intake,
    upkeep,
  };
  services.push(healthSamples({ context, counts, status, onProblem }));
  const configuration = () => config?.reload.shown ?? null;
  const parts = { ...served, status, steering, configuration, onProblem, redact };
  services.push(...(await startServer(options, parts, io, stop)));
  await upkeep.look();
  await restored.look().catch((error: unknown) => onProblem("restore", toError(error)));
  await buses.own.start();
  stop.push({ name: `the bus ${buses.own.name}`, stop: () => outbox.stopBus(), withinMs: BUS_MS });
  const isWell = (): boolean => reasons(status()).length === 0;
  const all = [
    ...services,
    ...heartbeats(options, { isWell, now: runtime.now, onProblem, log }),
    watchdog(services, { now: runtime.now, onProblem, log }),
  ];
  const others = all.filter((service) => !folders.has(service));
  const steps = others.map((service) => ({ name: service.name, stop: () => service.stop(), withinMs: SERVICES_MS }));
  stop.push([...steps, { name: "the watched folders", stop: () => folders.stop(), withinMs: SERVICES_MS }]);
  for (const service of all) service.start();
  await workers.replace(options.workers);
  stop.push({ name: "the workers", stop: () => workers.stop(WORKERS_MS - SECOND), withinMs: WORKERS_MS });
  io.drainFirst?.((stopNow) => drainWorkers(workers, { withinMs: options.drainTimeout, stopNow, log }));
  io.onHangup?.(() => {
    log.info("serve", "SIGHUP: configuration and workflows are read again.");
    const reading = Promise.resolve(config?.service.runOnce()).then(() => clockwork.reload());
    reading.catch((error: unknown) => onProblem("reload", toError(error)));
  });
  const [first = "", ...more] = startupMessage(options, workflows.current, buses.own.name);
  log.info("serve", first, { version: version(), pid: process.pid });
  for (const line of more) log.info("serve", line);
  const { issues, vanished } = workflows.current;
  if (vanished !== null) log.error("workflows", vanishedText(vanished, options.workflow));
  logIssues(issues, log);
  for (const line of withoutParent(workflows.current)) log.warn("workflows", line);
  for (const line of withoutWorker(workflows.current, options)) log.warn("workflows", line);
}
