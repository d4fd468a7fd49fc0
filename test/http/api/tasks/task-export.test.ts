import { redactor } from "../../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../../src/contract/redact/rules.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import type { ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { EVERY_TASK } from "../../../../src/contract/query/task-query.ts";
import { MAX_EXPORTS } from "../../../../src/http/api/tasks/open-exports.ts";
import { exportTasks } from "../../../../src/http/api/tasks/export-tasks.ts";
import { phase, rigWith } from "../../../engine/rig/drive.ts";
import { newTask, taskMessage } from "../../../store/factories.ts";
import { serveRig, type ServedRig } from "../../served-rig.ts";

async function served(t: TestContext, infos: readonly string[]): Promise<ServedRig> {
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
  const tasks = infos.map((info, n) => newTask({ message: taskMessage({ id: `run-${n}`, type: "load", info }) }));
  await rig.store.createTasks(tasks, rig.now);
  return serveRig(t, rig);
}

async function listening(app: FastifyInstance): Promise<AddressInfo> {
  await app.listen({ port: 0, host: "127.0.0.1" });
  return app.server.address() as AddressInfo;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `?n=${n}`);

test("an export as CSV has every record once, in pages, and can go on before its last record", async (t) => {
  const { app } = await served(t, numbered(1201));
  const get = (url: string) => app.inject({ url: `/api/tasks/export?${url}`, headers: { "x-role": "viewer" } });
  const whole = await get("query=type:load");
  assert.equal(whole.headers["content-type"], "text/csv; charset=utf-8");
  assert.equal(whole.headers["content-disposition"], 'attachment; filename="tasks.csv"');
  assert.equal(whole.headers["cache-control"], "no-store");
  const [head = "", ...rows] = whole.body.split("\r\n").slice(0, -1);
  assert.match(
    head,
    /^record_id,id,type,job,info,meta,msg,result,state,origin,attempt,workflow,task_time,task_zone,created,/,
  );
  assert.deepEqual(
    rows.map((row) => Number(row.split(",")[0])),
    Array.from({ length: 1201 }, (_, n) => 1201 - n),
  );
  const part = await get("type=load&limit=2&before=3&format=ndjson");
  assert.equal(part.headers["content-type"], "application/x-ndjson; charset=utf-8");
  const lines = part.body.trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { record_id: number }).record_id),
    [2, 1],
  );
  assert.equal((await get("type=none&format=ndjson")).body, "");
  assert.equal((await get("type=none")).body, `${head}\r\n`);
  const asked = await app.inject({ method: "HEAD", url: "/api/tasks/export", headers: { "x-role": "viewer" } });
  assert.deepEqual([asked.statusCode, asked.body], [200, ""]);
});

test("a cell is no formula", async (t) => {
  const { app } = await served(t, ["=cmd|' /C calc'!A0"]);
  const { body } = await app.inject({ url: "/api/tasks/export", headers: { "x-role": "viewer" } });
  assert.ok(body.includes(",'=cmd|' /C calc'!A0,"), body);
});

test("a client that goes away ends the reading", async (t) => {
  const { app } = await served(t, numbered(30));
  let reads = 0;
  const gone = new AbortController();
  const slow = {
    searchTasks: async () => {
      reads += 1;
      // Nothing is found for long: what comes next is a page that nobody waits for.
      if (reads === 3) gone.abort();
      return { rows: [], next: 100 - reads, searched_to: 0, unindexed: 0 };
    },
  };
  const deps = {
    reads: slow as never,
    runtime: { now: () => 0, monotonic: () => 0, zone: "UTC" },
    redact: redactor(DEFAULT_RULES),
  };
  const request = { query: EVERY_TASK, format: "ndjson", limit: 10, before: undefined } as const;
  for await (const text of exportTasks(request, deps, gone.signal)) assert.fail(text);
  assert.equal(reads, 3);

  // Over a real connection: it is closed in the middle, and the server goes on.
  const { port } = await listening(app);
  const socket = connect(port, "127.0.0.1");
  socket.write("GET /api/tasks/export HTTP/1.1\r\nhost: localhost\r\nx-role: viewer\r\n\r\n");
  await once(socket, "data");
  socket.destroy();
  await once(socket, "close");
  assert.equal((await app.inject({ url: "/api/tasks", headers: { "x-role": "viewer" } })).statusCode, 200);
});

test("so many exports go on at a time, and one more when another ends", async (t) => {
  const { app, get } = await served(
    t,
    Array.from({ length: 600 }, (_, n) => `?n=${n}&x=${"x".repeat(50_000)}`),
  );
  const { port } = await listening(app);
  const responses: ServerResponse[] = [];
  app.server.on("request", (_request, response: ServerResponse) => responses.push(response));
  const sockets: Socket[] = [];
  for (let n = 0; n < MAX_EXPORTS; n++) {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    socket.write("GET /api/tasks/export HTTP/1.1\r\nhost: localhost\r\nx-role: viewer\r\n\r\n");
    // It reads the beginning, and not the rest.
    await once(socket, "readable");
  }
  const refused = await get<Problem>("/api/tasks/export?limit=1");
  assert.deepEqual([refused.status, refused.body.code], [429, "too_many_exports"]);
  assert.match(refused.body.detail ?? "", /^4 exports are under way/);
  const [first] = responses;
  assert.ok(first !== undefined);
  const closed = once(first, "close");
  sockets[0]?.destroy();
  await closed;
  const head = { url: "/api/tasks/export?limit=1", headers: { "x-role": "viewer" } };
  assert.equal((await app.inject(head)).statusCode, 200);
  assert.equal((await app.inject(head)).statusCode, 200, "which ends too");
  // The server waits for them when it closes.
  for (const socket of sockets) socket.destroy();
});

test("an export never waits in memory: a page is read when the one before was taken", async () => {
  let reads = 0;
  const reader = {
    searchTasks: async () => {
      reads += 1;
      return { rows: [], next: reads < 5 ? 100 - reads : null, searched_to: null, unindexed: reads === 5 ? 7 : 0 };
    },
  };
  const deps = {
    reads: reader as never,
    runtime: { now: () => 0, monotonic: () => 0, zone: "UTC" },
    redact: redactor(DEFAULT_RULES),
  };
  const request = { query: EVERY_TASK, format: "csv", limit: 10, before: undefined } as const;
  const text = exportTasks(request, deps, new AbortController().signal);
  assert.match((await text.next()).value ?? "", /^record_id,/);
  assert.equal(reads, 1);
  await assert.rejects(text.next(), { code: "index_behind" });
});

test("an export refuses what it does not know", async (t) => {
  const { get } = await served(t, ["x"]);
  for (const [url, pointer] of [
    ["limit=0", "/query/limit"],
    ["limit=1000001", "/query/limit"],
    ["format=xml", "/query/format"],
    ["before=0", "/query/before"],
    ["sort=run", "/query/sort"],
  ]) {
    const { status, body } = await get<Problem>(`/api/tasks/export?${url}`);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer], url);
  }
  assert.equal((await get<Problem>("/api/tasks/export?query=typ:a")).body.code, "bad_query");
});
