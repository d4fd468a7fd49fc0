import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { parseTaskQuery } from "../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../src/contract/query/task-query-values.ts";
import { PAGE_PATHS, pageTarget } from "../../../src/http/legacy/web-pages.ts";

const NOW = Date.UTC(2026, 10, 24, 0, 30);

function targetOf(url: string, routes: readonly string[]): string | null {
  const app = Fastify();
  for (const route of routes) app.get(route, () => "");
  const { pathname, searchParams } = new URL(url, "http://localhost");
  return pageTarget(pathname, searchParams, NOW, app);
}

const API = ["/api/tasks", "/api/alerts", "/api/files", "/api/workflows", "/api/backfills", "/api/metrics"];

test("each page leads to the list that shows the same, or to an older answer while there is none", () => {
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
    assert.deepEqual(paramsOf(`${page}?date=2026-02-28&type=zzz`), { date: "2026-02-28", tz: "UTC" });
    for (const date of ["", "02/03/2026", "2026-02-30", "2026-2-3", "x&tz=y"]) {
      assert.equal(paramsOf(`${page}?date=${encodeURIComponent(date)}`)["date"], "2026-11-24", date);
    }
  }
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
