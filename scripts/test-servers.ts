/**
 * Builds the servers that the bus tests run against, at the versions that test/servers/go.mod pins, into a cache folder.
 * Nothing to do when they are there.
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

/** One sentence when there is no Go that can build them. Go 1.21 and newer fetches the one that go.mod asks for. */
function goProblem(): string | null {
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
  if (run.status !== 0)
    return `go install failed (${run.signal ?? `exit code ${run.status}`}); its reason stands above`;
  const still = absent();
  return still.length === 0 ? null : `go install passed, and ${still.join(", ")} did not come into ${folder}`;
}

if (absent().length === 0) {
  console.log(`test servers: all there, in ${folder}`);
} else {
  const start = performance.now();
  const problem = goProblem() ?? build();
  if (problem === null) {
    console.log(`test servers: built in ${Math.round((performance.now() - start) / 1000)} s`);
  } else {
    console.error(`test servers: ${problem}`);
    process.exitCode = 1;
  }
}
