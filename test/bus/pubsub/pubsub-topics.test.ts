import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { nameError, subscriptionName } from "../../../src/bus/pubsub/names.ts";
import { createPubSubBus } from "../../../src/bus/pubsub/pubsub.ts";
import { startPubsub } from "../../servers/pubsub.ts";
import { Inbox, messages } from "../inbox.ts";
import { adminOf, openPubSub, pubsubOptions } from "./open-pubsub.ts";
import { fc } from "../../support/seed.ts";

const PROJECT = "projects/a-project";
const CHANNEL = { channel: "flowlord", maxInFlight: 100 };

test("pubsub: topic and subscription are created, with their deadline, and without expiry", async (t) => {
  const server = await startPubsub(t);
  if (server === null) return;
  const bus = await openPubSub(t, server.address, { ackDeadlineSeconds: 42 });
  await bus.subscribe("done", { channel: "done", maxInFlight: 10 }, () => {});
  const { subscriber } = await adminOf(t, server.address);
  const [made] = await subscriber.getSubscription({ subscription: `${PROJECT}/subscriptions/done-flowlord` });
  assert.equal(made.topic, `${PROJECT}/topics/done`);
  assert.equal(made.ackDeadlineSeconds, 42);
  assert.equal(made.expirationPolicy?.ttl ?? null, null);
  assert.equal(bus.connections()[1]?.name, `done/done-flowlord from Pub/Sub at ${server.address}`);
});

test("pubsub: a topic without subscriptions gets one before its first message, another topic stays unchanged", async (t) => {
  const server = await startPubsub(t);
  if (server === null) return;
  const { publisher, subscriber } = await adminOf(t, server.address);
  const theirs = { name: `${PROJECT}/subscriptions/of-the-workers`, topic: `${PROJECT}/topics/theirs` };
  await publisher.createTopic({ name: theirs.topic });
  await subscriber.createSubscription(theirs);
  const bus = await openPubSub(t, server.address);
  const batch = [...messages("ours", ["1"]), ...messages("theirs", ["2"])];
  for (const { status } of await Promise.all(bus.publish(batch))) assert.equal(status, "sent");
  const [names] = await subscriber.listSubscriptions({ project: PROJECT });
  assert.deepEqual(names.map(({ name }) => String(name)).toSorted(), [
    `${PROJECT}/subscriptions/of-the-workers`,
    `${PROJECT}/subscriptions/ours-flowlord`,
  ]);
});

test("pubsub: each channel of a topic gets every message", async (t) => {
  const server = await startPubsub(t);
  if (server === null) return;
  const bus = await openPubSub(t, server.address);
  const inboxes = [new Inbox(), new Inbox()];
  for (const [index, inbox] of inboxes.entries())
    await bus.subscribe("both", { channel: `channel${index}`, maxInFlight: 10 }, inbox.onDelivery);
  void bus.publish(messages("both", ["1"]));
  for (const inbox of inboxes) assert.deepEqual(await inbox.payloads(1), ["1"]);
});

test("pubsub: invalid names and messages that are too large are refused with a clear message", async (t) => {
  const server = await startPubsub(t);
  if (server === null) return;
  const bus = await openPubSub(t, server.address);
  for (const topic of ["", "ab", "1abc", "a b c", "goog-x", "a/b"]) {
    const [result] = await Promise.all(bus.publish(messages(topic, ["1"])));
    assert.match(result?.status === "failed" ? result.error.message : "", /^Invalid Pub\/Sub topic/, topic);
    await assert.rejects(
      bus.subscribe(topic, CHANNEL, () => {}),
      { code: "refused" },
    );
  }
  await assert.rejects(
    bus.subscribe("topic", { channel: "a b", maxInFlight: 1 }, () => {}),
    { code: "refused", message: /Invalid Pub\/Sub subscription "topic-a b"/ },
  );
  const [large, small] = await Promise.all(bus.publish(messages("size", ["x".repeat(9_600_000), "1"])));
  assert.match(large?.status === "failed" ? large.error.message : "", /has 9600000 bytes/);
  assert.deepEqual(small, { status: "sent" });
});

test("pubsub: answers full beyond the capacity of a topic, and reports the drain", async (t) => {
  const server = await startPubsub(t);
  if (server === null) return;
  const bus = await openPubSub(t, server.address);
  const { promise: capacity, resolve } = Promise.withResolvers<string>();
  bus.onDrain(resolve);
  const payloads = Array.from({ length: 10_100 }, (_, index) => String(index));
  const statuses = (await Promise.all(bus.publish(messages("full", payloads)))).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set(["sent", "full"]));
  assert.equal(statuses.indexOf("full"), 10_000);
  assert.equal(await capacity, "full");
});

test("pubsub: the subscription of a channel is named after its topic, and two topics share none", () => {
  assert.equal(subscriptionName("done", "done"), "done-flowlord");
  assert.equal(subscriptionName("files", "files-flowlord"), "files-flowlord");
  assert.equal(subscriptionName("files", "flowlord"), "files-flowlord");
  assert.equal(subscriptionName("clean", "mine"), "clean-mine");
  fc.assert(
    fc.property(fc.string(), (name) => {
      if (nameError("topic", name) === null) assert.match(name, /^[A-Za-z][^\s/]{2,254}$/);
    }),
  );
});

test("pubsub: the error of a missing client has the command that installs it", async () => {
  const missing: string = "./pubsub/no-such-client.ts";
  await assert.rejects(
    createPubSubBus(pubsubOptions("a:1"), () => import(missing)),
    { code: "unavailable", message: /npm install "@google-cloud\/pubsub@6\.3\.0 \|\| \^6\.3\.3"$/ },
  );
});

test("pubsub: it needs a project", async () => {
  const options = { ...pubsubOptions("a:1"), projectId: "" };
  await assert.rejects(createPubSubBus(options), { code: "unavailable", message: /needs bus\.project_id/ });
});

test("pubsub: unreadable credentials are reported without the file's name or content", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-key-"));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, "hush.json"), "-----BEGIN hush");
  await writeFile(join(dir, "hush-empty.json"), "{}");
  for (const [name, reason] of [
    ["hush-missing.json", /json_auth names cannot be read \(ENOENT\)\.$/],
    ["hush.json", /json_auth names is not a JSON file with Google Cloud credentials\.$/],
    ["hush-empty.json", /json_auth names is not a JSON file with Google Cloud credentials\.$/],
  ] as const) {
    const bus = await createPubSubBus(pubsubOptions(null, { keyFile: join(dir, name) }));
    await bus.start();
    assert.equal(bus.health().state, "connecting");
    assert.match(bus.health().reason ?? "", reason);
    const [result] = await Promise.all(bus.publish(messages("topic", ["1"])));
    for (const text of [bus.health().reason ?? "", result?.status === "failed" ? result.error.message : ""])
      assert.doesNotMatch(text, /hush/);
    await bus.stop();
  }
});
