import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Backoff, backoffMs } from "../../src/contract/backoff.ts";

describe("backoff", () => {
  it("doubles with each failure in a row up to the longest wait, and begins anew after a success", () => {
    const backoff = new Backoff(100, 500);
    assert.deepEqual([backoff.next(), backoff.next(), backoff.next(), backoff.next()], [100, 200, 400, 500]);
    backoff.reset();
    assert.equal(backoff.next(), 100);
  });

  it("leaves out up to one half by chance", () => {
    const backoff = new Backoff(100, 500);
    assert.deepEqual([backoff.nextJittered(() => 0), backoff.nextJittered(() => 0.5)], [50, 150]);
  });

  it("stays at the longest wait however many failures there were", () => {
    assert.equal(backoffMs(1, 30_000, 5000), 30_000);
  });
});
