import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Place } from "./harness.ts";

const BIN = fileURLToPath(new URL("../../bin/flowlord.js", import.meta.url));

function start(t: TestContext, location: Place, args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: location.dir, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  child.stderr.resume();
  return child;
}

test("serve stops cleanly at a signal", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\nstatus_port = 0\n',
    "flows/a.toml": '[[phase]]\ntask = "a"\nrule = "cron=@daily"\n',
  });
  const child = start(t, location, ["-c", "flowlord.toml"]);
  let out = "";
  for await (const chunk of child.stdout) {
    out += String(chunk);
    if (out.includes("Ctrl-C") && !child.killed) child.kill("SIGINT");
  }
  if (child.exitCode === null) await once(child, "exit");
  assert.equal(child.exitCode, 0);
  assert.match(out, /^Shutting down: running tasks are requeued; pending work stays in the database\.$/m);
});

test("a reader that has enough is no failure", async (t) => {
  const location = new Place(t, { "flowlord.toml": "" });
  const child = start(t, location, ["config"]);
  // Closed before anything is read: the first write meets nobody.
  child.stdout.destroy();
  const [code] = (await once(child, "exit")) as [number | null];
  assert.equal(code, 0);
});
