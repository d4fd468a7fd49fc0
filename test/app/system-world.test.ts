import assert from "node:assert/strict";
import { test } from "node:test";
import { idSource } from "../../src/app/system-runtime.ts";

test("ids are of version 7, carry their moment, and grow within a millisecond and over a clock set back", () => {
  let now = Date.UTC(2026, 10, 24, 12);
  const newId = idSource(() => now);
  const ids: string[] = [];
  for (let index = 0; index < 1000; index += 1) {
    if (index === 300) now += 1;
    if (index === 600) now -= 3_600_000;
    ids.push(newId());
  }
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(Number.parseInt((ids[0] ?? "").replace("-", "").slice(0, 12), 16), Date.UTC(2026, 10, 24, 12));
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
});

test("two sources never give the same id", () => {
  const [one, two] = [idSource(() => 1_000_000), idSource(() => 1_000_000)];
  const ids = Array.from({ length: 500 }, () => [one(), two()]).flat();
  assert.equal(new Set(ids).size, ids.length);
});
