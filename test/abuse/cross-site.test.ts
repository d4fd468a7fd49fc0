import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessApp, PASSWORD, type AccessApp } from "../http/auth/access-app.ts";

type Headers = Record<string, string>;

/** What a browser sends for the page of somebody else, which it may make it send; the answer is documented in docs/http.md. */
const FORGED: readonly (readonly [how: string, headers: Headers, status: number, code: string])[] = [
  ["across sites", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403, "cross_site"],
  ["from another port of this machine", { "sec-fetch-site": "same-site" }, 403, "cross_site"],
  ["from an old browser", { origin: "https://evil.example" }, 403, "cross_site"],
  ["from a page without an origin", { origin: "null" }, 403, "cross_site"],
  ["by a form as text, without Origin", { "content-type": "text/plain" }, 415, "json_only"],
  ["by a form, without Origin", { "content-type": "application/x-www-form-urlencoded" }, 415, "json_only"],
  ["with an empty body of no type, without Origin", { "content-type": "" }, 415, "json_only"],
  ["to a foreign name of this machine", { host: "evil.example" }, 403, "host_refused"],
  ["to a foreign name with a port", { host: "127.0.0.1.evil.example:8080" }, 403, "host_refused"],
  ["to a name that ends as ours", { host: "notlocalhost" }, 403, "host_refused"],
  ["to an address of the network", { host: "192.0.2.7" }, 403, "host_refused"],
  ["to a name with a dot behind it", { host: "localhost." }, 403, "host_refused"],
  ["to this machine written short", { host: "127.1" }, 403, "host_refused"],
  ["to this machine as a number", { host: "2130706433" }, 403, "host_refused"],
  ["to any address", { host: "0.0.0.0" }, 403, "host_refused"],
  ["to a mapped address", { host: "[::ffff:127.0.0.1]:80" }, 403, "host_refused"],
  ["to ours as the user of another", { host: "localhost@evil.example" }, 403, "host_refused"],
  ["to another as the user of ours", { host: "evil.example@localhost" }, 403, "host_refused"],
  ["to ours with a port that is none", { host: "localhost:8080.evil.example" }, 403, "host_refused"],
  ["to ours before a fragment", { host: "localhost#.evil.example" }, 403, "host_refused"],
  ["to ours behind a bracket", { host: "[::1].evil.example" }, 403, "host_refused"],
  ["to two names", { host: "localhost, evil.example" }, 403, "host_refused"],
  [
    "to a foreign name that a proxy is said to know as ours",
    { host: "evil.example", "x-forwarded-host": "localhost" },
    403,
    "host_refused",
  ],
  ["with an origin that begins as ours", { origin: "http://localhost.evil.example" }, 403, "cross_site"],
  ["with an origin on another port", { origin: "http://localhost:1" }, 403, "cross_site"],
  ["with an origin of another scheme", { origin: "file://localhost" }, 403, "cross_site"],
  [
    "with our origin, but across sites",
    { origin: "http://localhost", "sec-fetch-site": "cross-site" },
    403,
    "cross_site",
  ],
];

const KEY = '{"name":"evil","role":"admin","expires_at":null}';

async function refuses({ call, send, rig }: AccessApp, caller: Headers): Promise<void> {
  for (const [how, headers, status, code] of FORGED) {
    const { "content-type": type = "application/json", ...others } = headers;
    const sent = { ...caller, ...others, ...(type === "" ? {} : { "content-type": type }) };
    const answer = await send("POST", "/api/keys", sent, type === "" ? "" : KEY);
    assert.deepEqual([answer.status, answer.body["code"]], [status, code], how);
  }
  const keys = await rig.store.reads.access.keys({ after: 0, limit: 10, isRevokedToo: true });
  assert.deepEqual(keys, [], "nothing was done");
  const own = { ...caller, "sec-fetch-site": "same-origin", origin: "http://localhost" };
  assert.equal((await call("POST /api/keys", JSON.parse(KEY) as object, own)).status, 201, "our own page may");
}

describe("a page of somebody else cannot make a browser act", () => {
  test("where nobody has to log in", async (t) => refuses(await accessApp(t), {}));

  test("with the session that the browser has", async (t) => {
    const app = await accessApp(t);
    await refuses(app, await app.session("ada", "admin"));
  });

  test("and cannot log it in as somebody else", async (t) => {
    const { call, session } = await accessApp(t);
    await session("eve", "admin");
    const login = { name: "eve", password: PASSWORD };
    const answer = await call("POST /api/login", login, { origin: "https://evil.example" });
    assert.deepEqual([answer.status, answer.cookie], [403, ""]);
  });

  test("nor read: no answer allows another origin", async (t) => {
    const { call } = await accessApp(t);
    const { headers } = await call("GET /api/me");
    assert.equal(headers["access-control-allow-origin"], undefined);
    const preflight = await call("OPTIONS /api/keys", null, {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
    });
    assert.equal(preflight.status, 404);
    assert.equal(preflight.headers["access-control-allow-origin"], undefined);
  });
});

test("every answer tells browsers to frame, sniff and run nothing", async (t) => {
  const { call } = await accessApp(t);
  for (const name of [
    "GET /api/me",
    "GET /api/nothing",
    "GET /status",
    "GET /metrics",
    "GET /nothing",
    "POST /api/keys",
  ]) {
    const { headers } = await call(name);
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /default-src 'self'.*frame-ancestors 'none'/, name);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|upgrade-insecure-requests/, name);
    assert.equal(headers["x-content-type-options"], "nosniff", name);
    assert.equal(headers["referrer-policy"], "no-referrer", name);
    assert.equal(headers["strict-transport-security"], undefined, `${name}: it is plain HTTP`);
  }
});
