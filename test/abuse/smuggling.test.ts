import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { exchange, realInstance, statuses } from "./real-instance.ts";

const HOST = "Host: 127.0.0.1\r\n";
const POST = `POST /api/tasks/search HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;
const CHUNKED = "Transfer-Encoding: chunked\r\n";
/** What an attacker wants to be handled as the request of whoever comes next on the connection of a proxy. */
const HIDDEN = `POST /api/pause HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{"reason":"x"}`;
const LARGE = "a".repeat(20_000);

/** The answers are documented in docs/http.md. */
const REFUSED: readonly (readonly [what: string, bytes: string, status?: number])[] = [
  ["a length and chunks", `${POST}Content-Length: 4\r\n${CHUNKED}\r\n0\r\n\r\n${HIDDEN}`],
  ["chunks and a length", `${POST}${CHUNKED}Content-Length: 4\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["two codings in two headers", `${POST}${CHUNKED}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["chunks before another coding", `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["another coding before chunks", `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["an unknown coding", `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["a coding behind a vertical tab", `${POST}Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["a folded coding", `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["a folded header", `GET /api/me HTTP/1.1\r\n${HOST}X-A: b\r\n c\r\n\r\n`],
  ["a space before the colon", `${POST}Content-Length : 2\r\n\r\n{}${HIDDEN}`],
  ["a space before the colon of a coding", `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
  ["lines that end in LF", "GET /api/me HTTP/1.1\nHost: 127.0.0.1\n\n"],
  ["lines that end in CR", "GET /api/me HTTP/1.1\rHost: 127.0.0.1\r\r"],
  ["two lengths", `${POST}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${HIDDEN}`],
  ["the same length twice", `${POST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
  ["a list of lengths", `${POST}Content-Length: 2, 2\r\n\r\n{}`],
  ["a length with a sign", `${POST}Content-Length: +2\r\n\r\n{}`],
  ["a negative length", `${POST}Content-Length: -2\r\n\r\n{}`],
  ["a hexadecimal length", `${POST}Content-Length: 0x2\r\n\r\n{}`],
  ["a length beyond all numbers", `${POST}Content-Length: 99999999999999999999999\r\n\r\n{}`],
  ["a large chunk extension", `${POST}${CHUNKED}\r\n2;${LARGE}=b\r\n{}\r\n0\r\n\r\n`],
  ["a chunk beyond all numbers", `${POST}${CHUNKED}\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n`],
  ["a chunk with 0x", `${POST}${CHUNKED}\r\n0x2\r\n{}\r\n0\r\n\r\n`],
  ["chunks that end in LF", `${POST}${CHUNKED}\r\n2\n{}\n0\n\n${HIDDEN}`],
  ["a chunk longer than it says", `${POST}${CHUNKED}\r\n2\r\n{}xx0\r\n\r\n${HIDDEN}`],
  ["a length in the trailer", `${POST}${CHUNKED}\r\n2\r\n{}\r\n0\r\nContent-Length: 3\r\n\r\n`],
  ["a large trailer", `${POST}${CHUNKED}\r\n2\r\n{}\r\n0\r\nX: ${LARGE}\r\n\r\n`, 431],
  ["a large header", `GET /api/me HTTP/1.1\r\n${HOST}X: ${LARGE}\r\n\r\n`, 431],
  ["many headers", `GET /api/me HTTP/1.1\r\n${HOST}${"A: b\r\n".repeat(2500)}\r\n`, 431],
  ["a length behind many headers", `${POST}${"A:b\r\n".repeat(2500)}Content-Length: 2\r\n\r\n{}`, 431],
  ["a NUL in a header", `GET /api/me HTTP/1.1\r\n${HOST}X: a\u0000b\r\n\r\n`],
  ["a NUL in the path", `GET /api/me\u0000 HTTP/1.1\r\n${HOST}\r\n`],
  ["two hosts", `GET /api/me HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`],
  ["two hosts, ours last", `GET /api/me HTTP/1.1\r\nHost: evil.example\r\n${HOST}\r\n`],
  ["no host", "GET /api/me HTTP/1.1\r\n\r\n"],
  ["an empty host", "GET /api/me HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n", 403],
  ["no host, of the older protocol", "GET /api/me HTTP/1.0\r\n\r\n", 403],
  ["a foreign host in the address", `GET http://evil.example/api/me HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 403],
  ["the metadata of a cloud", `GET http://169.254.169.254/api/me HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 403],
  [
    "our host before another",
    `GET http://127.0.0.1@evil.example/api/me HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
    403,
  ],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000"],
  ["HTTP/1.2", `GET /api/me HTTP/1.2\r\n${HOST}\r\n`],
  ["TLS", `\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001${"a".repeat(100)}`],
  [
    "a body of a refused request that is the next one",
    `POST /api/tasks/search HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n${HIDDEN}`,
    403,
  ],
  [
    "more than 16 KiB of a body that is refused, and the next request",
    `POST /api/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 20000\r\n\r\n${LARGE}${HIDDEN}`,
    413,
  ],
];

/** What looks like these, and is one request that is done. */
const HARMLESS: readonly (readonly [what: string, bytes: string])[] = [
  ["a length", `${POST}Content-Length: 2\r\nConnection: close\r\n\r\n{}`],
  [
    "chunks with an extension and a trailer",
    `${POST}${CHUNKED}Connection: close\r\n\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n`,
  ],
  ["our host in the address", `GET http://127.0.0.1/api/me HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
  [
    "a host in the address, and another as the header",
    `GET http://127.0.0.1/api/me HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n`,
  ],
];

async function isPaused(url: string): Promise<boolean> {
  const status = (await (await fetch(`${url}/status?verbose=1`)).json()) as { paused: readonly unknown[] };
  return status.paused.length > 0;
}

test("what may hide a second request is refused once, and the connection closed", async (t: TestContext) => {
  const { port, url, process } = await realInstance(t);
  for (const [what, bytes] of HARMLESS)
    assert.deepEqual(statuses(await exchange(port, Buffer.from(bytes, "latin1"))), [200], what);
  for (const [what, bytes, status = 400] of REFUSED) {
    const start = performance.now();
    const text = await exchange(port, Buffer.from(bytes, "latin1"));
    assert.deepEqual(statuses(text), [status], `${what}: ${text}`);
    assert.match(text, /^content-type: application\/problem\+json/m, what);
    assert.match(text, /^connection: close/im, what);
    assert.ok(performance.now() - start < 4000, `${what}: the server closes, not the client`);
  }
  assert.equal(await isPaused(url), false, "nothing that was hidden was done");
  const connected = await exchange(port, `CONNECT 169.254.169.254:80 HTTP/1.1\r\n${HOST}\r\n`);
  assert.equal(connected, "");
  const upgrade = `GET /api/me HTTP/1.1\r\n${HOST}Connection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n\r\n`;
  assert.match(await exchange(port, upgrade), /^HTTP\/1\.1 200 /);
  const expecting = `${POST}Expect: 200-ok\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
  assert.deepEqual(statuses(await exchange(port, expecting)), [417]);
  // The same, sent openly, is done: nothing else kept it from being done.
  assert.deepEqual(statuses(await exchange(port, HIDDEN.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))), [200]);
  assert.equal(await isPaused(url), true);
  assert.deepEqual(process.problems, []);
});
