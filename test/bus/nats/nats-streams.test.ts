import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createNatsBus } from "../../../src/bus/nats/nats.ts";
import { Streams } from "../../../src/bus/nats/streams.ts";
import { startNats } from "../../servers/nats.ts";
import { Inbox, messages } from "../inbox.ts";
import { adminOf, natsOptions, openNats } from "./open-nats.ts";
import { until } from "../nsq/until.ts";

const CHANNEL = { channel: "flowlord", maxInFlight: 100 };

describe("nats: streams, consumers and names", { concurrency: true }, () => {
  test("a message that is sent again under its key is stored once", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address);
    const batch = messages("twice", ["1", "2"]);
    for (const round of [1, 2])
      assert.deepEqual(
        await Promise.all(bus.publish(batch)),
        [{ status: "sent" }, { status: "sent" }],
        `round ${round}`,
      );
    const { state } = await (await adminOf(t, server.address)).streams.info("twice");
    assert.equal(state.messages, 2);
  });

  test("creates a stream with file storage, age and deduplication window, and a consumer named as the channel", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address, { maxAgeMs: 3_600_000, ackWaitMs: 12_000 });
    await bus.subscribe("a.b", { channel: "a.b", maxInFlight: 5000 }, () => {});
    const admin = await adminOf(t, server.address);
    const { config } = await admin.streams.info("a=2Eb");
    assert.deepEqual(config.subjects, ["a.b"]);
    assert.deepEqual([config.storage, config.retention], ["file", "limits"]);
    assert.equal(config.max_age, 3_600_000 * 1e6);
    assert.equal(config.duplicate_window, 120_000 * 1e6);
    const consumer = (await admin.consumers.info("a=2Eb", "a=2Eb")).config;
    assert.equal(consumer.ack_wait, 12_000 * 1e6);
    assert.equal(consumer.ack_policy, "explicit");
    assert.ok((consumer.max_ack_pending ?? 0) >= 5000);
  });

  test("each channel of a topic gets every message; a later channel gets only new ones", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address);
    const [first, second] = [new Inbox(), new Inbox()];
    await Promise.all(bus.publish(messages("both", ["before"])));
    await bus.subscribe("both", { channel: "one", maxInFlight: 10 }, first.onDelivery);
    assert.deepEqual(await first.payloads(1), ["before"]);
    await bus.subscribe("both", { channel: "two", maxInFlight: 10 }, second.onDelivery);
    void bus.publish(messages("both", ["after"]));
    assert.deepEqual(await first.payloads(2), ["before", "after"]);
    assert.deepEqual(await second.payloads(1), ["after"]);
  });

  test("topics share the configured stream under a common prefix, and stay separate", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address, { stream: "PIPELINE", prefix: "jobs." });
    const inboxes = [new Inbox(), new Inbox()];
    for (const [index, topic] of ["clean", "load"].entries())
      await bus.subscribe(topic, CHANNEL, inboxes[index]?.onDelivery ?? assert.fail());
    void bus.publish([...messages("load", ["to load"]), ...messages("clean", ["to clean"])]);
    assert.deepEqual(await inboxes[0]?.payloads(1), ["to clean"]);
    assert.deepEqual(await inboxes[1]?.payloads(1), ["to load"]);
    const admin = await adminOf(t, server.address);
    assert.deepEqual((await admin.streams.info("PIPELINE")).config.subjects, ["jobs.>"]);
    assert.equal((await admin.consumers.info("PIPELINE", "load-flowlord")).config.filter_subject, "jobs.load");
  });

  test("without a prefix the configured stream gets a subject for each topic, from two buses at once", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const buses = [
      await openNats(t, server.address, { stream: "ALL" }),
      await openNats(t, server.address, { stream: "ALL" }),
    ];
    const topics = ["a", "b", "c", "d"];
    const results = topics.map((topic, index) => buses[index % 2]?.publish(messages(topic, [topic])) ?? []);
    for (const result of await Promise.all(results.flat())) assert.equal(result.status, "sent");
    const { config } = await (await adminOf(t, server.address)).streams.info("ALL");
    assert.deepEqual(config.subjects?.toSorted(), topics);
  });

  test("topics that one bus starts with at the same time all get into the configured stream", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address, { stream: "ALL" });
    const topics = ["a", "b", "c", "d", "e", "f", "g", "h"];
    await Promise.all(topics.map((topic) => bus.subscribe(topic, CHANNEL, () => {})));
    await until(() => bus.health().state === "connected");
    const { config } = await (await adminOf(t, server.address)).streams.info("ALL");
    assert.deepEqual(config.subjects?.toSorted(), topics);
  });

  test("a process that writes an outdated list of subjects does not remove a topic", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const manager = await adminOf(t, server.address);
    const streams = new Streams({ ...natsOptions(server.address), stream: "ALL" });
    await streams.ensure(manager, "a");
    const { config: before } = await manager.streams.info("ALL");
    const update = manager.streams.update.bind(manager.streams);
    const { promise: written, resolve } = Promise.withResolvers<unknown>();
    manager.streams.update = async (name, config) => {
      manager.streams.update = update;
      const info = await update(name, config);
      // The other process writes its list just after ours was confirmed.
      setTimeout(() => resolve(update("ALL", before)), 10);
      return info;
    };
    await streams.ensure(manager, "b");
    await written;
    assert.deepEqual((await manager.streams.info("ALL")).config.subjects, ["a", "b"]);
  });

  test("a reader adds its subject again after it was removed from the stream", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address, { stream: "ALL", ackWaitMs: 400 });
    const inbox = new Inbox();
    await bus.subscribe("a", CHANNEL, () => {});
    await bus.subscribe("b", CHANNEL, inbox.onDelivery);
    const admin = await adminOf(t, server.address);
    const { config } = await admin.streams.info("ALL");
    await admin.streams.update("ALL", { ...config, subjects: ["a"] });
    await until(async () => (await admin.streams.info("ALL")).config.subjects.includes("b"));
    await until(() => bus.health().state === "connected");
    void bus.publish(messages("b", ["1"]));
    assert.deepEqual(await inbox.payloads(1), ["1"]);
  });

  test("a stream that holds the subject is used as it is, whatever its name", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const admin = await adminOf(t, server.address);
    await admin.streams.add({ name: "OLD", subjects: ["done", "other"], retention: "workqueue", storage: "memory" });
    const bus = await openNats(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("done", { channel: "done", maxInFlight: 10 }, inbox.onDelivery);
    void bus.publish(messages("done", ["1"]));
    const [delivery] = await inbox.take(1);
    assert.match(delivery?.id ?? "", /^OLD:1:\d+$/);
    const { config } = await admin.streams.info("OLD");
    assert.deepEqual([config.storage, config.retention], ["memory", "workqueue"]);
    assert.equal((await admin.consumers.info("OLD", "done")).config.durable_name, "done");
  });

  test("an unusable consumer is refused with a clear message, until it is deleted", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const admin = await adminOf(t, server.address);
    await admin.streams.add({ name: "done", subjects: ["done"] });
    await admin.consumers.add("done", { durable_name: "done", ack_policy: "none" });
    const bus = await openNats(t, server.address);
    const inbox = new Inbox();
    await bus.subscribe("done", { channel: "done", maxInFlight: 10 }, inbox.onDelivery);
    assert.match(
      bus.health().reason ?? "",
      /consumer done of the NATS stream done does not use explicit acknowledgement: delete it/,
    );
    assert.equal(bus.health().state, "disconnected");
    await admin.consumers.delete("done", "done");
    void bus.publish(messages("done", ["1"]));
    assert.deepEqual(await inbox.payloads(1), ["1"]);
    assert.equal(bus.health().state, "connected");
  });

  test("invalid names and messages that are too large are refused with a clear message", async (t) => {
    const server = await startNats(t);
    if (server === null) return;
    const bus = await openNats(t, server.address);
    for (const topic of ["", "a b", "a*", "a.>", ".a", "a..b", "$JS.x", "x".repeat(121)]) {
      const [result] = await Promise.all(bus.publish(messages(topic, ["1"])));
      assert.match(result?.status === "failed" ? result.error.message : "", /^Invalid NATS topic/, topic);
      await assert.rejects(
        bus.subscribe(topic, CHANNEL, () => {}),
        { code: "refused" },
      );
    }
    await assert.rejects(
      bus.subscribe("a", { channel: "a b", maxInFlight: 1 }, () => {}),
      { code: "refused" },
    );
    const [large, small] = await Promise.all(bus.publish(messages("size", ["x".repeat(1024 * 1024), "1"])));
    assert.match(large?.status === "failed" ? large.error.message : "", /1048576 bytes are more than max_payload/);
    assert.deepEqual(small, { status: "sent" });
  });

  test("addresses are checked, and a login in one is not repeated", async () => {
    for (const [server, message] of [
      ["a:b:c", /"a:b:c" of bus.nats_servers is not a valid address/],
      ["nats://user:hush@a:4222", /^(?!.*hush).*contains a login/],
    ] as const)
      await assert.rejects(createNatsBus(natsOptions(server)), { code: "unavailable", message });
    await assert.rejects(createNatsBus({ ...natsOptions(""), servers: [] }), /needs bus.nats_servers/);
  });

  test("the error of a missing client has the command that installs it", async () => {
    const missing: string = "./nats/no-such-client.ts";
    const load = () => import(missing);
    await assert.rejects(createNatsBus(natsOptions("a:1"), load), {
      code: "unavailable",
      message: /npm install "@nats-io\/transport-node@\^3\.4\.0" "@nats-io\/jetstream@\^3\.4\.0"$/,
    });
  });
});
