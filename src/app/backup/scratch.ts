import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DAY } from "../../contract/time/time-units.ts";

/** Of the folders in the scratch folder, one for each backup that is made or checked. */
export const SCRATCH_PREFIX = "backup-";

/**
 * Removes what a process that was killed has left, after a day: another database may use the same folder now, and nothing takes
 * that long. Each would be as large as the database.
 */
export async function removeLeft(scratch: string, now: number, prefix = SCRATCH_PREFIX): Promise<void> {
  for (const name of await readdir(scratch)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(scratch, name);
    if (now - (await stat(path)).mtimeMs > DAY) await rm(path, { recursive: true, force: true });
  }
}
