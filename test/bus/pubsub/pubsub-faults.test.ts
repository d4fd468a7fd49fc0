import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startPubsub } from "../../servers/pubsub.ts";
import { Proxy } from "../../servers/proxy.ts";
import { Inbox, messages } from "../inbox.ts";
import { until } from "../nsq/until.ts";
import { adminOf, impatient, openPubSub, PROJECT } from "./open-pubsub.ts";

const CHANNEL = { channel: "flowlord", maxInFlight: 100 };

describe("pubsub: faults of service and network", { concurrency: true }, () => {
  test("unreachable at the start: reports it, fails messages at once, and connects when the service comes up", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    await server.process.kill();
    const bus = await openPubSub(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("late", CHANNEL, inbox.onDelivery);
    assert.equal(bus.health().state, "connecting");
    assert.match(bus.health().reason ?? "", /No connection to Pub\/Sub at 127\.0\.0\.1:\d+: UNAVAILABLE: /);
    const [failed] = await Promise.all(bus.publish(messages("late", ["lost"])));
    assert.equal(failed?.status, "failed");
    await server.process.restart();
    await until(() => bus.health().state === "connected");
    void bus.publish(messages("late", ["1"]));
    assert.deepEqual(await inbox.payloads(1), ["1"]);
  });

  test("reconnects to a service that restarts empty: topic and subscription are created again", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    const bus = await openPubSub(t, server.address);
    // The fake's ack ids count from zero again after its restart. Without this first message the acknowledgement of "1",
    // which the kill may delay, could acknowledge "2" before it is delivered.
    await Promise.all(bus.publish(messages("elsewhere", ["0"])));
    const inbox = new Inbox();
    await bus.subscribe("again", CHANNEL, (delivery) => {
      delivery.ack();
      inbox.onDelivery(delivery);
    });
    await Promise.all(bus.publish(messages("again", ["1"])));
    await inbox.take(1);
    await server.process.kill();
    await until(() => (bus.health().reason ?? "").startsWith("No connection to Pub/Sub"));
    assert.equal(bus.health().state, "disconnected");
    await server.process.restart();
    await until(() => bus.health().state === "connected");
    assert.equal(bus.health().reconnects, 1);
    const resend = messages("again", ["2"]);
    await until(async () => (await Promise.all(bus.publish(resend)))[0]?.status === "sent");
    assert.deepEqual(await inbox.payloads(2), ["1", "2"]);
  });

  test("a deleted subscription is created again when its stream ends", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    const proxy = await Proxy.start(t, server.address);
    const bus = await openPubSub(t, proxy.address);
    const inbox = new Inbox();
    await bus.subscribe("gone", CHANNEL, inbox.onDelivery);
    const { subscriber } = await adminOf(t, server.address);
    const name = `${PROJECT}/subscriptions/gone-flowlord`;
    await subscriber.deleteSubscription({ subscription: name });
    // Google ends the stream itself; the fake does not.
    proxy.cut();
    await until(() =>
      subscriber.getSubscription({ subscription: name }).then(
        () => true,
        () => false,
      ),
    );
    await until(() => bus.health().state === "connected");
    void bus.publish(messages("gone", ["1"]));
    assert.deepEqual(await inbox.payloads(1), ["1"]);
  });

  test("messages of a dead process are redelivered after their deadline, with the same id", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    await impatient(t, server.address, "kept");
    const proxy = await Proxy.start(t, server.address);
    const dead = await openPubSub(t, proxy.address, { ackDeadlineSeconds: 1 });
    const [before, after] = [new Inbox(), new Inbox()];
    await dead.subscribe("kept", CHANNEL, before.onDelivery);
    await Promise.all(dead.publish(messages("kept", ["1"])));
    const [first] = await before.take(1);
    // Its extensions no longer arrive, as after kill -9.
    proxy.refuse(true);
    proxy.cut();
    const living = await openPubSub(t, server.address, { ackDeadlineSeconds: 1 });
    await living.subscribe("kept", CHANNEL, after.onDelivery);
    const [second] = await after.take(1);
    assert.equal(second?.id, first?.id);
  });

  test("a message in flight for longer than its deadline is not redelivered", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    await impatient(t, server.address, "long");
    const bus = await openPubSub(t, server.address, { ackDeadlineSeconds: 1 });
    const [inbox, marker] = [new Inbox(), new Inbox()];
    await bus.subscribe("long", CHANNEL, inbox.onDelivery);
    await bus.subscribe("clock", CHANNEL, marker.onDelivery);
    await Promise.all(bus.publish([...messages("long", ["1"]), ...messages("clock", ["tick"])]));
    const [message] = await inbox.take(1);
    // Twice its deadline by the server's own clock.
    for (let turn = 0; turn < 2; turn += 1) (await marker.take(turn + 1))[turn]?.nack(1000);
    await marker.take(3);
    message?.touch();
    assert.equal(inbox.deliveries.length, 1);
    assert.equal(message?.attempt, 1);
    message?.ack();
  });

  test("never has more in flight than allowed, and requeues the rest when it stops", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    const bus = await openPubSub(t, server.address);
    const [inbox, other] = [new Inbox(), new Inbox()];
    const subscription = await bus.subscribe("few", { channel: "flowlord", maxInFlight: 3 }, inbox.onDelivery);
    await Promise.all(bus.publish(messages("few", ["1", "2", "3", "4", "5", "6", "7", "8"])));
    const message = await inbox.take(3);
    assert.equal(bus.health().inFlight, 3);
    await subscription.stop();
    await bus.subscribe("few", CHANNEL, other.onDelivery);
    const rest = await other.payloads(5);
    assert.deepEqual([...message.map(({ payload }) => payload), ...rest].toSorted(), [
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
    ]);
    assert.equal(inbox.deliveries.length, 3);
  });

  test("with exactly-once delivery, receipt and acknowledgement are both confirmed", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    const { publisher, subscriber } = await adminOf(t, server.address);
    const subscription = `${PROJECT}/subscriptions/once-flowlord`;
    const topic = `${PROJECT}/topics/once`;
    await publisher.createTopic({ name: topic });
    await subscriber.createSubscription({ name: subscription, topic, enableExactlyOnceDelivery: true });
    const bus = await openPubSub(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("once", CHANNEL, (delivery) => {
      inbox.onDelivery(delivery);
      if (delivery.attempt === 1) delivery.nack();
      else delivery.ack();
    });
    void bus.publish(messages("once", ["1", "2"]));
    const attempts = (await inbox.take(4)).map(({ attempt }) => attempt);
    assert.deepEqual(
      attempts.toSorted((a, b) => a - b),
      [1, 1, 2, 2],
    );
    await bus.stop();
    const [{ receivedMessages }] = await subscriber.pull({ subscription, maxMessages: 10, returnImmediately: true });
    assert.deepEqual(receivedMessages, []);
  });

  test("an unreachable service does not delay a stop", async (t) => {
    const server = await startPubsub(t);
    if (server === null) return;
    const bus = await openPubSub(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("held", CHANNEL, inbox.onDelivery);
    await Promise.all(bus.publish(messages("held", ["1"])));
    const [message] = await inbox.take(1);
    await server.process.kill();
    message?.nack();
    await bus.stop();
    assert.equal(bus.health().state, "stopped");
  });
});
