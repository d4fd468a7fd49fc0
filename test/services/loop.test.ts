import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Loop } from "../../src/services/loop.ts";

interface Turning {
  readonly loop: Loop;
  readonly turns: number[];
  readonly problems: string[];
  /** Let this many milliseconds pass, and what runs then settle. */
  readonly pass: (ms: number) => Promise<void>;
}

function turning(
  t: TestContext,
  run: (turn: number) => Promise<number | null>,
  atLeastEveryMs = 60_000,
  setBack = () => 0,
): Turning {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const turns: number[] = [];
  const problems: string[] = [];
  const loop = new Loop({
    name: "work",
    now: () => Date.now() + setBack(),
    atLeastEveryMs,
    onProblem: (name, error) => problems.push(`${name}: ${error.message}`),
    run: () => {
      turns.push(Date.now() - 1_000_000);
      return run(turns.length);
    },
  });
  const pass = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await setImmediate();
  };
  t.after(() => loop.stop());
  return { loop, turns, problems, pass };
}

describe("a loop", () => {
  it("works at once when it starts, then when its work says", async (t) => {
    const { loop, turns, pass } = turning(t, async () => Date.now() + 500);
    await pass(10);
    assert.deepEqual(turns, [], "not before the start");
    loop.start();
    await pass(0);
    await pass(499);
    assert.deepEqual(turns, [10]);
    await pass(1);
    await pass(500);
    assert.deepEqual(turns, [10, 510, 1010]);
    assert.equal(loop.lastRunAt, 1_001_010);
  });

  it("is woken earlier, but not later, than planned", async (t) => {
    const { loop, turns, pass } = turning(t, async () => Date.now() + 500);
    loop.start();
    await pass(0);
    loop.wake(Date.now() + 100);
    loop.wake(Date.now() + 300);
    await pass(100);
    assert.deepEqual(turns, [0, 100]);
    await pass(499);
    assert.deepEqual(turns, [0, 100]);
  });

  it("never works twice at once; what woke it meanwhile comes next", async (t) => {
    let active = 0;
    const gate = Promise.withResolvers<void>();
    const { loop, turns, pass } = turning(t, async (turn) => {
      active += 1;
      assert.equal(active, 1);
      if (turn === 1) await gate.promise;
      active -= 1;
      return null;
    });
    loop.start();
    await pass(0);
    loop.wake(0);
    await pass(5000);
    assert.deepEqual(turns, [0]);
    gate.resolve();
    await setImmediate();
    await pass(0);
    assert.deepEqual(turns, [0, 5000]);
    await pass(59_999);
    assert.equal(turns.length, 2);
  });

  it("turns at least every so often, so that a clock set forward is noticed", async (t) => {
    const { loop, turns, pass } = turning(t, async () => Date.now() + 3_600_000, 1000);
    loop.start();
    await pass(0);
    await pass(1000);
    await pass(1000);
    assert.deepEqual(turns, [0, 1000, 2000]);
  });

  it("is not tired out by a clock set back", async (t) => {
    let back = 0;
    const { loop, turns, pass } = turning(
      t,
      async () => Date.now() + 100,
      1000,
      () => back,
    );
    loop.start();
    await pass(0);
    back = -500_000;
    for (const ms of [100, 1000, 1000]) await pass(ms);
    assert.deepEqual(turns, [0, 100, 1100, 2100]);
  });

  it("waits longer after each failure, says its trouble, and is itself again after a success", async (t) => {
    let isBroken = true;
    const { loop, turns, problems, pass } = turning(t, async () => {
      if (isBroken) throw new Error("no disk");
      return null;
    });
    loop.start();
    for (const ms of [0, 250, 500, 1000, 2000]) await pass(ms);
    assert.deepEqual(turns, [0, 250, 750, 1750, 3750]);
    assert.equal(loop.currentError, "no disk");
    assert.equal(problems[0], "work: no disk");
    for (const ms of [4000, 8000, 16_000, 30_000, 30_000]) await pass(ms);
    assert.equal(turns.length, 10, "half a minute is the longest");
    isBroken = false;
    await pass(30_000);
    assert.equal(loop.currentError, null);
    isBroken = true;
    loop.wake(0);
    await pass(0);
    await pass(250);
    assert.equal(turns.length, 13);
  });

  it("stops when its work under way is done, and never works again", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { loop, turns, pass } = turning(t, async () => {
      await gate.promise;
      return 0;
    });
    loop.start();
    await pass(0);
    let isStopped = false;
    const stopping = loop.stop().then(() => (isStopped = true));
    await setImmediate();
    assert.equal(isStopped, false);
    gate.resolve();
    await stopping;
    loop.wake(0);
    await pass(120_000);
    assert.deepEqual(turns, [0]);
  });

  it("can be started again, also when it was stopped before it worked", async (t) => {
    const { loop, turns, pass } = turning(t, async () => null);
    loop.start();
    await loop.stop();
    loop.start();
    await pass(0);
    assert.equal(turns.length, 1);
  });
});
