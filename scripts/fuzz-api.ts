/**
 * Sends generated requests to every route of a running instance on a scratch database, as its OpenAPI document describes them, with
 * schemathesis (from PyPI, in a virtual environment of its own): no answer may be a 5xx or off its schema.
 * `node scripts/fuzz-api.ts [EXAMPLES]`: how many of a route, 30 by default.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const SCHEMATHESIS = "4.32.5";
const ROOT = join(import.meta.dirname, "..");
const VENV = join(ROOT, "node_modules/.cache", `schemathesis-${SCHEMATHESIS}`);
const WORKFLOW = `
[[phase]]
task = "load"
cron = "0 * * * *"
template = "?day={yyyy}-{mm}-{dd}"

[[phase]]
task = "clean:day"
dependsOn = "load"

[[phase]]
task = "in"
files = "/in/*.csv"
`;
const CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance";
/** Live events never end: test/http/events asks for them. With the first user others need a login, but the token is known. */
const NOT_SENT = "^/api/events$";

function run(command: string, args: readonly string[], cwd = ROOT): boolean {
  return spawnSync(command, args, { cwd, stdio: "inherit" }).status === 0;
}

function install(): void {
  if (existsSync(join(VENV, "bin/schemathesis"))) return;
  mkdirSync(join(VENV, ".."), { recursive: true });
  const isInstalled =
    run("python3", ["-m", "venv", VENV]) &&
    run(join(VENV, "bin/pip"), ["install", "--quiet", `schemathesis==${SCHEMATHESIS}`]);
  if (isInstalled) return;
  rmSync(VENV, { recursive: true, force: true });
  throw new Error("schemathesis cannot be installed: it needs python3 with venv, and PyPI");
}

/** What it writes into the file beside its database once it listens. */
async function instanceIn(instanceFile: string): Promise<{ readonly url: string; readonly token: string }> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (existsSync(instanceFile))
      return JSON.parse(readFileSync(instanceFile, "utf8")) as { readonly url: string; readonly token: string };
    await pause(100);
  }
  throw new Error("Flowlord did not start within a minute");
}

install();
const dir = mkdtempSync(join(tmpdir(), "flowlord-fuzz-"));
const database = join(dir, "tasks.db");
mkdirSync(join(dir, "workflows"));
writeFileSync(join(dir, "workflows/flows.toml"), WORKFLOW);
const port = 20_000 + (process.pid % 20_000);
writeFileSync(
  join(dir, "flowlord.toml"),
  `workflow = ${JSON.stringify(join(dir, "workflows"))}
status_port = ${port}
data = ${JSON.stringify(join(dir, "data"))}
[bus]
bus = "nop"
[auth]
requests_per_second = 0
[sqlite]
local_path = ${JSON.stringify(database)}
`,
);
const args = ["bin/flowlord.js", "serve", "-c", join(dir, "flowlord.toml")];
const server = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
const ended = once(server, "exit");
process.once("exit", () => server.kill("SIGKILL"));
try {
  const { url, token } = await instanceIn(`${database}.instance`);
  const examples = process.argv[2] ?? "30";
  const asked = ["run", `${url}/api/openapi.json`, "--url", url, "--checks", CHECKS, "--exclude-path-regex", NOT_SENT];
  // Generated ones would be throttled as wrong logins, and all after them.
  const known = ["--header", `Authorization: Bearer ${token}`];
  // The same requests each time, like those of the other tests on a desk.
  const seed = process.env["FLOWLORD_TEST_SEED"] ?? "1";
  const how = [
    "--phases",
    "coverage,fuzzing",
    "--max-examples",
    examples,
    "--seed",
    seed,
    "--request-timeout",
    "30",
    "--no-color",
  ];
  if (!run(join(VENV, "bin/schemathesis"), [...asked, ...known, ...how, "--continue-on-failure"], dir))
    process.exitCode = 1;
} finally {
  server.kill("SIGTERM");
  await ended;
  rmSync(dir, { recursive: true });
}
