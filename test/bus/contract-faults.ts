import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Bus, Delivery, OutMessage } from "../../src/bus/bus.ts";
import { CHANNEL, type BusErrorCase, type BusHarness, type BusTraits, type WithBus } from "./contract-harness.ts";
import { Inbox, messages } from "./inbox.ts";

/** Like the outbox: sends the same messages, with the same keys, until the bus has confirmed each. */
async function publishUntilSent(bus: Bus, batch: readonly OutMessage[]): Promise<void> {
  let left = batch;
  while (left.length > 0) {
    const results = await Promise.all(bus.publish(left));
    left = left.filter((_, index) => results[index]?.status !== "sent");
    if (left.length > 0) await setTimeout(20);
  }
}

/** The part of the contract for a bus whose broker or connections can be made to fail. */
export function busErrors(name: string, traits: BusTraits, withBus: WithBus): void {
  const max = traits.maxMessages ?? Number.POSITIVE_INFINITY;
  const hook = (harness: BusHarness, error: BusErrorCase): (() => void | Promise<void>) => {
    const run = harness[error]?.bind(harness);
    assert.ok(run !== undefined, `the traits of ${name} name ${error}, and its harness has no such hook`);
    return run;
  };

  if (traits.faults?.includes("dropConnections") === true) {
    test("an ack or nack that is lost with its connection loses no message: a requeued one is redelivered", (t) =>
      withBus(
        t,
        async (bus, harness) => {
          const inbox = new Inbox();
          await bus.subscribe("drop", { channel: CHANNEL, maxInFlight: 10 }, inbox.onDelivery);
          await Promise.all(bus.publish(messages("drop", ["1", "2", "3"])));
          const inFlight = await inbox.take(3);
          await hook(harness, "dropConnections")();
          const [acked, nacked] = inFlight;
          acked?.ack();
          nacked?.nack();
          await publishUntilSent(bus, messages("drop", ["after"]));
          const answered = new Set<Delivery>(inFlight.slice(0, 2));
          const again = new Map<string, Delivery>();
          for (let count = 4; !(again.has(nacked?.payload ?? "") && again.has("after")); count += 1) {
            const delivery = (await inbox.take(count))[count - 1];
            if (delivery === undefined) continue;
            again.set(delivery.payload, delivery);
            answered.add(delivery);
            delivery.ack();
          }
          assert.equal(again.get(nacked?.payload ?? "")?.id, nacked?.id);
          for (const delivery of inbox.deliveries) if (!answered.has(delivery)) delivery.ack();
          assert.equal(bus.health().inFlight, 0);
          assert.equal(bus.health().state, "connected");
        },
        { fault: "dropConnections" },
      ));
  }

  if (traits.faults?.includes("restart") === true) {
    test("after a restart of its broker nothing is lost, and it continues by itself", (t) =>
      withBus(
        t,
        async (bus, harness) => {
          const payloads = Array.from({ length: Math.min(100, max) }, (_, index) => String(index));
          await publishUntilSent(bus, messages("broker", payloads));
          const inbox = new Inbox();
          const done = new Set<string>();
          let restarted = false;
          const all = Promise.withResolvers<void>();
          await bus.subscribe("broker", { channel: CHANNEL, maxInFlight: 10 }, (delivery) => {
            inbox.onDelivery(delivery);
            if (!restarted) return;
            done.add(delivery.payload);
            delivery.ack();
            if (done.size === payloads.length + 2) all.resolve();
          });
          await inbox.take(10);
          const during = publishUntilSent(bus, messages("broker", ["during"]));
          await hook(harness, "restart")();
          restarted = true;
          for (const delivery of inbox.deliveries) {
            done.add(delivery.payload);
            delivery.ack();
          }
          await during;
          await publishUntilSent(bus, messages("broker", ["after"]));
          await all.promise;
          assert.deepEqual(done, new Set([...payloads, "during", "after"]));
          assert.equal(bus.health().state, "connected");
        },
        { fault: "restart" },
      ));
  }
}
