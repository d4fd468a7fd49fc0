import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { statusAnswer, type StatusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import { freePort, Place, type Process, rows, until } from "./flowlord.ts";

interface Running {
  readonly place: Place;
  readonly port: number;
  readonly server: Process;
  /** Writes the configuration with these workers and other keys. */
  configure(script: string, more?: string): void;
}

const WORKFLOW = '[[phase]]\ntask = "long"\ntemplate = "?n=1"\ncron = "@yearly"\n';

async function started(t: TestContext, script: string, workflow = WORKFLOW): Promise<Running> {
  const port = await freePort();
  const place = new Place(t, { "flow.toml": workflow });
  const configure = (next: string, more = `status_port = ${port}`): void => {
    place.write(
      "flowlord.toml",
      `workflow = "{config_dir}/flow.toml"
${more}
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "long"
shell = true
concurrency = 4
exec = "cd {config_dir}; ${next}"
`,
    );
  };
  configure(script);
  const server = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await server.says("Ctrl-C stops it");
  return { place, port, server, configure };
}

async function trigger({ place }: Running, config = "flowlord.toml"): Promise<void> {
  const { code, err } = await place.run(["trigger", "long", "-c", config]);
  assert.equal(code, 0, err);
}

async function status({ port }: Running): Promise<StatusAnswer> {
  const answer = await fetch(`http://127.0.0.1:${port}/status?verbose=1`);
  return statusAnswer.parse(await answer.json());
}

function finished({ place }: Running): number {
  const [row] = rows<{ n: number }>(
    place.path("tasks.db"),
    "SELECT count(*) AS n FROM task_records WHERE state = 'finished' AND result = 'complete'",
  );
  return row?.n ?? 0;
}

test("a changed worker takes the next task, and a running one finishes under the former", async (t) => {
  const running = await started(t, "touch begun; sleep 3; touch former");
  const { place, server, port } = running;
  await trigger(running);
  await until(() => existsSync(place.path("begun")));
  running.configure("touch current");
  await server.says("The configuration was read again; in force: worker.");
  await trigger(running);
  await until(() => existsSync(place.path("current")));
  assert.equal(existsSync(place.path("former")), false);
  await until(() => finished(running) === 2);
  assert.ok(existsSync(place.path("former")));

  running.configure("touch current", `status_port = ${port}\ntimezone = "Asia/Tokyo"\n[bus]\nbus = "file"`);
  await server.says("A restart is needed to put in force: timezone, bus.bus.");
  assert.deepEqual((await status(running)).needs_restart, ["timezone", "bus.bus"]);
  running.configure("touch current");
  await until(async () => (await status(running)).needs_restart.length === 0);
  assert.deepEqual(await server.interrupt(), { code: 0, signal: null });
});

test("a broken configuration leaves the last good one in force, with an alert", async (t) => {
  const running = await started(t, "touch done");
  const { place, server, port } = running;
  const alerts = (): readonly string[] =>
    rows<{ state: string }>(
      place.path("tasks.db"),
      "SELECT state FROM alert_records WHERE type = 'config_invalid'",
    ).map(({ state }) => state);
  running.configure("touch done", `status_port = ${port}\ndrain_timeout = "soon"`);
  await server.says("The configuration is not accepted, and the last good one stays in force");
  await until(() => alerts().join() === "open");
  // The command reads a configuration itself.
  const good = 'workflow = "flow.toml"\n[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n';
  place.write("good.toml", good);
  await trigger(running, "good.toml");
  await until(() => finished(running) === 1);
  running.configure("touch done");
  await server.says("The configuration is accepted again.");
  assert.deepEqual(alerts(), ["resolved"]);
});

test("SIGHUP reads configuration and workflows again, and does not stop", async (t) => {
  const running = await started(t, "touch done");
  const { place, server } = running;
  place.write("flow.toml", `${WORKFLOW}[[phase]]\ntask = "other"\ncron = "@yearly"\n`);
  server.child.kill("SIGHUP");
  await server.says("SIGHUP: configuration and workflows are read again.");
  await server.says("Workflows reloaded: flow.toml.");
  await trigger(running);
  await until(() => finished(running) === 1);
  assert.ok(server.running);
});

test("reloads under load lose no task and run none twice", { timeout: 120_000 }, async (t) => {
  const count = 120;
  const numbers = Array.from({ length: count }, (_, n) => n).join(",");
  const flow = `[[phase]]\ntask = "long"\ntemplate = "?n={meta:n}"\ncron = "@yearly"\nmeta = "n:${numbers}"\n`;
  const script = (turn: number): string => `echo $FLOWLORD_INFO >> ran; : ${turn}`;
  const running = await started(t, script(0), flow);
  const { place, server } = running;
  await trigger(running);
  let turns = 0;
  while (finished(running) < count) {
    running.configure(script(++turns));
    await pause(400);
  }
  const ran = readFileSync(place.path("ran"), "utf8").trim().split("\n");
  assert.equal(ran.length, count);
  assert.ok(turns > 1, `only ${turns} reloads`);
  assert.equal(rows(place.path("tasks.db"), "SELECT 1 FROM task_records").length, count);
  assert.deepEqual(await server.interrupt(), { code: 0, signal: null });
});
