import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { alertApp, TOKEN } from "../../alert-app.ts";

const NOTHING_ASKED = { alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} };

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

interface Setup {
  readonly asked: readonly unknown[][];
  readonly post: (path: string, payload: object, token?: string) => Promise<Answered>;
}

function setUp(t: TestContext): Setup {
  const { app, asked } = alertApp(t);
  return {
    asked,
    post: async (url, payload, token = TOKEN) => {
      const headers = { host: "127.0.0.1", authorization: `Bearer ${token}`, "flowlord-user": "ada" };
      const answer = await app.inject({ method: "POST", url, payload, headers });
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}

test("alerts are acknowledged and resolved in somebody's name", async (t) => {
  const { asked, post } = setUp(t);
  const ids = [17, 18, 1700];
  const note = "looking into it";
  assert.deepEqual(await post("/api/alerts/actions", { action: "acknowledge", ids, note }), {
    status: 200,
    body: { changed: [17, 18] },
  });
  assert.deepEqual(await post("/api/alerts/actions", { action: "resolve", ids }), {
    status: 200,
    body: { changed: [17, 18] },
  });
  assert.deepEqual(asked, [
    ["acknowledge", ids, { by: "ada", note }],
    ["resolve", ids, { by: "ada", note: "" }],
  ]);
});

test("a silence has a matcher or an alert, an end and an author", async (t) => {
  const { asked, post } = setUp(t);
  const matcher = { types: ["load*"], severities: ["info"], labels: { team: "sales" } };
  const request = { matcher, ends_at: "2026-03-04T14:00:00+02:00", reason: "disks" };
  assert.deepEqual(await post("/api/silences", request), { status: 200, body: { id: 3 } });
  const one = { alert_id: 17, starts_at: "2026-03-04T11:00:00Z", ends_at: "2026-03-04T12:00:00Z" };
  assert.equal((await post("/api/silences", one)).status, 200);
  const endsAt = Date.UTC(2026, 2, 4, 12);
  assert.deepEqual(asked, [
    [
      "silence",
      {
        alertId: null,
        matcher: { ...NOTHING_ASKED, ...matcher },
        startsAt: null,
        endsAt,
        author: "ada",
        reason: "disks",
      },
    ],
    [
      "silence",
      { alertId: 17, matcher: NOTHING_ASKED, startsAt: endsAt - 3_600_000, endsAt, author: "ada", reason: "" },
    ],
  ]);
  assert.deepEqual(await post("/api/silences/3/end", {}), { status: 200, body: { ended: true } });
  assert.deepEqual(await post("/api/silences/300/end", {}), { status: 200, body: { ended: false } });
});

test("a channel is tried, and the receiver's answer handed on", async (t) => {
  const { asked, post } = setUp(t);
  assert.deepEqual(await post("/api/channels/ops/test", {}), {
    status: 200,
    body: { sent: true, answer: "200 ok", tries_again: false },
  });
  assert.deepEqual(asked, [["test", "ops", "ada"]]);
});

test("an invalid request is refused before anything is done", async (t) => {
  const { asked, post } = setUp(t);
  const ends = { ends_at: "2026-03-04T12:00:00Z" };
  const refused: readonly (readonly [string, object])[] = [
    ["/api/alerts/actions", { action: "acknowledge", ids: [] }],
    ["/api/alerts/actions", { action: "acknowledge", ids: [1], by: "somebody else" }],
    ["/api/alerts/actions", { action: "resolve", ids: [0] }],
    ["/api/alerts/actions", { action: "resolve", ids: [1], notes: "" }],
    ["/api/silences", {}],
    ["/api/silences", { ...ends, ends_at: "tomorrow" }],
    ["/api/silences", { ...ends, ends_at: "0999-03-04T12:00:00Z" }],
    ["/api/silences", { ...ends, starts_at: "0999-03-04T12:00:00Z" }],
    ["/api/silences", { ...ends, matcher: { severities: ["bad"] } }],
    [
      "/api/silences",
      { ...ends, matcher: { labels: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, ""])) } },
    ],
    ["/api/silences/3x/end", {}],
    ["/api/silences/3/end", { id: 3 }],
    ["/api/alerts/actions", { action: "delete", ids: [1] }],
  ];
  for (const [path, payload] of refused) assert.equal((await post(path, payload)).status, 400, JSON.stringify(payload));
  assert.equal((await post("/api/silences", ends, "another")).status, 401);
  assert.deepEqual(asked, []);
});
