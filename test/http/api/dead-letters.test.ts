import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { deadLettersAnswer } from "../../../src/contract/api/dead-letter-api.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

type Page = z.infer<typeof deadLettersAnswer>;

test("GET /api/dead-letters goes from page to page, and on when new ones come", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
  const { get, post } = serveRig(t, rig);
  const add = (...payloads: readonly string[]) =>
    rig.store.addDeadLetters(
      payloads.map((payload) => ({ topic: "elsewhere", payload, reason: "no", code: "no_json", receivedAt: rig.now })),
    );
  await add("a", "b", "c", "d", "e");
  const first = await get<Page>("/api/dead-letters?limit=2");
  assert.equal(first.status, 200);
  const payloads = (body: Page) => body.dead_letters.map(({ payload }) => payload);
  assert.deepEqual(payloads(first.body), ["e", "d"]);
  assert.partialDeepStrictEqual(first.body.pagination, { page: 1, total: 5, total_is: "exact" });
  assert.equal(first.body.dead_letters[0]?.received_at, "2026-11-24T12:00:00.000Z");
  await add("f");
  const second = await get<Page>(`/api/dead-letters?limit=2&cursor=${first.body.pagination.next_cursor}`);
  assert.deepEqual(payloads(second.body), ["c", "b"]);
  const third = await get<Page>(`/api/dead-letters?limit=2&cursor=${second.body.pagination.next_cursor}`);
  assert.deepEqual([payloads(third.body), third.body.pagination.next_cursor], [["a"], null]);

  const [newest] = (await get<Page>("/api/dead-letters?limit=1")).body.dead_letters;
  assert.deepEqual((await post("/api/dead-letters/redrive", { ids: [newest?.id] })).body, { redriven: 1 });
  assert.deepEqual(payloads((await get<Page>("/api/dead-letters")).body), ["e", "d", "c", "b", "a"]);
  const all = await get<Page>("/api/dead-letters?redriven=true&limit=5");
  assert.partialDeepStrictEqual(all.body.pagination, { total: 6, total_is: "at_least" });
});

test("GET /api/dead-letters refuses what it does not know, and says where", async (t) => {
  const { get } = serveRig(t, await rigWith(t, phase("a", { cron: "0 5 * * *" })));
  for (const [query, pointer] of [
    ["limit=0", "/query/limit"],
    ["limit=501", "/query/limit"],
    ["redriven=perhaps", "/query/redriven"],
    ["topic=done", "/query/topic"],
  ]) {
    const { status, body } = await get<Problem>(`/api/dead-letters?${query}`);
    assert.deepEqual([status, body.code, body.errors?.[0]?.pointer], [400, "invalid_request", pointer]);
  }
  assert.equal((await get<Problem>("/api/dead-letters?cursor=x")).body.code, "bad_cursor");
});
