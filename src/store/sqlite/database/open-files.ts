import { existsSync, lstatSync, readlinkSync, realpathSync, rmSync, statSync, type BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { codeOf } from "../../../contract/to-error.ts";
import { OPENED_AS } from "./instance-state.ts";

/** As many links as Linux follows. */
const MAX_LINKS = 40;
/** Beside the database while it is open; SQLite never replaces them then. */
const SIDES = ["-wal", "-shm"] as const;

/**
 * The one name of a database: with links resolved, also one to a file that does not exist yet. Of a file with several names
 * (hard links) it is the one by which it was opened first, because SQLite keeps `-wal` beside the name it opens.
 */
export function realFile(path: string): string {
  const real = withoutLinks(path);
  if (!existsSync(real)) return real;
  const found = statSync(real, { bigint: true });
  if (found.nlink < 2n || !found.isFile()) return real;
  const other = openedAs(real);
  if (other === null || !existsSync(other)) return real;
  return identity(statSync(other, { bigint: true })) === identity(found) ? other : real;
}

function withoutLinks(path: string, links = 0): string {
  if (existsSync(path) || links > MAX_LINKS) return links > MAX_LINKS ? path : realpathSync(path);
  const folder = existsSync(dirname(path)) ? realpathSync(dirname(path)) : dirname(resolve(path));
  const real = join(folder, basename(path));
  const isLink = lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? withoutLinks(resolve(folder, readlinkSync(real)), links + 1) : real;
}

/** The name by which Flowlord opened the file; null for a file of another program. */
function openedAs(path: string): string | null {
  const sides = SIDES.map((side) => path + side).filter((side) => !existsSync(side));
  try {
    const db = new Database(path, { readonly: true, timeout: 0 });
    try {
      const row = db
        .prepare<[string], { value: string }>("SELECT value FROM instance_state WHERE key = ?")
        .get(OPENED_AS);
      return row?.value ?? null;
    } finally {
      db.close();
    }
  } catch {
    // Not ours, or damaged: the open that follows says so.
    return null;
  } finally {
    // Reading left them beside this name, where nobody uses them.
    for (const side of sides) rmSync(side, { force: true });
  }
}

function identity({ dev, ino }: Pick<BigIntStats, "dev" | "ino">): string {
  return `${dev}:${ino}`;
}

/** The files of an open database, by device and inode: SQLite writes to them whatever becomes of their names. */
export class OpenFiles {
  readonly #known: ReadonlyMap<string, string>;

  /** Call it after the first transaction, which creates the `-wal`. `path` may be a link. */
  constructor(path: string) {
    const real = realpathSync(path);
    const files = [path, ...SIDES.map((side) => real + side)].filter((file) => existsSync(file));
    this.#known = new Map(files.map((file) => [file, identity(statSync(file, { bigint: true }))]));
  }

  /** The first name that is gone, or names another file now; null when all are as they were. */
  async missing(): Promise<string | null> {
    for (const [file, known] of this.#known) {
      try {
        if (identity(await stat(file, { bigint: true })) !== known) return file;
      } catch (error) {
        // Any other error says nothing about the name.
        if (["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error) ?? "")) return file;
      }
    }
    return null;
  }
}
