import assert from "node:assert/strict";
import { test } from "node:test";
import type { RedriveFilesRequest } from "../../../../src/contract/api/file-api.ts";
import { alertApp, TOKEN } from "../../alert-app.ts";

test("POST /api/files/redrive takes ids or what events have in common, not both and not neither", async (t) => {
  const asked: RedriveFilesRequest[] = [];
  const result = { id: 3, path: "/in/a", matched: 1, taken: 1, waiting: 0, error: null, tasks: [] };
  const { app } = alertApp(t, {
    redriveFiles: async (request) => {
      asked.push(request);
      return { results: [result], next: 200, up_to: 450 };
    },
  });
  const post = (payload: object) =>
    app.inject({ method: "POST", url: "/api/files/redrive", payload, headers: { authorization: `Bearer ${TOKEN}` } });
  const answer = await post({ ids: [3], force: true });
  assert.deepEqual(answer.json(), { results: [result], next: 200, up_to: 450 });
  assert.equal((await post({ matched: false, since: "2026-01-31T00:00:00Z", after: 200, up_to: 450 })).statusCode, 200);
  assert.deepEqual(
    asked.map(({ ids, matched, after, up_to, force, dry_run }) => [ids, matched, after, up_to, force, dry_run]),
    [
      [[3], null, 0, null, true, false],
      [null, false, 200, 450, false, false],
    ],
  );
  const refused = [
    {},
    { ids: [3], path: "/in/*" },
    { ids: [] },
    { ids: [0] },
    { job: "j", matched: true },
    { since: "yesterday" },
    { since: "0999-01-31T00:00:00Z" },
    { until: "0999-01-31T00:00:00Z" },
    { path: "x".repeat(1001) },
    { ids: Array.from({ length: 201 }, (_, n) => n + 1) },
    { matched: true, more: 1 },
  ];
  for (const payload of refused)
    assert.equal((await post(payload)).statusCode, 400, JSON.stringify(payload).slice(0, 80));
  assert.equal(asked.length, 2);
});
