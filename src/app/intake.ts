import type { Options } from "../config/options.ts";
import type { Redact } from "../contract/redact/redact.ts";
import { toError } from "../contract/to-error.ts";
import type { EngineContext } from "../engine/context.ts";
import { handleAnsweredDone } from "../engine/handle-done.ts";
import { handleFiles } from "../engine/handle-file.ts";
import type { Log } from "./log/log.ts";
import type { Buses } from "./open-buses.ts";
import { Consumer, type ConsumeOptions } from "../services/consume.ts";
import { LogInbox } from "../task-logs/log-inbox.ts";
import type { ReceivedLogsOptions } from "../task-logs/received-logs.ts";

/** Upper limit of messages in one transaction. */
export const GROUP_SIZE = 200;
/** Upper limit of unacknowledged messages: a group in progress, and the next ones. */
export const MAX_IN_FLIGHT = 1000;

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
export function timed(topic: string, handle: Handle, { runtime }: EngineContext, log: Log): Handle {
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
