import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { fireAt, phase, report, rigWith, schedule } from "../../../engine/rig/drive.ts";
import { logFolder, writeLog } from "../../../task-logs/fixture.ts";
import { serveRig } from "../../served-rig.ts";

const FIVE = Date.UTC(2026, 10, 25, 5);
const TEXT = "one\ntwo\nthree\n<script>alert(1)</script>\n";

async function served(t: TestContext) {
  const rig = await rigWith(t, phase("load", { cron: "0 5 * * *" }));
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
  return { ...api, rig, sent, write, log: get };
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

test("a task without output here says so, and a wrong range is refused", async (t) => {
  const { get, write } = await served(t);
  const none = await get<Problem>("/api/tasks/1/log");
  assert.deepEqual([none.status, none.body.code], [404, "no_log"]);
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
