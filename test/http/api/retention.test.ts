import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../src/contract/api/problem.ts";
import type { CleanupAnswer, RetentionPolicy } from "../../../src/contract/api/instance/retention-api.ts";
import { advance } from "../../../src/engine/retention/cleanup-runner.ts";
import { phase, report, rigWith, rootTask } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { serveRig, type Answered, type ServedRig } from "../served-rig.ts";

const DAY = 86_400_000;

/** A request of an admin, or of another role. */
function caller({ app }: ServedRig, role = "admin") {
  return async <T>(method: "GET" | "PUT" | "DELETE" | "POST", url: string, payload?: object): Promise<Answered<T>> => {
    const body = payload === undefined ? {} : { payload };
    const answer = await app.inject({ method, url, headers: { "x-role": role }, ...body });
    return { status: answer.statusCode, body: answer.json<T>() };
  };
}

async function runAll(rig: Rig): Promise<void> {
  for (;;) {
    const cleanup = await rig.store.retention.running();
    if (cleanup === null) return;
    await advance(cleanup, 1000, { runtime: rig.context.runtime, store: rig.store, archiver: null });
  }
}

test("policies are listed, set and put back, with who did it", async (t) => {
  const rig = await rigWith(t, phase("root"));
  const served = serveRig(t, rig);
  const { get } = served;
  const call = caller(served);
  const policies = async () => (await get<{ policies: RetentionPolicy[] }>("/api/retention")).body.policies;
  const tasks = async () => (await policies()).find(({ table }) => table === "task_records");
  assert.partialDeepStrictEqual(await tasks(), {
    days: 90,
    max_rows: null,
    enabled: true,
    source: "default",
    set: null,
    last: null,
  });
  assert.equal((await policies()).find(({ table }) => table === "audit_log")?.days, 730);
  const set = await call<RetentionPolicy>("PUT", "/api/retention", { table: "task_records", days: 30, max_rows: 5000 });
  assert.equal(set.status, 200);
  assert.partialDeepStrictEqual(set.body, { days: 30, max_rows: 5000, source: "set" });
  assert.partialDeepStrictEqual((await tasks())?.set, { days: 30, max_rows: 5000, enabled: null, by: "ada" });
  await call("PUT", "/api/retention", { table: "task_records", days: null });
  assert.partialDeepStrictEqual(await tasks(), { days: 90, max_rows: null, source: "default", set: null });
  for (const [body, status, code] of [
    [{ table: "users", days: 30 }, 404, "unknown_table"],
    [{ table: "task_counts_hourly", days: 30, max_rows: 5 }, 422, "not_countable"],
    [{ table: "task_records", days: 0 }, 400, "invalid_request"],
    [{ table: "task_records", days: 30, hours: 1 }, 400, "invalid_request"],
  ] as const) {
    const refused = await call<Problem>("PUT", "/api/retention", body);
    assert.deepEqual([refused.status, refused.body.code], [status, code]);
  }
});

test("a cleanup counts first, then deletes, and can be followed and stopped", async (t) => {
  const rig = await rigWith(t, phase("root"));
  const served = serveRig(t, rig);
  const { get } = served;
  const call = caller(served);
  for (const id of ["a", "b"]) await report(rig, rootTask(rig, { id }), "complete");
  rig.now += 91 * DAY;
  const dry = await call<CleanupAnswer>("DELETE", "/api/cleanup?table=task_records");
  assert.deepEqual(
    [dry.status, dry.body.dry_run, dry.body.state],
    [202, true, "running"],
    "a dry run unless it says no",
  );
  await runAll(rig);
  const counted = await get<CleanupAnswer>(`/api/cleanup/${dry.body.id}`);
  assert.partialDeepStrictEqual(counted.body, {
    state: "done",
    at_table: null,
    tables: [{ table: "task_records", deleted: 2, belonging: {} }],
  });
  assert.equal(rig.stored.tasks().length, 2);

  const stopped = await call<CleanupAnswer>("DELETE", "/api/cleanup?dry_run=false&older_than=36h");
  assert.equal((await call<CleanupAnswer>("POST", `/api/cleanup/${stopped.body.id}/stop`)).body.state, "stopped");
  await runAll(rig);
  assert.equal(rig.stored.tasks().length, 2);

  const real = await call<CleanupAnswer>("DELETE", "/api/cleanup?dry_run=false&table=task_records");
  assert.partialDeepStrictEqual(real.body, { cause: "hand", dry_run: false, by: "ada" });
  await runAll(rig);
  const done = await get<CleanupAnswer>(`/api/cleanup/${real.body.id}`);
  assert.partialDeepStrictEqual(done.body.tables, [{ table: "task_records", deleted: 2, belonging: { decisions: 4 } }]);
  assert.equal(rig.stored.tasks().length, 0);
  const list = await get<{ cleanups: CleanupAnswer[]; pagination: { next_cursor: string | null } }>(
    "/api/cleanup?limit=2",
  );
  assert.deepEqual(
    list.body.cleanups.map(({ id, state }) => [id, state]),
    [
      [3, "done"],
      [2, "stopped"],
    ],
  );
  const next = await get<{ cleanups: CleanupAnswer[] }>(
    `/api/cleanup?limit=2&cursor=${list.body.pagination.next_cursor}`,
  );
  assert.deepEqual(
    next.body.cleanups.map(({ id }) => id),
    [1],
  );
  for (const [method, path, status, code] of [
    ["DELETE", "/api/cleanup?table=users", 404, "unknown_table"],
    ["DELETE", "/api/cleanup?older_than=soon", 422, "bad_age"],
    ["DELETE", "/api/cleanup?older_than=5m", 422, "too_young"],
    ["DELETE", "/api/cleanup?dry_run=maybe", 400, "invalid_request"],
    ["GET", "/api/cleanup/99", 404, "unknown_cleanup"],
    ["POST", "/api/cleanup/1/stop", 409, "not_running"],
  ] as const) {
    const refused = await call<Problem>(method, path);
    assert.deepEqual([refused.status, refused.body.code], [status, code], path);
  }
});

test("only an admin deletes or changes a policy, and each leaves an entry in the audit log", async (t) => {
  const rig = await rigWith(t, phase("root"));
  const served = serveRig(t, rig);
  const change = { table: "task_records", days: 30 };
  for (const role of ["viewer", "operator", "auditor"])
    for (const [method, path, body] of [
      ["DELETE", "/api/cleanup", undefined],
      ["PUT", "/api/retention", change],
      ["POST", "/api/cleanup/1/stop", undefined],
    ] as const)
      assert.equal((await caller(served, role)<Problem>(method, path, body)).status, 403, `${role} ${method}`);
  assert.equal((await caller(served, "viewer")("GET", "/api/cleanup")).status, 200);
  assert.equal(
    (await caller(served, "viewer on type:root")<Problem>("GET", "/api/retention")).body.code,
    "out_of_scope",
  );
  await caller(served)("PUT", "/api/retention", change);
  await caller(served)("DELETE", "/api/cleanup?dry_run=false");
  const entries = await rig.store.reads.access.audit({ who: null, before: null, limit: 10 });
  assert.deepEqual(
    entries.map(({ who, act, outcome }) => [who, act, outcome]),
    [
      ["ada", "DELETE /api/cleanup", "done"],
      ["ada", "PUT /api/retention", "done"],
    ],
  );
  assert.partialDeepStrictEqual(JSON.parse(entries[1]?.before ?? ""), { days: 90 });
});
