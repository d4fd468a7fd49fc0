import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { z } from "zod";
import type {
  alertActionAnswer,
  alertAnswer,
  alertDaysAnswer,
  alertsAnswer,
  alertSummaryAnswer,
} from "../../../../src/contract/api/alerts/alert-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { newAlert } from "../../../../src/core/decide/new-alert.ts";
import { phase, report, rigWith, rootTask } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { serveRig } from "../../served-rig.ts";

type Page = z.infer<typeof alertsAnswer>;
type Summary = z.infer<typeof alertSummaryAnswer>;
type Days = z.infer<typeof alertDaysAnswer>;

const FLOW = phase("root", { cron: "@yearly", timezone: "Europe/Berlin" });

async function withRig(t: TestContext): Promise<Rig> {
  return await rigWith(t, FLOW);
}

async function raise(rig: Rig, ...about: readonly Parameters<typeof newAlert>[2][]): Promise<void> {
  await rig.store.record({ alerts: about.map((one) => newAlert("incomplete", "late", one)), decisions: [] }, rig.now);
}

function ids({ alerts }: Page): readonly number[] {
  return alerts.map(({ id }) => id);
}

test("GET /api/alerts tells of a failed task what the documented fields promise", async (t) => {
  const rig = await withRig(t);
  const { get } = serveRig(t, rig);
  await report(rig, rootTask(rig, { meta: "workflow=flow.toml&cron=2026-11-24T05" }), "error", { msg: "no route" });
  const { status, body } = await get<Page>("/api/alerts");
  assert.equal(status, 200);
  assert.deepEqual(body.alerts, [
    {
      id: 1,
      task_id: "run-1",
      record_id: 1,
      alert_type: "retry_exhausted",
      severity: "critical",
      state: "open",
      type: "root",
      job: "",
      workflow: "flow.toml",
      cause: "",
      message: "no route",
      count: 1,
      open: 1,
      created_at: "2026-11-24T12:00:00.000Z",
      last_seen: "2026-11-24T12:00:00.000Z",
      resolved_at: null,
      task_time: "2026-11-24T05:00:00+01:00",
      task_zone: "Europe/Berlin",
      task_created: "2026-11-24T12:00:00.000Z",
      silence_id: null,
      dashboard_link: "/alerts/1",
      notes: [],
    },
  ]);
  assert.deepEqual(body.pagination, { next_cursor: null, page: 1, total: 1, total_is: "exact" });
});

test("GET /api/alerts goes from page to page, also over states, and new alerts move nothing", async (t) => {
  const rig = await withRig(t);
  const { get, post } = serveRig(t, rig);
  await raise(rig, ...Array.from({ length: 7 }, (_, n) => ({ taskType: `t${n}` })));
  await post("/api/alerts/actions", { action: "acknowledge", ids: [2, 4] });
  await post("/api/alerts/actions", { action: "resolve", ids: [6] });
  const first = (await get<Page>("/api/alerts?state=unresolved&limit=2")).body;
  assert.deepEqual([ids(first), first.pagination.total_is], [[7, 5], "at_least"]);
  await raise(rig, { taskType: "new" });
  const next = (page: Page): Promise<{ body: Page }> =>
    get<Page>(`/api/alerts?state=unresolved&limit=2&cursor=${page.pagination.next_cursor}`);
  const second = (await next(first)).body;
  assert.deepEqual(ids(second), [4, 3]);
  const third = (await next(second)).body;
  assert.deepEqual(ids(third), [2, 1]);
  assert.deepEqual(third.pagination, { next_cursor: null, page: 3, total: 6, total_is: "exact" });
  const resolved = (await get<Page>("/api/alerts?state=resolved")).body;
  assert.deepEqual([ids(resolved), resolved.alerts[0]?.resolved_at], [[6], "2026-11-24T12:00:00.000Z"]);
  assert.deepEqual(ids((await get<Page>("/api/alerts?state=acknowledged")).body), [4, 2]);
});

test("GET /api/alerts filters by each field, and tells two workflow files with the same names apart", async (t) => {
  const rig = await withRig(t);
  const { get } = serveRig(t, rig);
  await raise(rig, { taskType: "load", job: "a", workflow: "one.toml" });
  rig.now += HOUR;
  await raise(rig, { taskType: "load", job: "a", workflow: "two.toml" }, { taskType: "load", job: "" });
  for (const [query, expected] of [
    ["workflow=one.toml", [1]],
    ["type=load&job=a", [2, 1]],
    ["type=load&job=", [3]],
    ["type=load&alert_type=incomplete", [3, 2, 1]],
    ["alert_type=retry_exhausted", []],
    ["severity=critical", []],
    ["since=2026-11-24T13:00:00Z", [3, 2]],
    ["until=2026-11-24T14:00:00%2B01:00", [1]],
    ["state=open&job=a", [2, 1]],
    ["text=LOAD:a", [2, 1]],
    ["text=two.t", [2]],
    ["text=late&type=load&job=", [3]],
  ] as const)
    assert.deepEqual(ids((await get<Page>(`/api/alerts?${query}`)).body), expected, query);
});

test("GET /api/alerts reads only so many alerts for one page, and goes on from there", async (t) => {
  const rig = await withRig(t);
  const { get } = serveRig(t, rig);
  await raise(rig, { taskType: "rare" });
  for (let group = 0; group < 6; group++)
    await raise(rig, ...Array.from({ length: 1000 }, (_, n) => ({ taskType: "often", job: `${group}-${n}` })));
  const first = (await get<Page>("/api/alerts?type=rare")).body;
  assert.deepEqual([ids(first), first.pagination.total_is], [[], "at_least"]);
  const second = (await get<Page>(`/api/alerts?type=rare&cursor=${first.pagination.next_cursor}`)).body;
  assert.deepEqual([ids(second), second.pagination.next_cursor], [[1], null]);
});

test("GET /api/alerts refuses what it cannot read, and a cursor of another filter", async (t) => {
  const rig = await withRig(t);
  const { get } = serveRig(t, rig);
  await raise(rig, { taskType: "a" }, { taskType: "b" });
  for (const [query, pointer] of [
    ["state=well", "/query/state"],
    ["severity=bad", "/query/severity"],
    ["since=yesterday", "/query/since"],
    ["until=0999-01-31T00:00:00Z", "/query/until"],
    ["limit=501", "/query/limit"],
    [`workflow=${"x".repeat(1001)}`, "/query/workflow"],
    ["color=red", "/query/color"],
  ]) {
    const { status, body } = await get<Problem>(`/api/alerts?${query}`);
    assert.deepEqual([status, body.code, body.errors?.[0]?.pointer], [400, "invalid_request", pointer]);
  }
  const { pagination } = (await get<Page>("/api/alerts?limit=1")).body;
  const other = await get<Problem>(`/api/alerts?limit=1&type=a&cursor=${pagination.next_cursor}`);
  assert.equal(other.body.code, "cursor_of_another_filter");
});

test("GET /api/alerts/{id} has occurrences, changes by name, and labels", async (t) => {
  const rig = await withRig(t);
  const { get, post } = serveRig(t, rig);
  await report(rig, rootTask(rig), "error", { msg: "no" });
  await post("/api/alerts/actions", { action: "acknowledge", ids: [1], note: "disk" });
  const { body } = await get<z.infer<typeof alertAnswer>>("/api/alerts/1");
  assert.match(body.alert.labels, /workflow=flow.toml/);
  assert.deepEqual(
    body.occurrences.map(({ at, record_id, reopened }) => [at, record_id, reopened]),
    [["2026-11-24T12:00:00.000Z", 1, false]],
  );
  assert.deepEqual(body.changes, [{ at: "2026-11-24T12:00:00.000Z", state: "acknowledged", by: "ada", note: "disk" }]);
  const missing = await get<Problem>("/api/alerts/7");
  assert.deepEqual([missing.status, missing.body.code], [404, "unknown_alert"]);
  assert.equal((await get<Problem>("/api/alerts/first")).status, 400);
});

test("GET /api/alerts/summary groups what is unresolved, the gravest first", async (t) => {
  const rig = await withRig(t);
  const { get, post } = serveRig(t, rig);
  assert.deepEqual((await get<Summary>("/api/alerts/summary")).body, {
    states: [],
    groups: [],
    total_groups: 0,
    total_is: "exact",
  });
  for (const day of [23, 24])
    await report(rig, rootTask(rig, { id: `r${day}`, meta: `workflow=flow.toml&cron=2026-11-${day}T00` }), "error");
  rig.now += HOUR;
  await raise(rig, { taskType: "load", workflow: "one.toml" }, { taskType: "load", workflow: "two.toml" });
  await post("/api/alerts/actions", { action: "acknowledge", ids: [1] });
  const { body } = await get<Summary>("/api/alerts/summary");
  assert.deepEqual(
    body.groups.map(({ alert_type, type, workflow, severity, alerts, unattended }) =>
      [alert_type, type, workflow, severity, alerts, unattended].join(" "),
    ),
    [
      "retry_exhausted root flow.toml critical 2 1",
      "incomplete load two.toml warning 1 1",
      "incomplete load one.toml warning 1 1",
    ],
  );
  assert.deepEqual(
    [body.groups[0]?.first_task_time, body.groups[0]?.last_task_time],
    ["2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00"],
  );
  assert.deepEqual(body.states.map(({ state, severity, alerts }) => `${state} ${severity} ${alerts}`).toSorted(), [
    "acknowledged critical 1",
    "open critical 1",
    "open warning 2",
  ]);
});

test("GET /api/alerts/days counts by the clock of the zone, also when clocks change", async (t) => {
  const rig = await withRig(t);
  const { get } = serveRig(t, rig);
  rig.now = Date.UTC(2026, 9, 24, 22, 30);
  await raise(rig, { taskType: "a" });
  // The day of the change has 25 hours in Berlin.
  rig.now += DAY;
  await raise(rig, { taskType: "b" });
  rig.now += HOUR;
  await raise(rig, { taskType: "c" });
  const days = async (tz: string): Promise<readonly (readonly unknown[])[]> => {
    const { body } = await get<Days>(`/api/alerts/days?from=2026-10-24&to=2026-10-26&tz=${tz}`);
    return body.days.map(({ day, from, alerts, warning }) => [day, from, alerts, warning]);
  };
  assert.deepEqual(await days("Europe/Berlin"), [
    ["2026-10-24", "2026-10-23T22:00:00.000Z", 0, 0],
    ["2026-10-25", "2026-10-24T22:00:00.000Z", 2, 2],
    ["2026-10-26", "2026-10-25T23:00:00.000Z", 1, 1],
  ]);
  assert.deepEqual(
    (await days("UTC")).map(([, , alerts]) => alerts),
    [1, 2, 0],
  );
  const standard = (await get<Days>("/api/alerts/days")).body;
  assert.deepEqual([standard.time_zone, standard.days.length, standard.days.at(-1)?.day], ["UTC", 31, "2026-10-25"]);
  for (const [query, code] of [
    ["tz=Mars", "unknown_zone"],
    ["from=2026-10-02&to=2026-10-01", "day_span"],
    ["from=2026-01-01&to=2026-10-01", "day_span"],
    ["from=2026-02-30", "invalid_request"],
  ])
    assert.equal((await get<Problem>(`/api/alerts/days?${query}`)).body.code, code, query);
});

test("POST /api/alerts/actions changes what it can, and nothing for a viewer", async (t) => {
  const rig = await withRig(t);
  const { get, post } = serveRig(t, rig);
  await raise(rig, { taskType: "a" }, { taskType: "b" });
  const act = (action: string): Promise<{ body: z.infer<typeof alertActionAnswer> }> =>
    post("/api/alerts/actions", { action, ids: [1, 2, 9] });
  const viewer = await post<Problem>("/api/alerts/actions", { action: "resolve", ids: [1] }, "viewer");
  assert.deepEqual([viewer.status, viewer.body.code], [403, "role"]);
  assert.deepEqual((await act("acknowledge")).body, { changed: [1, 2] });
  assert.deepEqual((await act("acknowledge")).body, { changed: [] });
  assert.deepEqual((await act("resolve")).body, { changed: [1, 2] });
  await rig.reopen();
  assert.deepEqual(ids((await get<Page>("/api/alerts?state=resolved")).body), [2, 1]);
});
