import assert from "node:assert/strict";
import { test } from "node:test";
import { ROUTE_GROUPS } from "../../../src/http/api/groups.ts";
import { allRoutes, openApi } from "../../../src/http/api/openapi.ts";
import { isRead, routeName } from "../../../src/http/api/route.ts";

test("each module has the routes that the list of routes names, and no other", async () => {
  for (const group of ROUTE_GROUPS) {
    const { ROUTES } = await group.load();
    assert.deepEqual(ROUTES.map(routeName), group.routes);
  }
  const names = ROUTE_GROUPS.flatMap(({ routes }) => routes);
  assert.equal(new Set(names).size, names.length);
});

test("a route has the parameters of its path, and a body only where something is sent", async () => {
  for (const route of await allRoutes()) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const shape = (route.params as { readonly shape?: object } | undefined)?.shape ?? {};
    assert.deepEqual(Object.keys(shape), names, routeName(route));
    assert.equal(route.body !== undefined && ["GET", "DELETE"].includes(route.method), false, routeName(route));
    assert.match(route.summary, /^[A-Z].*\.$/, routeName(route));
  }
});

test("what changes something needs an operator, but for the searches that people keep for themselves", async () => {
  for (const route of await allRoutes()) {
    if (isRead(route) || route.path.startsWith("/api/views")) continue;
    assert.notEqual(route.role, "viewer", routeName(route));
  }
});

test("the OpenAPI document has every route and how it refuses", async () => {
  const { openapi, paths } = (await openApi("1.2.3")) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; responses: Record<string, object> }>>;
  };
  assert.equal(openapi, "3.1.0");
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
  );
  assert.deepEqual(
    operations.map(({ name }) => name).toSorted(),
    ROUTE_GROUPS.flatMap(({ routes }) => routes).toSorted(),
  );
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  for (const { responses } of operations) assert.ok("default" in responses);
});
