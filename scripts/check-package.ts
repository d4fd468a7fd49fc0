/**
 * Packs the package, installs it in a scratch folder as a user would, and checks that the command and the library
 * entry work there. Needs the registry, or a warm npm cache.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";

const root = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "flowlord-package-"));

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** A worker in TypeScript sees the types of the library entry. */
function checkTypes(): void {
  const use =
    'import { launch } from "flowlord/worker";\nexport const answer: typeof launch = launch;\n// @ts-expect-error\nlaunch(5);\n';
  writeFileSync(join(scratch, "try.ts"), use);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
  const args = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", ...types, "try.ts"];
  run(process.execPath, [tsc, ...args], scratch);
}

/** Every page of docs/, without the pictures of README, and what a service needs. */
function documents(): readonly string[] {
  const files = ["docs", "packaging"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return files.map((path) => path.split(sep).join("/")).filter((path) => !path.startsWith("docs/images/"));
}

/** The dashboard as it was built, with the script that its page names. */
async function checkDashboard(address: string): Promise<void> {
  const text = async (path: string, type: RegExp): Promise<string> => {
    const answer = await fetch(new URL(path, address));
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("content-type") ?? "", type, path);
    return answer.text();
  };
  const page = await text("/", /^text\/html/);
  assert.match(page, /<div id="root">/);
  const [, script = ""] = /<script[^>]* src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
  assert.notEqual(await text(script, /javascript/), "");
}

/** A new user's first minutes with the installed command: init, check, serve with its dashboard until a signal. */
async function checkFirstRun(command: string): Promise<void> {
  const flowlord = (...args: string[]): string => run(process.execPath, [command, ...args], scratch);
  flowlord("init", "first");
  assert.match(flowlord("check", "-c", "first/flowlord.toml"), /0 errors|no (?:issue|error)/i);
  assert.match(flowlord("completions", "bash"), /complete .* flowlord$/m);
  const port = await freePort();
  const args = [command, "serve", "-c", "first/flowlord.toml", "--set", `status_port=${port}`];
  const child = spawn(process.execPath, args, { cwd: scratch, stdio: ["ignore", "ignore", "pipe"] });
  const exit = once(child, "exit");
  let log = "";
  try {
    for await (const chunk of child.stderr) {
      log += String(chunk);
      if (child.killed || !log.includes("Ctrl-C")) continue;
      await checkDashboard(`http://127.0.0.1:${port}/`);
      child.kill("SIGTERM");
    }
    await exit;
    assert.equal(child.exitCode, 0, log);
  } finally {
    child.kill("SIGKILL");
  }
}

/** That nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

try {
  const report: unknown = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", scratch], root));
  // npm 12 prints an object by package name, npm 11 and older a list.
  const [packed] = Object.values(report as Record<string, Packed>);
  assert.ok(packed !== undefined, "npm pack reported no package");
  const paths = packed.files.map((file) => file.path);
  for (const needed of [
    "bin/flowlord.js",
    "dist/cli/main.js",
    "dist/worker/launch.d.ts",
    "dist/web/index.html",
    "dist/web/index.html.br",
    "LICENSE",
    "README.md",
    ...documents(),
  ]) {
    assert.ok(paths.includes(needed), `${needed} is missing from the package`);
  }
  assert.ok(
    paths.some((path) => path.startsWith("migrations/")),
    "the package has no migrations",
  );
  const strays = paths.filter(
    (path) => /^(?:src|web|test|bench|scripts|docs\/images)\//.test(path) || path.endsWith(".db"),
  );
  assert.deepEqual(strays, [], "these do not belong in the package");
  console.log(`${packed.filename}: ${paths.length} files, ${Math.round(packed.size / 1024)} kB`);

  writeFileSync(join(scratch, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", "--omit=dev", "--prefer-offline", "--no-fund", "--no-audit", `./${packed.filename}`], scratch);
  const command = join(scratch, "node_modules/flowlord/bin/flowlord.js");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const printed = run(process.execPath, [command, "--version"], scratch).trim();
  assert.ok(printed.includes(version), `flowlord --version prints "${printed}", the package is ${version}`);
  assert.match(run(process.execPath, [command, "--help"], scratch), /serve/);
  writeFileSync(join(scratch, "try.js"), 'import { launch } from "flowlord/worker";\nconsole.log(typeof launch);\n');
  assert.equal(run(process.execPath, ["try.js"], scratch).trim(), "function");
  checkTypes();
  await checkFirstRun(command);
  console.log(
    `installed elsewhere: flowlord --version prints ${printed}; flowlord/worker has launch(); init, check, serve and the dashboard run`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
