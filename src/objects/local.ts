import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { codeOf, toError } from "../contract/to-error.ts";
import { ObjectError, type ObjectInfo, type Objects } from "./objects.ts";

/** Local files. Links to files are followed, links to folders are not, because they may form a loop. */
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
    await this.#collect(folder, folder, files);
    return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async names(folder: string): Promise<readonly string[]> {
    const entries = await this.#entries(folder);
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
  }

  async readBytes(path: string): Promise<Uint8Array> {
    try {
      return await readFile(path);
    } catch (error) {
      throw explained(path, error);
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

  async #collect(root: string, folder: string, files: ObjectInfo[]): Promise<void> {
    for (const entry of await this.#entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        await this.#collect(root, path, files);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        const info = await statOrNull(path);
        // Null: it was removed since it was listed, or the link is broken.
        if (info === null || !info.isFile()) continue;
        const name = relative(root, path).split(sep).join("/");
        files.push({ path, name, size: info.size, modifiedAt: Math.trunc(info.mtimeMs), version: null });
      }
    }
  }
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw explained(path, error);
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
  const reason = toError(error).message;
  return new ObjectError("unreadable", `${path} cannot be read (${reason}).`, { cause: error });
}
