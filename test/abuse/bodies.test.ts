import assert from "node:assert/strict";
import { test } from "node:test";
import { accessApp, AS_INSTANCE, PASSWORD } from "../http/auth/access-app.ts";

const JSON_TYPE = { "content-type": "application/json", ...AS_INSTANCE };

const BODIES: readonly (readonly [what: string, url: string, payload: string, status: number, code: string])[] = [
  ["deep lists", "/api/keys", "[".repeat(400_000) + "]".repeat(400_000), 400, "too_deep"],
  ["deep objects", "/api/keys", '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000), 400, "too_deep"],
  ["a deep value in its place", "/api/keys", `{"name":${"[".repeat(21)}${"]".repeat(21)}}`, 400, "too_deep"],
  ["a long list", "/api/keys", `[${"1,".repeat(100_000)}1]`, 413, "too_many_entries"],
  [
    "many keys",
    "/api/topics/t/messages",
    `{${Array.from({ length: 100_001 }, (_, at) => `"k${at}":1`).join()}}`,
    413,
    "too_many_entries",
  ],
  ["a large body", "/api/keys", `"${"x".repeat(1024 * 1024)}"`, 413, "body_too_large"],
  ["a large login", "/api/login", `{"name":"ada","password":"${"x".repeat(17_000)}"}`, 413, "body_too_large"],
  ["a long password", "/api/login", `{"name":"ada","password":"${"x".repeat(201)}"}`, 400, "invalid_request"],
  ["__proto__", "/api/users", '{"name":"a","__proto__":{"role":"admin"}}', 400, "no_json"],
  ["a nested __proto__", "/api/users", '{"name":"a","role":{"__proto__":{"x":1}}}', 400, "no_json"],
  ["constructor.prototype", "/api/users", '{"constructor":{"prototype":{"role":"admin"}}}', 400, "no_json"],
  ["half of it", "/api/users", '{"name":"a"', 400, "no_json"],
  ["nothing", "/api/users", "", 400, "no_json"],
  ["a number", "/api/users", "1", 400, "invalid_request"],
];

for (const [what, url, payload, status, code] of BODIES) {
  test(`a body with ${what} is refused, and changes nothing`, async (t) => {
    const { call, send, rig } = await accessApp(t);
    const answer = await send("POST", url, JSON_TYPE, payload);
    assert.deepEqual([answer.status, answer.body["code"]], [status, code]);
    assert.equal((Object.prototype as { role?: unknown }).role, undefined);
    assert.deepEqual(await rig.store.reads.access.users({ after: 0, limit: 10 }), []);
    const whole = await call("POST /api/keys", { name: "a", role: "viewer", expires_at: null }, AS_INSTANCE);
    assert.equal(whole.status, 201, "a body as it should be is taken");
  });
}

test("names with line breaks, markup or SQL stay text, in headers and in the log", async (t) => {
  const { call, session } = await accessApp(t);
  await session("ada", "admin");
  for (const name of ["a\r\nset-cookie: x=1", "<script>alert(1)</script>", "' OR '1'='1", "a b", "", "\u202eadmin"]) {
    const made = await call("POST /api/users", { name, role: "viewer", password: PASSWORD }, AS_INSTANCE);
    assert.deepEqual([made.status, made.body["code"]], [400, "invalid_request"], name);
    const path = await call(`PUT /api/users/${encodeURIComponent(name)}`, { disabled: true }, AS_INSTANCE);
    assert.ok([400, 404].includes(path.status), name);
    const login = await call("POST /api/login", { name, password: PASSWORD });
    assert.deepEqual([login.status, login.cookie], [401, ""], name);
  }
  const forged = { ...AS_INSTANCE, "flowlord-user": encodeURIComponent("root\r\n\u001b[31mada") };
  await call("POST /api/logout", {}, forged);
  const { body } = await call("GET /api/audit?limit=500", null, AS_INSTANCE);
  const who = (body["audit"] as { who: string }[]).map((entry) => entry.who);
  assert.equal(who[0], "root   [31mada");
  for (const name of who) assert.doesNotMatch(name, /[\u0000-\u001f\u202e]/);
  const answer = await call("GET /api/me", null, { ...AS_INSTANCE, cookie: "flowlord=a\tb" });
  assert.equal(answer.status, 200);
});
