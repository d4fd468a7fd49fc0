import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startNats } from "../../servers/nats.ts";
import { Proxy } from "../../servers/proxy.ts";
import { freePort } from "../../servers/server-process.ts";
import { Inbox, messages } from "../inbox.ts";
import { adminOf, openNats } from "./open-nats.ts";
import { until } from "../nsq/until.ts";

const CHANNEL = { channel: "flowlord", maxInFlight: 100 };

describe("nats: faults of server and network", { concurrency: true }, () => {
  test("unreachable at the start: reports it, fails messages at once, and connects when the server comes up", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    await server.process.kill();
    const bus = await openNats(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("late", CHANNEL, inbox.onDelivery);
    assert.equal(bus.health().state, "connecting");
    assert.match(bus.health().reason ?? "", /No connection to NATS at 127\.0\.0\.1:\d+: connection refused\./);
    const [failed] = await Promise.all(bus.publish(messages("late", ["lost"])));
    assert.equal(failed?.status, "failed");
    await server.process.restart();
    await until(() => bus.health().state === "connected");
    void bus.publish(messages("late", ["1"]));
    assert.deepEqual(await inbox.payloads(1), ["1"]);
    assert.deepEqual(
      bus.connections().map(({ name, state, reason }) => [name, state, reason]),
      [
        [`NATS ${server.address}`, "connected", null],
        [`late/flowlord from ${server.address}`, "connected", null],
      ],
    );
  });

  test("after a restart of the server nothing is lost, and a message in flight is not handed out twice", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address, { ackWaitMs: 1000 });
    const inbox = new Inbox();
    await bus.subscribe("again", CHANNEL, inbox.onDelivery);
    await Promise.all(bus.publish(messages("again", ["1", "2"])));
    const [one, two] = await inbox.take(2);
    await server.process.kill();
    await until(() => bus.health().state === "disconnected");
    assert.match(bus.health().reason ?? "", /connection was lost/);
    // Settled while the server is down: it is sent after the reconnect.
    one?.ack();
    await server.process.restart();
    await until(() => bus.health().state === "connected");
    assert.equal(bus.health().reconnects, 1);
    void bus.publish(messages("again", ["3"]));
    const [, , third] = await inbox.take(3);
    two?.ack();
    third?.ack();
    const admin = await adminOf(t, server.address);
    await until(async () => (await admin.consumers.info("again", "flowlord")).num_ack_pending === 0);
    assert.deepEqual(await inbox.payloads(3), ["1", "2", "3"]);
  });

  test("messages of a dead process are redelivered after ack_wait, with the same id", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const proxy = await Proxy.start(t, server.address);
    const dead = await openNats(t, proxy.address, { ackWaitMs: 400 });
    const living = await openNats(t, server.address, { ackWaitMs: 400 });
    const [before, after] = [new Inbox(), new Inbox()];
    await dead.subscribe("kept", CHANNEL, before.onDelivery);
    // On a busy machine the connection may take longer than the start waits for it.
    await until(() => dead.health().state === "connected");
    await Promise.all(dead.publish(messages("kept", ["1"])));
    const [first] = await before.take(1);
    // Its extensions no longer arrive, as after kill -9.
    proxy.refuse(true);
    proxy.cut();
    await living.subscribe("kept", CHANNEL, after.onDelivery);
    const [second] = await after.take(1);
    assert.equal(second?.id, first?.id);
    assert.equal(second?.attempt, 2);
  });

  test("a message in flight for longer than ack_wait is not redelivered", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address, { ackWaitMs: 1500 });
    const [inbox, marker] = [new Inbox(), new Inbox()];
    await bus.subscribe("long", CHANNEL, inbox.onDelivery);
    await bus.subscribe("clock", CHANNEL, marker.onDelivery);
    await Promise.all(bus.publish(messages("long", ["1"])));
    const [inFlight] = await inbox.take(1);
    // Twice its ack_wait and more by the server's own clock.
    for (let turn = 1; turn <= 3; turn += 1) {
      if (turn === 1) void bus.publish(messages("clock", ["tick"]));
      const delivery = (await marker.take(turn))[turn - 1];
      if (turn < 3) delivery?.nack(1500);
      else delivery?.ack();
    }
    inFlight?.touch();
    const admin = await adminOf(t, server.address);
    const { num_redelivered, num_ack_pending } = await admin.consumers.info("long", "flowlord");
    assert.deepEqual([num_redelivered, num_ack_pending, inbox.deliveries.length], [0, 1, 1]);
    inFlight?.ack();
  });

  test("a lost connection fails unconfirmed messages, and their resend is stored once", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const proxy = await Proxy.start(t, server.address);
    const bus = await openNats(t, proxy.address);
    const first = messages("cut", ["first"]);
    // On a busy machine the start returns before the connection is up, and the message fails at first.
    await until(async () => (await Promise.all(bus.publish(first)))[0]?.status === "sent");
    const batch = messages(
      "cut",
      Array.from({ length: 500 }, (_, index) => String(index)),
    );
    // The answers do not arrive: stored, but not confirmed.
    proxy.freeze("down");
    const results = bus.publish(batch);
    const admin = await adminOf(t, server.address);
    await until(async () => (await admin.streams.info("cut")).state.messages === 501);
    proxy.thaw();
    proxy.cut();
    const statuses = (await Promise.all(results)).map(({ status }) => status);
    await until(() => bus.health().state === "connected");
    const again = batch.filter((_, index) => statuses[index] !== "sent");
    for (const { status } of await Promise.all(bus.publish(again))) assert.equal(status, "sent");
    assert.equal((await admin.streams.info("cut")).state.messages, 501);
  });

  test("a deleted consumer or stream is created again", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("gone", CHANNEL, (delivery) => {
      delivery.ack();
      inbox.onDelivery(delivery);
    });
    const admin = await adminOf(t, server.address);
    await Promise.all(bus.publish(messages("gone", ["1"])));
    await inbox.take(1);
    await admin.streams.delete("gone");
    const resend = messages("gone", ["2"]);
    await until(async () => (await Promise.all(bus.publish(resend)))[0]?.status === "sent");
    const ids = (await inbox.take(2)).map(({ id }) => id);
    // The new stream counts from one again; the ids still differ.
    assert.equal(new Set(ids).size, 2);
    assert.match(ids[1] ?? "", /^gone:1:/);
  });

  test("beyond the requested messages nothing is kept in memory", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address);
    const payloads = Array.from({ length: 5000 }, (_, index) => String(index));
    const results = bus.publish(messages("wait", payloads));
    assert.ok((await Promise.all(results)).every(({ status }) => status === "sent"));
    const inbox = new Inbox();
    await bus.subscribe("wait", { channel: "flowlord", maxInFlight: 50 }, inbox.onDelivery);
    await inbox.take(50);
    const admin = await adminOf(t, server.address);
    const { num_ack_pending, num_pending } = await admin.consumers.info("wait", "flowlord");
    assert.deepEqual([num_ack_pending, num_pending], [50, 4950]);
    assert.equal(bus.connections()[1]?.depth, 4950);
  });

  test("answers full beyond its capacity, and reports the drain", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address);
    const { promise: capacity, resolve } = Promise.withResolvers<string>();
    bus.onDrain(resolve);
    const payloads = Array.from({ length: 30_000 }, (_, index) => String(index));
    const statuses = (await Promise.all(bus.publish(messages("full", payloads)))).map(({ status }) => status);
    assert.deepEqual(new Set(statuses), new Set(["sent", "full"]));
    assert.equal(statuses.indexOf("full"), 20_000);
    assert.equal(await capacity, "full");
  });

  test("an unreachable server does not delay a stop", async (t) => {
    const bus = await openNats(t, `127.0.0.1:${await freePort()}`);
    const [result] = await Promise.all(bus.publish(messages("a", ["1"])));
    assert.equal(result?.status, "failed");
    await bus.stop();
    assert.equal(bus.health().state, "stopped");
  });
});
