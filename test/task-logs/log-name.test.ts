import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import { isExactId, logPath, logStem, parseLogName } from "../../src/task-logs/log-name.ts";
import { logTask } from "./fixture.ts";

test("tasks of a fan-out have separate logs, and no id or type leaves the folder", () => {
  const of = (fields: Parameters<typeof logTask>[0]): string => logPath("/logs", logTask(fields), 0);
  assert.notEqual(of({ info: "a" }), of({ info: "b" }));
  assert.match(of({ type: "../../etc", id: "../x/y\0" }), /^\/logs\/_.._.._etc|^\/logs\/__.*\/1970-01-01\/[^/]*$/);
  assert.equal(of({ type: "..", id: "." }).split("/").length, 5);
  assert(!of({ type: "..", id: ".." }).includes(".."));
});

test("a name is read back in its parts", () => {
  const stem = logStem(logTask({ id: "a-1-b", attempt: 12 }));
  const hash = stem.slice(-8);
  const name = { id: "a-1-b", attempt: 12, hash, delivery: "", isPartial: false };
  assert.deepEqual(parseLogName(`${stem}.log`), name);
  assert.deepEqual(parseLogName(`${stem}.2.log`), { ...name, delivery: "2" });
  assert.deepEqual(parseLogName(`${stem}.r0123456789abcdef.part.log`), {
    ...name,
    delivery: "r0123456789abcdef",
    isPartial: true,
  });
  assert.equal(basename(logPath("/logs", logTask({ id: "a-1-b", attempt: 12 }), 0)), stem);
});

test("what is no log of a task has no such name", () => {
  for (const name of [
    "notes.log",
    "a-0-0123456.log",
    "a-0-01234567",
    "a-0-01234567.log.gz",
    "-0-01234567.log",
    "a b-0-01234567.log",
  ])
    assert.equal(parseLogName(name), null, name);
});

test("an id that may have been replaced or cut is not exact", () => {
  assert.equal(isExactId("0190a1b2-c3d4"), true);
  assert.equal(isExactId("a_b"), false);
  assert.equal(isExactId("a".repeat(100)), false);
});
