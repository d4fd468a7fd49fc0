import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";

/** What a server needs of the test, or of the benchmark, that starts it. */
export type ServerUser = Pick<TestContext, "after" | "skip"> & {
  /** Set once the test has failed: what its servers wrote is shown then. */
  readonly error?: unknown;
};

export const SERVERS = ["nsqd", "nsqlookupd", "nats-server", "pst", "fake-gcs-server", "versitygw"] as const;
export type ServerName = (typeof SERVERS)[number];

/**
 * What a server that was not built here says of itself when it will do; null: never taken from PATH. Another version
 * would pass or fail for reasons of its own.
 */
const VERSIONS: Readonly<Record<ServerName, RegExp | null>> = {
  nsqd: /^nsqd v1\.3\./,
  nsqlookupd: /^nsqlookupd v1\.3\./,
  "nats-server": /^nats-server: v2\.[1-9]\d+\./,
  pst: null,
  "fake-gcs-server": null,
  versitygw: null,
};

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

/** The program, from that folder or, in a version that will do, from PATH; null when it is in neither. */
export function findServer(name: ServerName): string | null {
  const built = join(serverFolder(), name);
  if (isExecutable(built)) return built;
  const version = VERSIONS[name];
  if (version === null) return null;
  const paths = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name));
  return paths.find((path) => isExecutable(path) && version.test(versionOf(path))) ?? null;
}

function versionOf(path: string): string {
  try {
    return execFileSync(path, ["-version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 5_000 });
  } catch {
    // It cannot be asked, so it is not what the tests were written for.
    return "";
  }
}

/** The program; null after the test was told to skip, which names what is missing and how to get it. */
export function serverOrSkip(t: ServerUser, name: ServerName): string | null {
  const path = findServer(name);
  if (path === null) t.skip(missing(name));
  return path;
}

export function missing(name: ServerName): string {
  return `skipped: ${name} is missing: npm run test-servers builds it (needs Go 1.26)`;
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
