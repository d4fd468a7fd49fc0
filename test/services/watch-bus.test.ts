import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { BusHealth } from "../../src/bus/bus.ts";
import { WatchBus } from "../../src/services/watch-bus.ts";

type State = Pick<BusHealth, "state" | "since" | "reason">;

interface Watching {
  state: State;
  readonly heard: string[];
  /** When it is away for long. */
  readonly stayed: string[];
  readonly pass: (ms: number) => Promise<void>;
}

const UP: State = { state: "connected", since: 1, reason: null };
const AWAY: State = { state: "disconnected", since: 2, reason: "the broker does not answer." };

async function watching(t: TestContext, state: State): Promise<Watching> {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const heard: string[] = [];
  const stayed: string[] = [];
  const watching: Watching = {
    state,
    heard,
    stayed,
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 250) {
        t.mock.timers.tick(250);
        await setImmediate();
      }
    },
  };
  const watch = new WatchBus({
    name: "bus",
    health: () => ({ lastMessageAt: null, reconnects: 0, inFlight: 0, ...watching.state }),
    onConnected: () => heard.push("connected"),
    onUnreachable: (reason) => heard.push(reason),
    onLongOutage: (reason) => stayed.push(reason),
    onReconnected: () => heard.push("back"),
    now: () => Date.now(),
    onProblem: (_, error) => assert.fail(error),
  });
  watch.start();
  t.after(() => watch.stop());
  await setImmediate();
  return watching;
}

describe("the watch on the bus", () => {
  it("reports nothing while the bus is connected", async (t) => {
    const { heard, pass } = await watching(t, UP);
    await pass(10_000);
    assert.deepEqual(heard, ["connected"]);
  });

  it("reports once that it is unreachable, and when it has reconnected", async (t) => {
    const bus = await watching(t, { ...AWAY, state: "connecting" });
    await bus.pass(750);
    assert.deepEqual(bus.heard, [], "a start takes a moment");
    await bus.pass(10_000);
    assert.deepEqual(bus.heard, ["the broker does not answer"]);
    bus.state = { ...AWAY, reason: "it refuses us" };
    await bus.pass(10_000);
    assert.equal(bus.heard.length, 1, "reasons may alternate");
    await bus.pass(30_000);
    bus.state = { ...UP, since: 3 };
    await bus.pass(500);
    assert.deepEqual(bus.heard.slice(1), ["it refuses us", "back", "connected"]);
  });

  it("reports a long outage once, after half a minute", async (t) => {
    const bus = await watching(t, AWAY);
    await bus.pass(29_000);
    assert.deepEqual(bus.stayed, []);
    await bus.pass(60_000);
    assert.deepEqual(bus.stayed, ["the broker does not answer"]);
    bus.state = { ...UP, since: 3 };
    await bus.pass(500);
    bus.state = AWAY;
    await bus.pass(20_000);
    bus.state = { ...UP, since: 4 };
    await bus.pass(20_000);
    assert.equal(bus.stayed.length, 1, "not long enough");
  });

  it("does not report a short outage, but still calls onConnected", async (t) => {
    const bus = await watching(t, UP);
    bus.state = AWAY;
    await bus.pass(500);
    bus.state = { ...UP, since: 3 };
    await bus.pass(500);
    assert.deepEqual(bus.heard, ["connected", "connected"]);
    bus.state = { ...UP, since: 4 };
    await bus.pass(250);
    assert.deepEqual(bus.heard, ["connected", "connected", "connected"], "an outage between two polls");
  });

  it("does not report a stopped bus as unreachable", async (t) => {
    const bus = await watching(t, UP);
    bus.state = { state: "stopped", since: 2, reason: "stopped" };
    await bus.pass(5000);
    assert.deepEqual(bus.heard, ["connected"]);
  });
});
