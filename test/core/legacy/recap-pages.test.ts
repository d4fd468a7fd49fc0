import assert from "node:assert/strict";
import { test } from "node:test";
import { elapsed, recapKey } from "../../../src/core/legacy/recap-pages.ts";

test("a duration is rounded to seconds, and half a second does not count", () => {
  const of = (ms: number): readonly [number, string] => {
    const { seconds, text } = elapsed(1000, 1000 + ms);
    return [seconds, text];
  };
  assert.deepEqual(of(1500), [1, "00:00:01"]);
  assert.deepEqual(of(1501), [2, "00:00:02"]);
  assert.deepEqual(of(1600), [2, "00:00:02"]);
  assert.deepEqual(of(500), [0, "00:00:00"]);
  assert.deepEqual(of(0), [0, "00:00:00"]);
  assert.deepEqual(of(-1500), [-1, "00:00:-1"]);
  assert.deepEqual(elapsed(null, 5), { seconds: 0, text: "N/A" });
});

test("a type with a colon is named as its type and job", () => {
  assert.equal(recapKey({ type: "a:b", job: "" }), recapKey({ type: "a", job: "b" }));
  assert.equal(recapKey({ type: "a", job: "" }), "a");
});
