/**
 * The composition root: config → adapters → engine → services → http. The only place where they are put together, and
 * the order in which they start and stop.
 */
import { once } from "node:events";
import { inspect } from "node:util";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { alerting } from "./alerting.ts";
import type { OffsetStore } from "../bus/file/file-position.ts";
import { openBuses, type Buses } from "./open-buses.ts";
import { heartbeats } from "./open-channels.ts";
import { startupMessage, tellIssues } from "./startup-message.ts";
import { consumers, fileWatchers, type OnProblem } from "./intake.ts";
import { statusOf } from "./status.ts";
import type { Options } from "../config/options.ts";
import { importedTask } from "../core/legacy/imported-task.ts";
import type { EngineContext } from "../engine/context.ts";
import { BusAlerts } from "../engine/alerts/bus-alerts.ts";
import { alertControl } from "../engine/alerts/alert-control.ts";
import { checkIncomplete } from "../engine/check-incomplete.ts";
import { TickScheduler } from "../engine/fire-ticks.ts";
import { SearchIndexer } from "../engine/index-search.ts";
import { MetaFiles } from "../engine/meta-files.ts";
import { OutboxPublisher } from "../engine/publish-outbox.ts";
import { releaseHeld } from "../engine/release-held.ts";
import { WorkflowReloader } from "../engine/workflows/reload-workflows.ts";
import { WorkflowsInForce } from "../engine/workflows/workflows-in-force.ts";
import { createFigures, meterOf } from "../http/metrics.ts";
import { faults, type StatusReport } from "../http/status-report.ts";
import { version } from "./version.ts";
import { AnyObjects } from "../objects/any.ts";
import { Loop } from "../services/loop.ts";
import { ProblemReport } from "../services/problem-report.ts";
import { WatchBus } from "../services/watch-bus.ts";
import { WatchWorkflows } from "../services/watch-workflows.ts";
import { schemeOf } from "../objects/objects.ts";
import { openStore } from "../store/sqlite/open.ts";
import type { Store } from "../store/store.ts";
import { systemWorld } from "./system-world.ts";

/** How long to wait for the bus to close; unsent messages stay in the outbox. */
const STOP_BUS_WITHIN = 5000;
/** How often it is looked whether a test of a channel has its answer. */
const LOOK_AGAIN = 50;
const SECOND = 1000;

export interface ServeIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Aborted: stop. */
  readonly signal: AbortSignal;
}

type Step = () => Promise<void>;

/**
 * Run until the signal; answers the exit code. Throws a typed error with one sentence when it cannot start: no workflow
 * path, a database it cannot have, a port that is taken, a bus that this version does not have.
 */
export async function serve(options: Options, given: ServeIo): Promise<number> {
  const io = isOutputTheBus(options) ? { ...given, out: given.err } : given;
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

/** Standard output belongs to the messages then. */
function isOutputTheBus({ bus }: Options): boolean {
  return bus.outKind === "stdout" || bus.outKind === "stdio";
}

/** In the order of the messages' way; each thing started leaves the step that stops it. */
async function start(options: Options, io: ServeIo, stop: Step[]): Promise<void> {
  const world = systemWorld(options.timezone);
  const problems = new ProblemReport((line) => io.err(line), world.now);
  const onProblem: OnProblem = (name, error) => problems.tell(name, error.message);
  const store = await openStore({
    path: options.sqlite.localPath,
    now: world.now,
    newId: world.newId,
    readsInThread: true,
    takeOver: {
      taskTtl: options.sqlite.taskTtl,
      readTask: importedTask,
      say: (line) => io.out(line),
      signal: io.signal,
    },
  });
  stop.push(() => store.close());

  const buses = await openBuses(options, offsetsIn(store), world.now);
  const objects = new AnyObjects();
  const reloader = new WorkflowReloader({
    path: options.workflow,
    place: objects,
    store,
    zone: world.zone,
    now: world.now,
  });
  const workflows = await WorkflowsInForce.read(reloader);

  const figures = createFigures();
  const meter = meterOf(figures);
  const publisher = new OutboxPublisher({
    store,
    bus: buses.own,
    meter,
    now: world.now,
    keyPrefix: await databaseId(store, world.newId),
    wakeAt: (at) => outbox.wake(at),
    onProblem: (error) => onProblem("outbox", error),
  });
  const context: EngineContext = {
    world,
    store,
    meter,
    metaFiles: new MetaFiles(objects),
    graph: () => workflows.graph,
    send: (rows) => publisher.send(rows),
    dueAt: (at) => outbox.wake(at),
    doneTopic: options.doneTopic,
    fileTopics: options.fileTopics,
    failedTopic: failedTopicOf(options),
    taskTtl: options.sqlite.taskTtl,
    tellsUnmatched: options.tellsUnmatched,
  };
  const scheduler = new TickScheduler(context);
  await scheduler.load(workflows.graph);

  const alerts = alerting(options, context, onProblem);
  stop.push(() => alerts.stop());
  const loop = { now: world.now, onProblem };
  const outbox = new Loop({
    ...loop,
    name: "outbox",
    atLeastEveryMs: 5 * SECOND,
    run: () => sendDue(publisher, store),
  });
  const ticks = new Loop({
    ...loop,
    name: "ticks",
    atLeastEveryMs: SECOND,
    run: async () => ((await scheduler.fire()) ? 0 : scheduler.nextAt),
  });
  const deadlines = new Loop({
    ...loop,
    name: "deadlines",
    atLeastEveryMs: 5 * SECOND,
    run: async () => {
      const isMore = [await checkIncomplete(context), await releaseHeld(context)];
      return isMore.includes(true) ? 0 : world.now() + 5 * SECOND;
    },
  });
  const indexer = new SearchIndexer({ store, now: world.now, utilization: utilizationSince() });
  const search = new Loop({ ...loop, name: "search", atLeastEveryMs: SECOND, run: () => indexer.step() });
  const watchWorkflows = new WatchWorkflows({
    ...loop,
    path: schemeOf(options.workflow) === null ? options.workflow : null,
    refresh: options.refresh,
    reload: async () => {
      const next = await workflows.reload(scheduler);
      if (next === null) return;
      ticks.wake(0);
      deadlines.wake(0);
      io.out(`Workflows reloaded: ${next.changed.join(", ")}.`);
      tellIssues(
        next.issues.filter((issue) => next.changed.includes(issue.file)),
        io,
      );
    },
  });
  const busAlerts = new BusAlerts(store, world.now);
  const attempt = (name: string, work: Promise<void>): void => {
    work.catch((error: unknown) => onProblem(name, error instanceof Error ? error : new Error(String(error))));
  };
  const watchBus = new WatchBus({
    ...loop,
    name: "bus",
    health: () => buses.own.health(),
    onConnected: () => {
      publisher.resume();
      attempt("bus", busAlerts.back(buses.own.name));
    },
    onStaysAway: (reason) => attempt("bus", busAlerts.away(buses.own.name, reason)),
    onAway: (reason) => io.err(`Bus ${buses.own.name} is unreachable: ${reason}. Pending work stays in the database.`),
    onBack: () => io.out(`Reconnected to bus ${buses.own.name}.`),
  });
  const services = [
    watchBus,
    ...consumers(options, buses, context, onProblem),
    outbox,
    deadlines,
    ticks,
    search,
    watchWorkflows,
    ...alerts.services,
    ...fileWatchers(options, buses, context, onProblem, stop),
  ];

  const status = (): StatusReport => statusOf(buses, store, scheduler, services, world.now());
  if (options.statusPort !== 0) {
    const { startHttp } = await import("../http/listen.ts");
    const http = await startHttp(options, {
      status,
      figures,
      context,
      alerts: alertControl({
        store,
        world,
        channels: options.channels.map(({ name }) => name),
        changed: () => alerts.wake(),
        // A stop waits for the answer to each request.
        sendOn: () => setTimeout(LOOK_AGAIN, true, { signal: io.signal }).catch(() => false),
      }),
      bus: () => ({ name: buses.own.name, ...buses.own.health(), connections: buses.own.connections() }),
      version: version(),
      log: { error: (fields, sentence) => problems.tell("http", `${sentence} ${inspect(fields)}`) },
    });
    stop.push(() => http.close());
    io.out(`Listening on ${http.url} (health at ${http.url}/status, figures at ${http.url}/metrics).`);
  }

  await buses.own.start();
  stop.push(() => stopBus(buses, publisher, store));
  const isWell = (): boolean => faults(status()).length === 0;
  for (const service of [...services, ...heartbeats(options, { ...loop, isWell, out: io.out })]) {
    service.start();
    stop.push(() => service.stop());
  }
  if (options.workers.length > 0) {
    const { startWorkers } = await import("../worker/start-workers.ts");
    const workers = await startWorkers(options.workers, {
      bus: buses.workers,
      doneTopic: options.doneTopic,
      onProblem: ({ code, message }) => problems.tell(`worker ${code}`, message),
      now: world.now,
    });
    stop.push(() => workers.stop());
  }
  for (const line of startupMessage(options, workflows.current, buses.own.name)) io.out(line);
  tellIssues(workflows.current.issues, io);
}

/** Which share of the time since the call before this thread was at work. */
function utilizationSince(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    return utilization;
  };
}

/** On the embedded bus only a worker of this configuration can listen: without one such a message would wait for ever. */
function failedTopicOf({ failedTopic, bus, workers }: Options): string | null {
  const heard = bus.outKind !== "memory" || workers.some(({ type }) => type === failedTopic);
  return failedTopic !== "" && heard ? failedTopic : null;
}

/** Send what is due; answers when the next is. */
async function sendDue(publisher: OutboxPublisher, store: Store): Promise<number | null> {
  await publisher.sweep();
  await store.flush();
  return await publisher.nextDueAt();
}

async function stopBus(buses: Buses, publisher: OutboxPublisher, store: Store): Promise<void> {
  await store.flush();
  publisher.close();
  await Promise.race([buses.own.stop(), setTimeout(STOP_BUS_WITHIN, undefined, { ref: false })]);
}

/** How far the file bus has read lies in the database, beside what it has led to. */
function offsetsIn(store: Store): OffsetStore {
  return {
    get: (key) => store.getState(`bus.${key}`),
    set: (key, value) => store.putState(new Map([[`bus.${key}`, value]])),
  };
}

/** Stands in the keys of everything this database sends, so that two databases on one broker never look alike. */
async function databaseId(store: Store, newId: () => string): Promise<string> {
  const known = await store.getState("database.id");
  if (known !== null) return known;
  const id = newId();
  await store.putState(new Map([["database.id", id]]));
  return id;
}
