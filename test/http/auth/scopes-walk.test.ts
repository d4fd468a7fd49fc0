import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { allRoutes } from "../../../src/http/api/openapi.ts";
import { isRead, type Route, routeName } from "../../../src/http/api/route.ts";
import { HR, LOAD, seeded, type Seeded } from "./scoped-record.ts";

/** Bodies of the POST routes that only read. */
const READING: Readonly<Record<string, object>> = {
  "POST /api/tasks/search": { query: "", sort: "-created" },
  "POST /api/silences/preview": { matcher: { types: ["*"] } },
  "POST /api/backfills/preview": { type: "load", from: "2026-11-24", to: "2026-11-26", workflow: "sales/a.toml" },
  "POST /api/backfills/preview/cells": {
    type: "load",
    from: "2026-11-24",
    to: "2026-11-26",
    workflow: "sales/a.toml",
  },
  "POST /api/files/match": { pattern: "/in/*.csv" },
  "POST /api/workflows/validate": { path: "sales/new.toml", text: '[[phase]]\ntask="x"\ndependsOn="hr/a.toml: lod"\n' },
};

/** What is asked of the reading routes, besides nothing. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  "/api/tasks": ["query=canary*", "sort=task_time", "sort=-run", "query=NOT%20type:x", "type=load", "limit=1"],
  "/api/tasks/facets": ["query=", "query=type:load"],
  "/api/tasks/failures": ["query=", "query=unresolved:true"],
  "/api/tasks/histogram": ["from=2026-11-20T00:00:00Z&until=2026-11-30T00:00:00Z&by=day"],
  "/api/tasks/export": ["format=csv", "format=ndjson"],
  "/api/why-not": ["type=load&at=2026-11-23", "type=sum&at=2026-11-23", "type=copy&at=2026-11-25T05"],
  "/api/alerts": ["state=unresolved", "workflow=hr/a.toml", "type=load", "state=resolved"],
  "/api/alerts/days": ["from=2026-11-20&to=2026-11-30"],
  "/api/workflows": ["removed=true"],
  "/api/workflows/file": ["path=sales/a.toml", "path=hr/a.toml", "path=sales/../hr/a.toml", "path=SALES/a.toml"],
  "/api/workflows/versions": ["path=sales/a.toml", "path=hr/a.toml"],
  "/api/workflows/source": ["path=sales/a.toml", "path=hr/a.toml", "path=sales/a.toml&version=1"],
  "/api/workflows/issues": ["path=hr/bad.toml", "severity=error"],
  "/api/workflows/diff": ["path=sales/a.toml&from=2", "path=hr/a.toml&from=1", "path=sales/a.toml&from=1"],
  "/api/workflows/graph": ["path=sales/a.toml", "path=hr/a.toml"],
  "/api/workflows/grid": ["path=sales/a.toml", "from=2026-11-20&to=2026-11-30&by=day"],
  "/api/workflows/grid/tasks": [1, 2, 3, 4, 5, 6].map((id) => `phase=${id}&from=2026-06-01&until=2027-01-01`),
  "/api/schedule": ["path=hr/a.toml", "limit=50"],
  "/api/schedule/load": ["from=2026-11-20T00:00:00Z&to=2026-11-24T00:00:00Z"],
  "/api/schedule/clock-changes": ["path=hr/a.toml"],
  "/api/tasks/{id}/graph": ["of=run", "of=ancestors", "of=descendants"],
};

/** Those whose answer to who may see everything has what others may not see. */
const TELLING = [
  "GET /api/tasks",
  "POST /api/tasks/search",
  "GET /api/tasks/facets",
  "GET /api/tasks/failures",
  "GET /api/tasks/export",
  "GET /api/tasks/{id}",
  "GET /api/tasks/{id}/attempts",
  "GET /api/tasks/{id}/graph",
  "GET /api/tasks/{id}/why",
  "GET /api/alerts",
  "GET /api/alerts/{id}",
  "GET /api/files",
  "GET /api/workflows/source",
  "GET /api/workflows/phases/{key}",
  "GET /api/workflows/graph",
  "GET /api/workflows/grid",
  "GET /api/workflows/grid/tasks",
  "GET /api/workflows/gantt",
  "GET /api/workflows/issues",
  "GET /api/schedule",
];

async function urlsOf({ path }: Route, { get }: Seeded): Promise<readonly string[]> {
  const ids = Array.from({ length: 24 }, (_, at) => String(at + 1));
  const named = /\{(?:id|key)\}/;
  const paths = named.test(path) ? ids.map((id) => path.replace(named, id)) : [path.replaceAll(/\{\w+\}/g, "x")];
  const queries = QUERIES[path] ?? [];
  if (path !== "/api/workflows/gantt")
    return paths.flatMap((one) => [one, ...queries.map((query) => `${one}?${query}`)]);
  const { body } = await get<{ tasks: { id: string }[] }>("/api/tasks?limit=500");
  return [...new Set(body.tasks.map(({ id }) => id))].map((run) => `${path}?run=${run}`);
}

async function answer(
  seed: Seeded,
  route: Route,
  url: string,
  role: string,
): Promise<{ status: number; text: string }> {
  const body = READING[routeName(route)] ?? {};
  const request = { url, headers: { "x-role": role }, method: route.method };
  const { statusCode: status, body: text } = await seed.app.inject(
    route.method === "GET" ? request : { ...request, payload: body },
  );
  return { status, text };
}

function codeOf(text: string): string {
  return (JSON.parse(text) as Problem).code;
}

test("no route tells who has a part of the instance about the rest of it, or else it refuses", async (t) => {
  const seed = await seeded(t);
  const routes = (await allRoutes()).filter((route) => route.path !== "/api/events" && route.role !== "anyone");
  const telling = new Set<string>();
  const parts: readonly (readonly [scope: string, RegExp])[] = [
    ["on workflow:sales/*", new RegExp(HR)],
    ["on type:sum", new RegExp(`${HR}|${LOAD}`)],
    ["on workflow:sales/a.toml, type:sum", new RegExp(HR)],
  ];
  for (const route of routes) {
    const name = routeName(route);
    if (!isRead(route)) continue;
    for (const url of await urlsOf(route, seed)) {
      if ((await answer(seed, route, url, "admin")).text.includes(HR)) telling.add(name);
      for (const [part, hidden] of parts) {
        const { status, text } = await answer(seed, route, url, `admin ${part}`);
        assert.doesNotMatch(text, hidden, `${route.method} ${url} ${part}`);
        assert.ok(status < 500, `${route.method} ${url} ${part}: ${text}`);
        const isHeld = route.scope !== undefined || route.role === "known";
        if (!isHeld) assert.deepEqual([status, codeOf(text)], [403, "out_of_scope"], `${name} ${part}`);
      }
    }
  }
  assert.deepEqual(
    TELLING.filter((name) => !telling.has(name)),
    [],
  );
});

test("what changes something is refused where it does not hold a scope", async (t) => {
  const { app } = await seeded(t);
  for (const route of await allRoutes()) {
    if (isRead(route) || route.scope !== undefined || route.role === "known" || route.role === "anyone") continue;
    const { statusCode, body } = await app.inject({
      method: route.method as "POST",
      url: route.path.replaceAll(/\{\w+\}/g, "1"),
      headers: { "x-role": "admin on workflow:sales/*" },
      payload: {},
    });
    assert.deepEqual([statusCode, codeOf(body)], [403, "out_of_scope"], routeName(route));
  }
});
