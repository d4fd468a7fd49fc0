import assert from "node:assert/strict";
import { test } from "node:test";
import { accessApp, PASSWORD } from "../http/auth/access-app.ts";

test("a session that was planted in the browser is worth nothing before and after the login", async (t) => {
  const { call, session } = await accessApp(t);
  await session("ada", "admin");
  const eve = await session("eve", "viewer");
  const login = { name: "ada", password: PASSWORD };
  const answer = await call("POST /api/login", login, eve);
  assert.notEqual(answer.cookie, eve["cookie"]);
  assert.equal((await call("GET /api/me", null, eve)).status, 401, "who planted it has not become ada, and is out");
  assert.equal((await call("GET /api/me", null, { cookie: answer.cookie })).body["name"], "ada");
});

test("a cookie that was changed, cut, doubled or made up is no session", async (t) => {
  const { call, session } = await accessApp(t);
  const { cookie = "" } = await session("ada", "admin");
  const [name = "", token = ""] = cookie.split("=");
  const other = token.startsWith("A") ? "B" : "A";
  for (const forged of [
    `${name}=${other}${token.slice(1)}`,
    `${name}=${token.slice(0, -1)}`,
    `${name}=${token}x`,
    `${name}=${token}; ${name}=${token}`,
    `${name}=planted; ${cookie}`,
    `${name}=' OR 1=1 --`,
    `${name}=%00`,
    `${name}=${"x".repeat(4000)}`,
    `${name}=`,
    `${name.toUpperCase()}=${token}`,
    `__Host-${cookie}`,
    "flowlord=1; flowlord_admin=true; role=admin",
  ]) {
    const { status, body } = await call("GET /api/me", null, { cookie: forged });
    assert.equal(status, 401, forged.slice(0, 60));
    assert.match(String(body["code"]), /^(?:login_needed|session_over)$/);
  }
  assert.equal((await call("GET /api/me", null, { cookie: `other=1; ${cookie}; more=2` })).status, 200);
});

test("over TLS the cookie belongs to this host alone, and the one of plain HTTP is none", async (t) => {
  const { call, session } = await accessApp(t, { trustedProxies: ["127.0.0.1"] });
  const plain = await session("ada", "admin");
  const tls = { "x-forwarded-proto": "https" };
  const { headers, cookie } = await call("POST /api/login", { name: "ada", password: PASSWORD }, tls);
  assert.match(
    String(headers["set-cookie"]),
    /^__Host-flowlord=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  assert.match(String(headers["strict-transport-security"]), /^max-age=/);
  assert.equal((await call("GET /api/me", null, { ...tls, cookie })).status, 200);
  assert.equal((await call("GET /api/me", null, { ...tls, ...plain })).status, 401);
});

test("what a proxy says is believed of a proxy that is named alone", async (t) => {
  const forged = { "x-remote-user": "ada", "x-forwarded-for": "192.0.2.1" };
  const named = await accessApp(t, { trustedProxies: ["127.0.0.0/8"], userHeader: "x-remote-user" });
  await named.session("ada", "admin");
  const me = await named.call("GET /api/me", null, forged);
  assert.deepEqual(me.body, { name: "ada", role: "admin", via: "proxy" });
  const nobody = await named.call("GET /api/me", null, { "x-remote-user": "eve" });
  assert.deepEqual([nobody.status, nobody.body["code"]], [401, "unknown_proxy_user"]);
  const form = await named.send("POST", "/api/logout", forged, "");
  assert.equal(form.status, 415, "a browser adds the proxy's login by itself, so forms are refused");
  for (const settings of [
    { trustedProxies: ["10.0.0.0/8"], userHeader: "x-remote-user" },
    { trustedProxies: ["127.0.0.1"] },
  ]) {
    const { call, session } = await accessApp(t, settings);
    await session("ada", "admin");
    assert.equal((await call("GET /api/me", null, forged)).status, 401);
  }
});
