import { realpath, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";
import type { Options } from "../config/options.ts";

/**
 * Whether a request may name this meta file: only below the folder of the workflows or one of `meta_roots`, with links resolved, and
 * local ones only.
 */
export function metaRoots({ workflow, metaRoots: roots }: Options): (path: string) => Promise<boolean> {
  return async (path) => {
    // No file has such a name, and what cannot be resolved is not below anything.
    if (path.includes("\0")) return false;
    try {
      // A pattern is in the last part.
      const folder = await realpath(dirname(path));
      const own = (await stat(workflow)).isDirectory() ? workflow : dirname(workflow);
      const allowed = await Promise.all([own, ...roots].map((root) => realpath(root).catch(() => null)));
      const target = await realpath(path).catch(() => null);
      const isBelow = (one: string): boolean =>
        allowed.some((root) => root !== null && `${one}${sep}`.startsWith(`${root}${sep}`));
      return isBelow(folder) && (target === null || isBelow(target));
    } catch {
      // Its folder, or the one of the workflows, does not exist or is closed to this user: nothing there may be read.
      return false;
    }
  };
}
