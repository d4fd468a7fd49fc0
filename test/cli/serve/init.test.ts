import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import type { CliContext } from "../../../src/cli/context.ts";
import { refuseInstalled } from "../../../src/cli/find-config.ts";
import { buildCli } from "../../../src/cli/main.ts";
import { Place } from "../harness.ts";

const BIN = join(import.meta.dirname, "../../../bin/flowlord.js");

const NONE = /^flowlord: There is no configuration: no flowlord\.toml in .*`flowlord init` writes one here.*\n$/;

test("without a configuration every command says so, and how to make one", async (t) => {
  const location = new Place(t, { "flow.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n' });
  location.env = { HOST: "box" };
  for (const command of ["serve", "check", "config", "schedule", "tasks", "trigger a", "alerts", "worker"]) {
    const { code, out, err } = await location.run(command.split(" "));
    assert.deepEqual([code, out], [1, ""], command);
    assert.match(err, NONE);
  }
  assert.equal((await location.run(["check", "flow.toml"])).code, 0, "a file can be checked alone");
  assert.equal((await location.run(["config", "--template", "toml"])).code, 0);
  assert.equal((await location.run(["schedule", "--set", "workflow=flow.toml"])).code, 0, "flags are a configuration");
  location.env = { FLOWLORD_WORKFLOW: "flow.toml" };
  assert.equal((await location.run(["schedule"])).code, 0, "so is the environment");
});

/** Every command that reads a configuration, with the arguments that it asks for. */
function commandLines(): string[][] {
  const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
    trigger: ["a"],
    publish: ["a"],
    task: ["1"],
    lineage: ["1"],
    why: ["1"],
    "why-not": ["a", "--at", "2026-01-31"],
    "alerts show": ["1"],
    "alerts ack": ["1"],
    "alerts resolve": ["1"],
    "alerts silence": ["1", "--for", "1h"],
    pause: ["a", "--reason", "x"],
    resume: ["a"],
    "alerts test": ["ops"],
    "silences add": ["1", "--for", "1h"],
    "silences end": ["1"],
    "channels test": ["ops"],
    "backfill create": ["a", "--from", "2026-01-01"],
    ...Object.fromEntries(
      ["show", "pause", "resume", "cancel", "retry-failed"].map((act) => [`backfill ${act}`, ["1"]]),
    ),
    "files show": ["1"],
    "files why": ["/in/a.csv"],
    "files redrive": ["1"],
    "files finish": ["a", "--all"],
    "dead-letters redrive": ["--all"],
    logs: ["1"],
    note: ["1", "a note"],
    "archive query": ["SELECT 1"],
    "users add": ["ada", "--role", "admin"],
    "users password": ["ada"],
    "users role": ["ada", "--role", "viewer"],
    "users disable": ["ada"],
    "users enable": ["ada"],
    "keys add": ["k", "--role", "viewer"],
    "keys revoke": ["1"],
    reveal: ["1", "--reason", "a fault"],
    restore: ["--list"],
    copy: ["copy.db"],
    "retention set": ["task_records", "--days", "30"],
  };
  const lines: string[][] = [];
  const visit = (command: Command, path: readonly string[]): void => {
    for (const one of command.commands) {
      const words = [...path, one.name()];
      if (one.commands.length > 0) visit(one, words);
      else lines.push([...words, ...(ARGUMENTS[words.join(" ")] ?? [])]);
    }
  };
  visit(buildCli({} as CliContext).program, []);
  const NEED_NONE = ["help", "init", "quickstart", "completions"];
  return lines.filter(([name = ""]) => !NEED_NONE.includes(name));
}

test("without a configuration each command that there is says so, and writes nothing", async (t) => {
  const location = new Place(t, {});
  const lines = commandLines();
  assert.ok(lines.length > 25);
  for (const line of [[], ...lines]) {
    const { code, out, err } = await location.run(line, "a line\n");
    assert.deepEqual([code, out], [1, ""], `${line.join(" ")}: ${err}`);
    assert.match(err, NONE, line.join(" "));
  }
  assert.deepEqual(readdirSync(location.dir), []);
});

test("the example of an installed package is copied, not run in place", (t) => {
  const location = new Place(t, {
    "node_modules/flowlord/examples/quickstart/flowlord.toml": "",
    "clone/src/x": "",
    "clone/examples/quickstart/flowlord.toml": "",
    "flowlord.toml": "",
  });
  const at = (path: string): string => join(location.dir, path);
  const installed = at("node_modules/flowlord");
  assert.throws(
    () => refuseInstalled(join(installed, "examples/quickstart/flowlord.toml"), installed),
    /quickstart DIR/,
  );
  refuseInstalled(at("flowlord.toml"), installed);
  refuseInstalled(at("clone/examples/quickstart/flowlord.toml"), at("clone"));
});

test("init writes what check accepts, and overwrites nothing", async (t) => {
  const location = new Place(t, {});
  const { code, out } = await location.run(["init"]);
  assert.equal(code, 0);
  assert.match(out, /^wrote flowlord\.toml\n.*\n.*\nStart it: flowlord serve\n$/);
  location.env = { PATH: "/usr/bin:/bin" };
  assert.deepEqual(await location.run(["check"]), { code: 0, out: "1 file, 0 errors, 0 warnings\n", err: "" });
  const again = await location.run(["init"]);
  assert.equal(again.code, 2);
  assert.match(
    again.err,
    /^flowlord: flowlord\.toml, workflows\/hello\.toml, workers\/hello\.sh of .* name another folder\.\n$/,
  );
  assert.equal((await location.run(["init", "other"])).code, 0);
  assert.equal((await location.run(["check", "-c", "other/flowlord.toml"])).code, 0);
});

test("quickstart copies the example without what a run has written, and tells it where the packages are", async (t) => {
  const location = new Place(t, { "full/x": "" });
  const { code, out } = await location.run(["quickstart", "mine"]);
  assert.equal(code, 0);
  assert.match(out, /^Copied the quickstart to mine\. Start it: flowlord serve -c mine\/flowlord\.toml\n/);
  assert.match(
    readFileSync(join(location.dir, "mine/flowlord.toml"), "utf8"),
    /^env = \{ PACKAGES = ".*node_modules" \}$/m,
  );
  assert.ok(existsSync(join(location.dir, "mine/steps/cut.sh")));
  assert.ok(!existsSync(join(location.dir, "mine/run")));
  location.env = { PATH: "/usr/bin:/bin" };
  const checked = await location.run(["check", "-c", "mine/flowlord.toml"]);
  assert.equal(checked.code, 0);
  assert.doesNotMatch(checked.out, /no_command|no_worker/);
  assert.equal((await location.run(["quickstart", "full"])).code, 2);
});

test("init refuses to overwrite anything, and says what", async (t) => {
  for (const file of ["flowlord.toml", "workflows/hello.toml", "workers/hello.sh"]) {
    const location = new Place(t, { [`mine/${file}`]: "# mine\n", "mine/other.txt": "" });
    const { code, out, err } = await location.run(["init", "mine"]);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, new RegExp(`^flowlord: ${file.replaceAll(".", "\\.")} of .*mine would be overwritten`));
    assert.deepEqual(readdirSync(join(location.dir, "mine"), { recursive: true }).length, file.includes("/") ? 3 : 2);
  }
  const beside = new Place(t, { "README.md": "", "workflows/b.toml": '[[phase]]\ntask = "b"\ncron = "@daily"\n' });
  assert.equal((await beside.run(["init"])).code, 0, "other files are no obstacle");
});

test("init says why it cannot write", async (t) => {
  const location = new Place(t, { "a-file": "" });
  const { code, err } = await location.run(["init", "a-file/deeper"]);
  assert.equal(code, 2);
  assert.match(err, /^flowlord: .*a-file\/deeper cannot be written: .*: name another folder\.\n$/);
  const half = new Place(t, { workers: "a file of that name" });
  assert.match((await half.run(["init"])).err, /cannot be written: .*workers/);
  assert.ok(!existsSync(join(half.dir, "flowlord.toml")), "nothing is left in the way of the next try");
  mkdirSync(join(location.dir, "closed"));
  chmodSync(join(location.dir, "closed"), 0o555);
  chmodSync(location.dir, 0o755);
  // Root may write anything, so another user must try.
  const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const refused = spawnSync(process.execPath, [BIN, "init", "closed"], {
    cwd: location.dir,
    encoding: "utf8",
    ...somebody,
  });
  assert.match(refused.stderr, /closed cannot be written/);
});

test("init writes what runs in a folder whose path has spaces", async (t) => {
  const location = new Place(t, {});
  const { out } = await location.run(["init", "my own pipelines"]);
  assert.match(out, /^Start it: flowlord serve -c 'my own pipelines\/flowlord\.toml'$/m);
  location.env = { PATH: "/usr/bin:/bin" };
  assert.deepEqual(await location.run(["check", "-c", "my own pipelines/flowlord.toml"]), {
    code: 0,
    out: "1 file, 0 errors, 0 warnings\n",
    err: "",
  });
});
