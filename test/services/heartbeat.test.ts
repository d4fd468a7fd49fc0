import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createHeartbeatPing } from "../../src/notify/heartbeat-ping.ts";
import { NotifyError } from "../../src/notify/notify.ts";
import { Heartbeat } from "../../src/services/heartbeat.ts";

const EVERY = 60_000;
const START = 1_000_000;

interface Ward {
  isWell: boolean;
  answer: (signal: AbortSignal) => Promise<void>;
  /** When it was called, in milliseconds after the start. */
  readonly calls: number[];
  readonly told: string[];
  readonly heartbeat: Heartbeat;
  readonly pass: (ms: number) => Promise<void>;
}

async function watched(t: TestContext): Promise<Ward> {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  const calls: number[] = [];
  const told: string[] = [];
  let running = 0;
  const heartbeat = new Heartbeat({
    ping: async (signal) => {
      calls.push(Date.now() - START);
      running += 1;
      assert.equal(running, 1, "never two at a time");
      await ward.answer(signal).finally(() => (running -= 1));
    },
    isWell: () => ward.isWell,
    every: EVERY,
    now: () => Date.now(),
    onProblem: (name, error) => told.push(`${name}: ${error.message}`),
    onRecovered: () => told.push("back"),
  });
  const ward: Ward = {
    isWell: true,
    answer: async () => {},
    calls,
    told,
    heartbeat,
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 1000) {
        t.mock.timers.tick(1000);
        await setImmediate();
      }
    },
  };
  t.after(() => heartbeat.stop());
  heartbeat.start();
  await setImmediate();
  return ward;
}

test("while all is well it calls at once and then every minute", async (t) => {
  const { calls, told, pass } = await watched(t);
  await pass(3 * EVERY);
  assert.deepEqual(calls, [0, EVERY, 2 * EVERY, 3 * EVERY]);
  assert.deepEqual(told, []);
});

test("it is silent while something does not work, and soon calls again when it does", async (t) => {
  const ward = await watched(t);
  ward.isWell = false;
  await ward.pass(10 * EVERY);
  assert.deepEqual(ward.calls, [0]);
  ward.isWell = true;
  await ward.pass(5000);
  assert.deepEqual(ward.calls, [0, 10 * EVERY + 5000]);
  await ward.pass(EVERY);
  assert.equal(ward.calls.length, 3);
});

test("calls that fail are told once, anew when the reason is another, and when it is over", async (t) => {
  const ward = await watched(t);
  const failing = (message: string): void => {
    ward.answer = () => Promise.reject(new NotifyError("unreachable", message, true));
  };
  failing("beats.example.com answered 500.");
  await ward.pass(3 * EVERY);
  assert.equal(ward.calls.length, 4, "it goes on all the same");
  assert.deepEqual(ward.told.splice(0), ["heartbeat: beats.example.com answered 500."]);
  failing("beats.example.com cannot be reached.");
  await ward.pass(3 * EVERY);
  assert.deepEqual(ward.told.splice(0), ["heartbeat: beats.example.com cannot be reached."]);
  assert.equal(ward.heartbeat.currentError, null, "or /status would turn bad, and the calls never begin again");
  ward.answer = async () => {};
  await ward.pass(3 * EVERY);
  assert.deepEqual(ward.told, ["back"]);
});

test("a call without an answer is not joined by a second one, and a stop ends it", async (t) => {
  const ward = await watched(t);
  ward.answer = (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("stopped")));
    });
  await ward.pass(5 * EVERY);
  assert.deepEqual(ward.calls, [0, EVERY]);
  await ward.heartbeat.stop();
  assert.deepEqual(ward.told, [], "a stop is no failure");
});

for (const method of ["POST", "GET"] as const) {
  test(`the URL is called by ${method} without a body, and never shown`, async (t) => {
    const calls: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      const { "content-length": length = "none", "content-type": type = "none" } = request.headers;
      calls.push(`${request.method} ${request.url} ${length} ${type}`);
      response.writeHead(status).end("heard /ping/hidden-key");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const options = { url: `http://127.0.0.1:${port}/ping/hidden-key`, method, now: () => START };
    const failed = Promise.withResolvers<string>();
    const heartbeat = new Heartbeat({
      ping: createHeartbeatPing(options),
      isWell: () => true,
      every: 10,
      now: () => Date.now(),
      onProblem: (_, error) => failed.resolve(error.message),
      onRecovered: () => undefined,
    });
    t.after(() => heartbeat.stop());
    heartbeat.start();
    while (calls.length < 3) await once(server, "request");
    assert.equal(calls[2], `${method} /ping/hidden-key ${method === "POST" ? "0" : "none"} none`);
    status = 503;
    const message = await failed.promise;
    assert.match(message, /^127\.0\.0\.1:\d+ answered 503: heard …/);
    assert.doesNotMatch(message, /hidden/);
  });
}
