import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccessApp, accessApp, AS_INSTANCE } from "./access-app.ts";

const LATE = { name: "late", page: "tasks", query: "run>5m type:load" };

interface View {
  readonly id: number;
  readonly name: string;
  readonly owner: string;
}

async function save({ call }: AccessApp, view: object, headers: Record<string, string>): Promise<number> {
  const { status, body } = await call("POST /api/views", view, headers);
  assert.equal(status, 201, JSON.stringify(body));
  return Number(body["id"]);
}

async function listed({ call }: AccessApp, headers: Record<string, string>, query = ""): Promise<readonly string[]> {
  const { status, body } = await call(`GET /api/views${query}`, null, headers);
  assert.equal(status, 200, JSON.stringify(body));
  return (body["views"] as View[]).map(({ owner, name }) => `${owner}: ${name}`);
}

test("a view is saved, listed, replaced and removed by its owner, a viewer", async (t) => {
  const app = await accessApp(t);
  const { call, session, rig } = app;
  await session("ada", "admin");
  const vi = await session("vi", "viewer");
  const made = await call("POST /api/views", { ...LATE, sort: "-run", columns: ["type", "info"] }, vi);
  const id = Number(made.body["id"]);
  const at = new Date(rig.now).toISOString();
  const row = { ...LATE, id, owner: "vi", is_shared: false, sort: "-run", columns: ["type", "info"] };
  assert.deepEqual([made.status, made.body], [201, { ...row, created_at: at, updated_at: at }]);
  rig.now += 1000;
  const changed = await call(`PUT /api/views/${id}`, { name: "files of today", page: "files", query: "/in/*" }, vi);
  assert.equal(changed.status, 200);
  const { body } = await call("GET /api/views", null, vi);
  const after = { id, owner: "vi", name: "files of today", is_shared: false, page: "files", query: "/in/*", sort: "" };
  const updated = new Date(rig.now).toISOString();
  assert.deepEqual(body["views"], [{ ...after, columns: [], created_at: at, updated_at: updated }]);
  assert.deepEqual(changed.body, (body["views"] as View[])[0]);
  assert.deepEqual(body["pagination"], { next_cursor: null, page: 1, total: 1, total_is: "exact" });
  assert.deepEqual((await call(`DELETE /api/views/${id}`, null, vi)).body, { removed: id });
  assert.deepEqual(await listed(app, vi), []);
});

test("a view is seen by others when an operator shares it, and changed by its owner or an admin alone", async (t) => {
  const app = await accessApp(t);
  const { call, session } = app;
  const ada = await session("ada", "admin");
  const [op, bo, vi, au] = [
    await session("op", "operator"),
    await session("bo", "operator"),
    await session("vi", "viewer"),
    await session("au", "auditor"),
  ];
  const part = await session("part", "admin on type:load");
  const shared = await save(app, { ...LATE, is_shared: true }, op);
  const own = await save(app, { ...LATE, name: "mine" }, op);
  for (const other of [bo, vi, au, part, ada]) assert.deepEqual(await listed(app, other), ["op: late"]);
  assert.deepEqual(await listed(app, op), ["op: late", "op: mine"]);

  const codeOf = async (name: string, headers: Record<string, string>): Promise<unknown> => {
    const { status, body } = await call(
      name,
      name.startsWith("DELETE") ? null : { ...LATE, is_shared: false },
      headers,
    );
    return [status, body["code"]];
  };
  for (const name of [`PUT /api/views/${shared}`, `DELETE /api/views/${shared}`]) {
    for (const other of [bo, vi, part]) assert.deepEqual(await codeOf(name, other), [403, "not_owner"]);
    assert.deepEqual(await codeOf(name, au), [403, "role"], "an auditor changes nothing");
  }
  for (const name of [`PUT /api/views/${own}`, `DELETE /api/views/${own}`, "PUT /api/views/99", "DELETE /api/views/99"])
    for (const other of [bo, vi, part]) assert.deepEqual(await codeOf(name, other), [404, "unknown_view"]);
  assert.deepEqual(await codeOf("POST /api/views", au), [403, "role"]);

  const edited = await call(`PUT /api/views/${shared}`, { ...LATE, name: "of ada", is_shared: true }, ada);
  assert.equal(edited.body["owner"], "op", "an admin changes it, and it stays the operator's");
  assert.equal((await call(`PUT /api/views/${shared}`, { ...LATE, name: "mine" }, ada)).body["code"], "name_taken");
  assert.equal((await call(`DELETE /api/views/${own}`, null, ada)).status, 200);
  assert.deepEqual(await listed(app, vi), ["op: of ada"]);
});

test("a viewer shares nothing, and who is no operator any more takes a view back and changes it no more", async (t) => {
  const app = await accessApp(t);
  const { call, session } = app;
  await session("ada", "admin");
  const vi = await session("vi", "viewer");
  const bo = await session("bo", "operator on type:load");
  const refused = await call("POST /api/views", { ...LATE, is_shared: true }, vi);
  assert.deepEqual([refused.status, refused.body["code"]], [403, "may_not_share"]);
  const own = await save(app, LATE, vi);
  const sharing = await call(`PUT /api/views/${own}`, { ...LATE, is_shared: true }, vi);
  assert.deepEqual([sharing.status, sharing.body["code"]], [403, "may_not_share"]);

  const shared = await save(app, { ...LATE, is_shared: true }, bo);
  assert.deepEqual(await listed(app, vi), ["vi: late", "bo: late"]);
  await call("PUT /api/users/bo", { role: "viewer" }, AS_INSTANCE);
  const edit = await call(`PUT /api/views/${shared}`, { ...LATE, query: "type:x", is_shared: true }, bo);
  assert.deepEqual([edit.status, edit.body["code"]], [403, "may_not_share"]);
  assert.equal((await call(`PUT /api/views/${shared}`, LATE, bo)).status, 200);
  assert.deepEqual(await listed(app, vi), ["vi: late"]);
});

test("what a view cannot be is refused, with where it is wrong", async (t) => {
  const app = await accessApp(t);
  const { call } = app;
  const id = await save(app, LATE, {});
  await save(app, { ...LATE, name: "other" }, {});
  const cases: readonly (readonly [object, number, string, string | null])[] = [
    [{ ...LATE, query: "typ:load" }, 400, "bad_query", "/body/query"],
    [{ ...LATE, query: "(a" }, 400, "bad_query", "/body/query"],
    [{ ...LATE, query: "a".repeat(2001) }, 400, "invalid_request", "/body/query"],
    [{ ...LATE, name: "" }, 400, "invalid_request", "/body/name"],
    [{ ...LATE, name: "   " }, 400, "invalid_request", "/body/name"],
    [{ ...LATE, name: "a\u202eb" }, 400, "invalid_request", "/body/name"],
    [{ ...LATE, name: "n".repeat(101) }, 400, "invalid_request", "/body/name"],
    [{ ...LATE, page: "users" }, 400, "invalid_request", "/body/page"],
    [{ ...LATE, sort: "colour" }, 400, "invalid_request", "/body/sort"],
    [{ ...LATE, page: "files", sort: "s".repeat(101) }, 400, "invalid_request", "/body/sort"],
    [{ ...LATE, columns: Array.from({ length: 101 }, () => "a") }, 400, "invalid_request", "/body/columns"],
    [{ ...LATE, columns: ["c".repeat(101)] }, 400, "invalid_request", "/body/columns/0"],
    [{ ...LATE, owner: "ada" }, 400, "invalid_request", "/body/owner"],
    [{ ...LATE, name: "Other" }, 409, "name_taken", null],
  ];
  for (const [view, status, code, pointer] of cases) {
    for (const name of ["POST /api/views", `PUT /api/views/${id}`]) {
      const { status: is, body } = await call(name, view, {});
      const [first] = (body["errors"] ?? []) as { pointer: string }[];
      assert.deepEqual([is, body["code"], first?.pointer ?? null], [status, code, pointer], `${name} ${code}`);
    }
  }
  for (const name of ["PUT /api/views/0", "PUT /api/views/x", "DELETE /api/views/1.5", "GET /api/views?page=users"])
    assert.equal((await call(name, name.startsWith("PUT") ? LATE : null)).body["code"], "invalid_request", name);
  await call(`PUT /api/views/${id}`, { ...LATE, name: "LATE" });
  const alerts = { name: " of alerts ", page: "alerts", query: "(no query of tasks", sort: "severity" };
  await save(app, alerts, {});
  const all = ["LATE", "other", "of alerts"].map((name) => `anyone on this machine: ${name}`);
  assert.deepEqual(await listed(app, {}), all, "who has not logged in is one owner");
});

test("an owner has at most 200 views, and they are listed a page at a time while others come", async (t) => {
  const app = await accessApp(t);
  const { call, session, rig } = app;
  const ada = await session("ada", "admin");
  const { access } = rig.context.store;
  const view = { is_shared: true, page: "tasks", query: "", sort: "", columns: [] } as const;
  for (let at = 0; at < 200; at += 1)
    for (const owner of ["ada", "bo"])
      await access.addView(owner, { ...view, name: `v${at}` }, () => undefined, rig.now);
  const full = await call("POST /api/views", LATE, ada);
  assert.deepEqual([full.status, full.body["code"]], [409, "too_many_views"]);
  const seen: View[] = [];
  for (let cursor = ""; ;) {
    const { body } = await call(`GET /api/views?page=tasks&limit=150${cursor}`, null, ada);
    seen.push(...(body["views"] as View[]));
    const { next_cursor: next } = body["pagination"] as { next_cursor: string | null };
    if (next === null) break;
    cursor = `&cursor=${next}`;
    const other = await call(`GET /api/views?page=files${cursor}`, null, ada);
    assert.deepEqual([other.status, other.body["code"]], [400, "cursor_of_another_filter"]);
    await call(`DELETE /api/views/${seen[0]?.id}`, null, ada);
  }
  assert.equal(new Set(seen.map(({ id }) => id)).size, 400);
  assert.equal(await save(app, LATE, ada), 401);
});

test("a request with an Idempotency-Key saves one view, and the audit log says who did what", async (t) => {
  const app = await accessApp(t);
  const { call, session } = app;
  const ada = await session("ada", "admin");
  const vi = await session("vi", "viewer");
  const keyed = { "idempotency-key": "k1" };
  const first = await call("POST /api/views", LATE, { ...vi, ...keyed });
  const again = await call("POST /api/views", LATE, { ...vi, ...keyed });
  assert.deepEqual([again.status, again.body], [201, first.body]);
  assert.equal(again.headers["idempotent-replayed"], "true");
  assert.equal((await call("POST /api/views", LATE, { ...ada, ...keyed })).status, 201, "the key of another caller");
  const id = String(first.body["id"]);
  await call(`PUT /api/views/${id}`, { ...LATE, name: "later" }, vi);
  await call(`DELETE /api/views/${id}`, null, vi);
  const { body } = await call("GET /api/audit?who=vi", null, ada);
  const entries = body["audit"] as { act: string; before: View | null; after: View | null }[];
  assert.deepEqual(
    entries.slice(0, 3).map(({ act, before, after }) => [act, before?.name, after?.name]),
    [
      ["DELETE /api/views/{id}", "later", undefined],
      ["PUT /api/views/{id}", "late", "later"],
      ["POST /api/views", undefined, "late"],
    ],
  );
});

test("a key has views of its own, as `key` and its name", async (t) => {
  const app = await accessApp(t);
  const { call, session } = app;
  const ada = await session("ada", "admin");
  const made = await call("POST /api/keys", { name: "ada", role: "viewer", expires_at: null }, ada);
  const key = { authorization: `Bearer ${String(made.body["key"])}` };
  await save(app, LATE, key);
  await save(app, LATE, ada);
  assert.deepEqual(await listed(app, key), ["key ada: late"]);
  assert.deepEqual(await listed(app, ada), ["ada: late"]);
});
