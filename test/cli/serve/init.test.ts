import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Place } from "../harness.ts";

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
