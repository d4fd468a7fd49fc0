import assert from "node:assert/strict";
import { test } from "node:test";
import { BUS_LIMITS } from "../../src/contract/bus-limits.ts";
import {
  isLogChunk,
  MAX_CHUNK_BYTES,
  MAX_CHUNK_INFO,
  readLogChunk,
  writeLogChunk,
} from "../../src/task-logs/log-chunk.ts";
import { writeTaskMessage } from "../../src/contract/task-message.ts";
import { taskMessage } from "../worker/task-bus.ts";
import { chunkOf, endOf } from "./chunks.ts";

test("a piece of a log is read as it was written", () => {
  for (const chunk of [chunkOf("text", 12), chunkOf("", 0, { gzip: "", end: endOf("") })]) {
    const payload = writeLogChunk(chunk);
    assert.equal(isLogChunk(payload), true);
    assert.deepEqual(readLogChunk(payload), chunk);
  }
});

test("no text of a task makes it a piece of a log", () => {
  const payload = writeTaskMessage(taskMessage({ info: writeLogChunk(chunkOf("text", 0)), msg: '"output":{"key":"' }));
  assert.equal(isLogChunk(payload), false);
});

test("what is no piece of a log is not read", () => {
  const good = chunkOf("text", 0);
  const output = { key: good.key, attempt: 0, started_at: 1, path: "/a", inode: 1, offset: 0, gzip: "" };
  const task = { id: "a", type: "b", job: "", info: "" };
  const write = (fields: object): string => JSON.stringify({ ...task, output: { ...output, ...fields } });
  assert.notEqual(readLogChunk(write({})), null);
  for (const fields of [
    { key: "../../../etc/pass" },
    { key: 7 },
    { offset: -1 },
    { offset: 1.5 },
    { attempt: "0" },
    { started_at: null },
    { path: "x".repeat(5000) },
    { gzip: null },
    { end: { bytes: 1 } },
    { end: "soon" },
  ])
    assert.equal(readLogChunk(write(fields)), null, JSON.stringify(fields).slice(0, 60));
  for (const payload of ["", "no json", "[]", "{}", '{"output":1}', JSON.stringify({ output })])
    assert.equal(readLogChunk(payload), null, payload);
});

test("the largest piece fits into a message of every broker", () => {
  const text = Buffer.alloc(MAX_CHUNK_BYTES, 0xff).toString("base64");
  const payload = writeLogChunk(
    chunkOf("", 0, { gzip: text, info: '"'.repeat(MAX_CHUNK_INFO), path: "x".repeat(4096) }),
  );
  const smallest = Math.min(...Object.values(BUS_LIMITS).map((limits) => limits.messageBytes));
  assert.ok(payload.length < smallest / 2, `${payload.length} bytes`);
});
