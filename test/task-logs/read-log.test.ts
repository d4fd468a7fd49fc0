import assert from "node:assert/strict";
import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { OpenLog } from "../../src/task-logs/read-log.ts";
import { logFolder, logTask, writeLog } from "./fixture.ts";

async function opened(t: TestContext, text: string, suffix = ".log"): Promise<OpenLog> {
  const path = writeLog(logFolder(t), logTask(), text, suffix);
  const log = await OpenLog.open({ path, isPartial: suffix.includes("part") });
  assert.ok(log !== null);
  t.after(() => log.close());
  return log;
}

async function textOf(log: OpenLog, from: number, to: number): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of log.range(from, to)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

test("ranges are bytes, and end with the log", async (t) => {
  const log = await opened(t, "0123456789");
  assert.equal(await textOf(log, 2, 5), "234");
  assert.equal(await textOf(log, 8, 100), "89");
  assert.equal(await textOf(log, 50, 100), "");
});

test("the tail is found from the end, over more than one piece, in pieces of bounded size", async (t) => {
  const lines = Array.from({ length: 40_000 }, (_, line) => `line ${line}\n`);
  const log = await opened(t, lines.join(""));
  const size = await log.size();
  for (const count of [1, 2, 20_000, 39_999])
    assert.equal(await textOf(log, await log.tailStart(count, size), size), lines.slice(-count).join(""));
  assert.equal(await log.tailStart(40_000, size), 0);
  assert.equal(await log.tailStart(1e9, size), 0);
  assert.equal(await log.tailStart(0, size), size);
  for await (const piece of log.range(0, size)) assert.ok(piece.length <= 65_536);
});

test("a last line without a line break counts", async (t) => {
  const log = await opened(t, "a\nb\nc");
  assert.equal(await textOf(log, await log.tailStart(2, 5), 5), "b\nc");
});

test("a log whose end came has another name, and stays open", async (t) => {
  const log = await opened(t, "abc", ".r0123456789abcdef.part.log");
  assert.equal(await log.isPartial(), true);
  renameSync(log.path, log.path.replace(".part", ""));
  assert.equal(await log.isPartial(), false);
  assert.equal(await textOf(log, 0, 3), "abc");
});

test("a log that is gone is none, and a link is refused", async (t) => {
  const dir = logFolder(t);
  assert.equal(await OpenLog.open({ path: join(dir, "gone.log"), isPartial: false }), null);
  const path = writeLog(dir, logTask(), "secret");
  symlinkSync(path, join(dir, "link.log"));
  await assert.rejects(OpenLog.open({ path: join(dir, "link.log"), isPartial: false }), { code: "log_not_read" });
});
