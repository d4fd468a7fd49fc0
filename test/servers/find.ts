import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";

/** What a server needs of the test, or of the benchmark, that starts it. */
export type ServerUser = Pick<TestContext, "after" | "skip">;

export const SERVERS = ["nsqd", "nsqlookupd", "nats-server", "pst"] as const;
export type ServerName = (typeof SERVERS)[number];

/** Where `npm run test-servers` puts what it builds: another folder for each set of versions. */
export function serverFolder(): string {
  const named = process.env["FLOWLORD_TEST_SERVERS"];
  if (named !== undefined && named !== "") return named;
  const versions = createHash("sha256")
    .update(readFileSync(new URL("go.sum", import.meta.url)))
    .digest("hex")
    .slice(0, 12);
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "flowlord-test-servers", versions);
}

/** The program, from that folder or from PATH; null when it is in neither. */
export function findServer(name: ServerName): string | null {
  const folders = [serverFolder(), ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** The program; null after the test was told to skip, which names what is missing and how to get it. */
export function serverOrSkip(t: ServerUser, name: ServerName): string | null {
  const path = findServer(name);
  if (path === null) t.skip(missing(name));
  return path;
}

export function missing(name: ServerName): string {
  return `skipped: ${name} is missing; npm run test-servers builds it (needs Go 1.26 or newer)`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: both mean that it cannot be used.
    return false;
  }
}
