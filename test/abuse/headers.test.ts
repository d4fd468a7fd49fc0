import assert from "node:assert/strict";
import { test } from "node:test";
import { accessApp, AS_INSTANCE } from "../http/auth/access-app.ts";

/** By which proxies and frameworks say who asks, for what, or by which method. None of it is believed of anybody. */
const CLAIMS: readonly Readonly<Record<string, string>>[] = [
  { "x-remote-user": "ada" },
  { "remote-user": "ada" },
  { "x-forwarded-user": "ada" },
  { "x-auth-request-user": "ada" },
  { "x-webauth-user": "ada" },
  { "x-role": "admin" },
  { "flowlord-user": "ada" },
  { "x-forwarded-for": "127.0.0.1" },
  { "x-forwarded-for": "127.0.0.1, ::1", "x-real-ip": "127.0.0.1" },
  { forwarded: "for=127.0.0.1;proto=https;by=127.0.0.1" },
  { "x-client-ip": "127.0.0.1" },
  { "true-client-ip": "127.0.0.1" },
  { "x-original-url": "/api/me" },
  { "x-rewrite-url": "/status" },
  { authorization: "Basic YWRhOnBhc3N3b3Jk" },
  { authorization: "Bearer" },
  { authorization: "Bearer  " },
  { authorization: "Bearer undefined" },
  { authorization: "Bearer null" },
  { authorization: "Bearer ' OR 1=1 --" },
  { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ." },
  { authorization: "bearer [object Object]" },
  { cookie: "__Host-flowlord=; flowlord=" },
  { cookie: "session=1; token=admin" },
];

test("what a header claims makes nobody known", async (t) => {
  const { call, session } = await accessApp(t, { required: true });
  const ada = await session("ada", "admin");
  for (const claim of CLAIMS) {
    const { status, body } = await call("GET /api/keys", null, claim);
    assert.equal(status, 401, JSON.stringify(claim));
    assert.match(String(body["code"]), /^(?:login_needed|bad_key|session_over)$/);
    // Beside a session it changes nothing, or the request is refused: it never says more than the session.
    const beside = await call("GET /api/me", null, { ...claim, ...("cookie" in claim ? {} : ada) });
    if (beside.status === 200) assert.deepEqual(beside.body["name"], "ada", JSON.stringify(claim));
  }
  assert.equal((await call("GET /api/me", null, ada)).body["name"], "ada");
});

test("where nobody has to log in, a request that came through a proxy does", async (t) => {
  const { call } = await accessApp(t);
  assert.equal((await call("GET /api/me")).status, 200);
  for (const name of ["x-forwarded-for", "x-real-ip", "forwarded", "via"]) {
    const { status, body } = await call("GET /api/me", null, { [name]: "127.0.0.1" });
    assert.deepEqual([status, body["code"]], [401, "login_needed"], name);
  }
});

test("a header asks for no other method or address than the request line", async (t) => {
  const { call, rig } = await accessApp(t);
  const key = { name: "evil", role: "admin", expires_at: null };
  for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
    for (const method of ["POST", "DELETE", "PUT"]) {
      const { status } = await call("GET /api/keys", null, { [name]: method });
      assert.equal(status, 200, "it is the GET that it says");
      assert.equal((await call("GET /api/login", null, { [name]: method })).status, 404);
    }
  }
  for (const name of ["x-original-url", "x-rewrite-url", "x-forwarded-path", "x-forwarded-prefix"])
    assert.equal((await call("POST /api/nothing", key, { [name]: "/api/keys" })).status, 404);
  assert.deepEqual(await rig.store.reads.access.keys({ after: 0, limit: 10, isRevokedToo: true }), []);
  assert.equal((await call("POST /api/keys", key)).status, 201);
});

test("who writes is the caller, whatever body and header say", async (t) => {
  const { call, session } = await accessApp(t);
  const ada = await session("ada", "admin");
  const forged = { ...ada, "flowlord-user": "somebody else", from: "eve@evil.example" };
  const key = { name: "ci", role: "viewer", expires_at: null };
  for (const by of [{ by: "eve" }, { who: "eve" }, { author: "eve" }, { via: "token" }]) {
    const { status, body } = await call("POST /api/keys", { ...key, ...by }, forged);
    assert.deepEqual([status, body["code"]], [400, "invalid_request"], JSON.stringify(by));
  }
  assert.equal((await call("POST /api/keys", key, forged)).status, 201);
  const { body } = await call("GET /api/audit", null, AS_INSTANCE);
  const [newest] = body["audit"] as { who: string; act: string }[];
  assert.deepEqual([newest?.who, newest?.act], ["ada", "POST /api/keys"]);
});
