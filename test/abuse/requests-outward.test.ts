import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { rawRequest } from "../http/legacy/raw-request.ts";
import { until } from "../e2e/flowlord.ts";
import { realInstance } from "./real-instance.ts";

interface Canary {
  readonly port: number;
  /** Paths that somebody asked for. */
  readonly asked: readonly string[];
}

/** What an attacker wants the instance to ask; `/redirect` leads on. */
async function canary(t: TestContext, host: string): Promise<Canary> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/redirect") response.writeHead(302, { location: "/internal" });
    response.end("{}");
  });
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

/** The ways to write this machine, and what clouds keep on a fixed address. */
function targets(port: number): readonly string[] {
  const hosts = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "localhost.",
    "evil.example@127.0.0.1",
  ];
  const urls = hosts.flatMap((host) => [`http://${host}:${port}/internal`, `http://${host}:${port}/redirect`]);
  return [
    ...urls,
    `//127.0.0.1:${port}/internal`,
    `\\\\127.0.0.1@${port}\\internal`,
    "http://169.254.169.254/latest/meta-data/",
  ];
}

test("nothing that a request, a message or a file's name says makes the instance ask another server", async (t) => {
  const four = await canary(t, "127.0.0.1");
  const six = await canary(t, "::1");
  const tables = `[[worker]]\ntype = "ask"\nhttp = "http://127.0.0.1:${four.port}/redirect"\n`;
  const { url, port, asInstance, process } = await realInstance(t, { tables });
  const json = { ...asInstance, "content-type": "application/json" };
  const post = async (path: string, body: object): Promise<number> => {
    const answer = await fetch(`${url}${path}`, { method: "POST", headers: json, body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  };
  for (const target of [...targets(four.port), ...targets(six.port)]) {
    const meta = `file=${encodeURIComponent(target)}&log=${encodeURIComponent(target)}&workflow=${encodeURIComponent(target)}&callback=${encodeURIComponent(target)}`;
    const message = {
      type: "a",
      id: target,
      info: target,
      meta,
      created: "2026-01-01T00:00:00Z",
      result: "alert",
      msg: target,
    };
    assert.equal(await post("/api/topics/done/messages", { messages: [JSON.stringify(message)] }), 200);
    assert.equal(await post("/api/files", { path: target }), 200);
    const text = `[[phase]]\ntask = "a"\nrunbook = ${JSON.stringify(target)}\nrule = "cron=@daily&meta-file=${target}"\n`;
    assert.equal(await post("/api/workflows/validate", { text, path: "new.toml" }), 200);
    const span = { type: "a", from: "2026-01-01", to: "2026-01-01", meta_file: target };
    assert.ok([403, 422].includes(await post("/api/backfills/preview", span)), target);
    assert.equal(await post("/backload", { Task: "a", "meta-file": target }), 400);
    for (const name of ["file", "source", "graph"]) {
      const { status } = await fetch(`${url}/api/workflows/${name}?path=${encodeURIComponent(target)}`, {
        headers: json,
      });
      assert.ok(status < 500, target);
    }
    for (const path of [target, `/workflow/${target}`, `/web/task?url=${encodeURIComponent(target)}`]) {
      const headers = { ...asInstance, referer: target, "x-forwarded-host": target, "x-original-url": target };
      const { status } = await rawRequest(port, { path: path.replaceAll("\\", "%5c"), headers });
      assert.ok([302, 400, 403, 404].includes(status), `${path}: ${status}`);
    }
  }
  // All of it has been handled when this task is done: its worker asks what the configuration says, and no redirect is followed.
  assert.equal(await post("/api/tasks", { type: "ask", info: `http://127.0.0.1:${four.port}/internal` }), 200);
  await until(() => four.asked.length > 0);
  await until(async () => {
    const { tasks } = (await (await fetch(`${url}/api/tasks?type=ask`, { headers: json })).json()) as {
      tasks: { result: string }[];
    };
    return tasks.some(({ result }) => result !== "");
  });
  assert.deepEqual([...new Set(four.asked)], ["/redirect"]);
  assert.deepEqual(six.asked, []);
  assert.deepEqual(process.problems, []);
});
