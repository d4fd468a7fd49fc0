import type { Log } from "./log/log.ts";
import { logIssues, reloadMessage, withoutParent, withoutWorker } from "./startup-message.ts";
import type { Bus } from "../bus/bus.ts";
import type { Options } from "../config/options.ts";
import { SECOND } from "../contract/time/time-units.ts";
import { toError } from "../contract/to-error.ts";
import { PauseCheck } from "../engine/alerts/check-pauses.ts";
import { WorkerCheck } from "../engine/alerts/check-workers.ts";
import { BusAlerts } from "../engine/alerts/bus-alerts.ts";
import { reviewJoins } from "../engine/joins/review-joins.ts";
import { checkIncomplete } from "../engine/check-incomplete.ts";
import type { EngineContext } from "../engine/context.ts";
import { endPauses } from "../engine/steering/pauses.ts";
import { GatherTimeouts } from "../engine/files/finish-gathered.ts";
import type { TickScheduler } from "../engine/fire-ticks.ts";
import { BackfillRunner } from "../engine/backfill/advance-backfills.ts";
import { backfillControl, type BackfillControl } from "../engine/backfill/backfill-control.ts";
import { SearchIndexer } from "../engine/index-search.ts";
import type { IntakeGate } from "../engine/maintenance/intake-gate.ts";
import { releaseHeld } from "../engine/release-held.ts";
import { JobRunner } from "../engine/steering/bulk-jobs.ts";
import { LeaseCheck } from "../engine/steering/expire-leases.ts";
import type { WorkflowsInForce, WorkflowsReloaded } from "../engine/workflows/workflows-in-force.ts";
import { schemeOf } from "../contract/file-path.ts";
import { Loop } from "../services/loop.ts";
import type { Service } from "../services/service.ts";
import { WatchBus } from "../services/watch-bus.ts";
import { WatchWorkflows } from "../services/watch-workflows.ts";
import type { OnProblem } from "./intake.ts";
import type { Buses } from "./open-buses.ts";
import type { Outbox } from "./outbox.ts";
import { utilizationSince } from "./care/utilization.ts";

/** How soon a database that was moved away, or is locked, is noticed. */
const WATCH_MS = 2 * SECOND;

export interface LoopParts {
  readonly context: EngineContext;
  readonly bus: Bus;
  readonly workflows: WorkflowsInForce;
  readonly scheduler: TickScheduler;
  /** The workers here were told to take no tasks: then it is no fault that nobody listens. */
  readonly isDrained: () => boolean;
  /** Backfills make no tasks while it is closed. */
  readonly intake: Pick<IntakeGate, "reason">;
  readonly onProblem: OnProblem;
  readonly log: Log;
}

export interface Loops {
  readonly backfills: BackfillControl;
  readonly services: readonly Service[];
  /** Reloads the workflows now, and takes for removed what is missing. Returns the names of the files that left. */
  acceptRemoval(): Promise<readonly string[]>;
  /** Puts pauses that began or ended in force; resolves then. */
  repause(): Promise<void>;
  /** Reads the workflows now, and returns what changed. Throws DomainError. */
  reload(): Promise<WorkflowsReloaded>;
}

/** Work that runs by the clock: ticks, deadlines, the search index, and polls of the workflow files. */
export function loops(
  options: Options,
  { context, bus, workflows, scheduler, isDrained, intake, onProblem, log }: LoopParts,
): Loops {
  const { runtime, store } = context;
  const loop = { now: runtime.now, onProblem };
  const gatherTimeouts = new GatherTimeouts(context);
  const workers = new WorkerCheck({ runtime, store, bus, graph: () => context.graph() });
  const leases = new LeaseCheck(context);
  const pauses = new PauseCheck({ runtime, store, graph: () => context.graph() });
  const repause = async (): Promise<void> => {
    await workflows.repause(scheduler);
    ticks.wake(0);
    deadlines.wake(0);
    backfills.wake(0);
  };
  const deadlines = new Loop({
    ...loop,
    name: "deadlines",
    atLeastEveryMs: 5 * SECOND,
    run: async () => {
      const pauseEnds = await endPauses(context);
      if (pauseEnds.ended) await repause();
      const { current } = workflows;
      await reviewJoins(current.rejoined, context);
      await workflows.joinsReviewed(current);
      const isMore = [
        await checkIncomplete(context),
        await leases.run(),
        await releaseHeld(context),
        await gatherTimeouts.expire(),
      ];
      if (!isDrained()) await workers.run();
      await pauses.run();
      return isMore.includes(true) ? 0 : Math.min(runtime.now() + 5 * SECOND, pauseEnds.nextAt ?? Infinity);
    },
  });
  const ticks = new Loop({
    ...loop,
    name: "ticks",
    atLeastEveryMs: SECOND,
    run: async () => ((await scheduler.fire()) ? 0 : scheduler.nextAt),
  });
  const indexer = new SearchIndexer({ store, now: runtime.now, utilization: utilizationSince() });
  const database = new Loop({
    ...loop,
    name: "database",
    atLeastEveryMs: WATCH_MS,
    run: async () => {
      await store.watch();
      const { reason } = store.health();
      if (reason !== null) onProblem("database", new Error(reason));
      return runtime.now() + WATCH_MS;
    },
  });
  const jobRunner = new JobRunner(context, options.backfillTurn, () => intake.reason);
  const jobs = new Loop({
    ...loop,
    name: "jobs",
    atLeastEveryMs: SECOND,
    // What commands add is found by looking.
    run: async () => (await jobRunner.run()) ?? runtime.now() + SECOND,
  });
  const search = new Loop({ ...loop, name: "search", atLeastEveryMs: SECOND, run: () => indexer.step() });
  const runner = new BackfillRunner(context, options.backfillTurn);
  const backfills = new Loop({
    ...loop,
    name: "backfills",
    atLeastEveryMs: 30 * SECOND,
    run: async () => (intake.reason === null ? runner.run() : runtime.now() + SECOND),
  });
  const watchWorkflows = new WatchWorkflows({
    ...loop,
    path: schemeOf(options.workflow) === null ? options.workflow : null,
    refresh: options.refresh,
    reload: async () => {
      const next = await workflows.reload(scheduler);
      if (next === null) return;
      ticks.wake(0);
      deadlines.wake(0);
      for (const line of reloadMessage(next)) log.info("workflows", line);
      logIssues(
        next.issues.filter((issue) => next.changed.includes(issue.file)),
        log,
      );
      for (const line of withoutParent(next)) log.warn("workflows", line);
      const changed = next.files.filter(({ name }) => next.changed.includes(name));
      for (const line of withoutWorker({ files: changed }, options)) log.warn("workflows", line);
    },
  });
  return {
    services: [deadlines, ticks, jobs, search, database, backfills, watchWorkflows],
    backfills: backfillControl(context, () => backfills.wake(0)),
    repause,
    reload: () => workflows.reloadNow(() => watchWorkflows.runOnce()),
    acceptRemoval: () => workflows.acceptRemoval(() => watchWorkflows.runOnce()),
  };
}

/** Watches the connection: the outbox resumes when it is back, and a long outage raises an alert. */
export function busWatch(
  { own }: Buses,
  outbox: Outbox,
  { context: { runtime, store }, onProblem, log }: Pick<LoopParts, "context" | "onProblem" | "log">,
): Service {
  const busAlerts = new BusAlerts(store, runtime.now);
  const connection = connectionLog(own.name, log, "Pending work stays in the database.");
  const attempt = (work: Promise<void>): void => {
    work.catch((error: unknown) => onProblem("bus", toError(error)));
  };
  return new WatchBus({
    name: "bus",
    now: runtime.now,
    onProblem,
    health: () => own.health(),
    onConnected: () => {
      connection.connected();
      outbox.resume();
      attempt(busAlerts.reconnected(own.name));
    },
    onLongOutage: (reason) => attempt(busAlerts.unreachable(own.name, reason)),
    onUnreachable: connection.unreachable,
    onReconnected: connection.reconnected,
  });
}

/** Logs each connection and each outage; `meanwhile` says what becomes of the work. */
export function connectionLog(bus: string, log: Log, meanwhile: string) {
  let isReconnected = false;
  return {
    connected: (): void => {
      if (!isReconnected) log.info("bus", `Connected to bus ${bus}.`);
      isReconnected = false;
    },
    unreachable: (reason: string): void => log.error("bus", `Bus ${bus} is unreachable: ${reason}. ${meanwhile}`),
    /** Called before `connected`. */
    reconnected: (): void => {
      isReconnected = true;
      log.info("bus", `Reconnected to bus ${bus}.`);
    },
  };
}
