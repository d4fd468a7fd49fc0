/** What is done with database files as a whole: copied, renamed, put in each other's place. */
import { chmodSync, chownSync, closeSync, fsyncSync, openSync, readSync, rmSync, statfsSync, statSync } from "node:fs";

/** What SQLite keeps beside a database file. */
export const SIDES = ["-journal", "-wal", "-shm"] as const;

const PIECE_BYTES = 1024 * 1024;

/** Bytes that are left on the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** As root a command would else take the file from its owner. */
export function keepOwner(path: string, target: string): void {
  const { mode, uid, gid } = statSync(path);
  chmodSync(target, mode & 0o7777);
  if (process.getuid?.() === 0) chownSync(target, uid, gid);
}

/** As root a command would else make a new file that the user of the service may not write. */
export function ownAsFolder(target: string, folder: string): void {
  const { uid, gid } = statSync(folder);
  if (process.getuid?.() === 0) chownSync(target, uid, gid);
}

/** So that the content of a file, or the names of a folder, survive a power cut: SQLite does not always wait for the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** With what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const side of ["", ...SIDES]) rmSync(path + side, { force: true });
}

export function isSameContent(path: string, other: string): boolean {
  if (statSync(path).size !== statSync(other).size) return false;
  const [a, b] = [openSync(path, "r"), openSync(other, "r")];
  try {
    const [left, right] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
    for (;;) {
      const [read, found] = [readSync(a, left), readSync(b, right)];
      if (read !== found || !left.subarray(0, read).equals(right.subarray(0, found))) return false;
      if (read === 0) return true;
    }
  } finally {
    closeSync(a);
    closeSync(b);
  }
}
