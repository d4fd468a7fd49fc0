import assert from "node:assert/strict";
import { test } from "node:test";
import { accessApp, AS_INSTANCE, PASSWORD, type AccessApp } from "./access-app.ts";

interface Page {
  readonly pagination: { readonly next_cursor: string | null; readonly page: number; readonly total: number };
}

/** Every row of a list, two at a time. */
async function all<T>({ call }: AccessApp, url: string, name: string): Promise<readonly T[]> {
  const rows: T[] = [];
  for (let cursor = ""; ;) {
    const { status, body } = await call(`GET ${url}?limit=2${cursor}`, null, AS_INSTANCE);
    assert.equal(status, 200);
    const page = body[name] as T[];
    assert.ok(page.length <= 2);
    rows.push(...page);
    const { next_cursor: next } = (body as unknown as Page).pagination;
    if (next === null) return rows;
    cursor = `&cursor=${next}`;
  }
}

test("users are listed a page at a time, without anything of their passwords", async (t) => {
  const app = await accessApp(t);
  for (const name of ["ada", "bo", "cy", "di", "ed"]) await app.session(name, "admin");
  const users = await all<{ name: string }>(app, "/api/users", "users");
  assert.deepEqual(
    users.map(({ name }) => name),
    ["ada", "bo", "cy", "di", "ed"],
  );
  assert.ok(!/scrypt|password/.test(JSON.stringify(users)));
});

test("a user gets another role at once, and the last admin stays one", async (t) => {
  const { call, session } = await accessApp(t);
  const ada = await session("ada", "admin");
  const bo = await session("bo", "viewer");
  const role = async (): Promise<unknown> => (await call("GET /api/me", null, bo)).body["role"];
  assert.equal((await call("PUT /api/users/BO", { role: "operator" }, ada)).status, 200);
  assert.equal(await role(), "operator");
  for (const change of [{ role: "viewer" }, { disabled: true }]) {
    const { status, body } = await call("PUT /api/users/ada", change, ada);
    assert.deepEqual([status, body["code"]], [409, "last_admin"]);
  }
  await call("PUT /api/users/bo", { role: "admin" }, ada);
  assert.equal((await call("PUT /api/users/ada", { disabled: true }, bo)).status, 200);
  assert.equal((await call("GET /api/me", null, ada)).status, 401);
});

test("what a user cannot be is refused, with what is wrong", async (t) => {
  const { call, session } = await accessApp(t);
  const ada = await session("ada", "admin");
  const cases: readonly (readonly [string, object, number, string])[] = [
    ["POST /api/users", { name: "Ada", role: "viewer", password: PASSWORD }, 409, "name_taken"],
    ["POST /api/users", { name: "bo", role: "root", password: PASSWORD }, 422, "bad_role"],
    ["PUT /api/users/ada", { role: "admin on workflow:../*" }, 422, "bad_role"],
    ["PUT /api/users/ada", { role: "admin on type:load" }, 409, "last_admin"],
    ["POST /api/users", { name: "bo", role: "viewer", password: "short" }, 400, "invalid_request"],
    ["POST /api/users", { name: "longer-than-12", role: "viewer", password: "LONGER-than-12" }, 422, "weak_password"],
    ["POST /api/users", { name: "bo", role: "viewer", password: PASSWORD, id: 1 }, 400, "invalid_request"],
    ["PUT /api/users/ada", {}, 400, "invalid_request"],
    ["PUT /api/users/eve", { role: "viewer" }, 404, "unknown_user"],
    ["DELETE /api/sessions/99", {}, 404, "unknown_session"],
    ["DELETE /api/sessions/x", {}, 400, "invalid_request"],
    ["DELETE /api/keys/99", {}, 404, "unknown_key"],
    ["POST /api/keys", { name: "k", role: "viewer" }, 400, "invalid_request"],
    ["POST /api/keys", { name: "k", role: "viewer", expires_at: "soon" }, 400, "invalid_request"],
  ];
  for (const [name, body, status, code] of cases) {
    const answer = await call(name, body, ada);
    assert.deepEqual([answer.status, answer.body["code"]], [status, code], `${name} ${JSON.stringify(body)}`);
  }
});

test("whoever comes is told how one logs in here", async (t) => {
  const open = await accessApp(t);
  assert.deepEqual((await open.call("GET /api/login/ways")).body, { state: "open", provider: false });
  await open.session("ada", "admin");
  assert.deepEqual((await open.call("GET /api/login/ways")).body, { state: "closed", provider: false });
  const { call } = await accessApp(t, { required: true });
  assert.deepEqual((await call("GET /api/login/ways")).body, { state: "setup", provider: false });
});

test("sessions are listed with where they come from, and one is ended", async (t) => {
  const app = await accessApp(t);
  const { call, session, rig } = app;
  const ada = await session("ada", "admin");
  await call("POST /api/login", { name: "ada", password: PASSWORD }, { "user-agent": "Browser/1" });
  await session("bo", "viewer");
  const { body: own } = await call("GET /api/sessions", null, ada);
  assert.deepEqual(
    (own["sessions"] as { current: boolean }[]).map(({ current }) => current),
    [true, false, false],
    "the one that asks",
  );
  const sessions = await all<{ id: number; user: string; agent: string }>(app, "/api/sessions", "sessions");
  assert.deepEqual(
    sessions.map(({ user }) => user),
    ["ada", "ada", "bo"],
  );
  assert.partialDeepStrictEqual(sessions[1], { agent: "Browser/1", address: "127.0.0.1", role: "admin" });
  const ended = await call(`DELETE /api/sessions/${sessions[0]?.id}`, null, AS_INSTANCE);
  assert.deepEqual(ended.body, { ended: sessions[0]?.id });
  assert.equal((await call("GET /api/me", null, ada)).status, 401);
  rig.now += 3_600_001;
  assert.deepEqual(await all(app, "/api/sessions", "sessions"), [], "nobody used one for an hour");
});

test("a key is in the answer once, has its role until it ends, and lists say when it was used", async (t) => {
  const app = await accessApp(t);
  const { call, session, rig } = app;
  await session("ada", "admin");
  const expires = new Date(rig.now + 60_000).toISOString();
  const made = await call("POST /api/keys", { name: "k", role: "auditor", expires_at: expires }, AS_INSTANCE);
  assert.equal(made.status, 201);
  const key = { authorization: `bearer ${String(made.body["key"])}` };
  assert.equal((await call("GET /api/audit", null, key)).status, 200);
  const denied = await call("POST /api/users", {}, key);
  assert.deepEqual([denied.status, denied.body["code"]], [403, "role"]);
  const [row] = await all<Record<string, unknown>>(app, "/api/keys", "keys");
  assert.partialDeepStrictEqual(row, { name: "k", created_by: "command line", expires_at: expires, revoked_at: null });
  assert.equal(row?.["used_at"], new Date(rig.now).toISOString());
  assert.equal(row["used_from"], "127.0.0.1");
  assert.ok(!JSON.stringify(row).includes(String(made.body["key"])));
  rig.now += 60_000;
  const late = await call("GET /api/me", null, key);
  assert.deepEqual([late.status, late.body["code"]], [401, "bad_key"]);
  const path = `/api/keys/${String(made.body["id"])}`;
  const again = new Date(rig.now + 60_000).toISOString();
  assert.equal((await call(`PUT ${path}`, { expires_at: again }, AS_INSTANCE)).status, 200);
  assert.equal((await call("GET /api/me", null, key)).status, 200, "a renewed key is the same key");
  await call(`DELETE ${path}`, null, AS_INSTANCE);
  assert.equal((await call(`PUT ${path}`, { expires_at: null }, AS_INSTANCE)).body["code"], "unknown_key");
  assert.deepEqual(await all(app, "/api/keys", "keys"), []);
  const { body } = await call("GET /api/keys?revoked=true", null, AS_INSTANCE);
  assert.equal((body["keys"] as unknown[]).length, 1);
});
