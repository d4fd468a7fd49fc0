import { existsSync } from "node:fs";
import type { Options } from "../../config/options.ts";
import { SECOND } from "../../contract/time/time-units.ts";
import { ObjectError } from "../../objects/objects.ts";
import { BackupError } from "../backup/backup-error.ts";
import { withBackups } from "../backup/backups-here.ts";
import { findPlainCopy } from "./plain-copy.ts";
import { within } from "./within.ts";

const WAIT_MS = 30 * SECOND;

/**
 * Before a command opens the database for writing: one that is lost, of which there are backups, is not made anew and empty. The
 * next start restores it. Throws BackupError.
 */
export async function refuseLost(path: string, options: Pick<Options, "backup" | "file" | "sqlite">): Promise<void> {
  const { backup } = options;
  if (backup === null || existsSync(path)) return;
  const stop = new AbortController();
  const waiting = { afterMs: WAIT_MS, say: () => undefined, signal: stop.signal, target: backup.target };
  try {
    const isStored = await within(WAIT_MS, waiting, async () => {
      const names = await withBackups(options, stop.signal, (backups) => backups.names());
      return names.length > 0 || (await findPlainCopy(options, stop.signal)) !== null;
    });
    if (!isStored) return;
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    throw new BackupError(
      "unreachable",
      `There is no database ${path}, and whether there is a backup of it is not known, so no new one is made: ${error.message}`,
      { cause: error },
    );
  } finally {
    stop.abort();
  }
  throw new BackupError(
    "no_database",
    `There is no database ${path}, and there are backups in ${backup.target}: start Flowlord, which restores the newest, or say flowlord restore.`,
  );
}
