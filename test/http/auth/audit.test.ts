import assert from "node:assert/strict";
import { test } from "node:test";
import { accessApp, AS_INSTANCE, PASSWORD, type AccessApp } from "./access-app.ts";

interface Entry {
  readonly act: string;
  readonly who: string;
  readonly outcome: string;
}

async function entries({ call }: AccessApp, query = ""): Promise<readonly Entry[]> {
  const { status, body } = await call(`GET /api/audit${query}`, null, AS_INSTANCE);
  assert.equal(status, 200, JSON.stringify(body));
  return body["audit"] as readonly Entry[];
}

test("every write leaves an entry: who, from where, what, before, after, request id, and no secret", async (t) => {
  const app = await accessApp(t);
  const ada = await app.session("ada", "admin");
  await app.call("POST /api/users", { name: "bo", role: "viewer", password: PASSWORD }, ada);
  await app.call("PUT /api/users/bo", { role: "operator", password: "another long one" }, ada);
  const key = await app.call("POST /api/keys", { name: "k", role: "operator", expires_at: null }, ada);
  const bearer = { authorization: `Bearer ${String(key.body["key"])}` };
  await app.call("POST /api/topics/t/messages", { messages: ['{"meta":"password=hunter2hunter2"}'] }, bearer);
  await app.call("DELETE /api/keys/1", null, { ...AS_INSTANCE, "flowlord-user": "root" });
  await app.call("POST /backload", { Task: "a" });
  const log = await entries(app);
  assert.deepEqual(
    log.map(({ act, who }) => `${who}: ${act}`),
    [
      "root: DELETE /api/keys/{id}",
      "key k: POST /api/topics/{topic}/messages",
      "ada: POST /api/keys",
      "ada: PUT /api/users/{name}",
      "ada: POST /api/users",
      "ada: POST /api/login",
    ],
  );
  const [revoked, sent, , changed] = log;
  assert.partialDeepStrictEqual(revoked, { via: "token", before: { name: "k" }, target: "/api/keys/1" });
  assert.partialDeepStrictEqual(changed, {
    via: "session",
    address: "127.0.0.1",
    outcome: "done",
    before: { role: "viewer" },
    after: { role: "operator", password: "********" },
  });
  assert.partialDeepStrictEqual(sent, { after: { messages: ['{"meta":"password=********"}'] } });
  const text = JSON.stringify(log);
  for (const secret of [PASSWORD, "another long one", "hunter2", String(key.body["key"])])
    assert.ok(!text.includes(secret), secret);
  assert.equal(new Set(log.map((entry) => (entry as unknown as { request_id: string }).request_id)).size, log.length);
});

test("reads and refused writes leave none; a refused login does", async (t) => {
  const app = await accessApp(t);
  const vic = await app.session("ada", "admin").then(() => app.session("vic", "viewer"));
  const before = (await entries(app)).length;
  await app.call("GET /api/me", null, vic);
  await app.call("POST /api/topics/t/messages", { messages: [] }, vic);
  await app.call("PUT /api/users/nobody", { role: "viewer" }, AS_INSTANCE);
  await app.call("POST /api/login", { name: "ada", password: "wrong\u0000" });
  await app.call("POST /api/setup", { token: "x", name: "eve", password: PASSWORD });
  const log = await entries(app);
  assert.equal(log.length, before + 1);
  assert.partialDeepStrictEqual(log[0], { who: "ada", via: "none", act: "POST /api/login", outcome: "refused" });
});

test("the log is searched, and counted by the hour", async (t) => {
  const app = await accessApp(t);
  const { call, rig } = app;
  await app.session("ada", "admin");
  await call("POST /api/login", { name: "ada", password: "wrong" });
  const acts = async (query: string) => (await entries(app, query)).map(({ act }) => act);
  assert.deepEqual(await acts("?outcome=refused&text=ADA"), ["POST /api/login"]);
  assert.deepEqual(await acts("?text=nowhere"), []);
  const [from, to] = [rig.now - 60_000, rig.now + 60_000].map((at) => new Date(at).toISOString());
  assert.equal((await acts(`?from=${from}&to=${to}`)).length, 2);
  assert.deepEqual(await acts(`?from=${to}`), []);
  const { body } = await call(`GET /api/audit/hours?from=${from}&to=${to}`, null, AS_INSTANCE);
  assert.deepEqual(body, { hours: [{ at: from, people: 1, keys: 0, refused: 1 }], complete: true });
  const wrong = await call(`GET /api/audit/hours?from=${to}&to=${from}`, null, AS_INSTANCE);
  assert.equal(wrong.status, 400);
});

test("the log is read a page at a time, and of one user", async (t) => {
  const app = await accessApp(t);
  await app.session("ada", "admin");
  for (let at = 0; at < 5; at += 1) await app.call("POST /api/logout", {}, AS_INSTANCE);
  const first = await app.call("GET /api/audit?limit=4", null, AS_INSTANCE);
  const { next_cursor: cursor } = first.body["pagination"] as { next_cursor: string };
  assert.equal((await entries(app, `?limit=4&cursor=${cursor}`)).length, 2);
  assert.deepEqual(
    (await entries(app, "?who=ada")).map(({ act }) => act),
    ["POST /api/login"],
  );
  const wrong = await app.call(`GET /api/audit?who=ada&limit=4&cursor=${cursor}`, null, AS_INSTANCE);
  assert.equal(wrong.body["code"], "cursor_of_another_filter");
});
