import type { Options } from "../config/options.ts";
import { importedTask } from "../core/legacy/imported-task.ts";
import type { Runtime } from "../engine/context.ts";
import type { ImportOptions } from "../store/sqlite/legacy/import-database.ts";
import * as sqlite from "../store/sqlite/open.ts";
import { compact, type Compacted } from "../store/sqlite/size/compact.ts";
import type { ReadStore, Store } from "../store/store.ts";

export interface StoreUse {
  readonly runtime: Pick<Runtime, "now" | "newId">;
  /** A running instance, not a command: queries run in a thread of their own, and the file is checked for damage. */
  readonly readsInThread: boolean;
  /** What changes is stored as it changes. */
  readonly isShipped?: boolean;
  /** Aborted: this process stops, and waits no longer for a lock of another program. */
  readonly signal?: AbortSignal;
  /** Told what is done to the file as a whole before it is open, like a copy before a migration. */
  readonly say?: (sentence: string) => void;
  /** Called with the lock held, before the file is looked at. */
  readonly beforeOpen?: (path: string) => Promise<void>;
  /** Import a legacy database, and report on it; null: refuse such a file. */
  readonly import: Pick<ImportOptions, "print" | "signal"> | null;
}

/**
 * The configured database, for writing. Only this file names its adapter. Throws StoreError when another instance has
 * locked it, or it cannot be opened.
 */
export async function openStore({ sqlite: options, redact }: Options, use: StoreUse): Promise<Store> {
  const { runtime, readsInThread, isShipped = false, signal, say, beforeOpen, import: importDatabase } = use;
  return await sqlite.openStore({
    path: options.localPath,
    now: runtime.now,
    newId: runtime.newId,
    readsInThread,
    isShipped,
    redact,
    migrationCopies: options.migrationCopies,
    ...(say === undefined ? {} : { say }),
    beforeOpen,
    ...(signal === undefined ? {} : { signal }),
    import:
      importDatabase === null ? undefined : { ...importDatabase, taskTtl: options.taskTtl, readTask: importedTask },
  });
}

/** Writes the configured database anew without its gaps, while no instance runs. Throws StoreError. */
export function compactStore({ sqlite: options }: Options, step: (sentence: string) => void): Compacted {
  return compact(options.localPath, { step });
}

/** The same, read-only, also beside a running instance. Throws StoreError when there is no such database. */
export function openReader({ sqlite: options, redact }: Options): ReadStore & { close(): void } {
  return sqlite.openReader(options.localPath, redact);
}

/** Does something with the file of the database while no instance runs. Throws StoreError when one does. */
export async function withDatabaseFile<T>(
  { sqlite: options }: Pick<Options, "sqlite">,
  use: (path: string) => Promise<T>,
): Promise<T> {
  return await sqlite.withLock(options.localPath, use);
}
