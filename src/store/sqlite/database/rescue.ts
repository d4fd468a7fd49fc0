import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { toError } from "../../../contract/to-error.ts";
import type { Connection } from "./connection.ts";

/** Pages of one turn: about a millisecond of the event loop. */
const PAGES = 200;

/**
 * Copies the open database, with all that was committed, to `<path>.rescued`, or into the folder for temporary files when
 * that is not possible. Never replaces a file. Returns the path, or throws the reason of the first attempt.
 */
export async function rescue(db: Connection, path: string): Promise<string> {
  let first: Error | null = null;
  // Others may write to the folder for temporary files, so the copy gets a folder of its own there.
  for (const nameOf of [() => path, () => join(mkdtempSync(join(tmpdir(), "flowlord-")), basename(path))]) {
    try {
      return await copy(db, freeName(`${nameOf()}.rescued`));
    } catch (error) {
      first ??= toError(error);
    }
  }
  throw first ?? new Error("no folder can be written");
}

async function copy(db: Connection, target: string): Promise<string> {
  try {
    await db.backup(target, { progress: () => PAGES });
    return target;
  } catch (error) {
    // What was copied so far is no database.
    rmSync(target, { force: true });
    rmSync(`${target}-journal`, { force: true });
    throw error;
  }
}

function freeName(name: string): string {
  if (!existsSync(name)) return name;
  for (let number = 2; ; number++) if (!existsSync(`${name}-${number}`)) return `${name}-${number}`;
}
