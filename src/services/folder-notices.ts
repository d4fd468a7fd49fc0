import { basename, join, resolve } from "node:path";
import { toError } from "../contract/to-error.ts";

export interface FolderNoticesOptions {
  /** Levels of subfolders to watch. */
  readonly depth: number;
  /** Something at this path changed. */
  readonly onPath: (path: string) => void;
  /** A folder came; files may have been put in it before it was watched. */
  readonly onFolder: (path: string) => void;
  /** The watched folder may be gone. */
  readonly onGone: () => void;
  readonly onError: (error: Error) => void;
}

export interface FolderNotices {
  close(): Promise<void>;
}

/**
 * Reports changes in a folder. It watches folders, not each file in them: a system may not have enough watches for a
 * hundred thousand files. The raw notice has the names.
 */
export async function openFolderNotices(folder: string, options: FolderNoticesOptions): Promise<FolderNotices> {
  const { watch } = await import("chokidar");
  const { depth, onPath, onFolder, onGone, onError } = options;
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    ...(Number.isFinite(depth) ? { depth } : {}),
  });
  watcher.on("raw", (event, name, details) => {
    const watched = watchedPath(details);
    if (typeof name !== "string" || watched === null) return;
    onPath(join(watched, name));
    // The notice of a removed or renamed folder has its own name, as if it were in itself.
    if (event === "rename" && name === basename(folder) && resolve(watched) === resolve(folder)) onGone();
  });
  watcher.on("addDir", (path) => {
    if (resolve(path) !== resolve(folder)) onFolder(path);
  });
  watcher.on("error", (error) => onError(toError(error)));
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  watcher.once("ready", isReady);
  await ready;
  return { close: () => watcher.close() };
}

function watchedPath(details: unknown): string | null {
  if (typeof details !== "object" || details === null || !("watchedPath" in details)) return null;
  return typeof details.watchedPath === "string" ? details.watchedPath : null;
}
