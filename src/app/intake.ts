import { createMemoryBus } from "../bus/memory.ts";
import type { Options } from "../config/options.ts";
import { writeFileEvent } from "../contract/file-event.ts";
import type { EngineContext } from "../engine/context.ts";
import { handleDone } from "../engine/handle-done.ts";
import { handleFiles } from "../engine/handle-file.ts";
import type { Buses } from "./open-buses.ts";
import type { WatchedFileEvent } from "../services/announce-files.ts";
import { Consumer } from "../services/consume.ts";
import type { Service } from "../services/service.ts";
import { createFileWatcher } from "../services/watch-files.ts";

/** Messages of one transaction at the most. */
export const GROUP_SIZE = 200;
/** Unacknowledged messages at the most: a group being handled, and the next ones ready when it is. */
const MAX_IN_FLIGHT = 1000;
/** Where watched files go while no `file_topic` is configured, or beside another bus than the embedded one. */
const WATCHED = "watched-files";

export type OnProblem = (name: string, error: Error) => void;

/** What takes messages of `done` and file events from the bus. */
export function consumers(options: Options, buses: Buses, context: EngineContext, onProblem: OnProblem): Service[] {
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
    handle: (group) => handleDone(group, context),
  });
  const files = fileTopics.map(
    (topic) =>
      new Consumer({
        ...shared,
        name: topic,
        topic,
        channel: `${topic}-flowlord`,
        handle: (group) => handleFiles(group, context),
      }),
  );
  return [done, ...files];
}

/**
 * Watched files go the way of file events. On the embedded bus that is `file_topic` itself; beside any other bus it is a
 * way of their own in this process, where the event's id makes a repeat after a crash a redelivery.
 */
export function fileWatchers(
  options: Options,
  buses: Buses,
  context: EngineContext,
  onProblem: OnProblem,
  stop: (() => Promise<void>)[],
): Service[] {
  if (options.watches.length === 0) return [];
  const { runtime, store } = context;
  const [topic = WATCHED] = options.fileTopics;
  const services: Service[] = [];
  let bus = buses.workers;
  if (bus.name !== "memory" || options.fileTopics.length === 0) {
    const own = createMemoryBus({ now: runtime.now });
    stop.push(() => own.stop());
    bus = own;
    services.push(
      new Consumer({
        name: WATCHED,
        bus,
        topic,
        channel: WATCHED,
        groupSize: GROUP_SIZE,
        maxInFlight: MAX_IN_FLIGHT,
        handle: (group) => handleFiles(group, context),
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
      if (result?.status !== "sent") throw new Error(`more files than ${topic} takes at a time; tried again`);
    };
    services.push(
      createFileWatcher({
        path,
        pattern,
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
