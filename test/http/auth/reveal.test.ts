import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { newTask, taskMessage } from "../../store/factories.ts";
import { accessApp, AS_INSTANCE, type AccessApp } from "./access-app.ts";

const CANARY = "canary7f3a9";
const ROUTE = "POST /api/tasks/1/reveal";
const WHY = { reason: `the supplier asks; token: ${CANARY}` };

async function appWithTask(t: TestContext): Promise<AccessApp> {
  const app = await accessApp(t);
  const message = taskMessage({ id: "r1", info: `Bearer ${CANARY}`, meta: `db_password=${CANARY}&day=1` });
  await app.rig.store.createTasks([newTask({ message })], app.rig.now);
  return app;
}

test("an admin sees the values of a task, and the audit log says who, from where and why, without them", async (t) => {
  const app = await appWithTask(t);
  const ada = await app.session("ada", "admin");
  const { status, body, headers } = await app.call(ROUTE, WHY, ada);
  assert.equal(status, 200);
  assert.deepEqual([body["info"], body["meta"]], [`Bearer ${CANARY}`, `db_password=${CANARY}&day=1`]);
  assert.equal(headers["cache-control"], "no-store");
  const { body: log } = await app.call("GET /api/audit", null, ada);
  const [entry] = log["audit"] as readonly Record<string, unknown>[];
  assert.partialDeepStrictEqual(entry, {
    who: "ada",
    via: "session",
    address: "127.0.0.1",
    act: "POST /api/tasks/{id}/reveal",
    target: "/api/tasks/1/reveal",
    outcome: "done",
    after: { reason: "the supplier asks; token: ********" },
  });
  assert.match(String(entry?.["request_id"]), /^[\da-f-]{36}$/);
  const stored = JSON.stringify(await app.rig.store.reads.access.audit({ before: null, limit: 10, who: null }));
  assert.ok(!stored.includes(CANARY), stored);
});

test("nobody else does, nor without a reason, nor of a task that there is not, and none of it is logged", async (t) => {
  const app = await appWithTask(t);
  const ada = await app.session("ada", "admin");
  for (const role of ["viewer", "operator", "auditor", "admin on type:load"]) {
    const { status, body } = await app.call(ROUTE, WHY, await app.session(role.replace(/\W/g, ""), role));
    assert.equal(status, 403, role);
    assert.ok(!JSON.stringify(body).includes(CANARY));
  }
  for (const request of [{}, { reason: "" }, { reason: " " }, { reason: "x".repeat(1001) }, { ...WHY, more: 1 }])
    assert.equal((await app.call(ROUTE, request, ada)).status, 400, JSON.stringify(request));
  const missing = await app.call("POST /api/tasks/99/reveal", WHY, ada);
  assert.deepEqual([missing.status, missing.body["code"]], [404, "unknown_task"]);
  const { body: log } = await app.call("GET /api/audit", null, ada);
  const acts = (log["audit"] as readonly { readonly act: string }[]).map(({ act }) => act);
  assert.ok(!acts.includes("POST /api/tasks/{id}/reveal"), acts.join());
});

test("a value is not answered when its entry cannot be written", async (t) => {
  const app = await appWithTask(t);
  const failing = t.mock.method(app.rig.store.access, "audit", async () => {
    throw Object.assign(new Error("the disk is full"), { name: "StoreError" });
  });
  const { status, body } = await app.call(ROUTE, WHY, AS_INSTANCE);
  assert.deepEqual([status, body["code"], failing.mock.callCount()], [503, "database_unavailable", 1]);
  assert.ok(!JSON.stringify(body).includes(CANARY));
});
