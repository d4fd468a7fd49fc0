import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROUTE_GROUPS } from "../../src/http/api/groups.ts";
import { openReader } from "../../src/store/sqlite/open.ts";
import { Place } from "../cli/harness.ts";
import { CANARIES, canaryIn, eventually, INFO, META, plantedServer } from "./planted-server.ts";

const NOW = new Date().toISOString();
const HOUR_AGO = new Date(Date.parse(NOW) - 3_600_000).toISOString();

/** What a route needs to answer with something; the others need nothing. */
const QUERIES: Readonly<Record<string, string>> = {
  "GET /api/tasks/{id}/log/search": "?text=a",
  "GET /api/why-not": "?type=load&job=daily&at=2026-01-01T05",
  "GET /api/tasks/facets": "?type=load",
  "GET /api/tasks/failures": "?query=type:load",
  "GET /api/tasks/histogram": `?${new URLSearchParams({ from: HOUR_AGO, until: NOW }).toString()}`,
  "GET /api/tasks/export": "?format=csv",
  "GET /api/workflows/file": "?path=flow.toml",
  "GET /api/workflows/versions": "?path=flow.toml",
  "GET /api/workflows/source": "?path=flow.toml",
  "GET /api/workflows/issues": "?path=flow.toml",
  "GET /api/workflows/diff": "?path=flow.toml&from=1&to=1",
  "GET /api/workflows/grid": "?path=flow.toml",
  "GET /api/workflows/grid/tasks": "?phase=1&from=2020-01-01&until=2020-12-01",
  "GET /api/workflows/gantt": "?run=1",
  "GET /api/schedule/load": `?${new URLSearchParams({ from: HOUR_AGO, to: NOW }).toString()}`,
  "GET /api/files/arrivals": "?phase=load:daily",
  "GET /api/files/verdicts": "?path=/in/a.csv",
  "GET /api/audit/hours": `?${new URLSearchParams({ from: HOUR_AGO, to: NOW }).toString()}`,
  "GET /api/notes": "?kind=task&key=1",
  "GET /api/stats": `?${new URLSearchParams({ from: HOUR_AGO, until: NOW }).toString()}`,
};

/** What this server does not have. */
const NOTHING_THERE = [
  "GET /api/jobs/{id}",
  "GET /api/backups/{id}",
  "GET /api/login/oidc",
  "GET /api/login/oidc/callback",
  "GET /api/cleanup/{id}",
];

const LEGACY = [
  "/info",
  "/recap",
  "/workflow/flow.toml",
  "/status",
  "/status?verbose=1",
  "/metrics",
  "/refresh",
  "/notify",
];

const COMMANDS: readonly (readonly string[])[] = [
  ["tasks"],
  ["tasks", "--json"],
  ["tasks", "-q", "api_token", "--json"],
  ["task", "1"],
  ["task", "1", "--json"],
  ["why", "1"],
  ["why", "1", "--json"],
  ["why-not", "load:daily", "--at", "2026-01-01T05"],
  ["lineage", "1"],
  ["lineage", "1", "--json"],
  ["logs", "1"],
  ["ps"],
  ["workers"],
  ["stats"],
  ["schedule"],
  ["check"],
  ["config"],
  ["note", "1"],
  ["alerts", "list", "--json"],
  ["alerts", "show", "1"],
  ["alerts", "show", "1", "--json"],
  ["channels", "list"],
  ["silences", "list"],
  ["files", "list", "--json"],
  ["files", "show", "1", "--json"],
  ["files", "why", "1"],
  ["dead-letters", "list", "--json"],
  ["backup", "list"],
  ["restore", "status"],
  ["restore", "status", "--messages"],
  ["audit"],
  ["audit", "--json"],
];

test("a secret is nowhere but in the record, on the bus and with the worker", { timeout: 110_000 }, async (t) => {
  const at = await plantedServer(t);
  const ask = async (path: string, body?: object): Promise<{ status: number; text: string }> => {
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(at.url + path, { ...request, headers: { "content-type": "application/json" } });
    return { status: answer.status, text: `${JSON.stringify([...answer.headers])}${await answer.text()}` };
  };
  const none = (what: string, text: string): void =>
    assert.equal(canaryIn(text), null, `${what} shows ${canaryIn(text)}: ${text.slice(0, 3000)}`);

  const events = new AbortController();
  t.after(() => events.abort());
  let live = "";
  const stream = await fetch(`${at.url}/api/events`, { signal: events.signal });
  const reading = (async () => {
    for await (const piece of stream.body ?? []) live += Buffer.from(piece).toString("utf8");
  })().catch(() => undefined);

  // Everything is planted, as people, workers and programs would.
  for (const [path, body] of [
    ["/api/tasks", { type: "load", job: "daily", info: INFO, meta: META, reason: `token: ${CANARIES.reason}` }],
    [
      "/api/backfills",
      {
        type: "load",
        job: "daily",
        from: "2026-01-01",
        total: 1,
        reason: `password=${CANARIES.reason}`,
        meta: { api_token: CANARIES.metaKey },
      },
    ],
    ["/api/notes", { target: { kind: "task", key: "1", workflow: null }, text: `the password: ${CANARIES.note}` }],
    ["/api/files", { path: `s3://in/a.csv?access_key=${CANARIES.file}` }],
    [
      "/api/topics/done/messages",
      {
        messages: [
          `{"authorization":"Bearer ${CANARIES.deadLetter}"`,
          `{"some":"text","password":${CANARIES.deadLetter}}`,
        ],
      },
    ],
  ] as const) {
    const { status, text } = await ask(path, body);
    assert.equal(status, 200, `${path}: ${text}`);
    none(path, text);
  }
  const view = await ask("/api/views", { name: "mine", page: "tasks", query: `meta.api_token:${CANARIES.metaKey}` });
  assert.equal(view.status, 201, view.text);
  none("/api/views", view.text);
  const failed = await eventually(t, async () => {
    const { text } = await ask("/api/alerts");
    return text.includes("retry_exhausted") ? text : null;
  });
  none("/api/alerts", failed);
  await eventually(t, () => (new Set(at.sent().map((one) => one.slice(0, 12))).size >= 5 ? true : null));
  for (const sent of at.sent()) none("a notification", sent);

  // The worker has the real values, in its message and its environment, and so has the record.
  for (const kind of ["metaKey", "infoParameter", "json", "header", "encoded", "login", "pattern", "env"] as const)
    assert.ok(at.got().includes(CANARIES[kind]), `the worker got no ${kind}: ${at.got()}`);
  const reader = openReader(join(at.dir, "tasks.db"));
  const [kept] = await reader.taskHistory("1");
  reader.close();
  assert.ok(
    kept?.task.meta.includes(CANARIES.metaKey) && kept.task.msg.includes(CANARIES.message),
    "the record is whole",
  );

  // Every GET of the API.
  const asked: string[] = [];
  const missing: string[] = [];
  for (const name of ROUTE_GROUPS.flatMap(({ routes }) => routes)) {
    const [method, path = ""] = name.split(" ");
    if (method !== "GET" || path === "/api/events") continue;
    const url = path.replace(/\{(?:id|key)\}/, "1") + (QUERIES[name] ?? "");
    const { status, text } = await ask(url);
    none(name, text);
    (status === 200 ? asked : missing).push(`${name}: ${status} ${status === 200 ? "" : text.slice(-300)}`);
  }
  assert.deepEqual(
    missing.map((one) => one.split(":")[0]),
    NOTHING_THERE,
    missing.join("\n"),
  );

  // Nothing is found by a secret, and no refusal repeats one.
  for (const secret of Object.values(CANARIES)) {
    const query = JSON.stringify(secret);
    const { text } = await ask("/api/tasks/search", { query });
    assert.match(text, /"tasks":\[\]/, `${secret} is found: ${text}`);
  }
  for (const path of [
    `/api/no/password=${CANARIES.metaKey}`,
    `/api/tasks?query=${encodeURIComponent(`typ:"token=${CANARIES.metaKey}"`)}`,
    `/no/password=${CANARIES.metaKey}`,
    `/task/${kept?.task.id}`,
    `/workflow/token=${CANARIES.metaKey}`,
    ...LEGACY,
  ])
    none(path, (await ask(path)).text);
  none("/backload", (await ask("/backload", { taskType: `token=${CANARIES.metaKey}`, from: "x" })).text);
  none("a refused body", (await ask("/api/tasks", { type: "nope", meta: `password=${CANARIES.metaKey}` })).text);

  // Every command that reads.
  const place = new Place(t, {});
  for (const args of COMMANDS) {
    const { code, out, err } = await place.run([...args, "-c", join(at.dir, "flowlord.toml")], "", at.dir);
    none(args.join(" "), out + err);
    assert.ok(code === 0 || (args[0] === "check" && code === 1), `${args.join(" ")}: ${code} ${err}`);
    assert.notEqual(out, "", args.join(" "));
  }

  // An admin sees the value, and no log says it.
  const revealed = await ask("/api/tasks/1/reveal", { reason: "the test" });
  assert.ok(revealed.text.includes(CANARIES.metaKey), revealed.text);

  none("live events", live);
  assert.match(live, /event: tasks/);
  events.abort();
  await reading;
  assert.equal(await at.stop(), 0);
  none("the program's log", at.log());
  assert.match(at.log(), /retry_exhausted/);
  const logs = readdirSync(join(at.dir, "logs"), { recursive: true, encoding: "utf8" });
  assert.ok(logs.some((name) => name.endsWith(".log")));
  for (const name of logs.filter((one) => one.endsWith(".log"))) {
    const text = readFileSync(join(at.dir, "logs", name), "utf8");
    none(name, name + text);
    assert.match(text, /db_password=\*{8}\n/);
  }
});
