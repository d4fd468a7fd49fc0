import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../../store.ts";
import { keepOwner, ownAsFolder, SIDES, syncPath } from "../database/whole-file.ts";

/**
 * Puts a restored file in the place of the database, which is kept aside with its `-wal`. A file that says what is to be done is
 * written first: killed before that, the old database is there as it was; killed afterwards, whoever opens the database next goes
 * on to the end. Whoever calls these functions holds the instance lock.
 */

const FILE = "restored.db";
const PLAN = "replace";
/** The file itself last: a `-wal` left at the old name would be read into the new file. */
const FILES = [...SIDES, ""] as const;
/** What the plan says: the name of what is kept aside. No path: the folder may be moved before it is carried out. */
const ASIDE = /^[^/\\]+\.replaced-[^/\\]+$/;

/** A new folder beside the database, for the file that will replace it. Returns the path of that file, which is not there yet. */
export function stageReplacement(path: string): string {
  const folder = folderOf(path);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return join(folder, FILE);
}

/** Nothing replaces the database: what was staged is gone. */
export function dropReplacement(path: string): void {
  if (!isBeingReplaced(path)) rmSync(folderOf(path), { recursive: true, force: true });
}

/** A new name for what is replaced, with the time. */
export function asideName(path: string, now: number): string {
  const name = `${path}.replaced-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  let free = name;
  for (let number = 2; FILES.some((side) => existsSync(free + side)); number += 1) free = `${name}-${number}`;
  return free;
}

/** The staged file, which is whole and on the disk, becomes the database; what is there is kept under the name `aside`. */
export function replaceDatabase(path: string, aside: string): void {
  const folder = folderOf(path);
  if (existsSync(path)) keepOwner(path, join(folder, FILE));
  else ownAsFolder(join(folder, FILE), dirname(path));
  syncPath(join(folder, FILE));
  const draft = join(folder, `${PLAN}.draft`);
  writeFileSync(draft, basename(aside), { mode: 0o600 });
  syncPath(draft);
  renameSync(draft, join(folder, PLAN));
  syncPath(folder);
  syncPath(dirname(path));
  try {
    finishReplacement(path);
  } catch (error) {
    takeBack(path, aside);
    throw error;
  }
}

/** Whether a replacement was begun that a kill has interrupted. */
export function isBeingReplaced(path: string): boolean {
  return existsSync(join(folderOf(path), PLAN));
}

/** What a process that was killed has left: one that was decided is carried out to its end, any other forgotten. */
export function finishReplacement(path: string): void {
  const folder = folderOf(path);
  if (!existsSync(folder)) return;
  if (isBeingReplaced(path)) carryOut(path, folder);
  rmSync(folder, { recursive: true, force: true });
}

function carryOut(path: string, folder: string): void {
  const restored = join(folder, FILE);
  // The last step: then all is done.
  if (!existsSync(restored)) return;
  const aside = join(dirname(path), readPlan(folder).aside);
  for (const side of FILES) {
    if (!existsSync(path + side)) continue;
    if (existsSync(aside + side))
      throw new StoreError(
        "cannot_open",
        `Database ${path}: a restore was interrupted, and ${aside + side}, to which it moves what it replaces, is there already: move that file elsewhere, and start again.`,
      );
    renameSync(path + side, aside + side);
  }
  // So that a power failure cannot keep the second without the first.
  syncPath(dirname(path));
  renameSync(restored, path);
  syncPath(dirname(path));
}

function readPlan(folder: string): { readonly aside: string } {
  const path = join(folder, PLAN);
  const aside = readFileSync(path, "utf8");
  if (ASIDE.test(aside)) return { aside };
  throw new StoreError(
    "corrupt",
    `${path} is not what Flowlord wrote there: a restore was interrupted, and cannot be carried out. ${join(folder, FILE)} is the restored database: move it to the place of the old one, that one elsewhere, and remove the folder.`,
  );
}

/** It cannot be carried out, as of a file that is a mount of its own: the old database stays. */
function takeBack(path: string, aside: string): void {
  if (!existsSync(join(folderOf(path), FILE))) return;
  for (const side of FILES.toReversed())
    if (existsSync(aside + side) && !existsSync(path + side)) renameSync(aside + side, path + side);
  rmSync(folderOf(path), { recursive: true, force: true });
}

function folderOf(path: string): string {
  return `${path}.restoring`;
}
