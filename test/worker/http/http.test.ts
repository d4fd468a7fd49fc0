import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { parseTaskMessage } from "../../../src/contract/task-message.ts";
import { httpHandler } from "../../../src/worker/http/http.ts";
import { TaskRequeued, type ClosableHandler, type Outcome } from "../../../src/worker/task.ts";
import type { HttpWorkerOptions } from "../../../src/contract/worker-options.ts";
import { WorkerOptionsError } from "../../../src/worker/worker-options-error.ts";
import { taskMessage } from "../task-bus.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function service(t: TestContext, answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function worker(t: TestContext, url: string, fields: Partial<HttpWorkerOptions> = {}): ClosableHandler {
  const handler = httpHandler({ kind: "http", type: "clean", job: null, concurrency: 2, timeout: 0, url, ...fields });
  t.after(handler.close);
  return handler;
}

async function run(handler: ClosableHandler, signal = new AbortController().signal): Promise<Outcome> {
  return (await handler.run(taskMessage({ info: "i" }), { signal, attempt: 0 })) ?? {};
}

const JSON_TYPE = "application/json; charset=utf-8";
const answers: [status: number, type: string, body: string, result: string, msg: string, meta?: unknown][] = [
  [200, JSON_TYPE, "", "complete", ""],
  [204, "", "", "complete", ""],
  [201, JSON_TYPE, '{"msg":"3 rows","meta":{"rows":3}}', "complete", "3 rows", { rows: "3" }],
  [200, JSON_TYPE, '{\n  "result": "warn",\n  "msg": "late"\n}\n', "warn", "late"],
  [200, "application/problem+json", '{"result":"alert"}', "alert", ""],
  [200, JSON_TYPE, "[1]", "error", "its answer is invalid: not a JSON object"],
  [200, JSON_TYPE, '{"result":"ok"}', "error", 'its answer is invalid: unknown result "ok"'],
  [200, JSON_TYPE, '{"result":"alert","msg":7}', "alert", "its answer is invalid: msg is not a string"],
  [200, JSON_TYPE, '\ufeff{"result":"warn"}', "warn", ""],
  [200, "text/plain", "line one\nline two\n", "complete", "line two"],
  [200, "text/html", "<p>hello</p>", "complete", ""],
  [200, JSON_TYPE, `"${"x".repeat(70_000)}"`, "error", "its answer is invalid: it is larger than 64 KiB"],
  [404, "text/plain", "no such job", "error", "HOST answered 404 Not Found: no such job"],
  [
    409,
    JSON_TYPE,
    '{"result":"complete","msg":"was done before"}',
    "error",
    "HOST answered 409 Conflict: was done before",
  ],
  [400, JSON_TYPE, '{"result":"alert"}', "alert", "HOST answered 400 Bad Request"],
  [503, "", "", "error", "HOST answered 503 Service Unavailable"],
  [302, "", "", "error", "HOST answered 302 Found, a redirect, which is not followed"],
];
for (const [status, type, body, result, msg, meta] of answers) {
  test(`http: ${status} ${type} ${body.slice(0, 40).trim()}`, async (t) => {
    const host = await service(t, (_, response) => {
      response.writeHead(status, { ...(type === "" ? {} : { "content-type": type }), location: "/elsewhere" });
      response.end(body);
    });
    assert.deepEqual(await run(worker(t, `http://${host}/`)), { result, msg: msg.replace("HOST", host), meta });
  });
}

test("the task is posted as JSON, with the user of the URL, over a keep-alive connection", async (t) => {
  const seen: unknown[] = [];
  const sockets = new Set<unknown>();
  const host = await service(t, (request, response, body) => {
    const { method, url, headers } = request;
    seen.push([method, url, headers["content-type"], headers.authorization, parseTaskMessage(body).info]);
    sockets.add(request.socket);
    response.end();
  });
  const handler = worker(t, `http://me:p%40ss@${host}/run?key=k`);
  await run(handler);
  await run(handler);
  const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
  assert.deepEqual(seen[0], ["POST", "/run?key=k", "application/json", basic, "i"]);
  assert.deepEqual(seen[1], seen[0]);
  assert.equal(sockets.size, 1);
});

test("an idle connection that the service has closed is replaced", async (t) => {
  const host = await service(t, (request, response) => {
    response.end();
    response.on("finish", () => request.socket.destroySoon());
  });
  const handler = worker(t, `http://${host}/`);
  for (let n = 0; n < 20; n += 1) assert.equal((await run(handler)).result, "complete");
});

test("secrets of the URL do not reach the message, even when the service repeats them", async (t) => {
  const host = await service(t, (request, response) => {
    response.writeHead(500, { "content-type": "text/plain" });
    response.end(`cannot POST ${request.url} for me:hunter2`);
  });
  const { msg } = await run(worker(t, `http://me:hunter2@${host}/hook/T0123456789ABCDEF?token=s3cr3t`));
  assert.equal(msg, `${host} answered 500 Internal Server Error: cannot POST /hook/…?… for me:…`);
});

test("an unreachable service, a closed connection and a time-out are errors with a clear message", async (t) => {
  let hangUp = true;
  const host = await service(t, (request) => {
    if (hangUp) request.socket.destroy();
  });
  const handler = worker(t, `http://${host}/`, { timeout: 50 });
  assert.deepEqual(await run(handler), { result: "error", msg: `${host} closed the connection without an answer` });
  hangUp = false;
  assert.deepEqual(await run(handler), { result: "error", msg: `${host} did not answer within 0.05 s` });
  const nobody = createServer().listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  const { msg } = await run(worker(t, `http://127.0.0.1:${port}/secret`));
  assert.equal(msg, `127.0.0.1:${port} refused the connection: no service is listening`);
});

test("an incomplete answer is an error", async (t) => {
  const host = await service(t, (_, response) => {
    response.writeHead(200, { "content-type": JSON_TYPE, "content-length": "100" });
    response.write('{"result":', () => response.destroy());
  });
  assert.equal((await run(worker(t, `http://${host}/`))).result, "error");
});

test("an abort requeues the task", async (t) => {
  const stop = new AbortController();
  const host = await service(t, () => stop.abort());
  await assert.rejects(run(worker(t, `http://${host}/`, { timeout: 60_000 }), stop.signal), TaskRequeued);
});

test("an invalid http URL is refused without repeating it", (t) => {
  for (const url of ["ftp://me:secret@host/", "secret", "http://me:%zz-secret@host/"]) {
    assert.throws(
      () => worker(t, url),
      (error) => error instanceof WorkerOptionsError && !error.message.includes("secret"),
    );
  }
});
