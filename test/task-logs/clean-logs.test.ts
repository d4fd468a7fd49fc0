import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import { LogCleaner, type CleanLogsOptions, type LogFate } from "../../src/task-logs/clean-logs.ts";
import { asNobody } from "../support/as-nobody.ts";
import { logFolder, logTask, NOW, writeLog } from "./fixture.ts";

function cleaner(t: TestContext, fields: Partial<CleanLogsOptions> = {}) {
  const dir = logFolder(t);
  const deleted = { files: 0, bytes: 0 };
  const problems: string[] = [];
  const clock = { now: NOW };
  const cleaner = new LogCleaner({
    dirs: () => [dir],
    retention: null,
    recordRetention: 90 * DAY,
    maxBytes: 0,
    open: () => [],
    fates: async (logs) => logs.map(() => "finished" as const),
    onDeleted: (files, bytes) => {
      deleted.files += files;
      deleted.bytes += bytes;
    },
    onProblem: ({ message }) => problems.push(message),
    now: () => clock.now,
    ...fields,
  });
  const run = async (): Promise<number> => {
    let steps = 0;
    for await (const _ of cleaner.turn()) steps += 1;
    return steps;
  };
  return { dir, deleted, problems, clock, run };
}

/** The log of a task of its own, written so long ago. */
function logOf(dir: string, id: string, ageMs: number, text = "x", suffix = ".log"): string {
  return writeLog(dir, logTask({ id }), text, suffix, NOW - ageMs);
}

const always =
  (fate: LogFate): CleanLogsOptions["fates"] =>
  async (logs) =>
    logs.map(() => fate);

test("logs older than the retention are deleted, with the folders that they leave empty", async (t) => {
  const { dir, deleted, run } = cleaner(t, { retention: 2 * DAY });
  const [old, young] = [logOf(dir, "old", 3 * DAY, "12345"), logOf(dir, "young", DAY)];
  const part = logOf(dir, "part", 3 * DAY, "1", ".r0123456789abcdef.part.log");
  await run();
  assert.deepEqual([old, part, young].map(existsSync), [false, false, true]);
  assert.equal(existsSync(dirname(old)), false);
  assert.deepEqual(deleted, { files: 2, bytes: 6 });
});

test("without a retention a log goes when its record is gone, but not before records go, nor without a database", async (t) => {
  const gone = cleaner(t, { fates: always("gone") });
  const [old, young, odd] = ["old", "young", "o_d"].map((id) =>
    logOf(gone.dir, id, id === "young" ? 89 * DAY : 91 * DAY),
  );
  await gone.run();
  assert.deepEqual(
    [old, young, odd].map((path) => existsSync(path ?? "")),
    [false, true, true],
  );
  for (const fields of [
    { fates: null },
    { fates: always("finished") },
    { fates: always("gone"), recordRetention: null },
  ]) {
    const kept = cleaner(t, fields);
    const path = logOf(kept.dir, "old", 1000 * DAY);
    await kept.run();
    assert.equal(existsSync(path), true, JSON.stringify(fields));
  }
});

test("of a folder that is too large the oldest logs are deleted, over all types", async (t) => {
  const { dir, deleted, run } = cleaner(t, { maxBytes: 25 });
  const paths = [4, 3, 2, 1, 0].map((days) =>
    writeLog(dir, logTask({ type: days % 2 === 0 ? "even" : "odd" }), "0123456789", ".log", NOW - days * DAY),
  );
  await run();
  assert.deepEqual(paths.map(existsSync), [false, false, false, true, true]);
  assert.deepEqual(deleted, { files: 3, bytes: 30 });
  await run();
  assert.equal(deleted.files, 3);
});

test("no log of a task that runs, or may run, is deleted", async (t) => {
  const fates: Record<string, LogFate> = { runs: "running", sent: "unfinished", lost: "unfinished", done: "finished" };
  const { dir, run } = cleaner(t, {
    retention: HOUR,
    maxBytes: 1,
    fates: async (logs) => logs.map(({ id }) => fates[id] ?? "gone"),
    open: () => [own],
  });
  const own = logOf(dir, "own", 8 * DAY);
  const runs = logOf(dir, "runs", 30 * DAY);
  const sent = logOf(dir, "sent", 2 * DAY);
  const unknown = logOf(dir, "some_id", 2 * DAY);
  const [lost, done] = [logOf(dir, "lost", 8 * DAY), logOf(dir, "done", 2 * DAY)];
  await run();
  assert.deepEqual([own, runs, sent, unknown].map(existsSync), [true, true, true, true]);
  assert.deepEqual([lost, done].map(existsSync), [false, false]);
});

test("what is no log is left alone, and links are not followed", async (t) => {
  const { dir, run } = cleaner(t, { retention: HOUR, maxBytes: 1 });
  const outside = logFolder(t);
  const victim = logOf(outside, "victim", 9 * DAY);
  symlinkSync(join(outside, "load"), join(dir, "linked"));
  const day = dirname(logOf(dir, "gone", 9 * DAY));
  symlinkSync(victim, join(day, "link-0-01234567.log"));
  const others = ["notes.txt", "a-0-0123.log", "a-0-01234567.log.gz"].map((name) => join(day, name));
  others.push(
    join(dir, "load", "b-0-01234567.log"),
    join(dir, "c-0-01234567.log"),
    join(dir, "load", "older", "d-0-01234567.log"),
  );
  mkdirSync(join(dir, "load", "older"));
  mkdirSync(join(day, "e-0-01234567.log"));
  for (const path of others) {
    writeFileSync(path, "x".repeat(100));
    utimesSync(path, 0, 0);
  }
  await run();
  assert.deepEqual(
    others.map(existsSync),
    others.map(() => true),
  );
  assert.equal(existsSync(victim), true);
  assert.equal(existsSync(join(day, "gone-0-a9698528.log")), false);
  assert.equal(existsSync(join(day, "e-0-01234567.log")), true);
});

test("a missing folder is none, and one that cannot be read is reported and keeps no other from it", async (t) => {
  const other = logFolder(t);
  const file = join(other, "file");
  writeFileSync(file, "");
  const missing = cleaner(t, { dirs: () => [join(other, "missing"), file] });
  await missing.run();
  assert.deepEqual(missing.problems, []);
  const broken = cleaner(t, { dirs: () => [`${other}\0`, other], retention: HOUR });
  const path = logOf(other, "old", DAY);
  await broken.run();
  assert.equal(existsSync(path), false);
  assert.match(broken.problems.join(), /^Logs in .* cannot be cleaned up/);
  const closed = logOf(other, "closed", DAY);
  chmodSync(dirname(closed), 0o555);
  await asNobody(other, () => broken.run()).finally(() => chmodSync(dirname(closed), 0o700));
  assert.equal(existsSync(closed), true);
  assert.match(broken.problems.at(-1) ?? "", /cannot be cleaned up: EACCES.*closed/);
});

test("many logs are read and deleted in steps, and a past day is read once a day", async (t) => {
  const { dir, deleted, clock, run } = cleaner(t, { retention: 5 * DAY });
  for (let count = 0; count < 450; count += 1) logOf(dir, `old-${count}`, 6 * DAY);
  assert.ok((await run()) >= 8);
  assert.equal(deleted.files, 450);
  const later = logOf(dir, "later", 4 * DAY);
  await run();
  clock.now += 2 * DAY;
  const unread = logOf(dir, "unread", 6 * DAY - 1);
  await run();
  assert.deepEqual([later, unread].map(existsSync), [false, false]);
  assert.ok((await run()) <= 1);
});
