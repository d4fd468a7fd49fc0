import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { drainRequest } from "../../../src/contract/api/tasks/worker-api.ts";
import { jsonLines, Place } from "../harness.ts";

const CONFIG = { "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n' };

/** An instance whose running tasks are these numbers, one an answer. */
async function instance(t: TestContext, running: readonly number[]) {
  const requests: { end: boolean }[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/status") return void response.end("ok");
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const { end } = drainRequest.parse(JSON.parse(text));
      requests.push({ end });
      const left = running[Math.min(requests.length, running.length) - 1] ?? 0;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ drained: !end, running: left }));
    });
  });
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = JSON.stringify({ pid: process.pid, url, token: "t".repeat(32) });
  return { at: new Place(t, { ...CONFIG, "tasks.db.instance": file }), requests };
}

test("drain says how many tasks run, and --end that tasks are taken again", async (t) => {
  const { at, requests } = await instance(t, [2, 1, 0]);
  assert.deepEqual(await at.run(["drain"]), {
    code: 0,
    out: "drained: no more tasks are taken, and 2 tasks run\n",
    err: "",
  });
  assert.equal((await at.run(["drain", "--end"])).out, "tasks are taken again; 1 task runs\n");
  assert.deepEqual(jsonLines((await at.run(["drain", "--json"])).out), [{ drained: true, running: 0 }]);
  assert.deepEqual(requests, [{ end: false }, { end: true }, { end: false }]);
});

test("drain --wait stays until no task runs", async (t) => {
  const { at, requests } = await instance(t, [1, 0]);
  assert.equal((await at.run(["drain", "--wait"])).out, "drained: no more tasks are taken, and no task runs\n");
  assert.equal(requests.length, 2);
});

test("drain needs a running instance", async (t) => {
  const at = new Place(t, CONFIG);
  const { code, out, err } = await at.run(["drain"]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /No instance answers for .*tasks\.db: none runs, or its status_port is 0/);
  assert.equal((await at.run(["drain", "now"])).code, 2);
});
