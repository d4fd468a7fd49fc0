import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { RedriveFilesRequest } from "../../src/contract/api/file-api.ts";
import { handleErrors } from "../../src/http/errors.ts";
import { fileControlRoutes } from "../../src/http/routes/file-control.ts";

test("POST /api/files/redrive takes ids or what events have in common, not both and not neither", async (t) => {
  const asked: RedriveFilesRequest[] = [];
  const app = Fastify();
  t.after(() => app.close());
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const result = { id: 3, path: "/in/a", matched: 1, taken: 1, waiting: 0, error: null, tasks: [] };
  handleErrors(app, { error: (_fields, sentence) => assert.fail(sentence) });
  const redriveFiles = async (request: RedriveFilesRequest) => {
    asked.push(request);
    return { results: [result], next: 200, up_to: 450 };
  };
  fileControlRoutes(app, redriveFiles, async () => ({ finished: [], waiting: [] }));
  const post = (payload: object) => app.inject({ method: "POST", url: "/api/files/redrive", payload });
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
