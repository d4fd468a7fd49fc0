/**
 * Runs only the `[[worker]]` sections, on a machine that shares nothing with Flowlord but the broker: no database, no
 * workflow files. Any number may run.
 */
import { once } from "node:events";
import { BusError } from "../bus/bus-error.ts";
import type { OffsetStore } from "../bus/file/file-position.ts";
import type { BusKind, Options } from "../config/options.ts";
import { errorReport } from "./log/error-report.ts";
import type { Log } from "./log/log.ts";
import { logCleaning } from "./log-cleaning.ts";
import { connectionLog } from "./loops.ts";
import { drainWorkers, type StopAsked } from "./steering/drain.ts";
import { OwnWorkers } from "./steering/own-workers.ts";
import { openBuses } from "./open-buses.ts";
import type { Service } from "../services/service.ts";
import { WatchBus } from "../services/watch-bus.ts";

export interface FleetIo extends StopAsked {
  readonly log: Log;
  /** Aborted: accept no more tasks, and requeue unfinished ones. */
  readonly signal: AbortSignal;
}

const BROKERS: readonly BusKind[] = ["nsq", "nats", "pubsub"];

/** Brokers need no offsets in a database: they keep their own. */
const NO_OFFSETS: OffsetStore = { get: async () => null, set: async () => undefined };

/** Runs until the signal; returns the exit code. Throws BusError for a bus that ends with its process. */
export async function serveWorkers(options: Options, io: FleetIo): Promise<number> {
  for (const kind of [options.bus.inKind, options.bus.outKind]) {
    if (BROKERS.includes(kind)) continue;
    throw new BusError(
      "unavailable",
      `Workers on another machine need a broker, and the bus "${kind}" is not one; set bus.bus to one of ${BROKERS.join(", ")}.`,
    );
  }
  const now = (): number => Date.now();
  const { log } = io;
  const errors = errorReport(log, now);
  const buses = await openBuses(options, NO_OFFSETS, now);
  const connection = connectionLog(buses.workers.name, log, "Workers start when it is reachable.");
  const watch = new WatchBus({
    name: "bus",
    health: () => buses.workers.health(),
    onConnected: connection.connected,
    onUnreachable: connection.unreachable,
    onReconnected: connection.reconnected,
    now,
    onProblem: (name, error) => errors.report(name, error.message),
  });
  await buses.workers.start();
  let cleaning: Service | null = null;
  try {
    watch.start();
    const workers = new OwnWorkers({
      bus: buses.workers,
      doneTopic: options.doneTopic,
      sendsLogs: true,
      onProblem: ({ code, message }) => errors.report(`worker ${code}`, message),
      now,
    });
    cleaning = logCleaning(options, {
      open: () => workers.logs,
      // The records are with the instance.
      fates: null,
      now,
      onProblem: (name, error) => errors.report(name, error.message),
      log,
    });
    cleaning.start();
    await workers.replace(options.workers);
    io.drainFirst?.((stopNow) => drainWorkers(workers, { withinMs: options.drainTimeout, stopNow, log }));
    const types = [...new Set(options.workers.map(({ type }) => type))].toSorted();
    log.info(
      "workers",
      `Workers for ${types.join(", ")} on the bus ${buses.workers.name}, results on ${options.doneTopic}.`,
    );
    log.info("workers", "Ctrl-C stops them; unfinished tasks are requeued.");
    if (!io.signal.aborted) await once(io.signal, "abort");
    log.info("workers", "Shutting down: unfinished tasks are requeued.");
    await workers.stop();
  } finally {
    await watch.stop();
    await cleaning?.stop();
    await buses.workers.stop();
  }
  log.info("workers", "Stopped.");
  return 0;
}
