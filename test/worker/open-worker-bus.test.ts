import assert from "node:assert/strict";
import { once } from "node:events";
import test, { type TestContext } from "node:test";
import type { Bus } from "../../src/bus/bus.ts";
import { launch, openWorkerBus, type WorkerBusOptions } from "../../src/worker/launch.ts";
import { startNats } from "../servers/nats.ts";
import { startNsqd } from "../servers/nsq.ts";
import { startPubsub } from "../servers/pubsub.ts";

/** Sends one task and receives its result; the worker has its own client. */
async function works(t: TestContext, options: WorkerBusOptions): Promise<void> {
  const [flowlord, workers] = [await openWorkerBus(options), await openWorkerBus(options)];
  t.after(() => Promise.all([flowlord.stop(), workers.stop()]));
  const results = new EventTarget();
  await flowlord.subscribe("done", { channel: "done", maxInFlight: 10 }, (delivery) => {
    delivery.ack();
    results.dispatchEvent(new CustomEvent("result", { detail: JSON.parse(delivery.payload) }));
  });
  const worker = await launch("count", (task) => ({ msg: `did ${task.info}` }), { bus: workers });
  const came = once(results, "result");
  await published(flowlord, { key: "1", topic: "count", payload: '{"type":"count","info":"it","id":"1"}' });
  const [{ detail }] = (await came) as [CustomEvent<Record<string, string>>];
  assert.equal(detail["result"], "complete");
  assert.equal(detail["msg"], "did it");
  await worker.stop();
}

/** The broker may still be starting: publish again, like the outbox. */
async function published(bus: Bus, message: { key: string; topic: string; payload: string }): Promise<void> {
  const [result] = bus.publish([message]);
  if ((await result)?.status !== "sent") await published(bus, message);
}

test("a TypeScript worker in its own process works over nsqd", async (t) => {
  const nsqd = await startNsqd(t);
  if (nsqd !== null) await works(t, { bus: "nsq", nsqdHosts: [nsqd.tcp] });
});

test("a TypeScript worker in its own process works over NATS", async (t) => {
  const nats = await startNats(t);
  if (nats !== null) await works(t, { bus: "nats", servers: [nats.address] });
});

test("a TypeScript worker in its own process works over Pub/Sub", async (t) => {
  const pubsub = await startPubsub(t);
  if (pubsub !== null) await works(t, { bus: "pubsub", projectId: "flowlord-test", emulatorHost: pubsub.address });
});
