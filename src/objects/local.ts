import { constants } from "node:fs";
import { open, readdir, realpath, stat, type FileHandle } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { codeOf, toError } from "../contract/to-error.ts";
import { MAX_FILE_BYTES, ObjectError, type ObjectInfo, type Objects } from "./objects.ts";

/** The folder that a file system makes for itself, and that only root may read. */
const LOST_AND_FOUND = "lost+found";
/** A pipe without a writer would keep `open` waiting; Windows has no such flag. */
const OPEN_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Local files. Links are followed; each folder is read once, however many of them lead to it, so that they may form a loop. */
export class LocalObjects implements Objects {
  async kindOf(path: string): Promise<"file" | "folder" | null> {
    try {
      return (await stat(path)).isDirectory() ? "folder" : "file";
    } catch (error) {
      if (isMissing(error)) return null;
      throw explained(path, error);
    }
  }

  async list(folder: string): Promise<readonly ObjectInfo[]> {
    const files: ObjectInfo[] = [];
    const walk: Walk = { root: folder, files, seen: new Set(), links: [] };
    await this.#collect(folder, await withoutLinks(folder), walk);
    // What lies below the folder itself has its own name; only then what is elsewhere.
    for (let link = walk.links.shift(); link !== undefined; link = walk.links.shift()) {
      const { path, name } = link;
      try {
        await this.#collect(path, await withoutLinks(path), walk);
      } catch (error) {
        this.#failed(path, name, error, files);
      }
    }
    return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async names(folder: string): Promise<readonly string[]> {
    const entries = await this.#entries(folder);
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
  }

  /** Looks before it opens: a device may do something when it is opened. */
  async readBytes(path: string): Promise<Uint8Array> {
    try {
      mustBeReadable(path, await stat(path));
      const file = await open(path, OPEN_AT_ONCE);
      try {
        const info = await file.stat();
        mustBeReadable(path, info);
        return await readAll(path, file, info.size);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw error instanceof ObjectError ? error : explained(path, error);
    }
  }

  async read(path: string): Promise<string> {
    return Buffer.from(await this.readBytes(path)).toString("utf8");
  }

  async #entries(folder: string) {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      throw explained(folder, error);
    }
  }

  /** `real`: the folder without links. */
  async #collect(folder: string, real: string, walk: Walk): Promise<void> {
    const { root, files, seen, links } = walk;
    if (seen.has(real)) return;
    seen.add(real);
    const entries = await this.#entries(folder);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      const name = relative(root, path).split(sep).join("/");
      try {
        // Hidden folders hold what others link to: `..data` of Kubernetes, versions, a repository.
        if (entry.isDirectory() && entry.name.startsWith(".")) continue;
        if (entry.isDirectory()) {
          await this.#collect(path, join(real, entry.name), walk);
          continue;
        }
        const info = await stat(path);
        if (info.isDirectory()) {
          if (!entry.name.startsWith(".")) links.push({ path, name });
          continue;
        }
        const modifiedAt = Math.trunc(info.mtimeMs);
        files.push({ path, name, size: info.size, modifiedAt, version: null, unreadable: null });
      } catch (error) {
        this.#failed(path, name, error, files);
      }
    }
  }

  #failed(path: string, name: string, error: unknown, files: ObjectInfo[]): void {
    // It was removed since it was listed, or the link is broken.
    if (isMissing(error) || (error instanceof ObjectError && error.code === "not_found")) return;
    if (basename(path) === LOST_AND_FOUND) return;
    const { message } = error instanceof ObjectError ? error : explained(path, error);
    files.push({ path, name, size: 0, modifiedAt: 0, version: null, unreadable: message });
  }
}

interface Walk {
  readonly root: string;
  readonly files: ObjectInfo[];
  /** Folders that were read, without links. */
  readonly seen: Set<string>;
  /** Links to folders that are still to be followed. */
  readonly links: { readonly path: string; readonly name: string }[];
}

async function withoutLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw explained(path, error);
  }
}

interface FileKind {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

function mustBeReadable(path: string, info: FileKind): void {
  if (!info.isFile()) {
    const kind = info.isDirectory() ? "a folder" : "a pipe, a device or a socket";
    throw new ObjectError("unreadable", `${path} is ${kind}, not a file. Name a regular file.`);
  }
  if (info.size > MAX_FILE_BYTES) throw tooLarge(path);
}

function tooLarge(path: string): ObjectError {
  const limit = MAX_FILE_BYTES / (1024 * 1024);
  return new ObjectError("unreadable", `${path} is larger than ${limit} MiB, which is the limit. Split the file.`);
}

/** Up to the end, which is not always where the size says: a file may grow, and those of /proc have the size 0. */
async function readAll(path: string, file: FileHandle, size: number): Promise<Uint8Array> {
  let bytes = Buffer.allocUnsafe(Math.max(size + 1, 4096));
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > MAX_FILE_BYTES) throw tooLarge(path);
    if (length === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2);
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function explained(path: string, error: unknown): ObjectError {
  const code = codeOf(error);
  if (code === "ENOENT")
    return new ObjectError("not_found", `${path} does not exist. Check the path.`, { cause: error });
  if (code === "ENOTDIR")
    return new ObjectError("not_a_folder", `${path} is not a folder. Check the path.`, { cause: error });
  if (code === "EACCES" || code === "EPERM") {
    return new ObjectError("unreadable", `This user may not read ${path}. Change its permissions.`, {
      cause: error,
    });
  }
  if (code === "ELOOP") {
    return new ObjectError("unreadable", `${path} is a link that leads back to itself. Remove the link.`, {
      cause: error,
    });
  }
  const reason = toError(error).message;
  return new ObjectError("unreadable", `${path} cannot be read (${reason}).`, { cause: error });
}
