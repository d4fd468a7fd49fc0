import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { createNopBus } from "../../src/bus/nop.ts";
import { BUS_NAMES, openBus } from "../../src/bus/open-bus.ts";
import { splitBus } from "../../src/bus/split.ts";
import { Inbox, messages } from "./inbox.ts";
import { MemoryOffsets } from "./file/offset-store.ts";

const PUBSUB = { projectId: "", keyFile: null, emulatorHost: null, ackDeadlineSeconds: 60 };
const OPTIONS = { dir: "bus", offsets: new MemoryOffsets(), inTopic: null };

test("every name opens a bus of that name", async () => {
  const options = { ...OPTIONS, pubsub: { ...PUBSUB, projectId: "a-project" } };
  for (const name of BUS_NAMES) assert.equal((await openBus(name, options)).name, name);
});

test("an unknown bus and one without a server have different errors", async () => {
  await assert.rejects(openBus("pubsub", OPTIONS), { code: "unavailable", message: /needs bus\.project_id/ });
  await assert.rejects(openBus("kafka", OPTIONS), {
    code: "unknown_bus",
    message: /Unknown bus "kafka".*memory, file/,
  });
});

test("nop accepts everything and delivers nothing", async () => {
  const bus = createNopBus("null");
  await bus.start();
  const inbox = new Inbox();
  const subscription = await bus.subscribe("a", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
  assert.deepEqual(await Promise.all(bus.publish(messages("a", ["1", "2"]))), [{ status: "sent" }, { status: "sent" }]);
  assert.equal(bus.health().state, "connected");
  await subscription.stop();
  await bus.stop();
  const [refused] = await Promise.all(bus.publish(messages("a", ["3"])));
  assert.equal(refused?.status, "failed");
  assert.equal(inbox.deliveries.length, 0);
  await assert.rejects(bus.subscribe("a", { channel: "c", maxInFlight: 1 }, inbox.onDelivery), { code: "stopped" });
});

test("a split bus receives on one bus and sends on the other", async () => {
  const [inBus, outBus] = [createMemoryBus(), createNopBus("nop")];
  const bus = splitBus(inBus, outBus);
  await bus.start();
  assert.equal(bus.name, "memory+nop");
  assert.equal(bus.durable, true);
  const inbox = new Inbox();
  await bus.subscribe("a", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
  assert.deepEqual(await Promise.all(bus.publish(messages("a", ["out"]))), [{ status: "sent" }]);
  void inBus.publish(messages("a", ["in"]));
  assert.deepEqual(await inbox.payloads(1), ["in"]);
  assert.equal(bus.health().inFlight, 1);
  await outBus.stop();
  assert.equal(bus.health().state, "stopped");
  await bus.stop();
});
