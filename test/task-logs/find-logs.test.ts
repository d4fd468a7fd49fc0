import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { DAY } from "../../src/contract/time/time-units.ts";
import { LogError, LogFinder } from "../../src/task-logs/find-logs.ts";
import { logSummary } from "../../src/task-logs/log-summary.ts";
import { asNobody } from "../support/as-nobody.ts";
import { logFolder, logTask, NOW, writeLog } from "./fixture.ts";

test("the logs of an attempt are found by its name, the newest first, and no other task's", async (t) => {
  const dir = logFolder(t);
  const task = logTask();
  const first = writeLog(dir, task, "one\n");
  const second = writeLog(dir, task, "two\n", ".2.log", NOW + 1000);
  writeLog(dir, logTask({ attempt: 1 }), "other\n");
  writeLog(dir, logTask({ info: "?other" }), "other\n");
  writeLog(dir, logTask({ id: "0190a1b2-0" }), "other\n");
  const found = await new LogFinder([dir]).find(task, NOW);
  assert.deepEqual(
    found.map(({ path, size, isPartial }) => [path, size, isPartial]),
    [
      [second, 4, false],
      [first, 4, false],
    ],
  );
});

test("the days around the task are read, in all folders", async (t) => {
  const [dir, other] = [logFolder(t), logFolder(t)];
  const task = logTask({ finished_at: NOW + 3 * DAY, started: NOW + 2 * DAY, ended: NOW + 3 * DAY });
  writeLog(dir, task, "too early", ".log", NOW - 2 * DAY);
  writeLog(dir, task, "too late", ".log", NOW + 5 * DAY);
  const path = writeLog(other, task, "found", ".log", NOW + 2 * DAY);
  assert.deepEqual(
    (await new LogFinder([dir, other]).find(task, NOW + 90 * DAY)).map((log) => log.path),
    [path],
  );
  // One that is not finished may have begun at any time until now.
  const running = logTask();
  const late = writeLog(other, running, "late", ".3.log", NOW + 80 * DAY);
  assert.equal((await new LogFinder([other]).find(running, NOW + 80 * DAY))[0]?.path, late);
});

test("a missing folder has no logs, links are not followed, and a folder that may not be read is an error", async (t) => {
  const dir = logFolder(t);
  const task = logTask();
  assert.deepEqual(await new LogFinder([join(dir, "missing")]).find(task, NOW), []);
  const path = writeLog(dir, task, "secret");
  const linked = logTask({ type: "linked" });
  const place = writeLog(dir, linked, "", ".3.log");
  symlinkSync(path, place.replace(".3.log", ".log"));
  assert.deepEqual(
    (await new LogFinder([dir]).find(linked, NOW)).map((log) => log.path),
    [place],
  );
  mkdirSync(join(dir, "other"));
  symlinkSync(dirname(path), join(dir, "other", "2026-01-02"));
  assert.deepEqual(await new LogFinder([dir]).find(logTask({ type: "other" }), NOW), []);
  chmodSync(join(dir, "load"), 0);
  await asNobody(dir, async () => {
    await assert.rejects(new LogFinder([dir]).find(task, NOW), LogError);
    assert.match((await logSummary(new LogFinder([dir]), task, NOW))?.error ?? "", /cannot be read: this user may not/);
  }).finally(() => chmodSync(join(dir, "load"), 0o700));
});

test("a worker's impossible times find its log all the same", async (t) => {
  const dir = logFolder(t);
  const task = logTask({ started: -1e15, ended: 9e15, finished_at: NOW });
  const path = writeLog(dir, task, "x");
  assert.equal((await new LogFinder([dir]).find(task, NOW))[0]?.path, path);
});

test("a summary quotes the last line that is not blank, printable and cut", async (t) => {
  const dir = logFolder(t);
  const task = logTask();
  assert.equal(await logSummary(new LogFinder([dir]), task, NOW), null);
  const path = writeLog(dir, task, `first\n\u001b[31mbad\u001b[0m\u001b]0;title\u0007 \u202eend\r\n \n`);
  assert.deepEqual(await logSummary(new LogFinder([dir]), task, NOW), {
    path,
    host: null,
    size: 39,
    complete: true,
    last_line: "bad  end",
    error: null,
  });
  writeLog(dir, task, "x".repeat(100_000), ".r0123456789abcdef.part.log", NOW + 1000);
  const summary = await logSummary(new LogFinder([dir]), task, NOW);
  assert.deepEqual([summary?.complete, summary?.last_line.length], [false, 200]);
});
