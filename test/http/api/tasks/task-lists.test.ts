import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { z } from "zod";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import type {
  facetsAnswer,
  failuresAnswer,
  histogramAnswer,
  runningAnswer,
  tasksAnswer,
} from "../../../../src/contract/api/tasks/task-list-api.ts";
import { deliver, phase, rootTask, schedule } from "../../../engine/rig/drive.ts";
import { openRig, type Rig } from "../../../engine/rig/rig.ts";
import { serveRig, type ServedRig } from "../../served-rig.ts";

type Running = z.infer<typeof runningAnswer>;
type Page = z.infer<typeof tasksAnswer>;
type Facets = z.infer<typeof facetsAnswer>;
type Failures = z.infer<typeof failuresAnswer>;
type Histogram = z.infer<typeof histogramAnswer>;

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

/** Results of tasks that somebody else sent, an hour apart: `[type, result, seconds that it ran]`. */
async function served(
  t: TestContext,
  tasks: readonly (readonly [type: string, result: string, seconds: number])[],
): Promise<ServedRig & { readonly rig: Rig }> {
  const rig = await openRig({
    workflows: { "a.toml": phase("a", { cron: "0 5 * * *" }), "b.toml": phase("a", { cron: "0 5 * * *" }) },
  });
  t.after(() => rig.close());
  for (const [n, [type, result, seconds]] of tasks.entries()) {
    rig.now = NOON + n * HOUR;
    const started = new Date(rig.now).toISOString();
    const ended = new Date(rig.now + seconds * 1000).toISOString();
    const meta = `workflow=${n % 2 === 0 ? "a" : "b"}.toml`;
    await deliver(rig, [rootTask(rig, { type, result, id: `run-${n}`, meta, started, ended, info: `?n=${n}` })]);
  }
  return { rig, ...serveRig(t, rig) };
}

const ids = ({ tasks }: Page): number[] => tasks.map(({ record_id: id }) => id);
const SEVEN = [
  ["a", "complete", 5],
  ["a", "error", 1],
  ["x", "complete", 9],
  ["x", "warn", 3],
  ["a", "complete", 7],
  ["y", "error", 2],
  ["a", "complete", 4],
] as const;

async function all(get: (cursor: string) => Promise<{ readonly body: Page }>): Promise<number[][]> {
  const pages: number[][] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body } = await get(cursor === "" ? "" : `&cursor=${cursor}`);
    pages.push(ids(body));
    cursor = body.pagination.next_cursor;
  }
  return pages;
}

test("GET /api/tasks goes from page to page, and new records move none", async (t) => {
  const { rig, get } = await served(t, SEVEN);
  const first = await get<Page>("/api/tasks?limit=3");
  assert.deepEqual(ids(first.body), [7, 6, 5]);
  assert.partialDeepStrictEqual(first.body.pagination, { page: 1, total: 7, total_is: "exact" });
  const [newest] = first.body.tasks;
  assert.partialDeepStrictEqual(newest, {
    type: "a",
    result: "complete",
    state: "finished",
    workflow: "a.toml",
    decided_at: "2026-11-24T18:00:00.000Z",
    started: "2026-11-24T18:00:00.000Z",
    ended: "2026-11-24T18:00:04.000Z",
    task_seconds: 4,
    notes: [],
  });
  await deliver(rig, [rootTask(rig, { id: "later", result: "complete" })]);
  const second = await get<Page>(`/api/tasks?limit=3&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual(ids(second.body), [4, 3, 2]);
  assert.deepEqual(second.body.pagination.page, 2);
  const other = await get<Problem>(`/api/tasks?type=a&limit=3&cursor=${first.body.pagination.next_cursor}`);
  assert.equal(other.body.code, "cursor_of_another_filter");
});

test("a filter and a query find the same tasks, with a total that is exact where counters know it", async (t) => {
  const { get, post } = await served(t, SEVEN);
  for (const [url, found, total] of [
    ["type=a", [7, 5, 2, 1], "exact"],
    ["type=a&result=error", [2], "exact"],
    ["result=error&state=finished", [6, 2], "exact"],
    ["state=cancelled", [], "exact"],
    ["query=workflow%3Aa.toml", [7, 5, 1], "exact"],
    ["query=run>3s%20type:a,x&limit=2", [7, 5], "at_least"],
  ] as const) {
    const { body } = await get<Page>(`/api/tasks?${url}`);
    assert.deepEqual([ids(body), body.pagination.total_is], [found, total], url);
  }
  const searched = await post<Page>("/api/tasks/search", { query: "type:a -result:complete" }, "viewer");
  assert.deepEqual([ids(searched.body), searched.body.pagination.total, searched.body.searched_to], [[2], 1, null]);
  const noted = await post("/api/tasks/actions", { action: "note", ids: [2], text: "look" });
  assert.equal(noted.status, 200);
  const { body } = await post<Page>("/api/tasks/search", { query: "note:look" });
  assert.equal(body.tasks[0]?.notes[0]?.author, "ada");
});

test("tasks are sorted by what they have, those without it last, page by page", async (t) => {
  const { rig, get } = await served(t, SEVEN);
  await deliver(rig, [rootTask(rig, { id: "later", result: "" })]);
  const pages = (sort: string) => all((cursor) => get<Page>(`/api/tasks?limit=3&sort=${sort}${cursor}`));
  assert.deepEqual(await pages("run"), [
    [2, 6, 4],
    [7, 1, 5],
    [3, 8],
  ]);
  assert.deepEqual((await pages("-run")).flat(), [3, 5, 1, 7, 4, 6, 2, 8]);
  assert.deepEqual((await pages("created")).flat(), [1, 2, 3, 4, 5, 6, 7, 8]);
  const { body } = await get<Page>("/api/tasks?sort=-queue&limit=2&type=x");
  assert.deepEqual([body.tasks.length, body.pagination.total, body.pagination.total_is], [2, 2, "exact"]);
  const first = await get<Page>("/api/tasks?sort=-run&limit=2");
  await deliver(rig, [rootTask(rig, { id: "latest", result: "complete" })]);
  const second = await get<Page>(`/api/tasks?sort=-run&limit=2&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual(ids(second.body), [1, 7]);
});

test("facets count the values of the matches, the most frequent first", async (t) => {
  const { get } = await served(t, SEVEN);
  const { body } = await get<Facets>("/api/tasks/facets?query=-type:y");
  assert.deepEqual(body.facets.type, [
    { value: "a", count: 4 },
    { value: "x", count: 2 },
  ]);
  assert.deepEqual(body.facets.result, [
    { value: "complete", count: 4 },
    { value: "error", count: 1 },
    { value: "warn", count: 1 },
  ]);
  assert.deepEqual(body.facets.workflow, [
    { value: "a.toml", count: 3 },
    { value: "", count: 2 },
    { value: "b.toml", count: 1 },
  ]);
  assert.deepEqual([body.total, body.total_is, body.searched_to], [6, "exact", null]);
});

test("a histogram by counters and one by a query agree, in hours and in the days of a zone", async (t) => {
  const { get } = await served(t, SEVEN);
  const range = "from=2026-11-24T13:00:00Z&until=2026-11-24T17:00:00Z";
  const counted = await get<Histogram>(`/api/tasks/histogram?${range}&type=a`);
  const searched = await get<Histogram>(`/api/tasks/histogram?${range}&query=type:a%20attempt:0`);
  assert.deepEqual(searched.body, counted.body);
  assert.deepEqual(
    counted.body.buckets.map(({ at, total, error, complete }) => [at, total, error, complete]),
    [
      ["2026-11-24T13:00:00.000Z", 1, 1, 0],
      ["2026-11-24T16:00:00.000Z", 1, 0, 1],
    ],
  );
  assert.deepEqual([counted.body.total, counted.body.total_is], [2, "exact"]);
  for (const result of ["complete", "error", "warn"]) {
    const [ofCounters, ofQuery] = await Promise.all(
      ["", "%20attempt:0"].map((more) => get<Histogram>(`/api/tasks/histogram?${range}&query=result:${result}${more}`)),
    );
    assert.deepEqual(ofCounters?.body, ofQuery?.body);
    assert.ok((ofCounters?.body.total ?? 0) > 0);
  }
  const minutes = await get<Histogram>(`/api/tasks/histogram?${range}&type=a&by=minute`);
  assert.deepEqual(
    minutes.body.buckets.map(({ total }) => total),
    [1, 1],
  );
  // In Auckland, 13 hours ahead, the first task is of the 25th at one o'clock.
  const days = "from=2026-11-24T00:00:00Z&until=2026-11-26T00:00:00Z&by=day&tz=Pacific/Auckland";
  for (const query of ["", "&query=attempt:0"]) {
    const { body } = await get<Histogram>(`/api/tasks/histogram?${days}${query}`);
    assert.deepEqual(
      body.buckets.map(({ at, total, warn }) => [at, total, warn]),
      [["2026-11-24T11:00:00.000Z", 7, 1]],
    );
  }
});

test("GET /api/running has the tasks that workers have", async (t) => {
  const { rig, get } = await served(t, [["a", "complete", 1]]);
  const none = await get<Running>("/api/running?type=none");
  assert.deepEqual(none.body, { tasks: [], pagination: { next_cursor: null, page: 1, total: 0, total_is: "exact" } });
  const scheduler = await schedule(rig);
  rig.now = NOON + 17 * HOUR;
  while (await scheduler.fire());
  rig.store.outboxSent(rig.sent.splice(0));
  await rig.store.flush();
  rig.now += 2000;
  await rig.store.flush();
  const all = await get<Running>("/api/running");
  assert.deepEqual(
    all.body.tasks.map(({ type, state, workflow }) => [type, state, workflow]),
    [
      ["a", "sent", "a.toml"],
      ["a", "sent", "b.toml"],
    ],
  );
  const cut = await get<Running>("/api/running?limit=1&type=a");
  assert.deepEqual([cut.body.tasks.length, cut.body.pagination.total_is], [1, "at_least"]);
  assert.equal((await get<Problem>("/api/running?limit=0")).status, 400);
});

test("what cannot be listed is refused, and says where", async (t) => {
  const { get, post } = await served(t, [["a", "complete", 1]]);
  for (const [url, pointer] of [
    ["?limit=501", "/query/limit"],
    ["?sort=size", "/query/sort"],
    ["?colour=red", "/query/colour"],
    [`?query=${"x".repeat(2001)}`, "/query/query"],
    ["/histogram", "/query/from"],
    ["/histogram?from=2026-11-24T00:00:00Z&until=2026-11-24T00:00:00Z", "/query/until"],
    ["/histogram?from=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z", "/query/until"],
    ["/histogram?from=2026-01-01T00:00:00Z&until=2026-01-03T00:00:00Z&by=minute", "/query/until"],
    ["/histogram?from=0001-01-01T00:00:00Z&until=2026-03-01T00:00:00Z", "/query/from"],
    ["/facets?limit=3", "/query/limit"],
  ] as const) {
    const { status, body } = await get<Problem>(`/api/tasks${url}`);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer], url);
  }
  const mistake = await get<Problem>("/api/tasks/facets?query=run>x");
  assert.deepEqual([mistake.status, mistake.body.code], [400, "bad_query"]);
  assert.partialDeepStrictEqual(mistake.body.errors, [{ pointer: "/query/query", offset: 4, length: 1 }]);
  assert.equal((await get<Problem>("/api/tasks?tz=Nowhere")).body.code, "unknown_zone");
  // A cursor that somebody made up is of no list; one of another order neither.
  const sorted = await post<Page>("/api/tasks/search", { sort: "run", limit: 1 });
  const forged = Buffer.from(JSON.stringify({ f: "x".repeat(12), p: 2, k: [1] })).toString("base64url");
  assert.equal((await get<Problem>(`/api/tasks?cursor=${forged}`)).body.code, "cursor_of_another_filter");
  assert.equal(sorted.body.pagination.next_cursor, null);
});

test("GET /api/tasks/failures groups what failed by its message, and a query finds and retries a group", async (t) => {
  const { rig, get, post } = await served(t, SEVEN);
  for (const n of [3, 17]) {
    rig.now += HOUR;
    const failed = { id: `late-${n}`, info: `?late=${n}`, result: "error", msg: `cannot read /in/${n}.csv: row ${n}` };
    await deliver(rig, [rootTask(rig, { type: "z", ...failed })]);
  }
  const { body } = await get<Failures>("/api/tasks/failures?query=unresolved:true&limit=1");
  assert.deepEqual([body.found, body.total, body.total_is, body.searched_to], [2, 4, "exact", null]);
  const [group, ...more] = body.groups;
  assert.deepEqual(more, []);
  assert.partialDeepStrictEqual(group, {
    text: "cannot read #: row #",
    count: 2,
    first_seen: "2026-11-24T19:00:00.000Z",
    last_seen: "2026-11-24T20:00:00.000Z",
    example: { record_id: 9, type: "z", info: "?late=17", msg: "cannot read /in/17.csv: row 17" },
    types: [{ type: "z", job: "", count: 2 }],
  });
  const query = `unresolved:true fingerprint:${group?.fingerprint}`;
  const found = await get<Page>(`/api/tasks?query=${encodeURIComponent(query)}`);
  assert.deepEqual(ids(found.body), [9, 8]);
  const acted = await post<{ readonly count: number }>("/api/tasks/actions", { action: "retry", query });
  assert.equal(acted.body.count, 2);
  assert.deepEqual(ids((await get<Page>(`/api/tasks?query=${encodeURIComponent(query)}`)).body), []);
});
