import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { statusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import { freePort, Place, type Process, rows, until } from "./flowlord.ts";

interface Running {
  readonly place: Place;
  readonly port: number;
  readonly server: Process;
}

/** An instance whose one worker runs `script`; its tasks are triggered. */
async function started(t: TestContext, script: string, more = ""): Promise<Running> {
  const port = await freePort();
  const place = new Place(t, {
    "flow.toml": '[[phase]]\ntask = "long"\ntemplate = "?n=1"\ncron = "@yearly"\n',
    "flowlord.toml": `workflow = "{config_dir}/flow.toml"
status_port = ${port}
${more}
[sqlite]
local_path = "{config_dir}/tasks.db"
[[worker]]
type = "long"
shell = true
exec = "cd {config_dir}; ${script}"
`,
  });
  const server = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await server.says("The dashboard is at");
  return { place, port, server };
}

async function trigger({ place }: Running): Promise<void> {
  const { code, err } = await place.run(["trigger", "long"]);
  assert.equal(code, 0, err);
}

function states({ place }: Running): readonly string[] {
  const found = rows<{ state: string; result: string }>(
    place.path("tasks.db"),
    "SELECT state, result FROM task_records ORDER BY id",
  );
  return found.map(({ state, result }) => `${state} ${result}`.trim());
}

test("SIGTERM lets a running task end, takes no other, and loses nothing", async (t) => {
  const running = await started(t, "date >> begun; sleep 3; date >> ended");
  const { place, server } = running;
  await trigger(running);
  await until(() => existsSync(place.path("begun")));
  server.child.kill("SIGTERM");
  await server.says("Draining: no more tasks are taken, and 1 task may go on for up to 30 s");
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.ok(existsSync(place.path("ended")));
  assert.deepEqual(states(running), ["finished complete"]);
});

test("a task that does not end in time is interrupted and given back", async (t) => {
  const running = await started(t, "date >> begun; sleep 60; date >> ended", 'drain_timeout = "1s"');
  const { place, server } = running;
  await trigger(running);
  await until(() => existsSync(place.path("begun")));
  server.child.kill("SIGTERM");
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.equal(existsSync(place.path("ended")), false);
  assert.deepEqual(states(running), ["queued"]);
});

test("a second signal ends the wait", async (t) => {
  const running = await started(t, "date >> begun; sleep 60; date >> ended", 'drain_timeout = "1h"');
  const { place, server } = running;
  await trigger(running);
  await until(() => existsSync(place.path("begun")));
  server.child.kill("SIGTERM");
  await server.says("a second signal stops now");
  await pause(600);
  server.child.kill("SIGTERM");
  assert.deepEqual(await server.ended, { code: 0, signal: null });
  assert.deepEqual(states(running), ["queued"]);
});

test("flowlord drain takes no more without a stop, until its end", async (t) => {
  const running = await started(t, "date >> begun; sleep 2; date >> ended");
  const { place, port } = running;
  await trigger(running);
  await until(() => existsSync(place.path("begun")));
  const drained = await place.run(["drain", "--wait"]);
  assert.deepEqual([drained.code, drained.out], [0, "drained: no more tasks are taken, and no task runs\n"]);
  assert.ok(existsSync(place.path("ended")));
  await trigger(running);
  const status = await fetch(`http://127.0.0.1:${port}/status?verbose=1`);
  assert.partialDeepStrictEqual(statusAnswer.parse(await status.json()), { status: "ok", drained: true, running: 0 });
  assert.deepEqual(states(running), ["finished complete", "queued"]);
  assert.equal((await place.run(["drain", "--end"])).code, 0);
  await until(() => states(running).every((state) => state === "finished complete"));
  const codes = rows<{ code: string }>(
    place.path("tasks.db"),
    "SELECT code FROM decisions WHERE code LIKE 'drain%' ORDER BY id",
  );
  assert.deepEqual(
    codes.map(({ code }) => code),
    ["drained", "drain_ended"],
  );
});

test("a pause through the running instance is in force when the command returns, and shown", async (t) => {
  const running = await started(t, "date >> ran");
  const { place, port } = running;
  const flow = '[[phase]]\ntask = "long"\ntemplate = "?n=1"\ncron = "* * * * * *"\ncatchup = "last"\n';
  place.write("flow.toml", flow);
  await until(() => existsSync(place.path("ran")));
  const { code, err } = await place.run(["pause", "long", "--reason", "new disk"]);
  assert.equal(code, 0, err);
  const made = states(running).length;
  const status = await fetch(`http://127.0.0.1:${port}/status?verbose=1`);
  const { paused } = statusAnswer.parse(await status.json());
  assert.partialDeepStrictEqual(paused, [{ workflow: "flow.toml", task: "long", reason: "new disk", until: null }]);
  await pause(2500);
  assert.equal(states(running).length, made, "no tick makes a task");
  assert.equal((await place.run(["resume", "long"])).code, 0);
  await until(() => states(running).length > made);
});
