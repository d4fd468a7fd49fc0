import assert from "node:assert/strict";
import test from "node:test";
import { positionsOf } from "../../../src/config/read/positions.ts";

test("keys are found by line in tables, lists of tables, dotted and quoted keys", () => {
  const found = positionsOf(
    [
      'Work-Flow = "a" # x = 1',
      "[bus]",
      "nsqd_hosts = [",
      '  "bus = 1",',
      "]",
      'text = """',
      "inside = 2",
      '"""',
      '"in topic" = 1',
      "sub.key = 3",
      "[[worker]]",
      'exec = ["a"]',
      "[[worker]]",
      "[worker.env]",
      "A = 1",
    ].join("\n"),
  );
  assert.deepEqual(Object.fromEntries(found), {
    workflow: 1,
    bus: 2,
    "bus.nsqdhosts": 3,
    "bus.text": 6,
    "bus.in topic": 9,
    "bus.sub": 10,
    "bus.sub.key": 10,
    "worker.0": 11,
    "worker.0.exec": 12,
    "worker.1": 13,
    "worker.1.env": 14,
    "worker.1.env.a": 15,
  });
});
