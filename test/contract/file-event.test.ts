import assert from "node:assert/strict";
import { test } from "node:test";

import { parseFileEvent, parseFileStats, writeFileEvent } from "../../src/contract/file-event.ts";
import { MessageError } from "../../src/contract/message-error.ts";

test("plain stats", () => {
  const event = parseFileEvent(
    '{"linecnt":2,"bytecnt":30,"size":40,"checksum":"c","path":"/a","created":"2024-01-02T03:04:05Z"}',
  );
  assert.equal(event.path, "/a");
  assert.equal(event.size, 40);
  assert.equal(event.created, Date.UTC(2024, 0, 2, 3, 4, 5));
});

test("a storage notification: the path is its place, the size a text or a number, the time an instant", () => {
  const event = parseFileEvent(
    '{"id":"b/d/f/1","name":"d/f","bucket":"b","size":"2048","md5Hash":"m","timeCreated":"2024-01-02T03:04:05.678+01:00","generation":"17","etag":"e"}',
  );
  assert.equal(event.path, "gs://b/d/f");
  assert.equal(event.size, 2048);
  assert.equal(event.checksum, "m");
  assert.equal(event.created, Date.UTC(2024, 0, 2, 2, 4, 5, 678));
  assert.equal(event.generation, "17");
  assert.equal(parseFileEvent('{"id":"i","name":"n","bucket":"b","size":7,"generation":18}').generation, "18");
});

test("a notification needs id and name; a bad time loses only the time", () => {
  assert.equal(parseFileEvent('{"id":"i","name":"","path":"/p"}').path, "/p");
  const event = parseFileEvent('{"id":"i","name":"n","bucket":"b","timeCreated":"soon","size":"5"}');
  assert.equal(event.created, null);
  assert.equal(event.size, 5);
});

test("a field of the wrong type is as if it were absent; the last good one counts", () => {
  const stats = parseFileStats('{"path":["x"],"size":"150","linecnt":1.5,"isDir":"true","SIZE":3,"size":1e3}');
  assert.equal(stats.path, "");
  assert.equal(stats.size, 3n);
  assert.equal(stats.linecnt, 0n);
  assert.equal(stats.isDir, false);
});

test("counts are exact in 64 bits, and texts beyond them are the nearest that fits", () => {
  assert.equal(parseFileStats('{"size":9007199254740993}').size, 9_007_199_254_740_993n);
  assert.equal(parseFileStats('{"size":9223372036854775808}').size, 0n);
  assert.equal(parseFileStats('{"id":"i","name":"n","size":"9223372036854775808"}').size, 2n ** 63n - 1n);
});

test("what is no object is refused", () => {
  for (const text of ["", "null", "[]", '"x"', '{"path":"/a"', '{"size":01}']) {
    assert.throws(() => parseFileEvent(text), MessageError, text);
  }
});

test("an event is written as plain stats and read back", () => {
  const event = parseFileEvent('{"path":"/a","size":5,"created":"2024-01-02T03:04:05Z","isDir":true,"files":3}');
  assert.deepEqual(parseFileEvent(writeFileEvent(event)), event);
  assert.equal(
    writeFileEvent(parseFileEvent('{"path":"/a","size":5}')),
    '{"linecnt":0,"bytecnt":0,"size":5,"checksum":"","path":"/a","created":""}',
  );
});
