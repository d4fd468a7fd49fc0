import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { fireAt, phase, report, rigWith, schedule } from "../../../engine/rig/drive.ts";
import { logFolder, writeLog } from "../../../task-logs/fixture.ts";
import { serveRig } from "../../served-rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const TEXT = "one\ntwo\nthree\n<script>alert(1)</script>\n";

async function served(t: TestContext, keys: Readonly<Record<string, string | number>> = {}) {
  const rig = await rigWith(t, phase("load", { cron: "0 5 * * *", ...keys }));
  const [sent] = await fireAt(rig, await schedule(rig), FIVE);
  assert.ok(sent !== undefined);
  const dir = logFolder(t);
  const api = serveRig(t, rig, { logDirs: [dir] });
  const get = (query = "") => api.app.inject({ url: `/api/tasks/1/log${query}`, headers: { "x-role": "viewer" } });
  const write = async (text: string): Promise<string> => {
    const [record] = await rig.store.reads.logs.tasks("1");
    assert.ok(record !== undefined);
    return writeLog(dir, record, text, ".log", FIVE);
  };
  return { ...api, rig, sent, dir, write, log: get };
}

test("GET /api/tasks/{id}/log has the output, a range or its last lines", async (t) => {
  const { write, log } = await served(t);
  await write(TEXT);
  const whole = await log();
  assert.deepEqual([whole.statusCode, whole.body], [200, TEXT]);
  assert.partialDeepStrictEqual(whole.headers, {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
    "cache-control": "no-store",
    "flowlord-log-size": String(TEXT.length),
  });
  const range = await log("?from=4&until=8");
  assert.deepEqual(
    [range.body, range.headers["flowlord-log-from"], range.headers["flowlord-log-until"]],
    ["two\n", "4", "8"],
  );
  assert.equal((await log("?tail=1")).body, "<script>alert(1)</script>\n");
  assert.equal((await log("?tail=0")).body, "");
  assert.equal((await log("?from=1000000")).body, "");
});

test("an output that is followed goes on until the task has ended", async (t) => {
  const { rig, sent, write, log } = await served(t);
  const path = await write("one\n");
  const following = log("?follow=true");
  appendFileSync(path, "two\n");
  await report(rig, sent, "complete");
  assert.equal((await following).body, "one\ntwo\n");
});

test("an output is followed before there is one, and over the attempts, each named", async (t) => {
  const { app, rig, sent, dir, post } = await served(t, { retry: 2, retry_delay: "1s" });
  const url = `${await app.listen({ port: 0, host: "127.0.0.1" })}/api/tasks/1/log?follow=true`;
  const answer = await fetch(url, { headers: { "x-role": "viewer" } });
  assert.deepEqual([answer.status, answer.headers.get("flowlord-log-size")], [200, "0"], "the head is there at once");
  const [reader, decoder] = [answer.body?.getReader(), new TextDecoder()];
  let text = "";
  const until = async (part: string): Promise<void> => {
    while (!text.includes(part)) {
      const { done = true, value } = (await reader?.read()) ?? {};
      assert.equal(done, false, text);
      text += decoder.decode(value);
    }
  };
  const written = async (id: string, output: string): Promise<void> => {
    const [record] = await rig.store.reads.logs.tasks(id);
    assert.ok(record !== undefined);
    writeLog(dir, record, output, ".log", Math.max(rig.now, record.decided_at));
  };
  await written("1", "one\nno line break");
  await until("break");
  await report(rig, sent, "error");
  await until("--- attempt 2, record 2 ---\n");
  await written("2", "two\n");
  await until("two\n");
  const marked = await post("/api/tasks/actions", { action: "mark", ids: [2], result: "complete", reason: "done" });
  assert.equal(marked.status, 200);
  assert.equal((await reader?.read())?.done, true);
  assert.equal(text, "one\nno line break\n--- attempt 2, record 2 ---\ntwo\n");
});

test("a task without output here says so, and a wrong range is refused", async (t) => {
  const { get, write, rig, sent } = await served(t);
  const none = await get<Problem>("/api/tasks/1/log");
  assert.deepEqual([none.status, none.body.code], [404, "no_log"]);
  await report(rig, sent, "complete");
  const over = await get<Problem>("/api/tasks/1/log?follow=true");
  assert.deepEqual([over.status, over.body.code], [404, "no_log"], "and none will come");
  await write(TEXT);
  for (const [query, pointer] of [
    ["tail=1&from=2", "/query"],
    ["follow=true&until=2", "/query"],
    ["tail=-1", "/query/tail"],
    ["tail=100001", "/query/tail"],
    ["until=0", "/query/until"],
    ["lines=3", "/query/lines"],
  ] as const) {
    const { status, body } = await get<Problem>(`/api/tasks/1/log?${query}`);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer], query);
  }
});

test("the rows of an output are counted, and searched, in parts", async (t) => {
  const { app, write, log } = await served(t);
  const get = (query: string) => app.inject({ url: `/api/tasks/1/log/${query}`, headers: { "x-role": "viewer" } });
  assert.equal((await get("rows")).json<Problem>().code, "no_log");
  const path = await write(TEXT.repeat(300));
  const size = TEXT.length * 300;
  assert.deepEqual((await get("rows")).json(), {
    path,
    size,
    rows: 1200,
    starts: [0, TEXT.length * 125, TEXT.length * 250],
    until: size,
  });
  assert.partialDeepStrictEqual((await get(`rows?from=${TEXT.length * 250}`)).json(), { rows: 200, until: size });
  const found = (await get("search?text=THREE&limit=2")).json<{ rows: number[]; until: number; next_row: number }>();
  assert.deepEqual([found.rows, found.next_row], [[2, 6], 7]);
  const more = await get(`search?text=three&limit=1&from=${found.until}&row=${found.next_row}`);
  assert.deepEqual(more.json<{ rows: number[] }>().rows, [10]);
  assert.equal((await get("search?text=")).statusCode, 400);
  const saved = await log("?download=true");
  assert.deepEqual(
    [saved.body.length, saved.headers["content-disposition"]],
    [size, 'attachment; filename="task-1.log"'],
  );
});
