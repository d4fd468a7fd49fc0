import assert from "node:assert/strict";
import { test } from "node:test";
import { ROUTE_GROUPS } from "../../src/http/api/groups.ts";
import { ESCAPES, MARKUP, type Planted, planted } from "./planted.ts";

/** What a browser shows as data. Only the page of the API is a document. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["GET /api/tasks/{id}/log", "text/plain"],
  ["GET /api/tasks/export", "text/csv"],
  ["GET /api/events", "text/event-stream"],
  ["GET /api/docs", "text/html"],
  ["GET /api/docs.css", "text/css"],
  ["GET /metrics", "text/plain"],
  ["GET /status", "text/plain"],
]);
const LEGACY = [
  "/status",
  "/status?verbose=1",
  "/metrics",
  "/info",
  "/recap",
  "/task/id-0",
  "/workflow",
  "/workflow/broken.toml",
  "/workflow/page.html",
  "/workflow/page.svg",
  "/web/alert",
  "/web/files",
  "/web/task",
  "/web/workflow",
  "/web/backload",
  "/web/about",
];
/** What `/workflow/*` answers with besides JSON: nothing that a browser runs. */
const PLAIN = /^(?:text\/plain|application\/toml|text\/x-yaml|application\/json|application\/problem\+json)\b/;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** As a link that somebody follows in a browser. Of a stream the beginning. */
async function open({ url, asInstance }: Planted, path: string): Promise<Answer> {
  const gone = new AbortController();
  const answer = await fetch(`${url}${path}`, {
    headers: { ...asInstance, accept: "text/html,application/xhtml+xml", "accept-encoding": "identity" },
    redirect: "manual",
    signal: gone.signal,
  });
  const { status, headers } = answer;
  if (!headers.get("content-type")?.startsWith("text/event-stream"))
    return { status, headers, text: await answer.text() };
  let text = "";
  for await (const piece of answer.body ?? []) {
    text += Buffer.from(piece).toString();
    if (text.includes("event: health")) break;
  }
  gone.abort();
  return { status, headers, text };
}

/** Addresses of every GET of the API, by route: each once for every row that its lists have. */
async function addresses(instance: Planted): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = async (list: string, key: string, id: string): Promise<readonly string[]> =>
    ((await instance.get(list))[key] ?? []).map((row) => String(row[id]));
  const tasks = await ids("/api/tasks?limit=500", "tasks", "record_id");
  await fetch(`${instance.url}/api/cleanup`, { method: "DELETE", headers: instance.asInstance });
  const ofRows: Readonly<Record<string, readonly string[]>> = {
    "/api/tasks/": tasks,
    "/api/alerts/": await ids("/api/alerts?limit=500", "alerts", "id"),
    "/api/files/": await ids("/api/files?limit=500", "files", "id"),
    "/api/backfills/": await ids("/api/backfills", "backfills", "id"),
    "/api/jobs/": ["1"],
    "/api/cleanup/": await ids("/api/cleanup", "cleanups", "id"),
    "/api/backups/": ["none"],
  };
  const path = `path=${encodeURIComponent(instance.workflow)}`;
  const phases = await ids(`/api/workflows/file?${path}`, "phases", "id");
  const versions = await ids(`/api/workflows/versions?${path}`, "versions", "id");
  const queries: Readonly<Record<string, string>> = {
    "GET /api/tasks/{id}/log/search": "?text=alert",
    "GET /api/why-not": `?type=in&workflow=${encodeURIComponent(instance.workflow)}&at=2026-01-01`,
    "GET /api/workflows/gantt": `?run=${tasks[0]}`,
    "GET /api/workflows/grid/tasks": "?phase=1&from=2025-06-01&until=2026-06-01",
    "GET /api/workflows/diff": `?${path}&from=${versions[0]}`,
    "GET /api/workflows/file": `?${path}`,
    "GET /api/workflows/source": `?${path}`,
    "GET /api/workflows/versions": `?${path}`,
    "GET /api/tasks/export": "?format=csv",
    "GET /api/tasks/histogram": "?from=2026-01-01T00:00:00Z&until=2026-01-10T00:00:00Z",
    "GET /api/stats": "?from=2026-01-01T00:00:00Z&until=2026-01-10T00:00:00Z",
    "GET /api/notes": `?kind=task&key=${tasks[0]}`,
    "GET /api/schedule/load": "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
    "GET /api/files/arrivals": "?phase=in",
    "GET /api/files/verdicts": `?path=${encodeURIComponent("<script>alert(1)</script>")}`,
    "GET /api/tasks": "?limit=500",
    "GET /api/files": "?limit=500",
    "GET /api/audit": "?limit=500",
    "GET /api/audit/hours": "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
    "GET /api/alerts": "?limit=500",
    "GET /api/dead-letters": "?redriven=true",
  };
  const found = new Map<string, readonly string[]>();
  for (const name of ROUTE_GROUPS.flatMap(({ routes }) => routes).filter((one) => one.startsWith("GET "))) {
    const template = name.slice("GET ".length);
    const rows = (template.includes("{key}") ? phases : ofRows[template.split("{")[0] ?? ""]) ?? [];
    const all = template.includes("{") ? rows.map((id) => template.replace(/\{\w+\}/, id)) : [template];
    assert.ok(all.length > 0, `${name} has rows to ask for`);
    found.set(
      name,
      all.map((one) => `${one}${queries[name] ?? ""}`),
    );
  }
  return found;
}

/** The tags of a document, parsed as a browser would: nothing but what the page itself has. */
function checkDocument(name: string, text: string): void {
  const tags = [...text.matchAll(/<(\/?)([a-z!][\w-]*)([^>]*)>/gi)];
  assert.ok(tags.length > 100);
  const known =
    /^(?:!doctype|html|head|meta|title|link|body|main|h1|h2|p|a|details|summary|code|pre|table|thead|tbody|tr|th|td)$/;
  for (const [tag, , element = "", attributes = ""] of tags) {
    assert.match(element.toLowerCase(), known, `${name}: ${tag}`);
    assert.doesNotMatch(attributes, /\bon\w+\s*=|javascript:|style\s*=/i, `${name}: ${tag}`);
  }
  assert.equal(text.split("<").length - 1, tags.length, `${name}: each < begins a tag`);
}

function checkHeaders(name: string, { headers }: Answer): void {
  assert.equal(headers.get("x-content-type-options"), "nosniff", name);
  assert.match(
    headers.get("content-security-policy") ?? "",
    /^(?:default-src 'self';.*frame-ancestors 'none'|sandbox)/,
    name,
  );
  assert.equal(headers.get("access-control-allow-origin"), null, name);
}

/** A task without output, and the provider and the backups that this instance does not have. */
const MAY_BE_MISSING = /^GET \/api\/(?:tasks\/\{id\}\/log(?:\/\w+)?|login\/oidc.*|backups\/\{id\})$/;

test(
  "markup, formulas and escapes in the record come back from every route as data",
  { timeout: 110_000 },
  async (t) => {
    const instance = await planted(t);
    const seen = new Set<string>();
    for (const [name, paths] of await addresses(instance))
      for (const path of paths) {
        const answer = await open(instance, path);
        const isMissing = MAY_BE_MISSING.test(name) && answer.status === 404;
        assert.ok(answer.status === 200 || isMissing, `${path}: ${answer.status} ${answer.text}`);
        checkHeaders(path, answer);
        const type = isMissing ? "application/problem+json" : (TYPES.get(name) ?? "application/json");
        assert.ok(
          answer.headers.get("content-type")?.startsWith(type),
          `${path}: ${answer.headers.get("content-type")}`,
        );
        if (type.endsWith("json")) JSON.parse(answer.text);
        if (type === "text/html") checkDocument(path, answer.text);
        if (type === "text/event-stream")
          for (const line of answer.text.split("\n"))
            assert.match(line, /^(?:|:.*|(?:event|id|retry|data): .*)$/, path);
        if (answer.text.includes("alert(1)")) seen.add(name);
      }
    // What was planted is there: nothing was inert because nothing was shown.
    for (const name of [
      "GET /api/tasks",
      "GET /api/tasks/{id}",
      "GET /api/tasks/{id}/why",
      "GET /api/tasks/{id}/graph",
      "GET /api/tasks/{id}/log",
      "GET /api/tasks/export",
      "GET /api/tasks/facets",
      "GET /api/tasks/failures",
      "GET /api/dead-letters",
      "GET /api/alerts",
      "GET /api/alerts/{id}",
      "GET /api/silences",
      "GET /api/files",
      "GET /api/files/{id}",
      "GET /api/backfills",
      "GET /api/audit",
      "GET /api/summary",
      "GET /api/workflows",
      "GET /api/workflows/figures",
      "GET /api/workflows/graph",
      "GET /api/workflows/phases/{key}",
      "GET /api/workflows/source",
      "GET /api/workflows/issues",
      "GET /api/schedule",
      "GET /api/schedule/load",
    ])
      assert.ok(seen.has(name), `${name} shows what was planted`);

    for (const path of LEGACY) {
      const answer = await open(instance, path);
      checkHeaders(path, answer);
      assert.ok([200, 302].includes(answer.status), `${path}: ${answer.status}`);
      if (answer.status === 200) assert.match(answer.headers.get("content-type") ?? "", PLAIN, path);
      else assert.match(answer.headers.get("location") ?? "", /^\/[a-z]/, `${path} leads to this server`);
    }
    // A file of workflows that cannot be read is told; nothing else went wrong.
    assert.equal(instance.process.problems.filter((line) => !line.includes("broken.toml")).join(), "");
  },
);

test("what a request says comes back in a refusal as data, and in no header", { timeout: 60_000 }, async (t) => {
  const instance = await planted(t);
  const names = ROUTE_GROUPS.flatMap(({ routes }) => routes).filter((one) => one.startsWith("GET "));
  const pages = ["/web/task", "/web/alert", "/web/files", "/nothing/", "/task/", "/workflow/", "/status"];
  for (const text of [...MARKUP, ...ESCAPES, "//evil.example", "x\r\nset-cookie: a=b"]) {
    const written = encodeURIComponent(text);
    const asked = names.flatMap((name) => {
      const path = name.slice("GET ".length).replace(/\{\w+\}/, written);
      return path === "/api/events"
        ? []
        : [
            `${path}?${["type", "path", "query", "cursor", "from", "tz", "x"].map((one) => `${one}=${written}`).join("&")}`,
          ];
    });
    const links = pages.map(
      (page) =>
        `${page}${page.endsWith("/") ? written : ""}?id=${written}&date=${written}&type=${written}&job=${written}`,
    );
    for (const path of [...asked, ...links]) {
      const answer = await open(instance, path);
      checkHeaders(path, answer);
      assert.ok(answer.status < 500, `${path}: ${answer.text}`);
      assert.equal(answer.headers.get("set-cookie"), null, path);
      const type = answer.headers.get("content-type") ?? "";
      if (path.startsWith("/api/docs")) continue;
      assert.doesNotMatch(type, /html|xml|javascript|svg/, path);
      if (answer.status >= 400 && path.startsWith("/api/")) {
        assert.match(type, /^application\/problem\+json/, path);
        JSON.parse(answer.text);
      }
      if (answer.status === 302)
        assert.match(answer.headers.get("location") ?? "", /^\/(?!\/)[\w/?&=%.:~*'()!+@,-]*$/, path);
    }
  }
});
