import assert from "node:assert/strict";
import { test } from "node:test";
import { accessApp, AS_INSTANCE, PASSWORD, SETUP_TOKEN } from "../http/auth/access-app.ts";

const MINUTE = 60_000;

test("passwords of an account are tried ten times, then one a minute, and sessions go on", async (t) => {
  const { call, session, rig } = await accessApp(t, { trustedProxies: ["127.0.0.1"] });
  const ada = await session("ada", "admin");
  await session("bo", "viewer");
  let from = 0;
  const login = (name: string, password: string) =>
    call("POST /api/login", { name, password }, { "x-forwarded-for": `192.0.2.${(from += 1)}` });
  for (let at = 0; at < 10; at += 1) assert.equal((await login(at % 2 === 0 ? "ada" : "ADA", "wrong")).status, 401);
  const late = await login("ada", PASSWORD);
  assert.deepEqual([late.status, late.body["code"], late.headers["retry-after"]], [429, "too_many_logins", "60"]);
  assert.equal((await call("GET /api/me", null, ada)).status, 200);
  assert.equal((await login("bo", PASSWORD)).status, 200);
  rig.now += MINUTE;
  assert.equal((await login("ada", PASSWORD)).status, 200);
});

test("whoever guesses the password of an account does not keep its owner out, where the owner has logged in before", async (t) => {
  const { call, session, rig } = await accessApp(t, { trustedProxies: ["127.0.0.1"] });
  await session("ada", "admin");
  const login = (address: string, password: string, name = "ada") =>
    call("POST /api/login", { name, password }, { "x-forwarded-for": address });
  const home = "198.51.100.7";
  assert.equal((await login(home, PASSWORD)).status, 200);
  for (let at = 0; at < 40; at += 1) await login(`192.0.2.${at}`, "wrong");
  // Nor does a name that looks like how that is remembered.
  for (let at = 0; at < 20; at += 1) await login(`203.0.113.${at}`, "wrong", `ada ${home}`);
  assert.equal((await login(home, PASSWORD)).status, 200);
  const elsewhere = await login("198.51.100.8", PASSWORD);
  assert.deepEqual([elsewhere.status, elsewhere.body["code"]], [429, "too_many_logins"]);
  // The owner's own network guesses no more than others do.
  for (let at = 0; at < 10; at += 1) assert.equal((await login(home, "wrong")).status, 401);
  assert.equal((await login(home, PASSWORD)).status, 429);
  rig.now += MINUTE;
  assert.equal((await login(home, PASSWORD)).status, 200);
});

test("all addresses of a network of IPv6 are one, however they are written", async (t) => {
  const { call } = await accessApp(t, { required: true, trustedProxies: ["127.0.0.1"] });
  const from = (at: number): string =>
    [`2001:db8::${at.toString(16)}`, `2001:DB8:0:0:${at}::1`, `2001:db8:0:0:${at}:1:2:3`][at % 3] ?? "";
  for (let at = 1; at <= 30; at += 1) {
    const login = await call("POST /api/login", { name: `u${at}`, password: "x" }, { "x-forwarded-for": from(at) });
    assert.equal(login.status, 401);
  }
  const late = await call("POST /api/login", { name: "u", password: "x" }, { "x-forwarded-for": from(31) });
  assert.deepEqual([late.status, late.body["code"]], [429, "too_many_logins"]);
  for (let at = 32; at <= 60; at += 1) await call("GET /api/me", null, { "x-forwarded-for": from(at) });
  const many = await call("GET /api/me", null, { "x-forwarded-for": from(61) });
  assert.deepEqual([many.status, many.body["code"]], [429, "too_many_requests"]);
  const other = await call("GET /api/me", null, { "x-forwarded-for": "2001:db8:0:1::1" });
  assert.equal(other.status, 401);
});

test("an address tries thirty passwords, of whatever account, and the setup token", async (t) => {
  const { call, rig } = await accessApp(t, { required: true });
  for (let at = 0; at < 25; at += 1)
    assert.equal((await call("POST /api/login", { name: `user${at}`, password: "wrong" })).status, 401);
  const setup = (token: string) => call("POST /api/setup", { token, name: "ada", password: PASSWORD });
  for (let at = 0; at < 5; at += 1) assert.equal((await setup(`guess ${at}`)).status, 401);
  const late = await setup(SETUP_TOKEN);
  assert.deepEqual([late.status, late.body["code"]], [429, "too_many_logins"]);
  rig.now += MINUTE;
  assert.equal((await setup(SETUP_TOKEN)).status, 200);
});

test("a caller who sends too many requests waits, others do not, and this machine's owner never does", async (t) => {
  const { call, session, rig } = await accessApp(t, { perSecond: 2 });
  const ada = await session("ada", "admin");
  const bo = await session("bo", "viewer");
  for (let at = 0; at < 20; at += 1) assert.equal((await call("GET /api/me", null, ada)).status, 200);
  const late = await call("GET /api/me", null, ada);
  assert.deepEqual([late.status, late.body["code"], late.headers["retry-after"]], [429, "too_many_requests", "1"]);
  assert.equal((await call("GET /api/me", null, bo)).status, 200);
  for (let at = 0; at < 50; at += 1) assert.equal((await call("GET /api/me", null, AS_INSTANCE)).status, 200);
  rig.now += 500;
  assert.equal((await call("GET /api/me", null, ada)).status, 200);
});

test("an address from which nobody is known has sixty requests, then five a second", async (t) => {
  const { call, rig } = await accessApp(t, { required: true });
  for (let at = 0; at < 60; at += 1)
    assert.equal((await call("GET /api/me", null, { authorization: `Bearer guess${at}` })).status, 401);
  assert.equal((await call("GET /api/me")).status, 429);
  assert.equal((await call("POST /api/login", { name: "ada", password: PASSWORD })).status, 429);
  assert.equal((await call("GET /api/me", null, AS_INSTANCE)).status, 200);
  rig.now += 200;
  assert.equal((await call("GET /api/me")).status, 401);
});
