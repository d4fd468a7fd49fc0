import { createMemoryBus } from "../../bus/memory.ts";
import type { Options, WatchOptions } from "../../config/options.ts";
import { writeFileEvent } from "../../contract/file-event.ts";
import { isBucketPath } from "../../contract/file-path.ts";
import { toError } from "../../contract/to-error.ts";
import { parseFilePattern } from "../../core/glob/watch-pattern.ts";
import { WatchAlerts } from "../../engine/alerts/watch-alerts.ts";
import type { EngineContext } from "../../engine/context.ts";
import { handleFiles } from "../../engine/handle-file.ts";
import { openBucket } from "../../objects/buckets/open-bucket.ts";
import { Consumer } from "../../services/consume.ts";
import type { EmitEvent } from "../../services/send-events.ts";
import type { Service } from "../../services/service.ts";
import { BucketWatcher } from "../../services/watch-bucket.ts";
import { createFileWatcher } from "../../services/watch-files.ts";
import { GROUP_SIZE, MAX_IN_FLIGHT, type Reports, timed } from "../intake.ts";
import type { Buses } from "../open-buses.ts";
import type { StopSteps } from "../stop.ts";

/** Topic of watched files when no `file_topic` is configured, or the bus is not the embedded one. */
const WATCHED = "watched-files";

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
  const { runtime, store } = context;
  const { accessKey, secretKey } = options.file;
  const alerts = new WatchAlerts(store, runtime.now);
  alerts.keepOnly(options.watches.map(keyOf)).catch((error: unknown) => onProblem("watch", toError(error)));
  const services: Service[] = [];
  if (options.watches.length === 0) return services;
  const [topic = WATCHED] = options.fileTopics;
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
  const emit: EmitEvent = async ({ id, event }) => {
    const [sent] = bus.publish([{ key: id, topic, payload: writeFileEvent(event) }]);
    const result = await sent;
    if (result?.status === "failed") throw result.error;
    if (result?.status !== "sent") throw new Error(`more files than ${topic} takes at a time; they are retried`);
  };
  const shared = { emit, seen: store.watchedFiles, now: runtime.now, onProblem };
  for (const watch of options.watches) {
    const { path, pattern, settle, checksum, existing, poll } = watch;
    const common = { ...shared, path, pattern: parseFilePattern(pattern), existing };
    if (isBucketPath(path)) {
      const key = keyOf(watch);
      services.push(
        new BucketWatcher({
          ...common,
          key,
          pollMs: poll,
          open: () => openBucket(path, { accessKey, secretKey }),
          onDown: (reason) => alerts.down(key, path, reason),
          onUp: () => alerts.up(key),
        }),
      );
    } else services.push(createFileWatcher({ ...common, settleMs: settle, checksum }));
  }
  return services;
}

/** What tells the watches of one configuration apart. */
function keyOf({ path, pattern }: WatchOptions): string {
  return `${path}/${pattern}`;
}
