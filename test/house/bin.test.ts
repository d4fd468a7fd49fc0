import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "flowlord-bin-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder with bin/ and a command line that says where it stands and what it was told. */
function layOut(folder: string, entry: string): string {
  const root = join(scratch, folder);
  mkdirSync(join(root, "bin"), { recursive: true });
  cpSync(join(ROOT, "bin/flowlord.js"), join(root, "bin/flowlord.js"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  mkdirSync(join(root, entry, ".."), { recursive: true });
  writeFileSync(
    join(root, entry),
    `export async function run(argv) { console.log("${entry}", argv.join(" ")); if (argv[0] === "throw") throw new Error("broken"); return argv.length; }\n`,
  );
  return root;
}

function flowlord(root: string, args: readonly string[], version: string | null = null): ReturnType<typeof spawnSync> {
  const fake = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  const preload = version === null ? [] : ["--import", `data:text/javascript,${encodeURIComponent(fake)}`];
  return spawnSync(process.execPath, [...preload, join(root, "bin/flowlord.js"), ...args], { encoding: "utf8" });
}

const clone = layOut("clone", "src/cli/main.ts");
const installed = layOut("project/node_modules/flowlord", "dist/cli/main.js");

test("a clone runs its sources, and the exit code is what the command answers", () => {
  const run = flowlord(clone, ["serve", "-c", "x.toml"]);
  assert.equal(run.stdout, "src/cli/main.ts serve -c x.toml\n");
  assert.equal(run.status, 3);
});

test("an installed package runs what was built", () => {
  const run = flowlord(installed, []);
  assert.equal(run.stdout, "dist/cli/main.js \n");
  assert.equal(run.status, 0);
});

test("compiled code is kept beside the package", () => {
  flowlord(clone, []);
  flowlord(installed, []);
  assert.ok(existsSync(join(clone, "node_modules/.cache/flowlord")));
  assert.ok(existsSync(join(installed, "../.cache/flowlord")));
});

test("a command that throws ends in a message and exit code 1", () => {
  const run = flowlord(clone, ["throw"]);
  assert.match(String(run.stderr), /^flowlord: Error: broken\n/);
  assert.equal(run.status, 1);
});

test("an old Node is told what is needed, before anything is imported", () => {
  for (const version of ["20.20.2", "22.17.1", "8.0.0"]) {
    const run = flowlord(installed, ["serve"], version);
    assert.equal(run.status, 1);
    assert.equal(run.stdout, "");
    assert.match(String(run.stderr), new RegExp(`^flowlord needs Node 22\\.18 or newer; this is ${version}: install`));
    assert.equal(String(run.stderr).split("\n").length, 2);
  }
  for (const version of ["22.18.0", "23.0.0", "24.1.0"]) assert.equal(flowlord(installed, [], version).status, 0);
});

test("in a clone it says which Node npm start uses, and where it is missing how to get it", () => {
  assert.match(
    String(flowlord(clone, [], "20.0.0").stderr),
    /run `npm ci` in .*clone, which brings one, and then `npm start`/,
  );
  const bundled = join(clone, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  mkdirSync(join(bundled, ".."), { recursive: true });
  writeFileSync(bundled, "");
  assert.match(String(flowlord(clone, [], "20.0.0").stderr), /`npm start` uses the one that `npm ci` brought/);
});

test("the version it asks for is the one the package declares", () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { engines: { node: string } };
  const needed = /NEEDED = \[(\d+), (\d+)\]/.exec(readFileSync(join(ROOT, "bin/flowlord.js"), "utf8"));
  assert.equal(engines.node, `>=${needed?.[1]}.${needed?.[2]}`);
});
