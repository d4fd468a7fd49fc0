import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { toError } from "../../../contract/to-error.ts";
import type { FileList } from "../../../core/decide/effects.ts";
import { StoreError } from "../../store.ts";
import { syncPath } from "../database/whole-file.ts";

/** Lines that are written together. */
const CHUNK = 10_000;

/**
 * Writes the list completely or not at all: one JSON string a line, since a path may contain line breaks. It is on the
 * disk when this returns. Throws StoreError.
 */
export function writeGatheredList({ path, files }: FileList): void {
  const partial = `${path}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(partial, "w");
    try {
      for (let at = 0; at < files.length; at += CHUNK) {
        const lines = files.slice(at, at + CHUNK).map((name) => `${JSON.stringify(name)}\n`);
        writeAll(file, Buffer.from(lines.join("")));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
    syncPath(dirname(path));
  } catch (error) {
    remove(partial);
    const { message } = toError(error);
    const isFull = "code" in toError(error) && (error as NodeJS.ErrnoException).code === "ENOSPC";
    throw new StoreError(
      isFull ? "disk_full" : "io",
      `The list of ${files.length} gathered files cannot be written to ${path}: ${message}. Make the folder writable; the files are gathered then.`,
      error,
    );
  }
}

/** Where it cannot be removed, the next try writes over it. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first error says why.
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
