import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import type { JobAnswer, TaskActionAnswer } from "../../../../src/contract/api/tasks/task-control-api.ts";
import { advanceJobs } from "../../../../src/engine/steering/bulk-jobs.ts";
import { fireAt, phase, report, rigWith, schedule, takeSent } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { serveRig, type ServedRig } from "../../served-rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const ACTIONS = "/api/tasks/actions";

/** A rig whose phase `a` has sent this many tasks, of which all failed but the last. */
async function served(t: TestContext, count: number): Promise<ServedRig & { readonly rig: Rig }> {
  const rows = Array.from({ length: count }, (_, n) => String(n)).join(",");
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *", rule: `meta=n:${rows}`, template: "?n={meta:n}" }));
  const sent = await fireAt(rig, await schedule(rig), FIVE);
  for (const task of sent.slice(0, -1)) await report(rig, task, "error");
  takeSent(rig);
  return { rig, ...serveRig(t, rig) };
}

function states(rig: Rig): string[] {
  return rig.stored.tasks().map(({ id, state, result, attempt }) => [id, state, result, attempt].join(" "));
}

test("POST /api/tasks creates the task of a phase by the caller's name", async (t) => {
  const { rig, post } = await served(t, 1);
  const made = await post<{ tasks: { record_id: number; meta: string }[] }>("/api/tasks", { type: "a", row: "n=0" });
  assert.equal(made.status, 200);
  assert.equal(made.body.tasks[0]?.record_id, 2);
  assert.equal(rig.stored.decisions("created_by_hand")[0]?.data["by"], "ada");
  assert.equal((await post<Problem>("/api/tasks", { type: "b" })).body.code, "unknown_phase");
  assert.equal((await post<Problem>("/api/tasks", { type: "a" }, "viewer")).body.code, "role");
});

test("an action takes ids or a query, and says what became of each task", async (t) => {
  const { rig, post } = await served(t, 3);
  const retried = await post<TaskActionAnswer>(ACTIONS, {
    action: "retry",
    query: "result:error",
    expect_count: 2,
    reason: "disk replaced",
  });
  assert.deepEqual(retried.body, {
    count: 2,
    tasks: [
      { record_id: 1, changed: 4, refused: null },
      { record_id: 2, changed: 5, refused: null },
    ],
    job: null,
  });
  assert.partialDeepStrictEqual(rig.stored.decisions("retried_by_hand")[0]?.data, {
    by: "ada",
    reason: "disk replaced",
  });
  // The second attempts are the newest records of their tasks, and each task counts once.
  const cancelled = await post<TaskActionAnswer>(ACTIONS, { action: "cancel", query: "type:a attempt<=1" });
  assert.deepEqual(
    cancelled.body.tasks.map(({ record_id: id, changed }) => [id, changed]),
    [
      [3, 3],
      [4, 4],
      [5, 5],
    ],
  );
  const marked = await post<TaskActionAnswer>(ACTIONS, {
    action: "mark",
    ids: [1, 99],
    result: "complete",
    reason: "x",
  });
  assert.deepEqual(marked.body.tasks[1], { record_id: 99, changed: null, refused: "there is no such record" });
  assert.equal(marked.body.count, 2);
  const none = await post<TaskActionAnswer>(ACTIONS, { action: "cancel", query: "type:b", expect_count: 0 });
  assert.deepEqual(none.body, { count: 0, tasks: [], job: null });
});

test("an action with another number of tasks than expected, or tried only, changes nothing", async (t) => {
  const { rig, post } = await served(t, 3);
  const before = states(rig);
  const differs = await post<Problem>(ACTIONS, { action: "retry", query: "type:a", expect_count: 2 });
  assert.deepEqual([differs.status, differs.body.code], [409, "count_differs"]);
  assert.match(differs.body.detail, /it would be 3 tasks, and expect_count says 2/);
  const tried = await post<TaskActionAnswer>(ACTIONS, { action: "cancel", query: "type:a", dry_run: true });
  assert.deepEqual(tried.body, { count: 3, tasks: [], job: null });
  const compared = await post<TaskActionAnswer>(ACTIONS, { action: "retry", ids: [1, 1], dry_run: true });
  assert.deepEqual(compared.body, { count: 1, tasks: [{ record_id: 1, changed: null, refused: null }], job: null });
  assert.deepEqual(states(rig), before);
});

test("a note is left on each task, and refused where there is none", async (t) => {
  const { rig, post } = await served(t, 2);
  const noted = await post<TaskActionAnswer>(ACTIONS, { action: "note", ids: [1, 2, 77], text: "ask the supplier" });
  assert.deepEqual(
    noted.body.tasks.map(({ changed }) => changed),
    [1, 2, null],
  );
  assert.match(noted.body.tasks[2]?.refused ?? "", /no task has the record number or run id 77/);
  const found = await rig.store.reads.notes.of("task", [1, 2]);
  assert.deepEqual(
    found.map(({ text, author }) => [text, author]),
    [
      ["ask the supplier", "ada"],
      ["ask the supplier", "ada"],
    ],
  );
  const blank = await post<Problem>(ACTIONS, { action: "note", ids: [1], text: " \n " });
  assert.deepEqual([blank.status, blank.body.code], [422, "bad_note"]);
});

test("an action on more than 1,000 tasks is a job that a restart continues", async (t) => {
  const { rig, get, post } = await served(t, 1001);
  const answer = await post<TaskActionAnswer>(ACTIONS, { action: "cancel", query: "type:a", reason: "x" });
  assert.partialDeepStrictEqual(answer.body, { count: 1001, tasks: [], job: { state: "running", total: 1001 } });
  const url = `/api/jobs/${answer.body.job?.id}`;
  await rig.reopen();
  while (await advanceJobs(rig.context));
  const { body } = await serveRig(t, rig).get<JobAnswer>(url);
  assert.partialDeepStrictEqual(body, { state: "done", total: 1001, changed: 1, refused: 1000 });
  assert.match(body.refusals[0]?.refused ?? "", /it is finished already/);
  const { body: none } = await get<Problem>("/api/jobs/99");
  assert.deepEqual([none.status, none.code], [404, "unknown_job"]);
  const note = await serveRig(t, rig).post<Problem>(ACTIONS, { action: "note", query: "type:a", text: "x" });
  assert.deepEqual([note.status, note.body.code], [422, "too_many_tasks"]);
  assert.match(
    note.body.detail,
    /at most 1,000 tasks at once: narrow the query, as with created>-1d, or name the tasks by ids/,
  );
});

test("a job can be filled by several requests", async (t) => {
  const { get, post } = await served(t, 3);
  const created = await post<JobAnswer>("/api/jobs", { action: "cancel", ids: [1, 2] });
  assert.partialDeepStrictEqual(created.body, { state: "filling", total: 2 });
  const url = `/api/jobs/${created.body.id}`;
  await post<JobAnswer>(`${url}/tasks`, { ids: [2, 3], begin: true });
  assert.partialDeepStrictEqual((await get<JobAnswer>(url)).body, { state: "running", total: 3 });
  assert.equal((await post<Problem>(`${url}/tasks`, { ids: [1] }, "viewer")).body.code, "role");
  assert.equal((await post<Problem>("/api/jobs", { action: "note", ids: [1] })).body.code, "invalid_request");
});

test("an action refuses what it does not know, and says where", async (t) => {
  const { rig, post } = await served(t, 1);
  const before = states(rig);
  for (const [change, pointer] of [
    [{}, "/body"],
    [{ ids: [1], query: "type:a" }, "/body"],
    [{ ids: [] }, "/body/ids"],
    [{ ids: Array.from({ length: 10_001 }, (_, n) => n + 1) }, "/body/ids"],
    [{ ids: [1], result: "complete" }, "/body/result"],
    [{ ids: [1], action: "delete" }, "/body/action"],
    [{ ids: [1], by: "eve" }, "/body/by"],
    [{ query: "x".repeat(2001) }, "/body/query"],
    [{ ids: [1], action: "retry", as: "current", info: "x" }, "/body/as"],
    [{ ids: [1], action: "retry", as: "current", meta: "k=v" }, "/body/as"],
  ] as const) {
    const { status, body } = await post<Problem>(ACTIONS, { action: "cancel", ...change });
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer], JSON.stringify(change).slice(0, 80));
  }
  const unread = await post<Problem>(ACTIONS, { action: "cancel", query: "type:a typ:b" });
  assert.deepEqual([unread.status, unread.body.code], [400, "bad_query"]);
  assert.partialDeepStrictEqual(unread.body.errors, [{ pointer: "/body/query", offset: 7, length: 3 }]);
  const zone = await post<Problem>(ACTIONS, { action: "cancel", query: "type:a", tz: "Nowhere/At_All" });
  assert.deepEqual([zone.status, zone.body.code], [422, "unknown_zone"]);
  assert.equal((await post<Problem>(ACTIONS, { action: "cancel", ids: [1] }, "viewer")).status, 403);
  assert.deepEqual(states(rig), before);
});
