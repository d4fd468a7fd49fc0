import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Problem } from "../../src/contract/api/problem.ts";
import { MessageError } from "../../src/contract/message-error.ts";
import { UnknownPhaseError } from "../../src/engine/create-task.ts";
import type { TaskRequest } from "../../src/engine/create-task.ts";
import type { UseCases } from "../../src/http/api/deps.ts";
import { buildApp } from "../../src/http/app.ts";
import type { AppDeps } from "../../src/http/app.ts";
import { statusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import { checkAnswers } from "./check-answers.ts";
import { EMPTY_COUNTS } from "./empty-counts.ts";
import { BROKER_BUS } from "./idle/idle-bus.ts";
import { testGate } from "./test-gate.ts";
import { idleApi } from "./idle/idle-api.ts";
import { idleLegacy } from "./idle/idle-legacy.ts";
import { createCounts } from "../../src/http/metrics.ts";
import type { StatusReport } from "../../src/http/status-report.ts";

const WELL: StatusReport = {
  bus: { working: true, reason: null },
  store: { working: true, reason: null, integrity: "checked" },
  scheduler: { working: true, reason: null },
  degraded: [{ name: "watch-files /in", reason: "It is scanned." }],
};
const TOKEN = "0123456789abcdef0123456789abcdef";
const COUNTS = { ...EMPTY_COUNTS, records: 7, unfinished: 2, outbox: 3, deadLetters: 1, bytes: 4096 };

interface Setup {
  readonly app: ReturnType<typeof buildApp>;
  readonly ran: TaskRequest[];
  readonly sent: Parameters<UseCases["send"]>[];
  readonly faults: string[];
}

function setUp(change: Partial<AppDeps> = {}, fail: Error | null = null, report = WELL): Setup {
  const ran: TaskRequest[] = [];
  const sent: Parameters<UseCases["send"]>[] = [];
  const reasons: string[] = [];
  const app = buildApp({
    metrics: {
      counts: createCounts(),
      sources: { version: "0", status: () => report, counts: async () => COUNTS, bus: () => BROKER_BUS },
    },
    gate: testGate(TOKEN, ["flow.example.org"]),
    legacy: idleLegacy(),
    api: idleApi({
      createTask: async (request) => {
        if (fail !== null) throw fail;
        ran.push(request);
        return [
          { recordId: 1, id: "u", type: request.type, job: request.job, info: "", meta: request.meta, held: false },
        ];
      },
      send: async (...asked) => {
        sent.push(asked);
      },
      redrive: async (ids, payload) => (ids === "all" ? 9 : (payload?.length ?? ids.length)),
      acceptRemoval: async () => ["a.toml"],
    }),
    allowedHosts: ["flow.example.org"],
    log: { error: (_fields, sentence) => reasons.push(sentence) },
    ...change,
  });
  checkAnswers(app);
  return { app, ran, sent, faults: reasons };
}

describe("GET /status", () => {
  test("says ok as the older program did", async () => {
    const answer = await setUp().app.inject("/status");
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(answer.body, "ok");
  });

  test("is 503 with a line for each part that does not work", async () => {
    const broken: StatusReport = {
      bus: { working: false, reason: "the broker does not answer" },
      store: { working: true, reason: null, integrity: "checked" },
      scheduler: { working: false, reason: null },
      degraded: [],
    };
    const answer = await setUp({}, null, broken).app.inject("/status");
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.body, "bus: the broker does not answer\nscheduler: not working\n");
  });

  test("with verbose=1 tells of every part and connection, as JSON", async () => {
    const answer = await setUp().app.inject("/status?verbose=1");
    assert.equal(answer.statusCode, 200);
    const body = statusAnswer.parse(answer.json());
    assert.equal(body.status, "ok");
    assert.deepEqual(body.scheduler, WELL.scheduler);
    assert.deepEqual(body.degraded, WELL.degraded);
    assert.equal(body.link.name, "nsq");
    assert.deepEqual(body.connections, [
      {
        name: "consumer done 127.0.0.1:4150",
        state: "disconnected",
        since: "2026-01-01T00:00:30.000Z",
        reason: "nsqd does not answer",
        last_message_at: "2026-01-01T00:00:10.000Z",
        reconnects: 2,
        in_flight: 5,
        depth: 40,
      },
    ]);
  });

  test("tells only pages of its own more than ok, as /metrics does", async () => {
    const { app } = setUp();
    for (const url of ["/status?verbose=1", "/metrics"]) {
      for (const headers of [
        { host: "evil.example" },
        { host: "localhost", origin: "http://evil.example" },
        { host: "localhost", "sec-fetch-site": "cross-site" },
      ]) {
        assert.equal((await app.inject({ url, headers })).statusCode, 403, `${url} ${JSON.stringify(headers)}`);
      }
      // By the address of the connection, as a scraper of another machine does.
      assert.equal((await app.inject({ url, headers: { host: "192.0.2.7:8080" } })).statusCode, 403);
      for (const host of ["localhost:8080", "flow.example.org", "127.0.0.1:1"]) {
        assert.equal((await app.inject({ url, headers: { host } })).statusCode, 200, `${url} ${host}`);
      }
    }
    assert.equal((await app.inject({ url: "/status", headers: { host: "evil.example" } })).statusCode, 200);
  });

  test("answers HEAD without a body", async () => {
    const answer = await setUp().app.inject({ method: "HEAD", url: "/status" });
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.body, "");
  });

  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
    test(`refuses ${method} whatever the body is`, async () => {
      const payload = method === "OPTIONS" ? {} : { payload: "{", headers: { "content-type": "application/json" } };
      const answer = await setUp().app.inject({ method, url: "/status", ...payload });
      assert.equal(answer.statusCode, 405);
      assert.equal(answer.headers.allow, "GET");
      assert.equal(answer.headers["content-type"], undefined);
      assert.equal(answer.body, "");
    });
  }

  for (const url of ["/STATUS", "/status/", "/nope", "/assets/nope.js"]) {
    test(`knows no ${url}`, async () => {
      const answer = await setUp().app.inject(url);
      assert.equal(answer.statusCode, 404);
      assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
      assert.equal(answer.body, "404 page not found\n");
    });
  }
});

describe("the control route", () => {
  const headers = { authorization: `Bearer ${TOKEN}`, host: "127.0.0.1:8080" };
  const run = { method: "POST", url: "/api/tasks", payload: { type: "pull", job: "day" }, headers } as const;

  test("creates a task from a checked request", async () => {
    const { app, ran } = setUp();
    const answer = await app.inject({
      ...run,
      payload: { type: "pull", at: "2026-02-03T04:00:00+01:00", meta: "a=1" },
    });
    assert.equal(answer.statusCode, 200);
    const task = { record_id: 1, id: "u", type: "pull", job: "", info: "", meta: "a=1", held: false };
    assert.deepEqual(answer.json(), { tasks: [task] });
    const at = Date.UTC(2026, 1, 3, 3);
    const meta = "a=1";
    assert.deepEqual(ran, [
      {
        type: "pull",
        job: "",
        workflow: "",
        at,
        info: null,
        meta,
        now: false,
        row: "",
        reason: "",
        by: "command line",
        scope: null,
      },
    ]);
  });

  test("knows its caller by the token and the header of the command line, not by the body", async () => {
    const { app, ran } = setUp();
    await app.inject({ ...run, headers: { ...headers, "flowlord-user": encodeURIComponent("Zoë") } });
    await app.inject({ ...run, headers: { ...headers, "flowlord-user": "100%" } });
    assert.deepEqual(
      ran.map(({ by }) => by),
      ["Zoë", "100%"],
    );
    const answer = await app.inject({ ...run, payload: { type: "pull", by: "somebody else" } });
    assert.equal(answer.statusCode, 400);
    const [error] = answer.json<Problem>().errors ?? [];
    assert.equal(error?.pointer, "/body/by");
    assert.match(error.message, /^unknown; there is type, /);
  });

  test("refuses a task time that it cannot read instead of creating a task for now", async () => {
    const { app, ran } = setUp();
    const answer = await app.inject({ ...run, payload: { type: "pull", at: "0999-02-03T04:00:00Z" } });
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json<{ code: string }>().code, "invalid_request");
    assert.deepEqual(ran, []);
  });

  test("puts lines on a topic as they are", async () => {
    const { app, sent } = setUp();
    const messages = ['{"type":"x"}', "no json", ""];
    const answer = await app.inject({
      method: "POST",
      url: "/api/topics/done/messages",
      payload: { messages, reason: "a test" },
      headers,
    });
    assert.deepEqual(answer.json(), { sent: 3 });
    assert.deepEqual(sent, [["done", messages, { by: "command line", reason: "a test" }]]);
  });

  test("feeds dead letters again, some or all", async () => {
    const { app } = setUp();
    const redrive = { method: "POST", url: "/api/dead-letters/redrive", headers } as const;
    assert.deepEqual((await app.inject({ ...redrive, payload: { ids: "all" } })).json(), { redriven: 9 });
    assert.deepEqual((await app.inject({ ...redrive, payload: { ids: [4, 5] } })).json(), { redriven: 2 });
    assert.equal((await app.inject({ ...redrive, payload: { ids: [] } })).statusCode, 400);
    const large = "x".repeat(2_000_000);
    assert.deepEqual((await app.inject({ ...redrive, payload: { ids: [4], payload: large } })).json(), {
      redriven: 2_000_000,
    });
    for (const ids of ["all", [4, 5]]) {
      assert.equal((await app.inject({ ...redrive, payload: { ids, payload: "x" } })).statusCode, 400);
    }
  });

  test("accepts that workflows are gone", async () => {
    const { app } = setUp();
    const answer = await app.inject({ method: "POST", url: "/api/workflows/accept", headers, payload: {} });
    assert.deepEqual([answer.statusCode, answer.json()], [200, { removed: ["a.toml"] }]);
  });

  const refusals: readonly (readonly [string, object, number, string])[] = [
    ["without the token", { headers: { host: "localhost" } }, 401, "login_needed"],
    ["with another token", { headers: { ...headers, authorization: "Bearer nope" } }, 401, "bad_key"],
    ["under a foreign host name", { headers: { ...headers, host: "evil.example" } }, 403, "host_refused"],
    ["from another site", { headers: { ...headers, "sec-fetch-site": "cross-site" } }, 403, "cross_site"],
    ["from another port's page", { headers: { ...headers, "sec-fetch-site": "same-site" } }, 403, "cross_site"],
    ["from another origin", { headers: { ...headers, origin: "http://127.0.0.1:9" } }, 403, "cross_site"],
    ["from a page without origin", { headers: { ...headers, origin: "null" } }, 403, "cross_site"],
    ["with an unknown key", { payload: { type: "a", typ: "b" } }, 400, "invalid_request"],
    ["with a wrong type", { payload: { type: 5 } }, 400, "invalid_request"],
    ["with a line break in the type", { payload: { type: "a\nb" } }, 400, "invalid_request"],
    ["with what is no time", { payload: { type: "a", at: "noonish" } }, 400, "invalid_request"],
    ["without a body", { payload: undefined }, 400, "invalid_request"],
    [
      "with a form",
      { payload: "type=a", headers: { ...headers, "content-type": "application/x-www-form-urlencoded" } },
      415,
      "json_only",
    ],
    [
      "as plain text",
      { payload: '{"type":"a"}', headers: { ...headers, "content-type": "text/plain" } },
      415,
      "json_only",
    ],
    [
      "with half a body",
      { payload: '{"type":', headers: { ...headers, "content-type": "application/json" } },
      400,
      "no_json",
    ],
    [
      "with __proto__",
      { payload: '{"type":"a","__proto__":{}}', headers: { ...headers, "content-type": "application/json" } },
      400,
      "no_json",
    ],
    ["with a body too large", { payload: { type: "a", meta: "x".repeat(16 << 20) } }, 413, "body_too_large"],
  ];
  for (const [how, change, status, code] of refusals) {
    test(`refuses a request ${how}`, async () => {
      const { app, ran } = setUp();
      const answer = await app.inject({ ...run, ...change });
      assert.deepEqual([answer.statusCode, answer.json().code], [status, code], answer.body);
      assert.ok(answer.json().detail.length > 10);
      assert.deepEqual(ran, []);
    });
  }

  test("answers to a host name that is allowed", async () => {
    const answer = await setUp().app.inject({ ...run, headers: { ...headers, host: "Flow.example.org" } });
    assert.equal(answer.statusCode, 200);
  });

  test("passes on why a task could not be created", async () => {
    const answer = await setUp({}, new MessageError("bad_meta", "The meta is no query string.")).app.inject(run);
    assert.equal(answer.statusCode, 422);
    assert.equal(answer.headers["content-type"], "application/problem+json; charset=utf-8");
    assert.deepEqual(answer.json(), {
      type: "about:blank",
      title: "Unprocessable Entity",
      status: 422,
      detail: "The meta is no query string.",
      code: "bad_meta",
    });
  });

  test("says that there is no such phase", async () => {
    const request = { type: "pul", job: "", workflow: "", at: null, info: null, meta: "", by: "" };
    const answer = await setUp({}, new UnknownPhaseError(request, [])).app.inject(run);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, "unknown_phase"]);
  });

  test("says nothing of the inside when it fails, and logs it", async () => {
    const { app, faults: reasons } = setUp({}, new Error("secret detail"));
    const answer = await app.inject(run);
    assert.equal(answer.statusCode, 500);
    assert.equal(answer.json().code, "internal");
    assert.doesNotMatch(answer.body, /secret/);
    assert.equal(reasons.length, 1);
  });

  test("works over a real connection, whose stop waits for nothing", async () => {
    const { app, sent } = setUp();
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${address}/api/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    // A body larger than the other routes take, so it is read under the limit of its own.
    const line = "x".repeat(3 << 20);
    const answers = await Promise.all([
      post("topics/a/messages", { messages: [line] }),
      post("tasks", { type: "b" }),
      post("no", {}),
    ]);
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 404],
    );
    assert.equal(sent[0]?.[1][0]?.length, line.length);
    assert.equal(await (await fetch(`${address}/status`)).text(), "ok");
    await app.close();
  });
});
