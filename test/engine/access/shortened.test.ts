import assert from "node:assert/strict";
import { test } from "node:test";
import { shortened } from "../../../src/engine/access/shortened.ts";

test("what is small stays as it is", () => {
  const request = { action: "retry", ids: [1, 2], reason: "", dry: false, info: null, edit: { meta: "a=1" } };
  assert.deepEqual(shortened(request), request);
  assert.equal(shortened(undefined), undefined);
});

test("of long lists, objects and texts the beginning is kept, and the rest counted", () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => n);
  assert.deepEqual(shortened({ ids }), { ids: [...ids.slice(0, 100), "… (9900 more)"] });
  assert.equal(shortened("x".repeat(1500)), `${"x".repeat(1000)}… (500 more characters)`);
  const short = shortened(Object.fromEntries(ids.map((id) => [`k${id}`, id]))) as Record<string, unknown>;
  assert.equal(Object.keys(short).length, 101);
  assert.equal(short["…"], "9900 more");
});

test("what is nested without end comes to an end, and stays below some kilobytes", () => {
  let nested: unknown = "end";
  for (let depth = 0; depth < 10_000; depth += 1) nested = [nested];
  assert.ok(JSON.stringify(shortened(nested)).length < 100);
});
