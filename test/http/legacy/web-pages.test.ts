import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readCases } from "../../../scripts/vector-runner.ts";
import { answer } from "../../vector-answers/engine/http.ts";
import Fastify from "fastify";
import { parseTaskQuery } from "../../../src/contract/query/task-query-parser.ts";
import { allRoutes } from "../../../src/http/api/openapi.ts";
import { utcClock } from "../../../src/contract/query/task-query-values.ts";
import { PAGE_PATHS, pageTarget } from "../../../src/http/legacy/web-pages.ts";

const NOW = Date.UTC(2026, 10, 24, 0, 30);

function targetOf(url: string, routes: readonly string[]): string | null {
  const app = Fastify();
  for (const route of routes) app.get(route, () => "");
  const { pathname, searchParams } = new URL(url, "http://localhost");
  return pageTarget(pathname, searchParams, NOW, app);
}

const DASHBOARD = ["/tasks", "/alerts", "/system"];
const API = ["/api/tasks", "/api/alerts", "/api/files", "/api/workflows", "/api/backfills", "/api/metrics"];

test("each page leads to the page that shows the same, else to the list, or to an older answer while there is none", () => {
  assert.deepEqual(
    PAGE_PATHS.map((path) => targetOf(path, [...DASHBOARD, ...API])?.split("?", 1)[0]),
    ["/tasks", "/alerts", "/api/files", "/api/workflows", "/api/backfills", "/system"],
  );
  assert.deepEqual(
    PAGE_PATHS.map((path) => targetOf(path, API)?.split("?", 1)[0]),
    ["/api/tasks", "/api/alerts", "/api/files", "/api/workflows", "/api/backfills", "/api/metrics"],
  );
  assert.deepEqual(
    PAGE_PATHS.map((path) => targetOf(path, ["/recap", "/info"])),
    ["/recap", "/recap", "/info", "/info", "/info", "/info"],
  );
  assert.equal(targetOf("/web/other", API), null);
});

function paramsOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(targetOf(url, API) ?? "", "http://localhost").searchParams);
}

test("the day is kept, and one that cannot be read is today", () => {
  for (const page of ["/web/alert", "/web/files"]) {
    assert.deepEqual(paramsOf(`${page}?date=2026-02-28&type=zzz`), {
      since: "2026-02-28T00:00:00.000Z",
      until: "2026-03-01T00:00:00.000Z",
    });
    for (const date of ["", "02/03/2026", "2026-02-30", "2026-2-3", "x&tz=y"]) {
      assert.equal(paramsOf(`${page}?date=${encodeURIComponent(date)}`)["since"], "2026-11-24T00:00:00.000Z", date);
    }
  }
});

test("the pages of the dashboard get the same day and filters, whatever the zone of the browser", () => {
  const asked = (path: string): Record<string, string> =>
    Object.fromEntries(new URL(targetOf(path, DASHBOARD) ?? "", "http://localhost").searchParams);
  const q = 'created>=2026-02-28T00:00:00.000Z created<2026-03-01T00:00:00.000Z type:"push" result:"error"';
  assert.deepEqual(asked("/web/task?date=2026-02-28&type=push&result=error"), { q });
  assert.doesNotThrow(() => parseTaskQuery(q, utcClock(NOW)));
  assert.deepEqual(asked("/web/alert?date=2026-02-28&type=push"), {
    from: "2026-02-28T00:00:00.000Z",
    to: "2026-03-01T00:00:00.000Z",
  });
  assert.equal(targetOf("/web/about?date=2026-02-28", DASHBOARD), "/system");
});

test("the filters of tasks become a query, and an id ignores the others", () => {
  const queryOf = (asked: string) => paramsOf(`/web/task?${asked}`)["query"];
  assert.equal(queryOf(""), "created:2026-11-24");
  assert.equal(
    queryOf("date=2026-01-02&type=push&job=k&result=error"),
    'created:2026-01-02 type:"push" job:"k" result:"error"',
  );
  assert.equal(queryOf("result=running"), 'created:2026-11-24 result:""');
  assert.equal(queryOf("id=w2&type=pull"), 'created:2026-11-24 id:"w2"');
});

test("no value of a filter breaks the query, or finds more than it says", () => {
  for (const value of ['a"b', "a*b", String.raw`a\b`, "a b", "(a OR b)", "-a", "a,b", '" OR type:"x']) {
    const query = paramsOf(`/web/task?type=${encodeURIComponent(value)}`)["query"] ?? "";
    const parsed = parseTaskQuery(query, utcClock(NOW));
    assert.ok(parsed.kind === "and" && parsed.terms.length === 2, query);
    assert.deepEqual(
      parsed.terms[1],
      parseTaskQuery(`type:${JSON.stringify(value).replaceAll("*", "\\*")}`, utcClock(NOW)),
    );
  }
});

test("the lists of the API take the queries that pages become", async () => {
  const lists = (await allRoutes()).filter(({ method, path }) => method === "GET" && API.includes(path));
  assert.ok(lists.length > 1);
  for (const page of PAGE_PATHS) {
    const url = targetOf(`${page}?date=2026-01-02&type=a&job=b&result=error&page=2`, API) ?? "";
    const list = lists.find(({ path }) => path === url.split("?", 1)[0]);
    if (list === undefined) continue;
    const asked = Object.fromEntries(new URL(url, "http://localhost").searchParams);
    assert.ok(list.query?.safeParse(asked).success ?? Object.keys(asked).length === 0, url);
  }
});

test("the list of tasks has what the page had, and lacks what it lacked", async () => {
  const cases = readCases(join(import.meta.dirname, "../../vectors"), "http");
  // Pages of a list follow each other by a cursor.
  const pages = cases.filter(({ name }) => name.startsWith("web: task") && !name.includes("page 2"));
  assert.ok(pages.length > 5);
  for (const { name, in: input, out } of pages) {
    const { shown = "" } = (await answer(input)) as { readonly shown?: string };
    for (const [text, isShown] of Object.entries((out as { readonly shows: object }).shows)) {
      assert.equal(shown.includes(text), isShown, `${name}: ${text}`);
    }
  }
});
