import { DEFAULT_REDACT } from "../support/default-redact.ts";
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, symlinkSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { DAY } from "../../src/contract/time/time-units.ts";
import { logPath } from "../../src/task-logs/log-name.ts";
import { ReceivedLogs, type ReceivedLogsOptions } from "../../src/task-logs/received-logs.ts";
import { chunkOf, endOf } from "./chunks.ts";
import { logFolder, logTask, NOW, writeLog } from "./fixture.ts";

function received(t: TestContext, fields: Partial<ReceivedLogsOptions> = {}) {
  const dir = fields.dir ?? logFolder(t);
  const known = { isKnown: async () => true, now: () => NOW, redact: DEFAULT_REDACT };
  const options = { dir, dirs: [dir], maxBytes: 1000, ...known, ...fields };
  const base = `${logPath(dir, logTask(), NOW)}.r0123456789abcdef`;
  return { dir, base, logs: new ReceivedLogs(options), restarted: () => new ReceivedLogs(options) };
}

test("a log is partial until its end has come", async (t) => {
  const { logs, base } = received(t);
  assert.equal(await logs.write(chunkOf("one\n", 0)), null);
  assert.equal(readFileSync(`${base}.part.log`, "utf8"), "one\n");
  assert.equal(await logs.write(chunkOf("two\n", 4, { end: endOf("one\ntwo\n") })), null);
  assert.equal(readFileSync(`${base}.log`, "utf8"), "one\ntwo\n");
  assert.deepEqual(readdirSync(dirname(base)).length, 1);
});

test("pieces may come in any order, more than once, and over a restart", async (t) => {
  const { logs, base, restarted } = received(t);
  const text = "one\ntwo\nthree\n";
  const last = chunkOf("three\n", 8, { end: endOf(text) });
  await logs.write(last);
  await logs.write(chunkOf("one\n", 0));
  assert.equal(statSync(`${base}.part.log`).size, text.length);
  const after = restarted();
  await after.write(chunkOf("one\n", 0));
  // Its end was not acknowledged before the restart, or comes once more.
  await after.write(last);
  await after.write(chunkOf("two\n", 4));
  assert.equal(readFileSync(`${base}.log`, "utf8"), text);
  assert.equal(await after.write(chunkOf("XXX", 0)), null);
  assert.equal(await restarted().write(last), null);
  assert.equal(readFileSync(`${base}.log`, "utf8"), text);
  assert.equal(readdirSync(dirname(base)).length, 1);
});

test("a log with a hole, or other bytes than its worker had, stays partial", async (t) => {
  const { logs, base } = received(t);
  await logs.write(chunkOf("abc", 0));
  await logs.write(chunkOf("ghi", 6, { end: endOf("abcdefghi") }));
  assert.equal(statSync(`${base}.part.log`).size, 9);
});

test("deliveries of one attempt have logs of their own", async (t) => {
  const { logs, base } = received(t);
  await logs.write(chunkOf("one", 0));
  await logs.write(chunkOf("two", 0, { key: "fedcba9876543210", end: endOf("two") }));
  assert.deepEqual(readdirSync(dirname(base)).length, 2);
});

test("an unknown task, a bomb and what is no gzip are refused", async (t) => {
  const { logs, base } = received(t);
  assert.match((await logs.write(chunkOf("x".repeat(192 * 1024 + 1), 0))) ?? "", /too many/);
  assert.match(
    (await logs.write(chunkOf("", 0, { gzip: gzipSync(Buffer.alloc(1e8)).toString("base64") }))) ?? "",
    /too/,
  );
  assert.match((await logs.write(chunkOf("", 0, { gzip: "bm8gZ3ppcA==" }))) ?? "", /cannot be decompressed/);
  assert.throws(() => statSync(`${base}.part.log`), { code: "ENOENT" });
  const stranger = received(t, { isKnown: async () => false });
  assert.equal(await stranger.logs.write(chunkOf("x", 0)), "Flowlord knows no such task");
  assert.deepEqual(readdirSync(stranger.dir), []);
});

test("a log is no longer than it may be", async (t) => {
  const { logs, base } = received(t, { maxBytes: 10 });
  assert.match((await logs.write(chunkOf("0123456789abc", 0))) ?? "", /longer than 10 bytes/);
  assert.match((await logs.write(chunkOf("x", 1e12, { end: endOf("x") }))) ?? "", /longer than 10 bytes/);
  assert.equal(readFileSync(`${base}.part.log`, "utf8"), "0123456789");
});

test("no message decides a path, and a clock of the future counts as now", async (t) => {
  const { logs, dir } = received(t);
  const hostile = { id: "../../../x", type: "../..", startedAt: NOW + 365 * DAY };
  await logs.write(chunkOf("x", 0, hostile));
  const [type = ""] = readdirSync(dir);
  assert.match(type, /^_[._]*$/);
  assert.deepEqual(readdirSync(join(dir, type)), ["2026-01-02"]);
});

test("a link in place of a log is not written through", async (t) => {
  const { logs, base, dir } = received(t);
  mkdirSync(dirname(base), { recursive: true });
  symlinkSync(join(dir, "victim"), `${base}.part.log`);
  await assert.rejects(logs.write(chunkOf("x", 0)), { code: "ELOOP" });
  assert.throws(() => statSync(join(dir, "victim")), { code: "ENOENT" });
});

test("a log that its worker writes here is not copied", async (t) => {
  const { logs, dir, base } = received(t);
  const path = writeLog(dir, logTask(), "here");
  await logs.write(chunkOf("here", 0, { path, inode: statSync(path).ino, end: endOf("here") }));
  assert.equal(readdirSync(dirname(base)).length, 1);
  // A file of that name on another machine is another file.
  await logs.write(chunkOf("there", 0, { path, inode: 0, key: "fedcba9876543210" }));
  assert.equal(readdirSync(dirname(base)).length, 2);
});

test("what the worker did not hide is hidden, each line as long as it was, and the log is complete all the same", async (t) => {
  const { logs, base } = received(t);
  const [one, two] = ["a\npassword=canary7f3a9 x\n", "pin: b\ntoken: é1\n"];
  assert.equal(await logs.write(chunkOf(two, one.length, { end: endOf(one + two) })), null);
  assert.equal(await logs.write(chunkOf(one, 0)), null);
  assert.equal(readFileSync(`${base}.part.log`, "utf8"), "a\npassword=******** x   \npin: b\ntoken: ***\n");
  // The last piece comes again, because its acknowledgement was lost.
  assert.equal(await logs.write(chunkOf(two, one.length, { end: endOf(one + two) })), null);
  assert.ok(readFileSync(`${base}.log`, "utf8").startsWith("a\npassword="));
});

test("a log in which something was hidden, and a piece is missing, stays marked as cut", async (t) => {
  const { logs, base } = received(t);
  const [one, two, three] = ["password=canary7f3a9\n", "lost\n", "end\n"];
  const at = one.length + two.length;
  await logs.write(chunkOf(one, 0));
  await logs.write(chunkOf(three, at, { end: endOf(one + two + three) }));
  assert.equal(readFileSync(`${base}.part.log`, "utf8").length, at + three.length);
});
