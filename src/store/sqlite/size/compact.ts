import { existsSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { sizeText } from "../../../contract/live/size-text.ts";
import { StoreError } from "../../store.ts";
import { finishReplacement, isBeingReplaced } from "../backup/replace-database.ts";
import { damageOf, describeContent } from "../backup/snapshot.ts";
import { connect, Statements, storeError, type Connection } from "../database/connection.ts";
import { lockInstance } from "../database/lock.ts";
import { readMigrations } from "../database/migrate.ts";
import { realFile } from "../database/open-files.ts";
import { freeBytes, keepOwner, removeDatabase, syncPath } from "../database/whole-file.ts";
import { examine, notImported, outOfDate } from "../open.ts";
import { FileSizes } from "./database-size.ts";

export interface Compacted {
  readonly path: string;
  /** Bytes of the file. */
  readonly before: number;
  readonly after: number;
  /** In all tables. */
  readonly rows: number;
}

export interface CompactOptions {
  /** Called before each step, which may take minutes. */
  readonly step: (sentence: string) => void;
  /** Bytes that are left on the disk of a folder; default: as the system says. */
  readonly free?: (folder: string) => number;
}

/** Beside the copy itself: a little for everybody else on the disk. */
const SPARE = 16 * 1024 * 1024;

/**
 * Writes the database into a new file without gaps, checks that, and puts it in the place of the old one. Killed anywhere, the
 * path names the old file or the new one, both complete. Throws StoreError: an instance runs, another program has the file
 * open, the disk has no space for both, the file is damaged.
 */
export function compact(configured: string, options: CompactOptions): Compacted {
  if (!existsSync(configured) && !isBeingReplaced(realFile(configured)))
    throw new StoreError(
      "cannot_open",
      `Database ${configured}: the file does not exist, so there is nothing to compact.`,
    );
  const path = realFile(configured);
  const lock = lockInstance(path);
  try {
    finishReplacement(path);
    return replaced(path, options);
  } catch (error) {
    throw storeError(error, path);
  } finally {
    lock.release();
  }
}

function replaced(path: string, options: CompactOptions): Compacted {
  const target = `${path}.compact`;
  removeDatabase(target);
  const needed = readMigrations().length;
  const version = examine(path, needed);
  if (version === "older program") throw notImported(path);
  if (version < needed) throw outOfDate(path, version, needed);
  const db = connect(path, { readonly: false, cacheKib: 8192, busyMs: 2000 });
  try {
    checkSpace(path, db, options);
    alone(path, db);
    const before = statSync(path).size;
    options.step(`Copying ${path} (${sizeText(before)}) without its gaps …`);
    db.prepare("VACUUM INTO ?").run(target);
    const rows = verified(path, target, options);
    keepOwner(path, target);
    syncPath(target);
    renameSync(target, path);
    syncPath(dirname(path));
    return { path, before, after: statSync(path).size, rows };
  } finally {
    db.close();
    removeDatabase(target);
  }
}

function checkSpace(path: string, db: Connection, { free = freeBytes }: CompactOptions): void {
  const file = new FileSizes(new Statements(db), path).size();
  // The `-wal` goes into the old file first.
  const needed = file.size - file.free + file.wal + SPARE;
  const found = free(dirname(path));
  if (found >= needed) return;
  throw new StoreError(
    "disk_full",
    `Database ${path}: compacting needs ${sizeText(needed)} on the disk of ${dirname(path)} while the old file and the new one are there, and only ${sizeText(found)} are left: free some space first.`,
  );
}

/**
 * Only a connection that is alone can leave WAL mode, and only then no `-wal` can be left that another would read into the new
 * file. Reading goes on; what another program would write is refused from here on.
 */
function alone(path: string, db: Connection): void {
  const mode = db.pragma("journal_mode = DELETE", { simple: true });
  if (mode !== "delete")
    throw new StoreError("busy", `Database ${path}: another program has it open: end that program, and compact then.`);
  db.pragma("locking_mode = EXCLUSIVE");
  db.prepare("SELECT count(*) FROM sqlite_schema").get();
}

/** How many rows the copy has: as many in each table as the old file, and no damage. */
function verified(path: string, target: string, { step }: CompactOptions): number {
  step("Checking the new file …");
  const damage = damageOf(target);
  const [old, copy] = [describeContent(path), describeContent(target)];
  if (damage.length > 0 || !isDeepStrictEqual(old.rows, copy.rows) || old.schemaVersion !== copy.schemaVersion)
    throw new StoreError(
      "corrupt",
      `Database ${path}: the compacted copy is not what the file is (${damage[0] ?? "other rows"}), so the file was left as it is; check the disk, and the file with \`flowlord serve\`.`,
    );
  return Object.values(copy.rows).reduce((sum, rows) => sum + rows, 0);
}
