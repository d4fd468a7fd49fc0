import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayHeap } from "../../../src/bus/queue/delay-heap.ts";
import { fc } from "../../support/seed.ts";

test("a delay heap returns items by time, then in insertion order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const heap = new DelayHeap<number>();
      for (const [index, dueAt] of times.entries()) heap.push(dueAt, index);
      const expected = times.map((_, index) => index).toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      const taken: number[] = [];
      for (let now = 0; now <= 20; now += 1) {
        for (let item = heap.shiftDue(now); item !== undefined; item = heap.shiftDue(now)) {
          assert.equal(times[item], now);
          taken.push(item);
        }
      }
      assert.deepEqual(taken, expected);
      assert.equal(heap.nextDueAt, null);
    }),
  );
});
