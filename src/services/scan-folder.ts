import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, toError } from "../contract/to-error.ts";
import type { FilePattern } from "./file-pattern.ts";

/**
 * The files below `root` that match, a folder at a time, as paths relative to it; from the subfolder `from` on. Symbolic
 * links are included (their target decides), and are not followed into folders. A subfolder that cannot be read is
 * reported and skipped; a root that cannot be read throws.
 */
export async function* scanFolder(
  root: string,
  from: string,
  pattern: FilePattern,
  onProblem: (error: Error) => void,
): AsyncGenerator<string[]> {
  const folders = [from];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = await readdir(join(root, folder), { withFileTypes: true });
    } catch (error) {
      const code = codeOf(error);
      // Removed since its parent was read, with everything in it.
      if (folder !== "" && code === "ENOENT") continue;
      const failure = folderError(join(root, folder), error);
      if (folder === "") throw failure;
      onProblem(failure);
      continue;
    }
    const files: string[] = [];
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (path.split("/").length <= pattern.depth && pattern.enters(entry.name)) folders.push(path);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && pattern.matches(path)) {
        files.push(path);
      }
    }
    if (files.length > 0) yield files;
  }
}

/** The error for a folder that cannot be watched. */
export function folderError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  const watchError = (reason: string): Error => new Error(`Cannot watch the folder ${path}: ${reason}`, { cause });
  if (code === "ENOENT") return watchError("it does not exist. Flowlord keeps checking for it.");
  if (code === "ENOTDIR") return watchError("it is not a folder.");
  if (code === "EACCES" || code === "EPERM") return watchError("this user may not read it. Flowlord keeps trying.");
  return watchError(toError(cause).message);
}
