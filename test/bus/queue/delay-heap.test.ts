import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayHeap } from "../../../src/bus/queue/delay-heap.ts";
import { Fifo } from "../../../src/bus/queue/fifo.ts";
import { fc } from "../../support/seed.ts";

test("a delay heap gives back by time, then in the order given", () => {
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

test("a fifo keeps order over any mix of pushes and shifts", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), fc.integer({ min: 1, max: 3_000 }), (pushes, burst) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const push of pushes) {
        for (let count = 0; count < (push ? burst : burst - 1); count += 1) {
          if (push) {
            model.push(next);
            fifo.push(next++);
          } else if (fifo.shift() !== model.shift()) assert.fail("another order");
        }
        assert.equal(fifo.size, model.length);
        assert.equal(fifo.peek(), model[0]);
      }
    }),
    { numRuns: 20 },
  );
});
