import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
import { join } from "node:path";
import { after } from "node:test";
import { openSqliteStore, type StoreOptions } from "../../../src/store/sqlite/open.ts";
import { connect, type Connection } from "../../../src/store/sqlite/database/connection.ts";
import type { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { NOW } from "../factories.ts";

/** A folder that is removed after the tests of the file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-store-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function options(path: string): StoreOptions {
  return { path, now: () => NOW, newId: () => "this-instance" };
}

export function openScratch(
  path: string,
  more: Partial<Parameters<typeof openSqliteStore>[0]> = {},
): Promise<SqliteStore> {
  return openSqliteStore({ ...options(path), ...more });
}

/** Resolves when `condition` is true; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}

/** A connection to the file beside the store. */
export function openBare(path: string): Connection {
  return connect(path, { readonly: false, cacheKib: 1024 });
}
