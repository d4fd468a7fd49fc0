import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Options } from "../../config/options.ts";
import { codeOf } from "../../contract/to-error.ts";
import type { Admit } from "../../engine/maintenance/admitted-acts.ts";
import { IntakeGate } from "../../engine/maintenance/intake-gate.ts";
import { type DiskWatchParts, fullReason, type WatchedFolder } from "../../engine/maintenance/watch-disk.ts";

/** Of the file system of a folder; null: there is no such folder, so nothing is written to it. */
export async function spaceOf(path: string): ReturnType<DiskWatchParts["space"]> {
  try {
    const [{ bavail, blocks, bsize }, { dev }] = await Promise.all([statfs(path), stat(path)]);
    // Some file systems say nothing of their size.
    return blocks === 0 ? null : { free: bavail * bsize, total: blocks * bsize, device: dev };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

export function databaseFolder({ sqlite }: Pick<Options, "sqlite">): WatchedFolder {
  return { path: dirname(sqlite.localPath), holds: "the database and its -wal", isNeeded: true };
}

/** For a command while no instance runs: it looks itself whether there is space for what it makes. */
export function admitBySpace(options: Pick<Options, "sqlite">): Admit {
  return async () => {
    const folder = databaseFolder(options);
    const space = await spaceOf(folder.path);
    const gate = new IntakeGate();
    gate.set(space === null ? null : fullReason({ ...space, path: folder.path }, folder, options.sqlite.disk));
    gate.admit();
  };
}
