/**
 * Builds the servers for the bus tests, at the versions that test/servers/go.mod pins, into a cache folder. Does nothing
 * when they exist.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { serverFolder, SERVERS, type ServerName } from "../test/servers/find.ts";

const module = join(import.meta.dirname, "..", "test", "servers");
const folder = serverFolder();

function absent(): ServerName[] {
  return SERVERS.filter((name) => !existsSync(join(folder, name)));
}

/** A sentence when no installed Go can build them, else null. Go 1.21 and newer downloads the version of go.mod. */
function goError(): string | null {
  const go = spawnSync("go", ["env", "GOVERSION"], { cwd: module, encoding: "utf8" });
  const get = "get it from https://go.dev/dl/ and put its bin folder on the PATH";
  if (go.error !== undefined) return `Go 1.26 or newer is needed to build them, and \`go\` does not start; ${get}`;
  const [major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(go.stdout) ?? []).slice(1).map(Number);
  if (go.status === 0 && (major > 1 || minor >= 26)) return null;
  const found = go.status === 0 ? `this is ${go.stdout.trim()}` : go.stderr.trim();
  return `Go 1.26 or newer is needed to build them (${found}); ${get}`;
}

function build(): string | null {
  console.log(`test servers: building ${absent().join(", ")} into ${folder}; the first time this takes some minutes`);
  mkdirSync(folder, { recursive: true });
  const run = spawnSync("go", ["install", "-v", "tool", "./pst"], {
    cwd: module,
    env: { ...process.env, GOBIN: folder, GOFLAGS: "-mod=readonly" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (run.status !== 0) return `go install failed (${run.signal ?? `exit code ${run.status}`}); the reason is above`;
  const missing = absent();
  return missing.length === 0 ? null : `go install passed, but ${missing.join(", ")} is missing in ${folder}`;
}

if (absent().length === 0) {
  console.log(`test servers: all found in ${folder}`);
} else {
  const start = performance.now();
  const error = goError() ?? build();
  if (error === null) {
    console.log(`test servers: built in ${Math.round((performance.now() - start) / 1000)} s`);
  } else {
    console.error(`test servers: ${error}`);
    process.exitCode = 1;
  }
}
