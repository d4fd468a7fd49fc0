import { tmpdir } from "node:os";
import { dirname } from "node:path";
import type { Options } from "../../config/options.ts";
import { MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { toError } from "../../contract/to-error.ts";
import type { EngineContext } from "../../engine/context.ts";
import { DatabaseCare } from "../../engine/maintenance/database-care.ts";
import { FreePages } from "../../engine/maintenance/free-pages.ts";
import type { IntakeGate } from "../../engine/maintenance/intake-gate.ts";
import { type DiskState, DiskWatch, type DiskWatchParts } from "../../engine/maintenance/watch-disk.ts";
import { SizeWatch } from "../../engine/maintenance/watch-size.ts";
import { Loop } from "../../services/loop.ts";
import type { Service } from "../../services/service.ts";
import type { Reports } from "../intake.ts";
import { databaseFolder, spaceOf } from "./disk-space.ts";
import { utilizationSince } from "./utilization.ts";

export interface MaintenanceParts extends Reports {
  readonly context: Pick<EngineContext, "runtime" | "store">;
  readonly intake: IntakeGate;
  /** Default: of the system. */
  readonly space?: DiskWatchParts["space"];
}

export interface Maintenance {
  readonly services: readonly Service[];
  /** As of the last look; empty before the first. */
  disks(): readonly DiskState[];
  /** The first look at the disks, before anything is taken in. */
  look(): Promise<void>;
}

/** What keeps the database well beside its work: its size, its free pages, its statistics, its disk. */
export function maintenance(
  options: Pick<Options, "sqlite" | "logs" | "backup">,
  { context, intake, space = spaceOf, onProblem, log }: MaintenanceParts,
): Maintenance {
  const { runtime, store } = context;
  const { localPath, maxSize, disk } = options.sqlite;
  const loop = { now: runtime.now, onProblem };
  // The folder itself is there only while a backup is made.
  const scratch = options.backup === null ? [] : [dirname(options.backup.scratch)];
  const care = new DatabaseCare({ runtime, store, onProblem: (error) => onProblem("maintenance", error) });
  const size = new SizeWatch({ runtime, store, path: localPath, maxSize });
  const pages = new FreePages({ maintenance: store.maintenance, now: runtime.now, utilization: utilizationSince() });
  const disks = new DiskWatch({
    runtime,
    store,
    folders: [
      databaseFolder(options),
      ...scratch.map((path) => ({ path, holds: "copies for backups", isNeeded: false })),
      { path: options.logs.dir, holds: "the logs of tasks", isNeeded: false },
      { path: tmpdir(), holds: "temporary files", isNeeded: false },
    ],
    thresholds: disk,
    gate: intake,
    space,
  });
  intake.onChange((reason) => {
    if (reason === null) log.info("disk", "There is space on the disk again: messages are taken in.");
    else log.error("disk", `Nothing is taken in any more: ${reason}.`);
  });
  return {
    disks: () => disks.states,
    look: async () => {
      await disks.run().catch((error: unknown) => onProblem("disk", toError(error)));
    },
    services: [
      new Loop({ ...loop, name: "disk", atLeastEveryMs: 5 * SECOND, run: () => disks.run() }),
      new Loop({
        ...loop,
        name: "maintenance",
        atLeastEveryMs: MINUTE,
        run: async () => {
          await size.run();
          return care.run();
        },
      }),
      new Loop({ ...loop, name: "free pages", atLeastEveryMs: MINUTE, run: () => pages.step() }),
    ],
  };
}
