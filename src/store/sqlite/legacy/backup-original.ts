import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  linkSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "../../../contract/to-error.ts";
import { sizeText } from "../../../contract/live/size-text.ts";
import { StoreError } from "../../store.ts";
import { freeBytes, syncPath } from "../database/whole-file.ts";

export interface OriginalBackup {
  readonly path: string;
  /** Created now; false when an earlier start created it. */
  readonly isNew: boolean;
}

/** Error codes of file systems that have no hard links, or none here. */
const NO_LINKS: ReadonlySet<string> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EXDEV",
  "EACCES",
]);

/**
 * Keep the file of `path` as `<path>.before-import-<time>`: a hard link, which takes no time and no space and cannot differ
 * from the file, because the import writes a new file and renames it. On a file system without hard links the file is
 * copied, and the copy compared. A backup from an earlier start is reused. `link` lets tests simulate such a file system.
 */
export async function backupOriginal(path: string, now: number, link = linkSync): Promise<OriginalBackup> {
  const prefix = `${path}.before-import-`;
  for (const name of readdirSync(dirname(path))) {
    const found = join(dirname(path), name);
    if (!found.startsWith(prefix)) continue;
    if (found.endsWith(PARTIAL)) rmSync(found);
    else if (await isSame(path, found)) return { path: found, isNew: false };
  }
  const backup = freeName(`${prefix}${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`);
  try {
    link(path, backup);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error) ?? "")) throw error;
    await copy(path, backup);
  }
  syncPath(dirname(path));
  return { path: backup, isNew: true };
}

const PARTIAL = ".partial";

async function copy(path: string, backup: string): Promise<void> {
  const [needed, found] = [statSync(path).size, freeBytes(dirname(path))];
  if (found < needed)
    throw new StoreError(
      "disk_full",
      `Database ${path}: it is copied before it is imported, since its file system has no hard links; that needs ${sizeText(needed)} in ${dirname(path)}, which has only ${sizeText(found)} left. The file is unchanged: free some space and start again.`,
    );
  const partial = `${backup}${PARTIAL}`;
  try {
    copyFileSync(path, partial, constants.COPYFILE_FICLONE);
    syncPath(partial);
    if (!(await isSame(path, partial)))
      throw new StoreError(
        "io",
        `Database ${path}: its copy ${partial} differs from it: check the disk. The file is as it was.`,
      );
    renameSync(partial, backup);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function isSame(path: string, other: string): Promise<boolean> {
  const [a, b] = [statSync(path, { bigint: true }), statSync(other, { bigint: true })];
  if (a.dev === b.dev && a.ino === b.ino) return true;
  return a.size === b.size && (await checksum(path)) === (await checksum(other));
}

async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function freeName(baseName: string): string {
  let name = baseName;
  for (let number = 2; existsSync(name); number += 1) name = `${baseName}-${number}`;
  return name;
}
