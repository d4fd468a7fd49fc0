import assert from "node:assert/strict";
import { test } from "node:test";
import { docsPage } from "../../../src/http/api/docs-page.ts";
import { allRoutes } from "../../../src/http/api/openapi.ts";
import { routeName } from "../../../src/http/api/route.ts";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

test("GET /api/docs names every route, and needs nothing from elsewhere and nothing inline", async (t) => {
  const { app } = serveRig(t, await rigWith(t, phase("a", { cron: "0 5 * * *" })));
  const get = (url: string) => app.inject({ url, headers: { "x-role": "viewer" } });
  const page = await get("/api/docs");
  assert.deepEqual([page.statusCode, page.headers["content-type"]], [200, "text/html; charset=utf-8"]);
  for (const route of await allRoutes())
    assert.ok(page.body.includes(`<code>${routeName(route)}</code>`), routeName(route));
  assert.doesNotMatch(page.body, /<script|<style|style=|https?:\/\/(?!json-schema)/);
  const links = [...page.body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link);
  assert.deepEqual(links, ["docs.css", "openapi.json"]);
  const style = await get("/api/docs.css");
  assert.deepEqual([style.statusCode, style.headers["content-type"]], [200, "text/css; charset=utf-8"]);
  assert.equal(
    (
      await app.inject({
        url: "/api/docs",
        headers: { "x-role": "viewer", "if-none-match": String(page.headers["etag"]) },
      })
    ).statusCode,
    304,
  );
});

test("the page of the API shows what a schema says as text", () => {
  const schema = { description: '<script>alert("1")</script>' };
  const parameters = [{ name: "<b>", in: "query", required: true, schema }];
  const page = docsPage({
    info: { title: "<i>", version: "&" },
    paths: {
      "/<x>": { get: { summary: "<u>", parameters, responses: { 200: { content: { "text/<y>": { schema } } } } } },
    },
  });
  assert.doesNotMatch(page, /<(?:script|b|i|u|x|y)>/);
  assert.match(page, /&lt;script&gt;alert\(&quot;1&quot;\)/);
});
