import { statfs } from "node:fs/promises";
import { BackupError } from "./backup-error.ts";

/** Left free beside the copy. */
const SPARE_BYTES = 64 * 1024 * 1024;

/** Throws BackupError `no_space` when the folder has no room for so many bytes; `remedy`: what to do then. */
export async function requireRoom(bytes: number, folder: string, remedy: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = bytes + SPARE_BYTES;
  if (bavail * bsize >= needed) return;
  throw new BackupError(
    "no_space",
    `It needs ${megabytes(needed)} in ${folder}, which has ${megabytes(bavail * bsize)}: ${remedy}.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
