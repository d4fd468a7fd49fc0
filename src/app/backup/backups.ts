import { hostname } from "node:os";
import type { BackupOptions, Options } from "../../config/options.ts";
import { toError } from "../../contract/to-error.ts";
import { MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { BackUp, type MakeBackup } from "../../engine/backup/back-up.ts";
import type { EngineContext } from "../../engine/context.ts";
import { Loop } from "../../services/loop.ts";
import type { Service } from "../../services/service.ts";
import type { OnProblem } from "../intake.ts";
import type { Log } from "../log/log.ts";
import type { StopStep } from "../stop.ts";
import { version } from "../version.ts";
import { Continuous, SEGMENTS_MS } from "./continuous/continuous.ts";
import { manifestFacts } from "./manifest-facts.ts";
import { type BackupSegments, runBackup } from "./run-backup.ts";

/** Told of each backup. */
type BackupLog = Pick<Log, "error" | "warn" | "info">;

export interface Backups {
  readonly backUp: BackUp;
  /** Null: nothing is stored between two backups. */
  readonly continuous: Continuous | null;
  readonly services: readonly Service[];
}

/** Null: none are configured. */
export function backups(
  options: Pick<Options, "backup" | "file" | "sqlite">,
  { runtime, store }: Pick<EngineContext, "runtime" | "store">,
  { onProblem, log }: { readonly onProblem: OnProblem; readonly log: Log },
): Backups | null {
  const { backup } = options;
  if (backup === null) return null;
  const continuous =
    store.journal === null || backup.continuous === null
      ? null
      : new Continuous({
          options: { ...options, backup },
          continuous: backup.continuous,
          journal: store.journal,
          context: { runtime, store },
          onProblem,
          log,
          onNeeded: () => service.wake(0),
          isBackingUp: () => backUp.isRunning,
        });
  const backUp: BackUp = new BackUp({
    runtime,
    store,
    target: backup.target,
    schedule: backup.schedule,
    make: maker(options, backup, log, continuous),
    continuous,
    wake: () => service.wake(0),
    onProblem: (error) => onProblem("backup", error),
  });
  const service: Loop = new Loop({
    name: "backup",
    run: () => backUp.run(),
    now: runtime.now,
    onProblem,
    atLeastEveryMs: MINUTE,
  });
  return { backUp, continuous, services: [service, ...(continuous?.services ?? [])] };
}

/** The step of a stop that makes one more; `made`: null until they were set up. */
export function lastBackup({ backup }: Pick<Options, "backup">, made: () => Backups | null): StopStep {
  const within = backup?.stopWithin ?? 0;
  const stop = async (): Promise<void> => await made()?.backUp.stop(within);
  // A little more than what it is given, to give up and to remove what it has begun.
  return { name: "the backup", stop, withinMs: within + 2 * SECOND, isApart: true };
}

/** The step of a stop that stores what the database wrote last; `made`: null until they were set up. */
export function lastSegments(made: () => Backups | null): StopStep {
  const stop = async (): Promise<void> => await made()?.continuous?.stop();
  return { name: "the segments of the database", stop, withinMs: SEGMENTS_MS + 3 * SECOND, isApart: true };
}

/** How a backup is made: in a process of its own. */
export function maker(
  { file, sqlite }: Pick<Options, "file" | "sqlite">,
  backup: BackupOptions,
  log: BackupLog,
  continuous: Continuous | null = null,
): MakeBackup {
  const { target, scratch, key, keep } = backup;
  return async ({ id, started_at: at }, how) => {
    const pointInTime = continuous === null ? null : (backup.continuous?.pointInTime ?? null);
    const job = {
      database: sqlite.localPath,
      name: { id, at },
      scratch,
      key,
      keep,
      programVersion: version(),
      host: hostname(),
      pointInTime,
    };
    const credentials = { accessKey: file.accessKey, secretKey: file.secretKey };
    const before = (await continuous?.before()) ?? null;
    const segments = async (): Promise<BackupSegments> => (await continuous?.after(before)) ?? null;
    const outcome = await runBackup({ job, target, credentials }, { ...how, segments });
    if ("failure" in outcome) {
      log.error("backup", `The backup to ${target} failed: ${outcome.failure.message}`, { backup: id });
      return outcome;
    }
    const { manifest, took, removed, notRemoved } = outcome.made;
    await continuous?.based(manifest.segments ?? null).catch((error: unknown) => {
      log.warn("backup", `That segments go on from the backup could not be kept: ${toError(error).message}`);
    });
    const { object, database } = manifest;
    const fields = { backup: id, bytes: object.bytes, database_bytes: database.bytes, ...took };
    log.info("backup", `Backed up to ${target}: ${object.key}, restored and checked.`, fields);
    if (notRemoved !== null) log.warn("backup", `Older backups could not be removed: ${notRemoved}`);
    return {
      removed,
      verified: {
        ...manifestFacts(manifest),
        snapshot_ms: took.snapshot,
        upload_ms: took.upload,
        verify_ms: took.verify,
      },
    };
  };
}
