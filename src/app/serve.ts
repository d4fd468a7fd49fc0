/**
 * The parts of a running instance (`serve`), in the order in which they start and stop: config → adapters → engine →
 * services → http.
 */
import { once } from "node:events";
import { inspect } from "node:util";
import { setTimeout } from "node:timers/promises";
import { alerting, type Alerting } from "./alerting.ts";
import { buildContext, workflowReloader } from "./build-context.ts";
import { offsetsIn, openBuses, type Buses } from "./open-buses.ts";
import { heartbeats } from "./open-channels.ts";
import { openStore } from "./open-store.ts";
import { reviewerOf } from "../engine/joins/reviewer.ts";
import { openOutbox } from "./outbox.ts";
import { startupMessage, printIssues, withoutWorker } from "./startup-message.ts";
import { consumers, fileWatchers, type OnProblem } from "./intake.ts";
import { busWatch, loops } from "./loops.ts";
import { statusOf } from "./status.ts";
import { systemRuntime } from "./system-runtime.ts";
import { version } from "./version.ts";
import type { Options } from "../config/options.ts";
import type { EngineContext } from "../engine/context.ts";
import { alertControl } from "../engine/alerts/alert-control.ts";
import { TickScheduler } from "../engine/fire-ticks.ts";
import { WorkflowsInForce } from "../engine/workflows/workflows-in-force.ts";
import { createCounts, metricsSink, type Counts } from "../http/metrics.ts";
import { reasons, type StatusReport } from "../http/status-report.ts";
import { AnyObjects } from "../objects/any.ts";
import { ErrorReport } from "../services/error-report.ts";

/** How often to poll whether a test of a channel has its answer. */
const POLL_MS = 50;

export interface ServeIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Aborted: stop. */
  readonly signal: AbortSignal;
}

type Step = () => Promise<void>;

/**
 * Runs until the signal; returns the exit code. Throws a typed error with one sentence when it cannot start: no workflow
 * path, a locked database, a port in use, a bus that this version does not support.
 */
export async function serve(options: Options, io_: ServeIo): Promise<number> {
  const io = isOutputTheBus(options) ? { ...io_, out: io_.err } : io_;
  const stop: Step[] = [];
  try {
    await start(options, io, stop);
    if (!io.signal.aborted) await once(io.signal, "abort");
    io.out("Shutting down: running tasks are requeued; pending work stays in the database.");
    return 0;
  } finally {
    for (const step of stop.toReversed()) await step();
  }
}

/** Then only messages may go to standard output. */
function isOutputTheBus({ bus }: Options): boolean {
  return bus.outKind === "stdout" || bus.outKind === "stdio";
}

/** Starts the parts in the order of the message flow; each pushes the step that stops it. */
async function start(options: Options, io: ServeIo, stop: Step[]): Promise<void> {
  const runtime = systemRuntime(options.timezone);
  const errors = new ErrorReport((line) => io.err(line), runtime.now);
  const onProblem: OnProblem = (name, error) => errors.report(name, error.message);

  const importDatabase = { print: (line: string) => io.out(line), signal: io.signal };
  const store = await openStore(options, { runtime, readsInThread: true, import: importDatabase });
  stop.push(() => store.close());
  const buses = await openBuses(options, offsetsIn(store), runtime.now);
  const objects = new AnyObjects();
  const workflows = await WorkflowsInForce.read(workflowReloader(options, { runtime, store, objects }));

  const counts = createCounts();
  const metrics = metricsSink(counts);
  const joinReviewer = () => reviewerOf(context);
  const outbox = await openOutbox({ runtime, store, bus: buses.own, metrics, joinReviewer, onProblem });
  const graph = () => workflows.graph;
  const context = buildContext(options, { runtime, store, objects, metrics, graph, outlet: outbox });
  const scheduler = new TickScheduler(context);
  await scheduler.load(workflows.graph);

  const alerts = alerting(options, context, onProblem);
  stop.push(() => alerts.stop());
  const services = [
    busWatch(buses, outbox, { context, onProblem, io }),
    ...consumers(options, buses, context, onProblem),
    outbox.service,
    ...loops(options, { context, bus: buses.own, workflows, scheduler, onProblem, io }),
    ...alerts.services,
    ...fileWatchers(options, buses, context, onProblem, stop),
  ];
  const status = (): StatusReport => statusOf(buses, store, scheduler, services, runtime.now());

  await startServer(options, { context, counts, alerts, buses, status, errors }, io, stop);
  await buses.own.start();
  stop.push(() => outbox.stopBus());
  const isWell = (): boolean => reasons(status()).length === 0;
  for (const service of [...services, ...heartbeats(options, { isWell, now: runtime.now, onProblem, out: io.out })]) {
    service.start();
    stop.push(() => service.stop());
  }
  await startOwnWorkers(options, { buses, errors, now: runtime.now }, stop);
  for (const line of startupMessage(options, workflows.current, buses.own.name)) io.out(line);
  printIssues(workflows.current.issues, io);
  for (const line of withoutWorker(workflows.current, options)) io.err(line);
}

interface ServerParts {
  readonly context: EngineContext;
  readonly counts: Counts;
  readonly alerts: Alerting;
  readonly buses: Buses;
  readonly status: () => StatusReport;
  readonly errors: ErrorReport;
}

/** The HTTP server, when a port is configured. */
async function startServer(
  options: Options,
  { context, counts, alerts, buses, status, errors }: ServerParts,
  io: ServeIo,
  stop: Step[],
): Promise<void> {
  if (options.statusPort === 0) return;
  const { startHttp } = await import("../http/listen.ts");
  const http = await startHttp(options, {
    status,
    counts,
    context,
    alerts: alertControl({
      store: context.store,
      runtime: context.runtime,
      channels: options.channels.map(({ name }) => name),
      changed: () => alerts.wake(),
      // A stop waits for the answer to each request.
      sendOn: () => setTimeout(POLL_MS, true, { signal: io.signal }).catch(() => false),
    }),
    bus: () => ({ name: buses.own.name, ...buses.own.health(), connections: buses.own.connections() }),
    version: version(),
    log: { error: (fields, sentence) => errors.report("http", `${sentence} ${inspect(fields)}`) },
  });
  stop.push(() => http.close());
  io.out(`Listening on ${http.url} (health at ${http.url}/status, metrics at ${http.url}/metrics).`);
}

/** The workers of the configuration, in this process. */
async function startOwnWorkers(
  { workers: configured, doneTopic }: Options,
  { buses, errors, now }: Pick<ServerParts, "buses" | "errors"> & { readonly now: () => number },
  stop: Step[],
): Promise<void> {
  if (configured.length === 0) return;
  const { startWorkers } = await import("../worker/start-workers.ts");
  const workers = await startWorkers(configured, {
    bus: buses.workers,
    doneTopic,
    onProblem: ({ code, message }) => errors.report(`worker ${code}`, message),
    now,
  });
  stop.push(() => workers.stop());
}
