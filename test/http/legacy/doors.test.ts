import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { legacyServer, phase } from "./served-legacy.ts";
import { rawRequest } from "./raw-request.ts";

const ANSWERS = ["/info", "/recap", "/task/x", "/workflow", "/workflow/flow.toml"];
const EFFECTS = ["/refresh", "/notify"];
const PAGES = ["/web/alert", "/web/files", "/web/task", "/web/workflow", "/web/backload", "/web/about"];

async function serve(t: TestContext) {
  const { port, app } = await legacyServer(t, { workflows: { "flow.toml": phase("a", { cron: "@daily" }) } });
  const ask = (path: string, headers = {}, method = "GET") => rawRequest(port, { path, headers, method });
  return { ask, app };
}

test("a foreign host name is refused everywhere", async (t) => {
  const { ask } = await serve(t);
  for (const path of [...ANSWERS, ...EFFECTS, ...PAGES]) {
    const { status, text } = await ask(path, { host: "evil.example" });
    assert.deepEqual([status, JSON.parse(text).code], [403, "host_refused"], path);
  }
});

test("a page of another site can neither read nor have an effect", async (t) => {
  const { ask } = await serve(t);
  for (const path of [...ANSWERS, ...EFFECTS]) {
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "http://evil.example" },
      { origin: "null" },
    ]) {
      for (const method of EFFECTS.includes(path) ? ["GET", "POST"] : ["GET"]) {
        const { status, text } = await ask(path, headers, method);
        assert.deepEqual([status, JSON.parse(text).code], [403, "cross_site"], `${method} ${path}`);
      }
    }
    // A script, and a person who types the address.
    for (const headers of [{}, { "sec-fetch-site": "none" }])
      assert.equal((await ask(path, headers)).status, 200, path);
  }
});

test("a link in an alert leads on, from whatever site", async (t) => {
  const { ask } = await serve(t);
  for (const path of PAGES) {
    const { status, headers } = await ask(path, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
    assert.equal(status, 302, path);
    assert.match(headers.location ?? "", /^\/[a-z]/);
  }
});

test("a HEAD is a GET without a body, and has no effect", async (t) => {
  const { ask } = await serve(t);
  for (const path of ["/status", ...ANSWERS]) {
    const { status, bytes } = await ask(path, {}, "HEAD");
    assert.deepEqual([status, bytes.length], [200, 0], path);
  }
  for (const path of EFFECTS) {
    const { status, headers } = await ask(path, {}, "HEAD");
    assert.deepEqual([status, headers.allow], [405, "GET, POST"], path);
  }
});

test("another method is refused without a body, whatever is sent", async (t) => {
  const { app } = await serve(t);
  const allowed = new Map([
    ...["/status", ...ANSWERS, ...PAGES].map((path) => [path, "GET"] as const),
    ...EFFECTS.map((path) => [path, "GET, POST"] as const),
    ["/backload", "POST"],
  ]);
  for (const [url, allow] of allowed) {
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS", ...(allow === "GET" ? ["POST"] : [])] as const) {
      const answer = await app.inject({
        method: method as "PUT",
        url,
        payload: "x",
        headers: { "content-type": "text/plain" },
      });
      assert.deepEqual([answer.statusCode, answer.headers.allow, answer.body], [405, allow, ""], `${method} ${url}`);
      assert.equal(answer.headers["content-type"], undefined);
    }
  }
  for (const url of ["/web", "/web/task/", "/task/", "/task/a/b", "/INFO", "/info/", "/refresh/now"]) {
    for (const method of ["GET", "DELETE"] as const) {
      assert.equal((await app.inject({ method, url })).statusCode, 404, `${method} ${url}`);
    }
  }
});

test("a body of any type is no obstacle to an effect, and one that is too large is refused", async (t) => {
  const { app } = await serve(t);
  for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain"]) {
    const headers = { "content-type": type };
    assert.equal((await app.inject({ method: "POST", url: "/refresh", payload: "{", headers })).statusCode, 200, type);
  }
  const payload = "x".repeat(1024 * 1024 + 1);
  assert.equal((await app.inject({ method: "POST", url: "/refresh", payload })).statusCode, 413);
});

test("a path that is no URL is a bad request", async (t) => {
  const { ask } = await serve(t);
  for (const path of ["/task/%zz", "/task/%ff", "/workflow/%"]) {
    const { status, text } = await ask(path);
    assert.deepEqual([status, text], [400, "400 Bad Request"], path);
  }
  const { status, text } = await ask("/api/%zz");
  assert.deepEqual([status, JSON.parse(text).code], [400, "bad_request"]);
});
