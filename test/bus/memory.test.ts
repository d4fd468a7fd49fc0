import assert from "node:assert/strict";
import { test } from "node:test";
import { BusError } from "../../src/bus/bus-error.ts";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { busContract } from "./contract.ts";
import { Inbox, messages } from "./inbox.ts";

busContract(
  "memory",
  async () => ({
    open: async (options = {}) => {
      const bus = createMemoryBus(options);
      await bus.start();
      return bus;
    },
    cleanUp: async () => {},
  }),
  { capacity: true, topics: true, restart: false },
);

test("memory: the id of a delivery is the key of its message", async () => {
  const bus = createMemoryBus();
  const inbox = new Inbox();
  await bus.subscribe("t", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
  void bus.publish([{ key: "outbox:17", topic: "t", payload: "1" }]);
  assert.equal((await inbox.take(1))[0]?.id, "outbox:17");
  await bus.stop();
});

test("memory: a handler that publishes without end lets timers run", async () => {
  const bus = createMemoryBus();
  // Ends a loop that blocks all timers; nothing else would.
  const max = 100_000;
  let handled = 0;
  let handledBeforeTimer: number | null = null;
  const ended = Promise.withResolvers<void>();
  await bus.subscribe("loop", { channel: "c", maxInFlight: 1 }, (delivery) => {
    delivery.ack();
    handled += 1;
    if (handled === 1) setTimeout(() => (handledBeforeTimer = handled), 1);
    if (handledBeforeTimer === null && handled < max) void bus.publish(messages("loop", ["1"]));
    else ended.resolve();
  });
  void bus.publish(messages("loop", ["1"]));
  await ended.promise;
  await bus.stop();
  assert.ok(handledBeforeTimer !== null, `no timer ran during ${handled} deliveries`);
  assert.equal(handled, handledBeforeTimer + 1, "the loop went on until the timer ran, and ended after it");
});

test("memory: a delayed nack leaves the message waiting, and stop settles it as failed", async () => {
  const bus = createMemoryBus();
  await bus.start();
  const inbox = new Inbox();
  await bus.subscribe("t", { channel: "c", maxInFlight: 5 }, inbox.onDelivery);
  const [result] = bus.publish(messages("t", ["1"]));
  (await inbox.take(1))[0]?.nack(3_600_000);
  assert.equal(bus.health().inFlight, 0);
  await bus.stop();
  const settled = await result;
  assert.equal(settled?.status, "failed");
});

test("memory: refuses a subscription without any delivery in flight, or on a stopped bus", async () => {
  const bus = createMemoryBus();
  await assert.rejects(
    bus.subscribe("t", { channel: "c", maxInFlight: 0 }, () => {}),
    RangeError,
  );
  await bus.stop();
  await assert.rejects(
    bus.subscribe("t", { channel: "c", maxInFlight: 1 }, () => {}),
    { code: "stopped" },
  );
});

test("memory: names the topics whose messages wait without a subscriber, and since when", async () => {
  let now = 1000;
  const bus = createMemoryBus({ now: () => now });
  await bus.start();
  for (const result of bus.publish(messages("alone", ["1", "2"]))) void result;
  now = 2000;
  assert.deepEqual(bus.unconsumed?.(), [{ topic: "alone", waiting: 2, since: 1000 }]);
  const inbox = new Inbox();
  const subscription = await bus.subscribe("alone", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
  assert.deepEqual(bus.unconsumed?.(), []);
  await inbox.take(1);
  await subscription.stop();
  now = 3000;
  assert.deepEqual(bus.unconsumed?.(), [{ topic: "alone", waiting: 1, since: 3000 }], "its last subscriber left");
  await bus.stop();
});

test("memory: refuses with the reason while it may take nothing, delivers what it has, and then takes more", async (t) => {
  let reason: string | null = null;
  const bus = createMemoryBus({ refusal: () => reason });
  t.after(() => bus.stop());
  const inbox = new Inbox();
  const [first] = bus.publish(messages("t", ["1"]));
  reason = "the disk is full";
  const refused = await Promise.all(bus.publish(messages("t", ["2", "3"])));
  assert.deepEqual(
    refused.map((result) => (result.status === "failed" ? result.error : result)),
    Array.from({ length: 2 }, () => new BusError("paused", "The memory bus takes no messages now: the disk is full.")),
  );
  await bus.subscribe("t", { channel: "c", maxInFlight: 5 }, inbox.onDelivery);
  (await inbox.take(1))[0]?.ack();
  assert.deepEqual(await first, { status: "sent" });
  reason = null;
  const [later] = bus.publish(messages("t", ["4"]));
  const [, delivery] = await inbox.take(2);
  assert.equal(delivery?.payload, "4");
  delivery?.ack();
  assert.deepEqual(await later, { status: "sent" });
});
