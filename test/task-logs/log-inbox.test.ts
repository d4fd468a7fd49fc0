import { DEFAULT_REDACT } from "../support/default-redact.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { writeLogChunk } from "../../src/task-logs/log-chunk.ts";
import { LogInbox } from "../../src/task-logs/log-inbox.ts";
import { logPath } from "../../src/task-logs/log-name.ts";
import { chunkOf } from "./chunks.ts";
import { logFolder, logTask, NOW } from "./fixture.ts";

function inbox(t: TestContext, isKnown: () => Promise<boolean> = async () => true) {
  const dir = logFolder(t);
  const dropped: string[] = [];
  const inbox = new LogInbox(
    { dir, dirs: [dir], maxBytes: 1e6, isKnown, now: () => NOW, redact: DEFAULT_REDACT },
    ({ message }) => dropped.push(message),
  );
  let acknowledged = 0;
  const take = (payload: string): boolean => inbox.take(payload, () => void (acknowledged += 1));
  return { dir, inbox, dropped, take, acknowledged: () => acknowledged };
}

test("a piece is acknowledged when it is written, and other messages are not taken", async (t) => {
  const { inbox: box, take, acknowledged, dir, dropped } = inbox(t);
  assert.equal(take('{"type":"load","result":"complete"}'), false);
  assert.equal(take(writeLogChunk(chunkOf("one\n", 0))), true);
  assert.equal(acknowledged(), 0);
  await box.idle();
  assert.equal(acknowledged(), 1);
  const path = `${logPath(dir, logTask(), NOW)}.r0123456789abcdef.part.log`;
  assert.equal(readFileSync(path, "utf8"), "one\n");
  assert.deepEqual(dropped, []);
});

test("what cannot be read, is of no task or fails on the disk is dropped, acknowledged and said", async (t) => {
  const { inbox: box, take, acknowledged, dropped } = inbox(t, async () => false);
  assert.equal(take('{"output":{"key":"broken'), true);
  assert.equal(take(writeLogChunk(chunkOf("one\n", 0))), true);
  await box.idle();
  assert.equal(acknowledged(), 2);
  assert.match(dropped.join("\n"), /cannot be read[^]*Flowlord knows no such task/);
});

test("a disk that hangs holds up a bounded number of pieces, for a bounded time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { take, acknowledged, dropped } = inbox(t, () => new Promise(() => undefined));
  for (let count = 0; count < 500; count += 1) take(writeLogChunk(chunkOf("one\n", 4 * count)));
  const atOnce = acknowledged();
  assert.ok(atOnce >= 399, `${atOnce} acknowledged at once`);
  t.mock.timers.tick(10_000);
  assert.equal(acknowledged(), 500);
  assert.match(dropped.at(-1) ?? "", /the disk did not take it within 10 seconds/);
  // And it takes more when the time is over.
  take(writeLogChunk(chunkOf("one\n", 0)));
  assert.equal(acknowledged(), 500);
});

test("after a stop nothing is acknowledged: it comes again", async (t) => {
  const { inbox: box, take, acknowledged, dropped } = inbox(t);
  take(writeLogChunk(chunkOf("one\n", 0)));
  take(writeLogChunk(chunkOf("two\n", 4)));
  box.stop();
  await box.idle();
  assert.equal(acknowledged(), 0);
  assert.deepEqual(dropped, []);
});
