import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import {
  access,
  type FileHandle,
  link,
  lstat,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { DomainError } from "../contract/domain-error.ts";
import { codeOf, toError } from "../contract/to-error.ts";
import { MAX_FILE_BYTES } from "./objects.ts";

export interface Replacement {
  /** The local folder that the file must be in, or the one file that may be replaced. */
  readonly root: string;
  /** Its path below the folder, with slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of what is there now, hex; null: nothing is. */
  readonly before: string | null;
}

/** What a write left that was killed is this old (ms) when it is removed. */
const LEFTOVER_MS = 60_000;

/**
 * Puts the bytes in the place of a file, or makes it: whoever reads it meanwhile, and a crash, finds the text before or the
 * new one. Mode and owner stay, and a link stays a link. Throws DomainError, and then nothing has changed.
 */
export async function replaceFile({ root, name, bytes, before }: Replacement): Promise<void> {
  const folder = await folderOf(root, name);
  const target = await withoutLinks(folder, name);
  try {
    await mustBe(target, name, before);
    if (before !== null) await access(target, constants.W_OK);
    await removeLeftovers(target);
    const draft = `${draftPrefix(target)}${randomBytes(8).toString("hex")}`;
    try {
      await writeDraft(draft, bytes, before === null ? null : target);
      // Again, because it took a moment: the file may be somebody else's by now.
      await mustBe(target, name, before);
      if (before === null) await place(draft, target, name);
      else await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
    await syncFolder(dirname(target));
  } catch (error) {
    throw error instanceof DomainError ? error : explained(name, error);
  }
}

/** The folder without links. Throws when `root` is one file, and this is another. */
async function folderOf(root: string, name: string): Promise<string> {
  try {
    const isFolder = (await stat(root)).isDirectory();
    if (!isFolder && name !== basename(root))
      throw new DomainError(
        "invalid",
        "bad_workflow_path",
        `${name} is not the workflow file of this instance: it has one, ${basename(root)}.`,
      );
    return await realpath(isFolder ? root : dirname(root));
  } catch (error) {
    throw error instanceof DomainError ? error : explained(name, error);
  }
}

/** Where the file itself is, in the folder or below it. */
async function withoutLinks(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  let target = "";
  try {
    const parent = await realpath(dirname(path));
    const own = join(parent, basename(path));
    const isLink = (await lstat(own).catch(() => null))?.isSymbolicLink() === true;
    target = isLink ? await realpath(own) : own;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR")
      throw new DomainError(
        "invalid",
        "bad_workflow_path",
        `There is no folder for ${name}, or it is a link that leads nowhere. Make the folder first.`,
        { cause: error },
      );
    throw explained(name, error);
  }
  if (target.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return target;
  throw new DomainError(
    "invalid",
    "bad_workflow_path",
    `${name} leads out of the workflow folder by a link. Change the file that it leads to.`,
  );
}

async function mustBe(target: string, name: string, before: string | null): Promise<void> {
  const info = await stat(target).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (info === null && before === null) return;
  if (info?.isFile() === false)
    throw new DomainError("invalid", "bad_workflow_path", `${name} is not a file. Choose another name.`);
  if (before === null) throw changed(`There is a file ${name} already.`);
  if (info === null) throw changed(`${name} is gone.`);
  if (info.size > MAX_FILE_BYTES || checksumOf(await readFile(target)) !== before)
    throw changed(`${name} was changed meanwhile.`);
}

function changed(what: string): DomainError {
  const message = `${what} Nothing was saved. Load it again, and make the change to what is there now.`;
  return new DomainError("conflict", "workflow_changed", message);
}

function checksumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Hidden, so that nobody takes it for a workflow. */
function draftPrefix(target: string): string {
  return join(dirname(target), `.${basename(target)}.saving-`);
}

async function removeLeftovers(target: string): Promise<void> {
  const prefix = basename(draftPrefix(target));
  const folder = dirname(target);
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(prefix)) continue;
    const path = join(folder, entry);
    const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
  }
}

/** On disk when it resolves. `like`: with the mode and owner of this file. */
async function writeDraft(draft: string, bytes: Uint8Array, like: string | null): Promise<void> {
  const file = await open(draft, "wx", like === null ? 0o666 : 0o600);
  try {
    await file.writeFile(bytes);
    if (like !== null) await makeLike(file, like);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function makeLike(file: FileHandle, like: string): Promise<void> {
  const [own, wanted] = [await file.stat(), await stat(like)];
  if (own.uid !== wanted.uid || own.gid !== wanted.gid) await file.chown(wanted.uid, wanted.gid);
  await file.chmod(wanted.mode & 0o7777);
}

/** Unlike a rename, it replaces nothing. */
async function place(draft: string, target: string, name: string): Promise<void> {
  try {
    await link(draft, target);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw changed(`There is a file ${name} already.`);
    // A file system without hard links.
    if (codeOf(error) !== "EPERM" && codeOf(error) !== "ENOTSUP" && codeOf(error) !== "ENOSYS") throw error;
    await rename(draft, target);
  }
}

/** The name outlives a crash of the machine. Not every file system can: then the file itself is there all the same. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}

function explained(name: string, error: unknown): DomainError {
  const cause = { cause: error };
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new DomainError(
        "conflict",
        "workflow_not_writable",
        `Flowlord may not write ${name}, or its folder: let the user that it runs as write there, or change the file elsewhere.`,
        cause,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new DomainError(
        "unavailable",
        "workflow_disk_full",
        `There is no space left for ${name}; the file is as it was.`,
        cause,
      );
    default:
      return new DomainError(
        "unavailable",
        "workflow_not_saved",
        `${name} could not be saved (${toError(error).message}).`,
        cause,
      );
  }
}
