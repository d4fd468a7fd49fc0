import { createMemoryBus } from "../../bus/memory.ts";
import type { Options, WatchOptions } from "../../config/options.ts";
import { writeFileEvent } from "../../contract/file-event.ts";
import { isBucketPath } from "../../contract/file-path.ts";
import { HOUR } from "../../contract/time/time-units.ts";
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
import { followFolders } from "../../engine/files/follow-folders.ts";
import type { Log } from "../log/log.ts";
import type { Store } from "../../store/store.ts";
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
  const isReread = rereadFiles(store, runtime.now);
  const emit: EmitEvent = async ({ id, event, changedAt }) => {
    const reread = await isReread(changedAt);
    const [sent] = bus.publish([{ key: id, topic, payload: writeFileEvent(event), reread }]);
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

/**
 * When the folders are at another path than before, as after a move: what was announced there is known here. Before they are
 * watched.
 */
export async function followWatches(watches: readonly WatchOptions[], store: Store, log: Log): Promise<void> {
  const folders = watches.filter(({ path }) => !isBucketPath(path)).map(({ path }) => path);
  for (const { from, to } of await followFolders(folders, store))
    log.info("watches", `What was announced of ${from} counts for ${to} too: files that came with it are not new.`);
}

/** How long after the first start files are looked for that were there before, when somebody has decided at once. */
const REREAD_MS = HOUR;

/**
 * After a restore to an earlier time: whether a file that the database does not know was there at the first start, so that it may
 * have been announced before. By the time of change of its entry, which no copy and no producer sets.
 */
function rereadFiles({ held }: Pick<Store, "held">, now: () => number): (changedAt: number) => Promise<boolean> {
  return async (changedAt) => {
    const restore = await held.restore();
    if (restore === null || changedAt > restore.held_at) return false;
    return restore.state === "held" || now() - restore.held_at < REREAD_MS;
  };
}

/** What tells the watches of one configuration apart. */
function keyOf({ path, pattern }: WatchOptions): string {
  return `${path}/${pattern}`;
}
