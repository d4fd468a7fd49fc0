import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { seeded, type Seeded } from "./scoped-record.ts";

const SALES = "on workflow:sales/*";

interface Listed {
  readonly total?: number;
  readonly pagination?: { readonly total: number; readonly next_cursor: string | null };
}

/** What a viewer of this part counts; `query` takes the same of everything. */
async function counts({ get }: Seeded, part: string, query: string): Promise<readonly unknown[]> {
  const read = async <T>(url: string): Promise<T> => (await get<T>(url, `viewer ${part}`)).body;
  const q = encodeURIComponent(query);
  const span = "from=2026-11-20T00:00:00Z&until=2026-11-30T00:00:00Z&by=day";
  const list = await read<Listed>(`/api/tasks?limit=3&query=${q}`);
  const sorted = await read<Listed>(`/api/tasks?limit=3&sort=task_time&query=${q}`);
  const facets = await read<Listed>(`/api/tasks/facets?query=${q}`);
  const histogram = await read<Listed>(`/api/tasks/histogram?${span}&query=${q}`);
  return [sorted.pagination?.total, facets.total, histogram.total, list.pagination?.next_cursor !== null];
}

test("totals, facets and histograms count what is in the scope alone", async (t) => {
  const seed = await seeded(t);
  assert.deepEqual(await counts(seed, SALES, ""), await counts(seed, "", "workflow:sales/*"));
  assert.deepEqual(await counts(seed, "on type:load", ""), await counts(seed, "", "type:load"));
  const both = "on workflow:sales/*, type:canaryhrpay";
  assert.deepEqual(await counts(seed, both, ""), await counts(seed, "", "workflow:sales/* OR type:canaryhrpay"));
  const { get } = seed;
  const walked: number[] = [];
  for (let cursor = ""; ;) {
    const url = `/api/tasks?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const { body } = await get<Listed & { readonly tasks: readonly { readonly record_id: number }[] }>(
      url,
      `viewer ${SALES}`,
    );
    walked.push(...body.tasks.map((task) => task.record_id));
    const next = body.pagination?.next_cursor ?? null;
    if (next === null) break;
    cursor = next;
  }
  assert.ok(walked.length > 2);
  assert.deepEqual(walked, seed.recordsOf("sales/a.toml"));
});

test("alerts, backfills, running tasks and ticks are those of the scope", async (t) => {
  const { get } = await seeded(t);
  const rows = async (url: string, field: string, part: string): Promise<readonly { workflow: string }[]> => {
    const { status, body } = await get<Record<string, readonly { workflow: string }[]>>(url, `viewer ${part}`);
    assert.equal(status, 200, url);
    return body[field] ?? [];
  };
  const workflows = (found: readonly { workflow: string }[]): readonly string[] =>
    [...new Set(found.map(({ workflow }) => workflow))].toSorted();
  for (const [url, field] of [
    ["/api/alerts", "alerts"],
    ["/api/alerts/summary", "groups"],
    ["/api/backfills", "backfills"],
    ["/api/schedule?to=2026-12-02T00:00:00Z", "ticks"],
    ["/api/schedule/load?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z", "phases"],
    ["/api/running", "tasks"],
    ["/api/workflows/grid", "phases"],
    ["/api/workflows/graph", "nodes"],
  ] as const) {
    const all = await rows(url, field, "");
    const own = await rows(url, field, SALES);
    assert.ok(workflows(all).includes("hr/a.toml"), `${url} has others`);
    assert.deepEqual(workflows(own), ["sales/a.toml"], url);
    assert.equal(own.length, all.filter(({ workflow }) => workflow === "sales/a.toml").length, url);
  }
  type Days = { readonly days: readonly { readonly alerts: number }[] };
  type Summary = { readonly states: readonly { readonly alerts: number }[] };
  const sum = (found: readonly { readonly alerts: number }[]): number =>
    found.reduce((all, one) => all + one.alerts, 0);
  const own = (await rows("/api/alerts", "alerts", SALES)).length;
  const days = await get<Days>("/api/alerts/days?from=2026-11-20&to=2026-11-30", `viewer ${SALES}`);
  const summary = await get<Summary>("/api/alerts/summary", `viewer ${SALES}`);
  assert.deepEqual([sum(days.body.days), sum(summary.body.states)], [own, own]);
});

test("acts are held: by ids, by query, on phases, by hand and in jobs", async (t) => {
  const seed = await seeded(t);
  const { post, get, recordsOf } = seed;
  const [hr = 0] = recordsOf("hr/a.toml");
  const own = recordsOf("sales/a.toml");
  const before = (await get<Listed>("/api/tasks?limit=1")).body;
  const refused = async (url: string, body: object, status: number, code: string, part = SALES): Promise<void> => {
    const answer = await post<Problem>(url, body, `operator ${part}`);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${url} ${JSON.stringify(body)}`);
  };
  const mark = { action: "mark", result: "complete", reason: "x" };
  const retry = { action: "retry", reason: "", children: false };
  await refused("/api/tasks/actions", { ...mark, ids: [hr] }, 404, "unknown_task");
  await refused("/api/tasks/actions", { ...mark, ids: [...own, hr] }, 404, "unknown_task");
  await refused("/api/tasks/actions", { ...mark, ids: [999_999] }, 404, "unknown_task");
  await refused("/api/tasks/actions", { ...retry, ids: own, children: true }, 403, "out_of_scope");
  await refused("/api/tasks/actions", { ...retry, ids: own, meta: "workflow=hr/a.toml" }, 403, "out_of_scope");
  await refused("/api/tasks/actions", { ...retry, ids: own, meta: "work%66low=hr%2Fa.toml" }, 403, "out_of_scope");
  await refused("/api/tasks/actions", { ...mark, query: "", expect_count: own.length + 1 }, 409, "count_differs");
  await refused("/api/jobs", { ...mark, ids: [hr], begin: false }, 404, "unknown_task");
  await refused("/api/jobs", { ...retry, ids: own, children: true, begin: false }, 403, "out_of_scope");
  await refused("/api/tasks", { type: "canaryhrpay", info: "x", workflow: "hr/a.toml" }, 404, "unknown_phase");
  await refused("/api/tasks", { type: "canaryhrpay", info: "x", workflow: "sales/a.toml" }, 404, "unknown_phase");
  await refused("/api/tasks", { type: "load", workflow: "sales/../hr/a.toml" }, 404, "unknown_phase");
  await refused("/api/tasks", { type: "load", meta: "workflow=hr/a.toml" }, 403, "out_of_scope");
  for (const act of ["pause", "resume", "trigger"]) {
    await refused(`/api/workflows/phases/canaryhrpay/${act}`, { reason: "" }, 404, "unknown_phase");
    await refused(`/api/workflows/phases/load/${act}?workflow=hr/a.toml`, { reason: "" }, 404, "unknown_phase");
  }
  await refused("/api/pause", { reason: "" }, 403, "out_of_scope");
  const span = { from: "2026-11-10", to: "2026-11-11", total: 2, reason: "" };
  await refused("/api/backfills", { ...span, type: "load", workflow: "hr/a.toml" }, 404, "unknown_phase");
  await refused("/api/backfills", { ...span, type: "load", meta_file: "hr/rows.csv" }, 403, "out_of_scope");
  await refused("/api/backfills/1/cancel", { reason: "" }, 404, "unknown_backfill");
  const alerts = await get<{ alerts: readonly { id: number; workflow: string }[] }>("/api/alerts");
  const alertOf = (workflow: string): number => alerts.body.alerts.find((one) => one.workflow === workflow)?.id ?? 0;
  const acknowledge = { action: "acknowledge", note: "" };
  await refused("/api/alerts/actions", { ...acknowledge, ids: [alertOf("hr/a.toml")] }, 404, "unknown_alert");
  // A viewer of everything acts on no more than an operator's part.
  await refused("/api/tasks/actions", { ...mark, ids: [hr] }, 404, "unknown_task", `${SALES}; viewer`);
  assert.deepEqual((await get<Listed>("/api/tasks?limit=1")).body.pagination, before.pagination);

  const done = async (url: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await post<Record<string, unknown>>(url, body, `operator ${SALES}`);
    assert.equal(answer.status, 200, `${url} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  assert.deepEqual(await done("/api/alerts/actions", { ...acknowledge, ids: [alertOf("sales/a.toml")] }), {
    changed: [alertOf("sales/a.toml")],
  });
  assert.partialDeepStrictEqual(await done("/api/tasks/actions", { ...mark, query: "", dry_run: true }), { job: null });
  // The same phase is in a file that comes before it.
  const made = await done("/api/tasks", { type: "load" });
  assert.match(JSON.stringify(made), /workflow=sales/);
  assert.match(JSON.stringify(await done("/api/workflows/phases/load/pause", { reason: "" })), /"sales\/a\.toml"/);
  const job = await done("/api/jobs", { ...mark, ids: own, begin: false });
  assert.equal((await get(`/api/jobs/${Number(job["id"])}`, `viewer ${SALES}`)).status, 200);
  const others = await get<Problem>("/api/jobs/1", "viewer on type:load");
  assert.equal(others.status, 200, "the caller of the rig has begun all jobs");
});

test("an auditor reads records, and neither workflows nor how the instance does", async (t) => {
  const { get, post } = await seeded(t);
  for (const url of [
    "/api/tasks",
    "/api/tasks/1/why",
    "/api/alerts",
    "/api/files",
    "/api/backfills",
    "/api/dead-letters",
  ])
    assert.equal((await get(url, "auditor")).status, 200, url);
  for (const url of [
    "/api/workflows",
    "/api/workflows/source?path=hr/a.toml",
    "/api/metrics",
    "/api/users",
    "/api/workers",
  ])
    assert.equal((await get<Problem>(url, "auditor")).body.code, "role", url);
  const acted = await post<Problem>("/api/tasks/actions", { action: "note", ids: [1], text: "x" }, "auditor");
  assert.equal(acted.body.code, "role");
  const part = await get<Problem>("/api/audit", "auditor on type:load");
  assert.deepEqual([part.status, part.body.code], [403, "out_of_scope"]);
});
