import assert from "node:assert/strict";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { text } from "node:stream/consumers";
import { readKeyPair } from "../../../src/app/tls/key-pair.ts";
import { Passwords } from "../../../src/engine/access/secrets.ts";
import { addressList } from "../../../src/http/auth/address-list.ts";
import { tlsServer } from "../../../src/http/tls-server.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import { makeKeyPair } from "../../support/key-pair.ts";
import { scratchFolder } from "../start-server.ts";
import { accessApp, type AccessSettings, PASSWORD } from "./access-app.ts";

test("an address is in the list however either is written, and what is no address never is", () => {
  const list = addressList([
    "10.0.0.1",
    "192.168.0.0/16",
    "2001:db8::/32",
    "::ffff:172.16.0.1",
    "::ffff:100.64.0.0/106",
  ]);
  const mapped = ["::ffff:10.0.0.1", "::ffff:a00:1", "::ffff:192.168.0.1", "::ffff:172.16.0.1"];
  const plain = ["10.0.0.1", "192.168.255.1", "172.16.0.1", "100.64.0.1", "100.127.255.255"];
  for (const address of [...mapped, ...plain, "2001:db8:ff::1", "2001:DB8::1%eth0"])
    assert.equal(list(address), true, address);
  for (const address of ["10.0.0.2", "172.16.0.2", "100.128.0.1", "2001:db9::1", "::1", "", "localhost", "10.0.0.1/8"])
    assert.equal(list(address), false, address);
  assert.equal(addressList([])("127.0.0.1"), false);
});

interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly cookie: string;
}

/** The application on a port, over TLS or not, with a user `ada`; `ask` connects from 127.0.0.1. */
async function listening(t: TestContext, settings: AccessSettings, { isTls = false, listen = "127.0.0.1" } = {}) {
  const pair = isTls ? await readKeyPair(await makeKeyPair(scratchFolder(t), "one"), new AnyObjects()) : null;
  const factory = pair === null ? {} : { serverFactory: tlsServer(pair).serverFactory };
  const { app, rig } = await accessApp(t, { required: true, ...settings, ...factory });
  const password = await new Passwords({ ln: 4, p: 1 }).hash(PASSWORD);
  await rig.context.store.access.addUser({ name: "ada", role: "admin", password }, () => undefined, rig.now);
  await app.listen({ host: listen, port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return async (path: string, headers: Record<string, string>, body?: object): Promise<Asked> => {
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const options = {
      host: "127.0.0.1",
      port,
      path,
      rejectUnauthorized: false,
      method: body === undefined ? "GET" : "POST",
      headers: { host: "localhost", ...type, ...headers },
    };
    const { promise, resolve, reject } = Promise.withResolvers<import("node:http").IncomingMessage>();
    const request = (isTls ? requestTls : requestPlain)(options, resolve).on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const answer = await promise;
    const json = JSON.parse(await text(answer)) as Record<string, unknown>;
    return { status: answer.statusCode ?? 0, body: json, cookie: String(answer.headers["set-cookie"] ?? "") };
  };
}

const ADA = { "x-remote-user": "ada" };

describe("who has logged in to a proxy", () => {
  for (const isTls of [false, true]) {
    test(`is believed of the address that is named alone, ${isTls ? "over TLS" : "over plain HTTP"}`, async (t) => {
      const named = await listening(t, { userHeader: "x-remote-user", trustedProxies: ["127.0.0.1"] }, { isTls });
      const me = await named("/api/me", ADA);
      assert.deepEqual([me.status, me.body["name"], me.body["via"]], [200, "ada", "proxy"]);
      const other = await listening(t, { userHeader: "x-remote-user", trustedProxies: ["10.0.0.1"] }, { isTls });
      assert.equal((await other("/api/me", ADA)).status, 401);
      // An address that a header gives is that of no connection.
      const forged = await other("/api/me", { ...ADA, "x-forwarded-for": "10.0.0.1" });
      assert.equal(forged.status, 401);
    });
  }

  test("is believed where the connection's address is one of IPv4 written as IPv6", async (t) => {
    for (const proxy of ["127.0.0.1", "::ffff:127.0.0.1", "127.0.0.0/8", "::ffff:7f00:0/104"]) {
      const settings = { userHeader: "x-remote-user", trustedProxies: [proxy] };
      const ask = await listening(t, settings, { listen: "::" });
      assert.equal((await ask("/api/me", ADA)).body["via"], "proxy", proxy);
    }
  });
});

test("the cookie of a login is for TLS alone where the connection is, or a trusted proxy says so", async (t) => {
  const login = { name: "ada", password: PASSWORD };
  const secure = /^__Host-flowlord=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/;
  const direct = await listening(t, {}, { isTls: true });
  assert.match((await direct("/api/login", {}, login)).cookie, secure);
  const said = { "x-forwarded-proto": "http" };
  assert.match((await direct("/api/login", said, login)).cookie, secure, "nobody is believed");
  const proxied = await listening(t, { trustedProxies: ["127.0.0.1"] });
  assert.match((await proxied("/api/login", { "x-forwarded-proto": "https" }, login)).cookie, secure);
  const plain = await listening(t, { trustedProxies: ["10.0.0.1"] });
  assert.match((await plain("/api/login", { "x-forwarded-proto": "https" }, login)).cookie, /^flowlord=/);
});
