import assert from "node:assert/strict";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import Fastify, { type FastifyInstance } from "fastify";
import { leaveRefusedBodies, limitConnections } from "../../src/http/connection-limits.ts";
import { DomainError } from "../../src/contract/domain-error.ts";
import { handleErrors } from "../../src/http/errors.ts";
import { alertApp } from "./alert-app.ts";
import { DEFAULT_REDACT } from "../support/default-redact.ts";

interface Server {
  readonly port: number;
  /** Bytes that arrived on its connections. */
  received(): number;
}

async function listen(t: TestContext, app: FastifyInstance): Promise<Server> {
  const sockets: Socket[] = [];
  app.server.on("connection", (socket: Socket) => sockets.push(socket));
  await app.listen({ port: 0, host: "127.0.0.1" });
  t.after(() => app.close());
  return {
    port: (app.server.address() as AddressInfo).port,
    received: () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  };
}

/** `GET /` answers after a turn of the event loop, as a route that asks the store does; `POST /` refuses. */
async function serve(t: TestContext): Promise<Server & { handled(): number }> {
  const app = Fastify();
  let handled = 0;
  limitConnections(app);
  leaveRefusedBodies(app);

  handleErrors(app, { error: () => {} }, DEFAULT_REDACT);
  app.get("/", async () => {
    handled += 1;
    await new Promise(setImmediate);
    return "x";
  });
  app.post(
    "/",
    { preParsing: async () => Promise.reject(new DomainError("unauthenticated", "no", "No.")) },
    async () => "never",
  );
  return { ...(await listen(t, app)), handled: () => handled };
}

/** All that the server sends until it closes the connection. */
async function exchange(port: number, write: (socket: Socket) => void): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("utf8");
  let text = "";
  socket.on("data", (part: string) => (text += part));
  // A connection that is closed while more is written to it ends in a reset.
  socket.on("error", () => {});
  const closed = Promise.withResolvers<void>();
  socket.on("close", () => closed.resolve());
  write(socket);
  await closed.promise;
  return text;
}

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/** Of a body that is refused. */
const LENGTH = 64 * 1024 * 1024;

const count = (text: string, part: string): number => text.split(part).length - 1;

test("16 pipelined requests are answered, and the connection closes: the others are not handled", async (t) => {
  const server = await serve(t);
  const text = await exchange(server.port, (socket) => socket.write(GET.repeat(10_000)));
  assert.equal(count(text, "HTTP/1.1 200"), 16);
  assert.equal(count(text, "HTTP/1.1"), 16);
  assert.equal(count(text.toLowerCase(), "connection: close"), 1);
  assert.equal(server.handled(), 16);
});

test("a client that waits for its answers gets 100 on one connection", async (t) => {
  const server = await serve(t);
  const text = await exchange(server.port, (socket) => {
    socket.write(GET);
    socket.on("data", (part: string) => {
      for (let left = count(part, "HTTP/1.1 "); left > 0; left -= 1) socket.write(GET);
    });
  });
  assert.equal(count(text, "HTTP/1.1 200"), 100);
  assert.equal(server.handled(), 100);
});

/** Sends the head of a request whose body has 64 MiB, and of the body as much as the server takes. */
async function sendBody(port: number, path: string): Promise<string> {
  const body = Buffer.alloc(64 * 1024);
  return exchange(port, (socket) => {
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`);
    socket.write(`Content-Length: ${LENGTH}\r\n\r\n`);
    let written = 0;
    const more = (): void => {
      while (!socket.destroyed && written < LENGTH) {
        written += body.length;
        if (!socket.write(body)) break;
      }
    };
    socket.on("drain", more);
    more();
  });
}

test("a refused body is not read to its end", async (t) => {
  const server = await serve(t);
  assert.equal(count(await sendBody(server.port, "/"), "HTTP/1.1 401"), 1);
  assert.ok(server.received() < LENGTH / 4, `${server.received()} bytes were read`);
});

test("the application has these limits, of what it serves itself and of the API", async (t) => {
  const server = await listen(t, alertApp(t).app);
  const text = await exchange(server.port, (socket) => socket.write(GET.replace("/ ", "/status ").repeat(1000)));
  assert.equal(count(text, "HTTP/1.1 200"), 16);
  for (const path of ["/backload", "/api/topics/done/messages"]) {
    const before = server.received();
    assert.match(await sendBody(server.port, path), /^HTTP\/1\.1 403 /, path);
    assert.ok(server.received() - before < LENGTH / 4, `${server.received() - before} bytes were read of ${path}`);
  }
});
