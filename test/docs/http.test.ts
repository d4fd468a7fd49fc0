import { EMPTY_COUNTS } from "../http/empty-counts.ts";
import { MEASURED_DATABASE } from "../http/measured-database.ts";
import { BROKER_BUS } from "../http/idle/idle-bus.ts";
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { FastifyInstance, InjectOptions } from "fastify";
import { parseGrants } from "../../src/contract/api/access/grants.ts";
import { instanceFile } from "../../src/contract/api/instance-api.ts";
import { problem } from "../../src/contract/api/problem.ts";
import { AccessError, TooManyError } from "../../src/engine/access/access-error.ts";
import { ViewError } from "../../src/engine/access/view-control.ts";
import { DomainError } from "../../src/contract/domain-error.ts";
import { BackfillError } from "../../src/contract/backfill-error.ts";
import { NoteError } from "../../src/engine/notes/note-target.ts";
import { PauseError } from "../../src/engine/steering/pauses.ts";
import { CountError } from "../../src/engine/steering/task-actions.ts";
import { UnknownTaskError } from "../../src/engine/tasks/unknown-task.ts";
import { NoLogError } from "../../src/http/api/tasks/send-output.ts";
import { SelectionError } from "../../src/engine/tasks/select-tasks.ts";
import { PhaseNameError } from "../../src/engine/workflows/named-phases.ts";
import { SilenceEndedError, UnknownChannelError } from "../../src/engine/alerts/alert-control.ts";
import { newTask } from "../../src/core/decide/new-task.ts";
import { GatherError } from "../../src/engine/files/finish-gathered.ts";
import {
  LeftOpenError,
  NoTaskError,
  OverlapError,
  ParamError,
  TaskTooLargeError,
  UnknownPhaseError,
} from "../../src/engine/create-task.ts";
import { MessageError } from "../../src/contract/message-error.ts";
import { testGate } from "../http/test-gate.ts";
import { idleApi } from "../http/idle/idle-api.ts";
import { idleLegacy } from "../http/idle/idle-legacy.ts";
import { parseWorkflowFile } from "../../src/core/workflow/workflow-file.ts";
import { buildApp } from "../../src/http/app.ts";
import { paginationOf } from "../../src/http/api/cursor.ts";
import { createCounts } from "../../src/http/metrics.ts";
import { PARTS, type StatusReport } from "../../src/http/status-report.ts";
import { StoreError } from "../../src/store/store.ts";
import { bare, blocksOf, pageText, rowsOf, sectionOf } from "./page.ts";

const PAGE = "http.md";
const TOKEN = "0123456789abcdef0123456789abcdef";
const WELL = { working: true, reason: null };
const REPORT: StatusReport = { bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] };

/** The whole application, and its routes as `METHOD /path`. */
async function openApp(t: TestContext, fail: Error | null = null): Promise<{ app: FastifyInstance; routes: string[] }> {
  const routes: string[] = [];
  const onInstance = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook("onRoute", ({ method, url }) => {
      routes.push(`${[method].flat().join(", ")} ${url}`);
    });
  };
  subscribe("fastify.initialization", onInstance);
  t.after(() => unsubscribe("fastify.initialization", onInstance));
  const app = buildApp({
    metrics: {
      counts: createCounts(),
      sources: {
        version: "0",
        status: () => REPORT,
        counts: async () => EMPTY_COUNTS,
        bus: () => BROKER_BUS,
        continuous: () => ({ lagMs: 1500 }),
        database: MEASURED_DATABASE,
      },
    },
    gate: {
      ...testGate(TOKEN),
      identify: async (request) => {
        const caller = await testGate(TOKEN).identify(request);
        const role = request.headers["x-role"];
        return typeof role === "string" ? { ...caller, grants: parseGrants(role) } : caller;
      },
    },
    legacy: idleLegacy({
      run: async () => {
        throw fail ?? new Error("no run");
      },
      recap: async () => {
        throw fail ?? new Error("no recap");
      },
    }),
    api: idleApi({
      createTask: async () => {
        if (fail !== null) throw fail;
        return [];
      },
      backfills: {
        create: async () => {
          if (fail !== null) throw fail;
          return { id: 1 };
        },
        change: async () => {
          if (fail !== null) throw fail;
          return { slots: 0 };
        },
      },
      alerts: {
        acknowledge: async () => [],
        resolve: async () => [],
        silence: async () => 0,
        endSilence: async () => false,
        channels: () => [],
        test: async () => {
          throw fail ?? new Error("no channel");
        },
      },
    }),
    allowedHosts: [],
    log: { error: () => undefined },
  });
  t.after(() => app.close());
  await app.ready();
  return { app, routes };
}

test("docs/http.md has every route, and no other", async (t) => {
  const { routes } = await openApp(t);
  const documented = rowsOf(sectionOf(PAGE, "HTTP")).map(([route]) => bare(route));
  // `GET` brings its `HEAD`; docs/api.md is made from the routes below /api/.
  const real = routes.filter((name) => !/^HEAD | \/api\//.test(name));
  assert.deepEqual(documented.toSorted(), ["below `/api/`", ...real].toSorted());
});

test("docs/http.md says how large a body may be and how long it may take", async (t) => {
  const { app } = await openApp(t);
  const text = sectionOf(PAGE, "API");
  assert.ok(text.includes(`up to ${(app.initialConfig.bodyLimit ?? 0) / 2 ** 20} MiB`));
  assert.ok(text.includes(`within ${app.server.requestTimeout / 1000} s`));
  const limits = sectionOf("security.md", "Limits");
  assert.ok(limits.includes(`| connections | ${app.server.maxConnections.toLocaleString("en-US")} at a time |`));
  assert.ok(limits.includes(`within ${app.server.requestTimeout / 1000} s`));
});

interface Scraped {
  readonly type: string;
  readonly labels: ReadonlySet<string>;
}

/** Metrics by name, with their type and the names of their labels. */
function scraped(text: string): ReadonlyMap<string, Scraped> {
  const found = new Map<string, { type: string; labels: Set<string> }>();
  for (const [, name = "", type = ""] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    found.set(name, { type, labels: new Set() });
  }
  for (const [, sample = "", labels = ""] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const metric = found.get(sample) ?? found.get(sample.replace(/_(bucket|sum|count)$/, ""));
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) metric?.labels.add(label);
  }
  return found;
}

test("docs/http.md has every metric of a scrape with its type and labels, and no other", async (t) => {
  const { app } = await openApp(t);
  const { body, statusCode } = await app.inject("/metrics");
  assert.equal(statusCode, 200, body);
  const rows = rowsOf(sectionOf(PAGE, "Metrics"));
  const documented = rows.map(([name, type, label]) => [
    bare(name),
    type,
    (label ?? "").split(", ").map(bare).join(", "),
  ]);
  const real = [...scraped(body)].map(([name, { type, labels }]) => [name, type, [...labels].join(", ")]);
  assert.ok(real.length > 20);
  assert.deepEqual(documented, real);
  for (const [name = "", , , unit, meaning = ""] of rows) {
    const [, ending = ""] = /_(seconds|bytes)(?:_total)?`$/.exec(name) ?? [];
    if (ending !== "") assert.equal(unit, ending, name);
    assert.match(meaning, /\.$/, name);
  }
  const values = body.matchAll(/^flowlord_(?:results_total|working)\{\w+="(\w+)"\}/gm);
  for (const [, value = ""] of values) assert.ok(sectionOf(PAGE, "Metrics").includes(`\`${value}\``), value);
});

test("docs/http.md explains each part of the status", () => {
  assert.deepEqual(
    rowsOf(sectionOf(PAGE, "Health")).map(([part]) => bare(part)),
    [...PARTS],
  );
});

const HEADERS = { authorization: `Bearer ${TOKEN}`, host: "127.0.0.1:8080" };
const JSON_HEADERS = { ...HEADERS, "content-type": "application/json" };
const TEST: InjectOptions = { url: "/api/channels/a/test", payload: {} };
const RUN: InjectOptions = { method: "POST", url: "/api/tasks", headers: HEADERS, payload: { type: "a" } };
const BACKFILL: InjectOptions = {
  url: "/api/backfills/1/pause",
  payload: {},
};
const NO_PHASE = { type: "a", job: "", workflow: "", at: null, info: null, meta: "", by: "" };
const [PHASE] = parseWorkflowFile("w.toml", '[[phase]]\ntask = "a"\ncron = "@daily"\n', { zone: "UTC", now: 0 }).phases;
assert.ok(PHASE !== undefined);

const LARGE = newTask(
  {
    origin: "manual",
    type: "a",
    job: "",
    id: "1",
    info: "",
    meta: "",
    taskTime: null,
    dueAt: 0,
    code: "held",
    data: {},
  },
  null,
  0,
);

function cursorOf(filter: object): string {
  return paginationOf({ page: 1, after: null }, filter, 1, { total: 1, total_is: "exact" }).next_cursor ?? "";
}

/** One request for every code; `fail`: what the engine answers. */
const REFUSED: readonly { readonly change: InjectOptions; readonly fail?: Error }[] = [
  { change: { payload: { typ: "a" } } },
  { change: { payload: "{", headers: JSON_HEADERS } },
  { change: { payload: "[".repeat(21) + "]".repeat(21), headers: JSON_HEADERS } },
  { change: { method: "GET", url: "/api/dead-letters?cursor=x" } },
  { change: { method: "GET", url: `/api/dead-letters?cursor=${cursorOf({ type: "b" })}` } },
  { change: {}, fail: new DomainError("malformed", "bad_idempotency_key", "") },
  { change: { url: "/api/tasks/actions", payload: { action: "cancel", query: "type:" } } },
  { change: {}, fail: new DomainError("malformed", "login_lost", "") },
  { change: {}, fail: new DomainError("malformed", "foreign_path", "") },
  { change: { payload: "{}", headers: { ...JSON_HEADERS, "content-length": "3" } } },
  { change: { headers: { host: HEADERS.host } } },
  { change: { headers: { ...HEADERS, authorization: "Bearer x" } } },
  { change: {}, fail: new DomainError("unauthenticated", "unknown_proxy_user", "") },
  { change: { headers: { host: HEADERS.host, cookie: "flowlord=x" } } },
  { change: {}, fail: new AccessError("bad_login", "") },
  { change: {}, fail: new AccessError("bad_setup_token", "") },
  { change: {}, fail: new DomainError("unauthenticated", "oidc_refused", "") },
  { change: { headers: { ...HEADERS, host: "elsewhere.example" } } },
  { change: { headers: { ...HEADERS, origin: "http://elsewhere.example" } } },
  { change: { headers: { ...HEADERS, "x-role": "viewer" } } },
  { change: { headers: { ...HEADERS, "x-role": "admin on type:load" }, url: "/api/workers/drain" } },
  { change: {}, fail: new AccessError("beyond_maker", "") },
  { change: {}, fail: new AccessError("no_group", "") },
  { change: {}, fail: new AccessError("user_disabled", "") },
  { change: {}, fail: new AccessError("name_of_other", "") },
  { change: {}, fail: new ViewError("not_owner", "") },
  { change: {}, fail: new ViewError("may_not_share", "") },
  { change: {}, fail: new DomainError("forbidden", "edit_refused", "") },
  { change: BACKFILL, fail: new DomainError("forbidden", "meta_root", "") },
  { change: { method: "PUT" } },
  { change: {}, fail: new DomainError("not_found", "unknown_alert", "") },
  { change: {}, fail: new DomainError("not_found", "unknown_file", "") },
  { change: {}, fail: new UnknownPhaseError(NO_PHASE, []) },
  { change: {}, fail: new GatherError("not_gathering", "") },
  { change: TEST, fail: new UnknownChannelError("a", []) },
  { change: {}, fail: new UnknownTaskError(7) },
  { change: {}, fail: new NoLogError("no_log", "") },
  { change: { url: "/api/jobs/7/tasks", payload: {} } },
  { change: BACKFILL, fail: new DomainError("not_found", "unknown_workflow", "") },
  { change: BACKFILL, fail: new DomainError("not_found", "unknown_run", "") },
  { change: BACKFILL, fail: new DomainError("not_found", "unknown_version", "") },
  { change: BACKFILL, fail: new BackfillError("unknown_backfill", "") },
  { change: BACKFILL, fail: new DomainError("not_found", "unknown_backup", "") },
  { change: {}, fail: new NoteError("unknown_target", "") },
  { change: {}, fail: new AccessError("unknown_user", "") },
  { change: {}, fail: new AccessError("unknown_session", "") },
  { change: {}, fail: new AccessError("unknown_key", "") },
  { change: {}, fail: new ViewError("unknown_view", "") },
  { change: {}, fail: new NoteError("unknown_note", "") },
  { change: { method: "GET", url: "/api/login/oidc" } },
  { change: {}, fail: new OverlapError(PHASE, { active: 1, cap: 1 }) },
  { change: {}, fail: new DomainError("conflict", "workflow_changed", "") },
  { change: {}, fail: new DomainError("conflict", "workflow_not_writable", "") },
  { change: BACKFILL, fail: new BackfillError("wrong_state", "") },
  { change: {}, fail: new DomainError("conflict", "backup_running", "") },
  { change: {}, fail: new DomainError("conflict", "nothing_held", "") },
  { change: {}, fail: new DomainError("conflict", "restore_deciding", "") },
  { change: {}, fail: new PauseError("not_paused", "") },
  { change: {}, fail: new NoteError("too_many_notes", "") },
  { change: {}, fail: new ViewError("too_many_views", "") },
  { change: {}, fail: new CountError(1, 2) },
  { change: {}, fail: new DomainError("conflict", "idempotency_unknown", "") },
  { change: {}, fail: new AccessError("name_taken", "") },
  { change: {}, fail: new AccessError("last_admin", "") },
  { change: {}, fail: new AccessError("set_up_already", "") },
  { change: {}, fail: new AccessError("of_provider", "") },
  { change: { payload: { type: "a", meta: "x".repeat(2 ** 24) } } },
  { change: { method: "GET", url: "/recap" }, fail: new DomainError("too_large", "recap_too_large", "") },
  { change: { method: "GET", url: "/task/x" }, fail: new DomainError("too_large", "run_too_large", "") },
  { change: { payload: `[${"1,".repeat(100_000)}1]`, headers: JSON_HEADERS } },
  { change: { payload: "type=a", headers: { ...HEADERS, "content-type": "text/plain" } } },
  { change: { headers: { ...JSON_HEADERS, "content-encoding": "gzip" } } },
  { change: {}, fail: new DomainError("invalid", "no_backup_path", "") },
  { change: {}, fail: new DomainError("invalid", "no_archive_path", "") },
  { change: {}, fail: new DomainError("invalid", "idempotency_key_reused", "") },
  { change: {}, fail: new NoTaskError(PHASE, "its batch has no rows") },
  { change: {}, fail: new ParamError(PHASE, ["region is not given"]) },
  { change: {}, fail: new LeftOpenError("a of b.toml", "{yyyy} stays open in its info") },
  { change: {}, fail: new TaskTooLargeError(LARGE) },
  { change: {}, fail: new PhaseNameError("ambiguous_phase", "") },
  { change: {}, fail: new NoteError("ambiguous_target", "") },
  { change: {}, fail: new NoteError("bad_note", "") },
  { change: {}, fail: new AccessError("bad_name", "") },
  { change: {}, fail: new AccessError("bad_role", "") },
  { change: {}, fail: new AccessError("weak_password", "") },
  { change: {}, fail: new AccessError("first_admin", "") },
  { change: {}, fail: new PauseError("past_time", "") },
  { change: {}, fail: new SilenceEndedError() },
  { change: {}, fail: new DomainError("invalid", "bad_workflow_path", "") },
  { change: {}, fail: new DomainError("invalid", "workflow_has_errors", "") },
  { change: {}, fail: new DomainError("invalid", "workflow_empty", "") },
  { change: { url: "/api/files/match", payload: { pattern: "a[" } } },
  { change: {}, fail: new DomainError("invalid", "file_refused", "") },
  { change: { method: "GET", url: "/api/alerts/days?from=2026-01-02&to=2026-01-01" } },
  { change: BACKFILL, fail: new BackfillError("span", "") },
  { change: BACKFILL, fail: new DomainError("invalid", "too_costly", "") },
  { change: BACKFILL, fail: new DomainError("invalid", "graph_too_large", "") },
  { change: BACKFILL, fail: new DomainError("invalid", "grid_too_large", "") },
  { change: BACKFILL, fail: new BackfillError("rows", "") },
  { change: BACKFILL, fail: new BackfillError("meta_missing", "") },
  { change: {}, fail: new MessageError("dead_letter_cut", "only the beginning is kept") },
  { change: { url: "/api/tasks/actions", payload: { action: "cancel", query: "a", tz: "Mars/Olympus" } } },
  { change: {}, fail: new SelectionError("too_many_tasks", "") },
  { change: {}, fail: new SelectionError("search_too_long", "") },
  { change: {}, fail: new TooManyError("too_many_requests", "", 1000) },
  { change: {}, fail: new TooManyError("too_many_logins", "", 1000) },
  { change: {}, fail: new DomainError("too_many", "too_many_listeners", "") },
  { change: {}, fail: new DomainError("too_many", "too_many_exports", "") },
  { change: {}, fail: new DomainError("too_many", "inspector_busy", "") },
  { change: {}, fail: new Error("a fault") },
  { change: {}, fail: new SelectionError("index_behind", "") },
  { change: {}, fail: new NoLogError("log_not_read", "") },
  { change: {}, fail: new DomainError("unavailable", "workflow_disk_full", "") },
  { change: {}, fail: new DomainError("unavailable", "workflow_not_saved", "") },
  { change: {}, fail: new DomainError("unavailable", "oidc_unavailable", "") },
  { change: {}, fail: new DomainError("unavailable", "not_ready", "") },
  { change: {}, fail: new DomainError("unavailable", "stopping", "") },
  { change: {}, fail: new DomainError("unavailable", "disk_nearly_full", "") },
  { change: {}, fail: new StoreError("disk_full", "Database tasks.db: the disk is full.") },
];

test("docs/http.md has every error that a request can be answered with, and no other", async (t) => {
  const answered: string[][] = [];
  for (const { change, fail } of REFUSED) {
    const { app } = await openApp(t, fail);
    const answer = await app.inject({ ...RUN, ...change });
    answered.push([String(answer.statusCode), answer.json<{ code: string }>().code]);
  }
  const documented = rowsOf(sectionOf(PAGE, "Errors")).map(([status = "", code]) => [status, bare(code)]);
  assert.deepEqual(documented, answered);
});

test("docs/http.md has every code that the source of the HTTP side names", () => {
  const codes = new Set<string>();
  for (const file of [
    "errors.ts",
    "guard.ts",
    "api/cursor.ts",
    "api/register.ts",
    "auth/identify.ts",
    "events/live-events.ts",
    "api/idempotency.ts",
  ]) {
    const source = readFileSync(new URL(`../../src/http/${file}`, import.meta.url), "utf8");
    const named = source.matchAll(/(?:DomainError\(\s*"\w+",|problem\(\d+,|[A-Z]", |\?\? )\s*"([a-z_]+)"/g);
    for (const [, code = ""] of named) codes.add(code);
  }
  assert.ok(codes.size > 8);
  for (const code of codes) assert.ok(pageText(PAGE).includes(`| \`${code}\` |`), code);
});

test("the JSON of docs/http.md is what the program reads and writes", () => {
  const [instance, refusal] = blocksOf(PAGE)
    .filter(({ language }) => language === "json")
    .map(({ text }): unknown => JSON.parse(text));
  assert.deepEqual(Object.keys(instance as object), Object.keys(instanceFile.shape));
  assert.deepEqual(problem.parse(refusal), refusal);
});
