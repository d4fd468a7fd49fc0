import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { z } from "zod";
import type {
  ganttAnswer,
  graphAnswer,
  gridAnswer,
  gridTasksAnswer,
  scheduleAnswer,
} from "../../../../src/contract/api/workflows/plan-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { wallOf } from "../../../../src/contract/time/wall-ms.ts";
import { arrive, fireAt, phase, report, schedule, takeSent } from "../../../engine/rig/drive.ts";
import { openRig, type Rig } from "../../../engine/rig/rig.ts";
import { newTask, taskMessage } from "../../../store/factories.ts";
import { serveRig } from "../../served-rig.ts";

type Graph = z.infer<typeof graphAnswer>;
type Grid = z.infer<typeof gridAnswer>;
type GridTasks = z.infer<typeof gridTasksAnswer>;
type Gantt = z.infer<typeof ganttAnswer>;
type Schedule = z.infer<typeof scheduleAnswer>;

async function open(t: TestContext, workflows: Readonly<Record<string, string>>, zone = "UTC"): Promise<Rig> {
  const rig = await openRig({ workflows, zone });
  t.after(() => rig.close());
  return rig;
}

const LOAD = phase("load", { cron: "0 5 * * *" });
const [HOUR, DAY] = [3_600_000, 86_400_000];

/** Fires the ticks of these days; every task of the first one fails. */
async function runDays(rig: Rig, days: number): Promise<void> {
  const scheduler = await schedule(rig);
  for (let day = 1; day <= days; day++) {
    for (const task of await fireAt(rig, scheduler, Date.UTC(2026, 10, 24 + day, 5, 0, 1)))
      await report(rig, task, day === 1 ? "error" : "complete");
    // On the first day what is sent says that a task has failed.
    for (const task of takeSent(rig)) if (day > 1) await report(rig, task, "complete");
  }
}

test("the graph has the edges of files and between them, what is missing, and the newest tasks", async (t) => {
  const rig = await open(t, {
    "a.toml": LOAD + phase("sum", { dependsOn: "load" }) + phase("mail", { dependsOn: "nobody" }),
    "b/b.toml": phase("load", { cron: "@hourly", paused: true }) + phase("copy", { dependsOn: "a.toml: load" }),
  });
  const { get, post } = serveRig(t, rig);
  await runDays(rig, 2);
  const names = (body: Graph) =>
    new Map(
      body.nodes.map((node) => [node.phase_id, `${node.workflow}:${node.task}${node.outside ? " outside" : ""}`]),
    );
  const edges = (body: Graph) =>
    body.edges.map(({ from, to }) => `${names(body).get(from)} > ${names(body).get(to)}`).toSorted();
  const all = await get<Graph>("/api/workflows/graph");
  assert.equal(all.status, 200);
  assert.deepEqual(edges(all.body), ["a.toml:load > a.toml:sum", "a.toml:load > b/b.toml:copy"]);
  assert.deepEqual(
    all.body.missing.map(({ parent }) => parent),
    ["nobody"],
  );
  const load = all.body.nodes.find(({ task, workflow }) => task === "load" && workflow === "a.toml");
  assert.partialDeepStrictEqual(load, {
    trigger: { cron: "0 5 * * *", files: null, join: false },
    paused: false,
    last: { state: "finished", result: "complete", task_time: "2026-11-26T05:00:00Z" },
    counts: { total: 2, complete: 1, failed: 1, cancelled: 0 },
  });
  const one = await get<Graph>("/api/workflows/graph?path=b%2Fb.toml");
  assert.deepEqual([...names(one.body).values()].toSorted(), ["a.toml:load outside", "b/b.toml:copy", "b/b.toml:load"]);
  assert.deepEqual(edges(one.body), ["a.toml:load outside > b/b.toml:copy"]);
  await post("/api/workflows/phases/sum/pause", { reason: "" });
  const paused = (await get<Graph>("/api/workflows/graph")).body.nodes.filter((node) => node.paused);
  assert.deepEqual(paused.map(({ task }) => task).toSorted(), ["load", "sum"]);
  assert.equal((await get<Problem>("/api/workflows/graph?path=c.toml")).body.code, "unknown_workflow");
  assert.equal((await get<Problem>("/api/workflows/graph?days=93")).status, 400);
});

test("the graph says what each phase does now, on what it depends, and when it is next due", async (t) => {
  const rig = await open(t, {
    "a.toml":
      phase("load", { cron: "0 5 * * *", retry: 1 }) +
      phase("sum", { dependsOn: "load", require: "{meta:rows}" }) +
      phase("tell", { dependsOn: "load", on: "error" }) +
      phase("take", { files: "/in/*.csv" }),
  });
  const { get, post } = serveRig(t, rig);
  const scheduler = await schedule(rig);
  for (const [day, result] of [
    [25, "complete"],
    [26, "error"],
  ] as const) {
    for (const task of await fireAt(rig, scheduler, Date.UTC(2026, 10, day, 5, 0, 1)))
      await report(rig, task, result, { started: `2026-11-${day}T05:00:10Z`, ended: `2026-11-${day}T05:02:10Z` });
  }
  await arrive(rig, "/in/a.csv");
  await arrive(rig, "/in/b.csv");
  await post("/api/workflows/phases/sum/pause", { reason: "new disk", until: "2026-12-24T15:30:00Z" });
  const { nodes } = (await get<Graph>("/api/workflows/graph?path=a.toml")).body;
  const of = (name: string) => nodes.find(({ task }) => task === name);
  assert.partialDeepStrictEqual(of("load"), {
    next_at: "2026-11-27T05:00:00.000Z",
    held: null,
    now: { waiting: 0, retrying: 1, running: 0, failed: 0 },
    run_ms: 120_000,
  });
  assert.partialDeepStrictEqual(of("sum"), {
    trigger: { on: "complete", require: ["rows"] },
    held: { until: "2026-12-24T15:30:00.000Z", by: "ada", reason: "new disk" },
    run_ms: null,
    next_at: null,
  });
  assert.equal(of("tell")?.trigger.on, "error");
  assert.partialDeepStrictEqual(of("take"), { files: 2, now: { waiting: 2 } });
});

test("the grid has the task times of phases, each by the latest attempt, a page of phases at a time", async (t) => {
  const rig = await open(t, { "a.toml": LOAD + phase("sum", { dependsOn: "load" }), "b.toml": LOAD });
  const { get } = serveRig(t, rig);
  await runDays(rig, 3);
  const url = "/api/workflows/grid?from=2026-11-24&to=2026-11-28&limit=2";
  const first = await get<Grid>(url);
  assert.equal(first.status, 200);
  assert.deepEqual(first.body.times, ["2026-11-25T05", "2026-11-26T05", "2026-11-27T05"]);
  const [load, sum] = first.body.phases;
  const cells = (id: number | undefined) =>
    first.body.cells
      .filter((cell) => cell.phase_id === id)
      .map(({ time, state, tasks }) => `${time} ${state} ${tasks}`);
  assert.deepEqual(cells(load?.phase_id), [
    "2026-11-25T05 error 1",
    "2026-11-26T05 complete 1",
    "2026-11-27T05 complete 1",
  ]);
  assert.deepEqual(cells(sum?.phase_id), ["2026-11-26T05 complete 1", "2026-11-27T05 complete 1"]);
  assert.deepEqual([first.body.pagination.total, load?.zone], [3, "UTC"]);
  const second = await get<Grid>(`${url}&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual(
    second.body.phases.map(({ workflow }) => workflow),
    ["b.toml"],
  );
  const days = await get<Grid>("/api/workflows/grid?from=2026-11-25&to=2026-11-26&by=day&path=a.toml");
  assert.deepEqual(days.body.times, ["2026-11-25T00", "2026-11-26T00"]);
  assert.equal((await get<Grid>("/api/workflows/grid")).body.times.length, 3);
  for (const [query, status, code] of [
    ["from=2026-11-02&to=2026-11-01", 422, "span"],
    ["from=2024-11-02&to=2026-11-01", 422, "span"],
    ["from=2026-13-01", 422, "span"],
    ["from=yesterday", 400, "invalid_request"],
    ["path=c.toml", 404, "unknown_workflow"],
  ] as const) {
    const answer = await get<Problem>(`/api/workflows/grid?${query}`);
    assert.deepEqual([answer.status, answer.body.code], [status, code], query);
  }
});

test("the graph has the newest of tasks without a task time, however many others of the type there are", async (t) => {
  const rig = await open(t, { "a.toml": phase("load") + phase("idle") });
  const { get } = serveRig(t, rig);
  const load = rig.context.graph().phases.find(({ task }) => task === "load");
  assert.ok(load !== undefined);
  const of = (phaseId: number, id: string) => newTask({ phaseId, message: taskMessage({ type: "load", job: "", id }) });
  const [, own] = (await rig.store.createTasks([of(load.id, "first"), of(load.id, "second")], rig.now)).recordIds;
  await rig.store.createTasks(
    Array.from({ length: 200 }, (_, n) => of(0, `other-${n}`)),
    rig.now,
  );
  const { nodes } = (await get<Graph>("/api/workflows/graph")).body;
  assert.deepEqual(
    nodes
      .toSorted((a, b) => (a.task < b.task ? -1 : 1))
      .map(({ task, last }) => [task, last?.record_id, last?.task_time]),
    [
      ["idle", undefined, undefined],
      ["load", own, null],
    ],
  );
});

test("a grid of many records is read in several steps, and counts each once", async (t) => {
  const rig = await open(t, { "a.toml": LOAD + phase("sum", { dependsOn: "load" }) });
  const { get } = serveRig(t, rig);
  const [load, sum] = rig.context.graph().phases;
  const first = Date.UTC(2026, 10, 1);
  // 7,000 of one phase over ten days, and one a day of the other.
  const tasks = Array.from({ length: 7010 }, (_, n) => {
    const at = n < 7000 ? Math.floor(n / 700) : n - 7000;
    return newTask({
      phaseId: (n < 7000 ? load : sum)?.id ?? 0,
      taskTime: wallOf(first + at * DAY + (n < 7000 ? (n % 24) * 3_600_000 : 0)),
      message: taskMessage({ id: `run-${n}` }),
    });
  });
  await rig.store.createTasks(tasks, rig.now);
  const url = "/api/workflows/grid?from=2026-11-01&to=2026-11-10";
  const { cells } = (await get<Grid>(`${url}&by=day`)).body;
  const counts = (id: number | undefined) => cells.filter((cell) => cell.phase_id === id).map((cell) => cell.tasks);
  assert.deepEqual(counts(load?.id), Array(10).fill(700));
  assert.deepEqual(counts(sum?.id), Array(10).fill(1));
  const times = (await get<Grid>(url)).body.cells;
  assert.equal(times.length, 240 + 10);
  assert.equal(
    times.reduce((all, cell) => all + cell.tasks, 0),
    7010,
  );
});

test("the hour that clocks show twice has the tasks of both, and one that they skip has none", async (t) => {
  const berlin = { timezone: "Europe/Berlin", template: "?hour={hh}" };
  const rig = await open(t, { "a.toml": phase("load", { cron: "@hourly", ...berlin }) });
  const { get } = serveRig(t, rig);
  const scheduler = await schedule(rig);
  // From 0:00 UTC on the clocks show 02:00, and an hour later 02:00 again.
  const autumn = Date.UTC(2027, 9, 31, 0, 0, 1);
  // Here they show 01:59 and then 03:00.
  const spring = Date.UTC(2027, 2, 28, 0, 0, 1);
  for (const at of [spring, spring + HOUR, autumn, autumn + HOUR]) {
    // What is sent beside the task of the tick says that one has failed.
    const task = (await fireAt(rig, scheduler, at)).at(-1);
    assert.ok(task !== undefined);
    await report(rig, task, at === autumn ? "error" : "complete");
  }
  const id = rig.context.graph().phases[0]?.id ?? 0;
  const cells = async (day: string): Promise<readonly string[]> =>
    (await get<Grid>(`/api/workflows/grid?by=hour&from=${day}&to=${day}`)).body.cells.map(
      ({ time, state, tasks, failed }) => `${time} ${state} ${tasks} ${failed}`,
    );
  assert.deepEqual(await cells("2027-03-28"), ["2027-03-28T01 complete 1 0", "2027-03-28T03 complete 1 0"]);
  assert.deepEqual(await cells("2027-10-31"), ["2027-10-31T02 error 2 1"]);
  const hour = `/api/workflows/grid/tasks?phase=${id}&from=2027-10-31T02&until=2027-10-31T03`;
  const { tasks, cut } = (await get<GridTasks>(hour)).body;
  assert.deepEqual(
    tasks.map(({ time, result, info }) => `${time} ${result} ${info}`),
    ["2027-10-31T02 error ?hour=02", "2027-10-31T02 complete ?hour=02"],
  );
  assert.equal(cut, false);
  for (const [query, status, code] of [
    ["phase=99&from=2027-10-31&until=2027-11-01", 404, "unknown_phase"],
    [`phase=${id}&from=2027-10-31&until=2027-10-31`, 422, "span"],
    [`phase=${id}&from=2025-10-31&until=2027-10-31`, 422, "span"],
    [`phase=${id}&from=2027-13-31&until=2028-10-31`, 422, "span"],
  ] as const) {
    const answer = await get<Problem>(`/api/workflows/grid/tasks?${query}`);
    assert.deepEqual([answer.status, answer.body.code], [status, code], query);
  }
});

test("the gantt of a run has the usual times of its phases and the files that it was made of", async (t) => {
  const rig = await open(t, {
    "a.toml":
      phase("load", { files: "/in/????/??/??/*.csv", template: "{meta:file}" }) + phase("sum", { dependsOn: "load" }),
  });
  const { get } = serveRig(t, rig);
  let id = "";
  for (const [day, minutes] of [
    [1, 10],
    [2, 14],
    [3, 12],
    [4, 30],
  ] as const) {
    await arrive(rig, `/in/2026/11/0${day}/a.csv`);
    const [task] = takeSent(rig);
    assert.ok(task !== undefined);
    id = task.id;
    const created = Math.floor(rig.now / 1000) * 1000;
    const started = new Date(created + 60_000).toISOString();
    await report(rig, task, "complete", { started, ended: new Date(created + (minutes + 1) * 60_000).toISOString() });
    takeSent(rig);
  }
  const { body } = await get<Gantt>(`/api/workflows/gantt?run=${id}`);
  const [load] = body.bars;
  assert.partialDeepStrictEqual(load, { info: "/in/2026/11/04/a.csv", task_time: "2026-11-04T00", position: 0 });
  assert.deepEqual(
    body.files.map(({ record_id: record, path, reported_by: by }) => [record, path, by]),
    [[load?.record_id, "/in/2026/11/04/a.csv", null]],
  );
  assert.partialDeepStrictEqual(body.usual, [
    { phase_id: load?.phase_id, run_ms: 12 * 60_000, queue_ms: 60_000, of: 3 },
  ]);
});

test("the gantt of a run has its records with their times", async (t) => {
  const rig = await open(t, { "a.toml": LOAD + phase("sum", { dependsOn: "load" }) });
  const { get } = serveRig(t, rig);
  const [task] = await fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 25, 5, 0, 1));
  assert.ok(task !== undefined);
  const times = { started: "2026-11-25T06:00:00Z", ended: "2026-11-25T06:10:00Z" };
  await report(rig, task, "complete", times);
  const { status, body } = await get<Gantt>(`/api/workflows/gantt?run=${task.id}`);
  assert.equal(status, 200);
  assert.deepEqual(
    body.bars.map(({ task: name, depth, started, ended }) => [name, depth, started, ended]),
    [
      ["load", 0, "2026-11-25T06:00:00.000Z", "2026-11-25T06:10:00.000Z"],
      ["sum", 1, null, null],
    ],
  );
  assert.equal((await get<Gantt>(`/api/workflows/gantt?run=${body.bars[1]?.record_id}`)).body.id, task.id);
  const none = await get<Problem>("/api/workflows/gantt?run=no");
  assert.deepEqual([none.status, none.body.code], [404, "unknown_run"]);
});

test("the schedule goes from page to page over files and zones, and misses no tick of one moment", async (t) => {
  const hourly = phase("a", { cron: "@hourly", template: "?h={hh}" });
  const rig = await open(t, {
    "a.toml": hourly + phase("b", { cron: "@hourly", meta: "k:1,2" }),
    "b.toml": hourly + phase("c", { cron: "0 3 * * *", timezone: "Asia/Tokyo" }),
  });
  const { get } = serveRig(t, rig);
  const seen: string[] = [];
  let cursor: string | null = "";
  for (let page = 0; page < 5 && cursor !== null; page++) {
    const next: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await get<Schedule>(`/api/schedule?limit=2&to=2026-11-24T14:00:00Z${next}`);
    seen.push(
      ...body.ticks.map(
        (tick) => `${tick.scheduled_at.slice(11, 16)} ${tick.workflow} ${tick.task} ${tick.info ?? tick.batch}`,
      ),
    );
    cursor = body.pagination.next_cursor;
  }
  assert.deepEqual(seen, [
    "13:00 a.toml a ?h=13",
    "13:00 a.toml b true",
    "13:00 b.toml a ?h=13",
    "14:00 a.toml a ?h=14",
    "14:00 a.toml b true",
    "14:00 b.toml a ?h=14",
  ]);
  const tokyo = await get<Schedule>("/api/schedule?path=b.toml&from=2026-11-24T17:59:59Z&limit=2");
  assert.partialDeepStrictEqual(
    tokyo.body.ticks.find(({ task }) => task === "c"),
    { scheduled_at: "2026-11-24T18:00:00.000Z", zone: "Asia/Tokyo", task_time: "2026-11-25T03:00:00+09:00" },
  );
});

test("the schedule has one row for what a pause passes over, on every page", async (t) => {
  const rig = await open(t, {
    "a.toml":
      phase("a", { cron: "@hourly" }) + phase("b", { cron: "@hourly" }) + phase("c", { cron: "@hourly", paused: true }),
  });
  const { get, post } = serveRig(t, rig);
  await post("/api/workflows/phases/a/pause", { reason: "new disk", until: "2026-11-24T15:30:00Z" });
  const all = (await get<Schedule>("/api/schedule?to=2026-11-24T17:00:00Z")).body.ticks;
  const row = (tick: Schedule["ticks"][number]) =>
    `${tick.scheduled_at.slice(11, 13)} ${tick.task} ${tick.held?.by ?? tick.held !== null}`;
  const expected = [
    "13 a ada",
    "13 b false",
    "13 c true",
    "14 b false",
    "15 b false",
    "16 a false",
    "16 b false",
    "17 a false",
    "17 b false",
  ];
  assert.deepEqual(all.map(row), expected);
  const rows: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const next: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await get<Schedule>(`/api/schedule?to=2026-11-24T17:00:00Z&limit=2${next}`);
    rows.push(...body.ticks.map(row));
    cursor = body.pagination.next_cursor;
  }
  assert.deepEqual(rows, expected);
});

test("the schedule marks clock changes and the ticks that they skip or double", async (t) => {
  const rig = await open(
    t,
    { "a.toml": phase("a", { cron: "30 2 * * *" }) + phase("b", { cron: "@hourly" }) },
    "Europe/Berlin",
  );
  const { get } = serveRig(t, rig);
  rig.now = Date.UTC(2027, 2, 27, 12);
  const spring = (await get<Schedule>("/api/schedule?limit=30")).body.clock_changes;
  assert.deepEqual(
    spring.map(({ at, zone, moved_ms: moved, effects }) => [
      at,
      zone,
      moved,
      effects.map(({ task, kind, time }) => `${task} ${kind} ${time}`),
    ]),
    [["2027-03-28T01:00:00.000Z", "Europe/Berlin", 3_600_000, ["a skipped 2027-03-28T02:30"]]],
  );
  const before = await get<Schedule>(`/api/schedule?limit=3&from=${new Date(rig.now - 2 * DAY).toISOString()}`);
  assert.deepEqual(before.body.clock_changes, []);
});

test("the schedule refuses what is no time", async (t) => {
  const { get } = serveRig(t, await open(t, { "a.toml": LOAD }));
  assert.equal((await get<Problem>("/api/schedule?from=tomorrow")).body.errors?.[0]?.pointer, "/query/from");
  assert.equal((await get<Problem>("/api/schedule?limit=501")).status, 400);
  assert.equal((await get<Problem>("/api/schedule?path=no.toml")).body.code, "unknown_workflow");
});
