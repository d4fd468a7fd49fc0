import { UnknownJobError } from "../../src/engine/steering/bulk-jobs.ts";
import { BROKER_BUS } from "../http/idle-bus.ts";
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { FastifyInstance, InjectOptions } from "fastify";
import { z } from "zod";
import { changeBackfillRequest, createBackfillRequest } from "../../src/contract/api/backfill-api.ts";
import { BackfillError } from "../../src/contract/backfill-error.ts";
import {
  changeAlertsRequest,
  endSilenceRequest,
  silenceRequest,
  testChannelRequest,
} from "../../src/contract/api/alert-api.ts";
import {
  finishFilesAnswer,
  finishFilesRequest,
  redriveFilesAnswer,
  redriveFilesRequest,
} from "../../src/contract/api/file-api.ts";
import {
  acceptWorkflowsAnswer,
  acceptWorkflowsRequest,
  instanceFile,
  redriveRequest,
  runAnswer,
  runRequest,
  sendRequest,
} from "../../src/contract/api/instance-api.ts";
import {
  actedAnswer,
  jobAnswer,
  jobRequest,
  cancelTasksRequest,
  markTasksRequest,
  retryTasksRequest,
} from "../../src/contract/api/task-control-api.ts";
import {
  drainAnswer,
  drainRequest,
  pauseAnswer,
  pauseRequest,
  resumeAnswer,
  resumeRequest,
} from "../../src/contract/api/pause-api.ts";
import { addNoteRequest, noteAnswer, removeNoteRequest } from "../../src/contract/api/note-api.ts";
import { NoteError } from "../../src/engine/notes/note-target.ts";
import { PauseError } from "../../src/engine/steering/pauses.ts";
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
import { parseWorkflowFile } from "../../src/core/workflow/workflow-file.ts";
import { buildApp } from "../../src/http/app.ts";
import { createCounts } from "../../src/http/metrics.ts";
import { PARTS, type StatusReport } from "../../src/http/status-report.ts";
import { StoreError } from "../../src/store/store.ts";
import { bare, blocksOf, pageText, rowsOf, sectionOf } from "./page.ts";
import { EMPTY_COUNTS } from "../http/empty-counts.ts";

const PAGE = "http.md";
const TOKEN = "0123456789abcdef0123456789abcdef";
const WELL = { working: true, reason: null };
const REPORT: StatusReport = { bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] };

interface Route {
  readonly name: string;
  readonly bodyLimit: number | undefined;
}

/** The whole application, with every route that it and the API behind it tell of. */
async function openApp(t: TestContext, fail: Error | null = null): Promise<{ app: FastifyInstance; routes: Route[] }> {
  const routes: Route[] = [];
  const onInstance = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook("onRoute", ({ method, url, bodyLimit }) => {
      routes.push({ name: `${[method].flat().join(", ")} ${url}`, bodyLimit });
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
      },
    },
    instance: {
      token: TOKEN,
      createTask: async () => {
        if (fail !== null) throw fail;
        return [];
      },
      send: async () => undefined,
      redrive: async () => 0,
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
      backload: async (body) => ({ status: 200, contentType: "application/json", body }),
      drain: async () => ({ drained: true, running: 0 }),
      pauses: {
        pause: async () => [],
        resume: async () => ({ resumed: [], dropped: 0, still_paused: [] }),
      },
      acceptRemoval: async () => [],
      redriveFiles: async () => ({ results: [], next: null, up_to: null }),
      finishFiles: async () => ({ finished: [], waiting: [] }),
      notes: {
        add: async ({ target }) => ({ id: 3, target: target.key }),
        remove: async ({ target, id }) => ({ id, target: target.key }),
      },
      tasks: {
        retry: async () => [],
        cancel: async () => [],
        mark: async () => [],
        job: async () => {
          throw new UnknownJobError(7);
        },
      },
      alerts: {
        acknowledge: async () => [],
        resolve: async () => [],
        silence: async () => 0,
        endSilence: async () => false,
        test: async () => {
          throw fail ?? new Error("no channel");
        },
      },
    },
    allowedHosts: [],
    log: { error: () => undefined },
  });
  t.after(() => app.close());
  // The API is loaded by the first request for it.
  await app.inject("/api/");
  return { app, routes };
}

test("docs/http.md has every route, and no other", async (t) => {
  const { routes } = await openApp(t);
  const documented = rowsOf(sectionOf(PAGE, "HTTP")).map(([route]) => bare(route));
  // `GET` brings its `HEAD`; what stands at /api/* is the way to the routes below it.
  const real = routes.map(({ name }) => name).filter((name) => !name.startsWith("HEAD ") && !name.endsWith("/api/*"));
  assert.deepEqual(documented.toSorted(), real.toSorted());
});

test("docs/http.md says how large a body may be and how long it may take", async (t) => {
  const { app, routes } = await openApp(t);
  const text = sectionOf(PAGE, "Control");
  assert.ok(text.includes(`up to ${(app.initialConfig.bodyLimit ?? 0) / 2 ** 20} MiB`));
  const own = routes.filter(({ bodyLimit }) => bodyLimit !== undefined);
  for (const { name, bodyLimit = 0 } of own)
    assert.ok(text.includes(`\`${name.split(" ")[1]}\`: ${bodyLimit / 2 ** 20} MiB`), name);
  assert.ok(own.length > 0);
  assert.ok(text.includes(`within ${app.server.requestTimeout / 1000} s`));
});

const REQUESTS = {
  "`POST /api/run`": runRequest,
  "`POST /api/tasks/retry`": retryTasksRequest,
  "`POST /api/tasks/cancel`": cancelTasksRequest,
  "`POST /api/tasks/mark`": markTasksRequest,
  "`POST /api/notes`": addNoteRequest,
  "`POST /api/notes/remove`": removeNoteRequest,
  "`POST /api/tasks/job`": jobRequest,
  "`POST /api/send`": sendRequest,
  "`POST /api/dead-letters/redrive`": redriveRequest,
  "`POST /api/files/redrive`": redriveFilesRequest,
  "`POST /api/files/finish`": finishFilesRequest,
  "`POST /api/workflows/accept`": acceptWorkflowsRequest,
  "`POST /api/pause`": pauseRequest,
  "`POST /api/resume`": resumeRequest,
  "`POST /api/drain`": drainRequest,
  "`POST /api/alerts/acknowledge` and `/api/alerts/resolve`": changeAlertsRequest,
  "`POST /api/alerts/test`": testChannelRequest,
  "`POST /api/silences`": silenceRequest,
  "`POST /api/silences/end`": endSilenceRequest,
  "`POST /api/backfills`": createBackfillRequest,
  "`POST /api/backfills/change`": changeBackfillRequest,
};

interface FieldSchema {
  readonly default?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly [limit: string]: unknown;
}

/** The bounds that a caller can run into, as the page writes numbers. */
function bounds(field: FieldSchema): readonly string[] {
  const own = ["minLength", "maxLength", "minItems", "maxItems"].flatMap((limit) => {
    const value = field[limit];
    return typeof value === "number" ? [value.toLocaleString("en-US")] : [];
  });
  return [...own, ...(field.anyOf ?? []).flatMap(bounds)];
}

for (const [heading, schema] of Object.entries(REQUESTS)) {
  test(`docs/http.md has every field of ${heading}, with its default and bounds`, () => {
    const documented = new Map(rowsOf(sectionOf(PAGE, heading)).map(([name, ...cells]) => [bare(name), cells]));
    const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
    assert.deepEqual([...documented.keys()], Object.keys(properties));
    for (const [name, field] of Object.entries(properties)) {
      const [takes = "", standard] = documented.get(name) ?? [];
      const { default: value } = field as FieldSchema;
      assert.equal(bare(standard), value === undefined ? "" : JSON.stringify(value), name);
      const numbers: readonly string[] = takes.match(/\d[\d,]*/g) ?? [];
      for (const bound of bounds(field as FieldSchema)) assert.ok(numbers.includes(bound), `${name}: ${bound}`);
    }
  });
}

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
const TEST: InjectOptions = { url: "/api/alerts/test", payload: { channel: "a", by: "me" } };
const RUN: InjectOptions = { method: "POST", url: "/api/run", headers: HEADERS, payload: { type: "a" } };
const BACKFILL: InjectOptions = {
  url: "/api/backfills/change",
  payload: { id: 1, act: "pause", by: "me" },
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

/** One request for every code; `fail`: what the engine answers. */
const REFUSED: readonly { readonly change: InjectOptions; readonly fail?: Error }[] = [
  { change: { payload: { typ: "a" } } },
  { change: { payload: "{", headers: JSON_HEADERS } },
  { change: { payload: "{}", headers: { ...JSON_HEADERS, "content-length": "3" } } },
  { change: { headers: {} } },
  { change: { headers: { ...HEADERS, host: "elsewhere.example" } } },
  { change: { headers: { ...HEADERS, origin: "http://elsewhere.example" } } },
  { change: { method: "PUT" } },
  { change: {}, fail: new UnknownPhaseError(NO_PHASE, []) },
  { change: {}, fail: new GatherError("not_gathering", "") },
  { change: TEST, fail: new UnknownChannelError("a", []) },
  { change: { url: "/api/tasks/job", payload: { id: 7 } } },
  { change: BACKFILL, fail: new BackfillError("unknown_backfill", "") },
  { change: {}, fail: new NoteError("unknown_target", "") },
  { change: {}, fail: new NoteError("unknown_note", "") },
  { change: {}, fail: new OverlapError(PHASE, { active: 1, cap: 1 }) },
  { change: BACKFILL, fail: new BackfillError("wrong_state", "") },
  { change: {}, fail: new PauseError("not_paused", "") },
  { change: {}, fail: new NoteError("too_many_notes", "") },
  { change: { payload: { type: "a", meta: "x".repeat(2 ** 24) } } },
  { change: { payload: "type=a", headers: { ...HEADERS, "content-type": "text/plain" } } },
  { change: {}, fail: new NoTaskError(PHASE, "its batch has no rows") },
  { change: {}, fail: new ParamError(PHASE, ["region is not given"]) },
  { change: {}, fail: new LeftOpenError("a of b.toml", "{yyyy} stays open in its info") },
  { change: {}, fail: new TaskTooLargeError(LARGE) },
  { change: {}, fail: new PauseError("ambiguous_phase", "") },
  { change: {}, fail: new NoteError("ambiguous_target", "") },
  { change: {}, fail: new NoteError("bad_note", "") },
  { change: {}, fail: new PauseError("past_time", "") },
  { change: {}, fail: new SilenceEndedError() },
  { change: BACKFILL, fail: new BackfillError("span", "") },
  { change: BACKFILL, fail: new BackfillError("rows", "") },
  { change: BACKFILL, fail: new BackfillError("meta_missing", "") },
  { change: {}, fail: new MessageError("dead_letter_cut", "only the beginning is kept") },
  { change: {}, fail: new Error("a fault") },
  { change: {}, fail: new StoreError("disk_full", "Database tasks.db: the disk is full.") },
];

test("docs/http.md has every error that a request can be answered with, and no other", async (t) => {
  const answered: string[][] = [];
  for (const { change, fail } of REFUSED) {
    const { app } = await openApp(t, fail);
    const answer = await app.inject({ ...RUN, ...change });
    const { error } = answer.json<{ error: { code: string } }>();
    answered.push([String(answer.statusCode), error.code]);
  }
  const documented = rowsOf(sectionOf(PAGE, "Errors")).map(([status = "", code]) => [status, bare(code)]);
  assert.deepEqual(documented, answered);
});

test("docs/http.md has every code that the source of the HTTP side names", () => {
  const codes = new Set<string>();
  for (const file of ["errors.ts", "guard.ts"]) {
    const source = readFileSync(new URL(`../../src/http/${file}`, import.meta.url), "utf8");
    const named = source.matchAll(/(?:HttpError\(\s*\d+,|code: |[A-Z]", |\?\? )\s*"([a-z_]+)"/g);
    for (const [, code = ""] of named) codes.add(code);
  }
  assert.ok(codes.size > 8);
  for (const code of codes) assert.ok(pageText(PAGE).includes(`| \`${code}\` |`), code);
});

test("the JSON of docs/http.md is what the program reads and writes", () => {
  const [instance, request, answer, acted, note, job, redriven, finished, accepted, paused, resumed, drained, refusal] =
    blocksOf(PAGE)
      .filter(({ language }) => language === "json")
      .map(({ text }): unknown => JSON.parse(text));
  assert.deepEqual(Object.keys(instance as object), Object.keys(instanceFile.shape));
  assert.equal(runRequest.parse(request).type, "report");
  assert.equal(runAnswer.parse(answer).tasks.length, 1);
  assert.deepEqual(actedAnswer.parse(acted), acted);
  assert.deepEqual(noteAnswer.parse(note), note);
  assert.deepEqual(jobAnswer.parse(job), job);
  assert.deepEqual(redriveFilesAnswer.parse(redriven), redriven);
  assert.deepEqual(finishFilesAnswer.parse(finished), finished);
  assert.deepEqual(acceptWorkflowsAnswer.parse(accepted), accepted);
  assert.deepEqual(pauseAnswer.parse(paused), paused);
  assert.deepEqual(resumeAnswer.parse(resumed), resumed);
  assert.deepEqual(drainAnswer.parse(drained), drained);
  assert.deepEqual(Object.keys((refusal as { error: object }).error), ["code", "message"]);
});
