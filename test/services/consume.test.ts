import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Bus, Delivery, PublishResult } from "../../src/bus/bus.ts";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { Consumer, type ConsumeOptions } from "../../src/services/consume.ts";

interface Consuming {
  readonly bus: Bus;
  readonly consumer: Consumer;
  /** Payloads of each group that was handled. */
  readonly groups: string[][];
  readonly problems: string[];
  /** Resolves when all of them were acknowledged. */
  readonly publish: (...payloads: string[]) => Promise<readonly PublishResult[]>;
}

type Handle = (group: readonly Delivery[], nth: number) => Promise<unknown>;

async function consuming(t: TestContext, handle: Handle, options: Partial<ConsumeOptions> = {}): Promise<Consuming> {
  const bus = createMemoryBus();
  await bus.start();
  const groups: string[][] = [];
  const problems: string[] = [];
  const consumer = new Consumer({
    name: "done",
    bus,
    topic: "done",
    channel: "done",
    groupSize: 3,
    maxInFlight: 100,
    handle: async (group) => {
      groups.push(group.map(({ payload }) => payload));
      return ((await handle(group, groups.length)) as readonly Delivery[] | undefined) ?? [];
    },
    now: () => 42,
    onProblem: (name, error) => problems.push(`${name}: ${error.message}`),
    ...options,
  });
  t.after(async () => {
    await consumer.stop();
    await bus.stop();
  });
  let keys = 0;
  const publish: Consuming["publish"] = (...payloads) =>
    Promise.all(bus.publish(payloads.map((payload) => ({ key: `k${++keys}`, topic: "done", payload }))));
  return { bus, consumer, groups, problems, publish };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(1);
}

describe("a consumer", () => {
  it("does not wait for company, and takes what queued meanwhile as the next groups", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { consumer, groups, publish } = await consuming(t, (_, nth) =>
      nth === 1 ? gate.promise : Promise.resolve(),
    );
    consumer.start();
    const first = publish("1");
    await until(() => groups.length === 1);
    const others = publish("2", "3", "4", "5");
    await setImmediate();
    gate.resolve();
    await Promise.all([first, others]);
    assert.deepEqual(groups, [["1"], ["2", "3", "4"], ["5"]]);
    assert.equal(consumer.lastRunAt, 42);
  });

  it("that is behind asks for no more than it may hold, however much waits", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { bus, consumer, groups, publish } = await consuming(t, () => gate.promise, { maxInFlight: 5 });
    consumer.start();
    const sent = publish(...Array.from({ length: 1000 }, (_, n) => String(n)));
    await until(() => groups.length === 1);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    assert.equal(bus.health().inFlight, 5);
    gate.resolve();
    const results = await sent;
    assert.ok(results.every(({ status }) => status === "sent"));
    assert.ok(groups.every((group) => group.length <= 3));
    assert.deepEqual(groups.flat().length, 1000);
  });

  it("acknowledges after the group was handled, not before", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { consumer, groups, publish } = await consuming(t, () => gate.promise);
    consumer.start();
    let isConfirmed = false;
    const sent = publish("1");
    void sent.then(() => (isConfirmed = true));
    await until(() => groups.length === 1);
    await setImmediate();
    assert.equal(isConfirmed, false);
    gate.resolve();
    assert.deepEqual(await sent, [{ status: "sent" }]);
  });

  it("gives the whole group back when it fails, and handles it again later", async (t) => {
    const { consumer, groups, problems, publish } = await consuming(t, async (_, nth) => {
      if (nth === 1) throw new Error("disk full");
    });
    consumer.start();
    const sent = publish("1", "2");
    await until(() => problems.length === 1);
    assert.equal(consumer.currentError, "disk full");
    await sent;
    assert.deepEqual(groups.flat(), ["1", "2", "1", "2"]);
    assert.deepEqual([consumer.currentError, problems], [null, ["done: disk full"]]);
  });

  it("puts aside what waits for something, and goes on with the others meanwhile", async (t) => {
    let isReady = false;
    const { consumer, groups, publish } = await consuming(t, async (group) =>
      group.filter(({ payload }) => payload === "slow" && !isReady),
    );
    consumer.start();
    let isConfirmed = false;
    const slow = publish("slow", "a").then(() => (isConfirmed = true));
    await publish("b");
    await publish("c");
    await until(() => groups.flat().filter((payload) => payload === "slow").length > 1);
    assert.equal(isConfirmed, false);
    isReady = true;
    await slow;
    assert.deepEqual(
      ["a", "b", "c"].map((payload) => groups.flat().filter((one) => one === payload).length),
      [1, 1, 1],
    );
  });

  it("stops with something aside, and gives it back", async (t) => {
    const { bus, consumer, groups, publish } = await consuming(t, async (group) => group);
    consumer.start();
    void publish("slow");
    await until(() => groups.length === 1);
    await setImmediate();
    await consumer.stop();
    const left = Promise.withResolvers<string>();
    const other = await bus.subscribe("done", { channel: "done", maxInFlight: 9 }, (delivery) => {
      left.resolve(delivery.payload);
      delivery.ack();
    });
    assert.equal(await left.promise, "slow");
    await other.stop();
  });

  it("stops after the group under way, and gives back what waits", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { bus, consumer, groups, publish } = await consuming(t, () => gate.promise);
    consumer.start();
    void publish("1");
    await until(() => groups.length === 1);
    void publish("2", "3");
    await setImmediate();
    const stopping = consumer.stop();
    gate.resolve();
    await stopping;
    assert.deepEqual(groups, [["1"]]);
    const left: string[] = [];
    const other = await bus.subscribe("done", { channel: "done", maxInFlight: 9 }, (delivery) => {
      left.push(delivery.payload);
      delivery.ack();
    });
    await until(() => left.length === 2);
    await other.stop();
    assert.deepEqual(left.toSorted(), ["2", "3"]);
  });

  it("takes nothing after it was stopped before the bus let it in", async (t) => {
    const { consumer, groups, publish } = await consuming(t, async () => {});
    void publish("1");
    consumer.start();
    await consumer.stop();
    await setImmediate();
    assert.deepEqual(groups, []);
  });

  it("says when the bus does not let it in", async (t) => {
    const { bus, consumer, problems } = await consuming(t, async () => {});
    await bus.stop();
    consumer.start();
    await until(() => problems.length === 1);
    assert.match(consumer.currentError ?? "", /stopped/);
  });

  it("that is paused leaves what comes at the bus, finishes the group under way, and goes on when it is resumed", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { bus, consumer, groups, publish } = await consuming(t, (_, nth) =>
      nth === 1 ? gate.promise : Promise.resolve(),
    );
    consumer.start();
    const first = publish("1");
    await until(() => groups.length === 1);
    const second = publish("2");
    const paused = consumer.pause();
    gate.resolve();
    await Promise.all([paused, first]);
    const third = publish("3");
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    assert.deepEqual(groups, [["1"]]);
    assert.equal(bus.health().inFlight, 0);
    consumer.resume();
    await Promise.all([second, third]);
    assert.equal(new Set(groups.flat()).size, 3);
  });

  it("can be paused and resumed again and again, also before it was started", async (t) => {
    const { consumer, groups, publish } = await consuming(t, async () => {});
    await consumer.pause();
    consumer.start();
    const sent = publish("1", "2");
    await setImmediate();
    assert.deepEqual(groups, []);
    consumer.resume();
    const again = consumer.pause();
    consumer.resume();
    consumer.resume();
    await Promise.all([again, sent]);
    await publish("3");
    assert.equal(new Set(groups.flat()).size, 3);
  });

  it("that is stopped while it is paused takes nothing when it is resumed", async (t) => {
    const { consumer, groups, publish } = await consuming(t, async () => {});
    consumer.start();
    await consumer.pause();
    await consumer.stop();
    consumer.resume();
    void publish("1");
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    assert.deepEqual(groups, []);
  });
});
