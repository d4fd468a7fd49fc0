import { existsSync, statSync } from "node:fs";
import { link, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Options } from "../../config/options.ts";
import { codeOf } from "../../contract/to-error.ts";
import { damageOf, takeSnapshot } from "../../store/sqlite/backup/snapshot.ts";
import { storeError } from "../../store/sqlite/database/connection.ts";
import { keepOwner, syncPath } from "../../store/sqlite/database/whole-file.ts";
import { examine } from "../../store/sqlite/open.ts";
import { StoreError } from "../../store/store.ts";
import { BackupError } from "./backup-error.ts";
import { fileExists } from "./backups-here.ts";
import { requireRoom } from "./require-room.ts";

export interface CopiedDatabase {
  readonly file: string;
  readonly database: string;
  readonly bytes: number;
}

/**
 * Copies the database as it is at one moment to a new file, also while an instance writes on, and checks the copy. The name stands
 * for a whole file only; one that is there already is never overwritten. Throws StoreError and BackupError.
 */
export async function copyDatabase(
  { sqlite: { localPath } }: Pick<Options, "sqlite">,
  to: string,
  say: (sentence: string) => void,
): Promise<CopiedDatabase> {
  if (!existsSync(localPath))
    throw new StoreError(
      "cannot_open",
      `Database ${localPath}: the file does not exist; name the path that Flowlord uses.`,
    );
  if (existsSync(to)) throw fileExists(to);
  const folder = dirname(to);
  if (!existsSync(folder))
    throw new BackupError("no_folder", `The folder ${folder} does not exist: create it, or name another.`);
  try {
    // Of any schema, but no file of another program.
    examine(localPath, Infinity);
    const wal = statSync(`${localPath}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    await requireRoom(statSync(localPath).size + wal, folder, "free some space, or name a file on another disk");
    const scratch = await mkdtemp(join(folder, ".copying-"));
    try {
      const copy = join(scratch, "copy.db");
      say(`Copying ${localPath} …`);
      await takeSnapshot(localPath, copy);
      say("Checking the copy …");
      const damage = damageOf(copy);
      if (damage.length > 0)
        throw new StoreError(
          "corrupt",
          `Database ${localPath}: its copy is damaged, and was not kept: ${damage.join("; ")}.`,
        );
      keepOwner(localPath, copy);
      syncPath(copy);
      await link(copy, to);
      syncPath(folder);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw fileExists(to);
    throw error instanceof BackupError ? error : storeError(error, localPath);
  }
  return { file: to, database: localPath, bytes: statSync(to).size };
}
