import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test, { type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../servers/server-process.ts";
import { Place } from "./harness.ts";

const BIN = fileURLToPath(new URL("../../bin/flowlord.js", import.meta.url));

const WORKFLOW = '[[phase]]\ntask = "a"\nrule = "cron=@daily"\n';

interface Server {
  readonly place: Place;
  readonly port: number;
}

async function serverWith(t: TestContext, workflow = WORKFLOW): Promise<Server> {
  const port = await freePort();
  const config = `workflow = "./flows"\nstatus_port = ${port}\n`;
  return { place: new Place(t, { "flowlord.toml": config, "flows/a.toml": workflow }), port };
}

/** Waits until the server answers. */
async function ready(child: ChildProcess, { port }: Server): Promise<void> {
  for (;;) {
    assert.equal(child.exitCode, null, "it runs");
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer?.status === 200) return;
    await pause(20);
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

function start(t: TestContext, location: Place, args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: location.dir, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`serve stops cleanly at ${signal}, opens no inspector, and says all of it on standard error`, async (t) => {
    const server = await serverWith(t);
    const child = start(t, server.place, ["-c", "flowlord.toml"]);
    const said = text(child.stderr);
    const out = text(child.stdout);
    await ready(child, server);
    child.kill("SIGUSR1");
    // The signals of one process may overtake each other.
    await ready(child, server);
    child.kill(signal);
    assert.equal(await ended(child), 0);
    assert.equal(await out, "");
    const lines = (await said).split("\n").filter((line) => line !== "");
    const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      log.slice(-2).map(({ level, component, msg }) => [level, component, msg]),
      [
        ["info", "serve", "Shutting down: running tasks are requeued; pending work stays in the database."],
        ["info", "serve", "Stopped."],
      ],
    );
  });
}

test("the process that starts commands opens no inspector either, when a command sends it SIGUSR1", async (t) => {
  const server = await serverWith(t, '[[phase]]\ntask = "a"\ncron = "* * * * * *"\n');
  const script = 'exec = ["sh", "-c", "kill -USR1 $PPID; sleep 0.2; touch done"]';
  const config = readFileSync(join(server.place.dir, "flowlord.toml"), "utf8");
  server.place.write("flowlord.toml", `${config}[[worker]]\ntype = "a"\n${script}\n`);
  const child = start(t, server.place, ["-c", "flowlord.toml"]);
  const said = text(child.stderr);
  while (!existsSync(join(server.place.dir, "done"))) await pause(20);
  child.kill("SIGTERM");
  assert.equal(await ended(child), 0);
  assert.doesNotMatch(await said, /Debugger/);
});

test("serve goes on when the readers of its output are gone", async (t) => {
  const server = await serverWith(t);
  const child = start(t, server.place, ["-c", "flowlord.toml"]);
  child.stdout.destroy();
  await once(child.stderr, "data");
  child.stderr.destroy();
  await ready(child, server);
  child.kill("SIGTERM");
  assert.equal(await ended(child), 0);
});

test("serve goes on when its log meets a full disk", async (t) => {
  const server = await serverWith(t);
  const child = start(t, server.place, ["-c", "flowlord.toml", "--set", "log.file=/dev/full"]);
  await ready(child, server);
  child.kill("SIGTERM");
  assert.equal(await ended(child), 0);
});

test("a reader of the log that does not read holds nothing up, not even the end", async (t) => {
  const broken = Array.from({ length: 3000 }, (_, index) => `[[phase]]\ntask = "t${index}"\ncron = "no"\n`);
  const server = await serverWith(t, broken.join(""));
  // Nothing reads standard error: a pipe holds 64 KiB, the errors of these phases are more.
  const child = start(t, server.place, ["-c", "flowlord.toml"]);
  await ready(child, server);
  child.kill("SIGTERM");
  assert.equal(await ended(child), 0);
});

test("a command whose output finds a full disk ends with one sentence", async (t) => {
  const location = new Place(t, { "flowlord.toml": "" });
  const full = openSync("/dev/full", "w");
  t.after(() => closeSync(full));
  const child = spawn(process.execPath, [BIN, "config"], { cwd: location.dir, stdio: ["ignore", full, "pipe"] });
  assert.ok(child.stderr !== null);
  const said = text(child.stderr);
  assert.deepEqual(
    [await ended(child), await said],
    [1, "flowlord: the output could not be written: no space is left on the disk.\n"],
  );
});

test("a reader that has enough is no failure", async (t) => {
  const location = new Place(t, { "flowlord.toml": "" });
  const child = start(t, location, ["config"]);
  // Closed before anything is read: the first write meets nobody.
  child.stdout.destroy();
  assert.equal(await ended(child), 0);
});
