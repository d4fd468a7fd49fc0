import { parseFilePattern } from "../core/glob/watch-pattern.ts";
import { createMemoryBus } from "../bus/memory.ts";
import type { Options } from "../config/options.ts";
import type { Redact } from "../contract/redact/redact.ts";
import { writeFileEvent } from "../contract/file-event.ts";
import { toError } from "../contract/to-error.ts";
import type { EngineContext } from "../engine/context.ts";
import { handleAnsweredDone } from "../engine/handle-done.ts";
import { handleFiles } from "../engine/handle-file.ts";
import type { Log } from "./log/log.ts";
import type { Buses } from "./open-buses.ts";
import type { StopSteps } from "./stop.ts";
import type { WatchedFileEvent } from "../services/announce-files.ts";
import { Consumer, type ConsumeOptions } from "../services/consume.ts";
import type { Service } from "../services/service.ts";
import { LogInbox } from "../task-logs/log-inbox.ts";
import type { ReceivedLogsOptions } from "../task-logs/received-logs.ts";
import { createFileWatcher } from "../services/watch-files.ts";

/** Upper limit of messages in one transaction. */
export const GROUP_SIZE = 200;
/** Upper limit of unacknowledged messages: a group in progress, and the next ones. */
const MAX_IN_FLIGHT = 1000;
/** Topic of watched files when no `file_topic` is configured, or the bus is not the embedded one. */
const WATCHED = "watched-files";

/** A group that takes longer is logged, milliseconds. */
const SLOW_GROUP = 250;

export type OnProblem = (name: string, error: Error) => void;

/** How services report: errors, and what else is worth a line. */
export interface Reports {
  readonly onProblem: OnProblem;
  readonly log: Log;
}

type Handle = ConsumeOptions["handle"];

/** Logs a group that blocks the other work for long. */
function timed(topic: string, handle: Handle, { runtime }: EngineContext, log: Log): Handle {
  return async (group) => {
    const start = runtime.monotonic();
    const later = await handle(group);
    const ms = Math.round(runtime.monotonic() - start);
    if (ms >= SLOW_GROUP) log.warn(topic, `A group of messages took ${ms} ms.`, { messages: group.length, ms });
    return later;
  };
}

/** For the logs of tasks that run on other machines; what is dropped is logged once a minute. */
export function logInbox(
  { logs: { dir, dirs, receivedMaxBytes } }: Options,
  { store, runtime }: EngineContext,
  onProblem: OnProblem,
  redact: Redact,
): LogInbox {
  const isKnown: ReceivedLogsOptions["isKnown"] = (task) => store.reads.logs.isKnown(task);
  return new LogInbox({ dir, dirs, maxBytes: receivedMaxBytes, isKnown, now: runtime.now, redact }, (error) =>
    onProblem("logs", error),
  );
}

/** The consumers of `done` messages, pieces of logs among them, and of file events. */
export function consumers(
  options: Options,
  buses: Buses,
  context: EngineContext,
  { onProblem, log }: Reports,
  logs: LogInbox,
): Consumer[] {
  const shared = {
    bus: buses.own,
    groupSize: GROUP_SIZE,
    maxInFlight: MAX_IN_FLIGHT,
    now: context.runtime.now,
    onProblem,
  };
  const { doneTopic, fileTopics } = options;
  const done = new Consumer({
    ...shared,
    name: doneTopic,
    topic: doneTopic,
    channel: doneTopic,
    divert: (delivery) => logs.take(delivery.payload, () => delivery.ack()),
    handle: timed(doneTopic, (group) => handleAnsweredDone(group, context), context, log),
  });
  const files = fileTopics.map(
    (topic) =>
      new Consumer({
        ...shared,
        name: topic,
        topic,
        channel: `${topic}-flowlord`,
        handle: timed(topic, (group) => handleFiles(group, context).then(() => []), context, log),
      }),
  );
  return [done, ...files];
}

/** While there is no space for what they take: messages wait at the bus. */
export function holdConsumers(consuming: readonly Consumer[], isHeld: boolean, onProblem: OnProblem): void {
  for (const consumer of consuming) {
    if (isHeld) consumer.pause().catch((error: unknown) => onProblem(consumer.name, toError(error)));
    else consumer.resume();
  }
}

/**
 * Watched files become file events. On the embedded bus they go to `file_topic` itself; with any other bus they use an
 * embedded bus of their own in this process, where the id of the event makes a repeat after a crash a redelivery.
 */
export function fileWatchers(
  options: Options,
  buses: Buses,
  context: EngineContext,
  { onProblem, log, refusal }: Reports & { readonly refusal: () => string | null },
  stop: StopSteps,
): Service[] {
  if (options.watches.length === 0) return [];
  const { runtime, store } = context;
  const [topic = WATCHED] = options.fileTopics;
  const services: Service[] = [];
  let bus = buses.workers;
  if (bus.name !== "memory" || options.fileTopics.length === 0) {
    const own = createMemoryBus({ now: runtime.now, refusal });
    stop.push({ name: "the bus of watched files", stop: () => own.stop() });
    bus = own;
    services.push(
      new Consumer({
        name: WATCHED,
        bus,
        topic,
        channel: WATCHED,
        groupSize: GROUP_SIZE,
        maxInFlight: MAX_IN_FLIGHT,
        handle: timed(topic, (group) => handleFiles(group, context).then(() => []), context, log),
        now: runtime.now,
        onProblem,
      }),
    );
  }
  for (const { path, pattern, settle, checksum, existing } of options.watches) {
    const emit = async ({ id, event }: WatchedFileEvent): Promise<void> => {
      const [sent] = bus.publish([{ key: id, topic, payload: writeFileEvent(event) }]);
      const result = await sent;
      if (result?.status === "failed") throw result.error;
      if (result?.status !== "sent") throw new Error(`more files than ${topic} takes at a time; they are retried`);
    };
    services.push(
      createFileWatcher({
        path,
        pattern: parseFilePattern(pattern),
        settleMs: settle,
        checksum,
        existing,
        emit,
        seen: store.watchedFiles,
        now: runtime.now,
        onProblem,
      }),
    );
  }
  return services;
}
