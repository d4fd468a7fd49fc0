import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { codeOf, toError } from "../contract/to-error.ts";
import type { FilePattern } from "../core/glob/watch-pattern.ts";

export interface ScanEvents {
  /** A subfolder that cannot be read, or a link that leads back to where it stands; both are skipped. */
  readonly onProblem: (error: Error) => void;
  /** A link to a folder, as a path relative to the root. */
  readonly onLink: (path: string) => void;
}

interface Folder {
  readonly path: string;
  /** The folders, without links, in which the links that lead here stand; to find a loop. */
  readonly passed: readonly string[];
}

/**
 * The files below `root` that match, a folder at a time, as paths relative to it; from the subfolder `from` on. Symbolic
 * links are followed, to files and into folders. A root that cannot be read throws.
 */
export async function* scanFolder(
  root: string,
  from: string,
  pattern: FilePattern,
  { onProblem, onLink }: ScanEvents,
): AsyncGenerator<string[]> {
  const passedBefore = from === "" ? null : await realFolder(join(root, dirname(from)));
  const folders: Folder[] = [{ path: from, passed: passedBefore === null ? [] : [passedBefore] }];
  const enters = (path: string, name: string): boolean =>
    path.split("/").length <= pattern.depth && pattern.enters(name);
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const { path: folder, passed } = next;
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
        if (enters(path, entry.name)) folders.push({ path, passed });
      } else if (entry.isSymbolicLink() && (await isFolder(join(root, path)))) {
        if (!enters(path, entry.name)) continue;
        const here = await realFolder(join(root, folder));
        const target = await realFolder(join(root, path));
        // Removed since.
        if (here === null || target === null) continue;
        if ([...passed, here].some((parent) => parent === target || parent.startsWith(`${target}${sep}`))) {
          onProblem(
            new Error(`Cannot follow the link ${join(root, path)}: it leads back to ${target}, a folder above it.`),
          );
        } else {
          onLink(path);
          folders.push({ path, passed: [...passed, here] });
        }
      } else if ((entry.isFile() || entry.isSymbolicLink()) && pattern.matches(path)) {
        files.push(path);
      }
    }
    if (files.length > 0) yield files;
  }
}

/** Whether the path leads to a folder, through links too. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function realFolder(path: string): Promise<string | null> {
  return await realpath(path).catch(() => null);
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
