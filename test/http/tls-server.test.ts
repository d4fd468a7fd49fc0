import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connect, createServer, type TLSSocket } from "node:tls";
import { readKeyPair } from "../../src/app/tls/key-pair.ts";
import { requestInstance } from "../../src/cli/instance-request.ts";
import { instanceFile, type InstanceFile } from "../../src/contract/api/instance-api.ts";
import { AnyObjects } from "../../src/objects/any.ts";
import { makeKeyPair } from "../support/key-pair.ts";
import { scratchFolder, startServer } from "./start-server.ts";

async function started(t: TestContext) {
  const dir = scratchFolder(t);
  const pairOf = async (name: string) => readKeyPair(await makeKeyPair(dir, name), new AnyObjects());
  const [one, other] = [await pairOf("one"), await pairOf("other")];
  const path = join(dir, "flow.db.instance");
  const http = await startServer(t, path, { keyPair: one });
  const file = (): InstanceFile => instanceFile.parse(JSON.parse(readFileSync(path, "utf8")));
  return { dir, http, file, one, other, port: Number(new URL(http.url).port) };
}

/** An open connection, whatever its certificate. */
async function opened(t: TestContext, port: number): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  t.after(() => socket.destroy());
  socket.setEncoding("utf8");
  await once(socket, "secureConnect");
  return socket;
}

async function ask(socket: TLSSocket, headers = ""): Promise<string> {
  socket.write(`GET /status HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`);
  const [text] = (await once(socket, "data")) as [string];
  return text;
}

const GET = { method: "GET", headers: {} } as const;

test("the server speaks TLS alone, with its security headers, and the instance file says so", async (t) => {
  const { http, file, one, port } = await started(t);
  assert.match(http.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual([file().url, file().certificates], [http.url, [one.fingerprint]]);
  const answer = await ask(await opened(t, port));
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /\r\nstrict-transport-security: max-age=\d+\r\n/);
  const plain = connectPlain(port, "127.0.0.1");
  plain.setEncoding("utf8");
  let told = "";
  plain.on("data", (part: string) => (told += part));
  plain.on("error", () => undefined);
  plain.write("GET /status HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(plain, "close");
  assert.ok(!told.includes("HTTP/1.1 200"), "plain HTTP is not answered");
  assert.match(await ask(await opened(t, port)), /^HTTP\/1\.1 200 OK/, "and the server goes on");
});

test("a new pair is shown to new connections, and open ones go on", async (t) => {
  const { http, file, one, other, port } = await started(t);
  const before = await opened(t, port);
  await ask(before);
  await http.useKeyPair(other);
  assert.match(await ask(before), /^HTTP\/1\.1 200 OK/);
  const shown = async (): Promise<string> => (await opened(t, port)).getPeerX509Certificate()?.fingerprint256 ?? "";
  assert.equal(await shown(), other.fingerprint);
  // A command that read the file before knows the former.
  assert.deepEqual(file().certificates, [one.fingerprint, other.fingerprint]);
  await http.useKeyPair(one);
  assert.equal(await shown(), one.fingerprint);
});

test("a command on this machine takes the certificates of the instance file, and sends its token to no other", async (t) => {
  const { dir, http, file, one, other } = await started(t);
  const authorization = `Bearer ${file().token}`;
  const known = await requestInstance(file(), "/api/me", { method: "GET", headers: { authorization } });
  assert.deepEqual([known.status, ((await known.json()) as { via: string }).via], [200, "token"]);
  const written = await requestInstance(file(), "/api/workflows/refresh", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: "{",
  });
  assert.equal(written.status, 400, "a body arrives");
  await assert.rejects(requestInstance({ ...file(), certificates: [other.fingerprint] }, "/status", GET), {
    message: `what answers at ${http.url} has another certificate than the instance`,
  });
  await assert.rejects(requestInstance({ ...file(), certificates: [] }, "/status", GET), /another certificate/);

  // Somebody else took the port of an instance that was killed.
  const taken = await readKeyPair(await makeKeyPair(dir, "third"), new AnyObjects());
  let heard = "";
  const thief = createServer({ cert: taken.certificate, key: taken.key }, (socket) => {
    socket.on("data", (part) => (heard += String(part)));
    socket.on("error", () => undefined);
  });
  thief.listen(0, "127.0.0.1");
  await once(thief, "listening");
  t.after(() => thief.close());
  const address = thief.address() as { readonly port: number };
  const stale = { ...file(), url: `https://127.0.0.1:${address.port}`, certificates: [one.fingerprint] };
  await assert.rejects(
    requestInstance(stale, "/api/me", { method: "GET", headers: { authorization } }),
    /another certificate/,
  );
  assert.equal(heard, "");
});

test("a page over plain HTTP is another site than the server over TLS", async (t) => {
  const { port } = await started(t);
  const me = async (origin: string): Promise<string> => {
    const socket = await opened(t, port);
    socket.write(`GET /api/me HTTP/1.1\r\nhost: localhost:${port}\r\norigin: ${origin}\r\n\r\n`);
    const [text] = (await once(socket, "data")) as [string];
    return text.split("\r\n")[0] ?? "";
  };
  assert.equal(await me(`https://localhost:${port}`), "HTTP/1.1 200 OK");
  assert.equal(await me(`http://localhost:${port}`), "HTTP/1.1 403 Forbidden");
});

test("connections that never finish their handshake do not hold up a stop", async (t) => {
  const { http, port } = await started(t);
  const silent = connectPlain(port, "127.0.0.1");
  const begun = connectPlain(port, "127.0.0.1");
  for (const socket of [silent, begun]) socket.on("error", () => undefined);
  await Promise.all([once(silent, "connect"), once(begun, "connect")]);
  // The head of a ClientHello, and not the rest.
  begun.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
  assert.match(await ask(await opened(t, port)), /200 OK/);
  const closed = Promise.all([once(silent, "close"), once(begun, "close")]);
  await http.close();
  await closed;
  assert.deepEqual([silent.destroyed, begun.destroyed], [true, true]);
});
