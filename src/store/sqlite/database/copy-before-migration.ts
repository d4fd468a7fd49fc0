import { closeSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sizeText } from "../../../contract/live/size-text.ts";
import { codeOf } from "../../../contract/to-error.ts";
import { WAYS_OUT } from "../../damage.ts";
import { StoreError } from "../../store.ts";
import { connect, storeError } from "./connection.ts";
import { runAtLowPriority } from "./low-priority-process.ts";
import { CHECKER, type IntegrityAnswer, quickCheck } from "./quick-check.ts";
import { freeBytes, isSameContent, keepOwner, removeDatabase, syncPath } from "./whole-file.ts";

export interface CopyOptions {
  /** The schema that the file has, and the one that it will have. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Called with what is done, and how far it is; it may take minutes. */
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are left on the disk of a folder; default: as the system says. */
  readonly free?: (folder: string) => number;
}

/** Beside the copy itself: a little for everybody else on the disk, and for the migration. */
const SPARE_BYTES = 16 * 1024 * 1024;
/** A larger file is checked by a process of its own, which a stop can end. */
const LARGE_BYTES = 64 * 1024 * 1024;
/** Of one turn: about a tenth of a second. */
const PAGES = 4000;
const SAY_EVERY_MS = 5000;
const PARTIAL = ".partial";

/**
 * Keeps the database as it is, beside it, before a migration changes it: `<path>.before-migration-<time>-schema-<version>`, checked.
 * Returns its path; that of an earlier copy when that is the same. The caller holds the instance lock; other programs do not write
 * meanwhile. Throws StoreError, and then the database is as it was.
 */
export async function copyBeforeMigration(path: string, options: CopyOptions): Promise<string> {
  const { from, now, say, signal } = options;
  const partial = `${path}.before-migration${PARTIAL}`;
  try {
    removeDatabase(partial);
    requireRoom(path, options);
    await copyTo(partial, path, options);
    await requireSound(path, partial, signal);
    removeSides(partial);
    keepOwner(path, partial);
    syncPath(partial);
    const known = copiesOf(path);
    const same = known.find(({ file, version }) => version === from && isSameContent(file, partial));
    if (same !== undefined) {
      removeDatabase(partial);
      return same.file;
    }
    const copy = freeName(path, from, now, known.at(-1)?.time);
    renameSync(partial, copy);
    syncPath(dirname(path));
    say(`The database is kept as it is, with schema ${from}, as ${copy}.`);
    return copy;
  } catch (error) {
    // What a kill, or a disk that fails now, leaves of it the next start removes.
    if (statSync(partial, { throwIfNoEntry: false })?.isFile() === true) removeDatabase(partial);
    throw explained(error, path, options);
  }
}

/** Removes the copies before migrations but for the newest, `own` among them. */
export function removeOlderCopies(path: string, own: string, keep: number): void {
  const others = copiesOf(path).filter(({ file }) => file !== own);
  for (const { file } of others.slice(0, Math.max(0, others.length - (keep - 1)))) removeDatabase(file);
}

interface Copy {
  readonly file: string;
  /** As in its name. */
  readonly time: string;
  readonly version: number;
}

/** Oldest first. */
function copiesOf(path: string): readonly Copy[] {
  const prefix = `${basename(path)}.before-migration-`;
  const found: Copy[] = [];
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, time, version] = /^(\d{8}T\d{6}Z)-schema-(\d+)$/.exec(name.slice(prefix.length)) ?? [];
    if (time !== undefined) found.push({ file: join(dirname(path), name), time, version: Number(version) });
  }
  return found.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.version - b.version));
}

/** Names go up with each copy, also after the clock was set back: which is the newest must not change. */
function freeName(path: string, version: number, now: number, last: string | undefined): string {
  const after = last === undefined ? 0 : Date.parse(last.replace(STAMP, "$1-$2-$3T$4:$5:$6Z")) + 1000;
  const stamp = new Date(Math.max(now, after)).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `${path}.before-migration-${stamp}Z-schema-${version}`;
}

const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

function requireRoom(path: string, { from, to, free = freeBytes }: CopyOptions): void {
  const needed = sizeOf(path) + sizeOf(`${path}-wal`) + SPARE_BYTES;
  const found = free(dirname(path));
  if (found >= needed) return;
  throw new StoreError(
    "disk_full",
    `Database ${path}: before it is migrated from schema ${from} to ${to} it is copied, which needs ${sizeText(needed)} in ${dirname(path)}, and only ${sizeText(found)} are left: free some space, ${OR_NONE}`,
  );
}

const OR_NONE = "or go on without a copy by `--set sqlite.migration_copies=0`. The database is as it was.";

/** Page by page, in turns; a write lock keeps other programs from writing, after which SQLite would begin anew. */
async function copyTo(target: string, path: string, { say, signal }: CopyOptions): Promise<void> {
  const guard = connect(path, { readonly: false, cacheKib: 64 });
  try {
    guard.exec("BEGIN IMMEDIATE");
    // SQLite would let everybody read what the database itself may not let everybody read.
    closeSync(openSync(target, "wx", 0o600));
    const db = connect(path, { readonly: true, cacheKib: 8192 });
    const pageBytes = Number(db.pragma("page_size", { simple: true }));
    let saidAt = performance.now();
    try {
      await db.backup(target, {
        progress: ({ totalPages, remainingPages }) => {
          signal?.throwIfAborted();
          if (performance.now() - saidAt < SAY_EVERY_MS) return PAGES;
          saidAt = performance.now();
          const done = totalPages - remainingPages;
          say(
            `Copying the database before it is migrated: ${Math.floor((100 * done) / totalPages)} % of ${sizeText(totalPages * pageBytes)} …`,
          );
          return PAGES;
        },
      });
    } finally {
      db.close();
    }
  } finally {
    guard.close();
  }
}

async function requireSound(path: string, copy: string, signal: AbortSignal | undefined): Promise<void> {
  const { problems, error } = statSync(copy).size < LARGE_BYTES ? quickCheck(copy) : await checkApart(copy, signal);
  const [found = error?.message] = problems;
  if (found === undefined) return;
  throw new StoreError(
    "corrupt",
    `Database ${path}: its copy from before the migration is damaged (${found}), so the database is, or its disk does not keep what is written: ${WAYS_OUT}. It was not migrated.`,
  );
}

async function checkApart(copy: string, signal: AbortSignal | undefined): Promise<IntegrityAnswer> {
  const child = runAtLowPriority<IntegrityAnswer>(CHECKER, [copy], { isWaitedFor: true });
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    child.stop();
    reject(signal?.reason);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    return await Promise.race([child.answer, promise]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function explained(error: unknown, path: string, { signal, from, to }: CopyOptions): unknown {
  if (error instanceof StoreError) return error;
  if (signal?.aborted === true)
    return new StoreError(
      "interrupted",
      `Database ${path}: interrupted before it was migrated. It is as it was; the next start begins again.`,
    );
  const known = storeError(error, path);
  const code = codeOf(error);
  const isFull = code === "ENOSPC" || code === "EDQUOT" || (known instanceof StoreError && known.code === "disk_full");
  // Another program has it locked, or it is damaged: no copy is to blame.
  if (known instanceof StoreError && !isFull) return known;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError(
    isFull ? "disk_full" : "io",
    `Database ${path}: it could not be copied before its migration from schema ${from} to ${to} (${reason}): ${isFull ? "free some space" : "see what that says of its folder and disk"}, ${OR_NONE}`,
    error,
  );
}

function removeSides(path: string): void {
  for (const side of ["-wal", "-shm"]) rmSync(path + side, { force: true });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
