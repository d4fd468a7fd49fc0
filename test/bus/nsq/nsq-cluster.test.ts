import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Bus, Delivery } from "../../../src/bus/bus.ts";
import { createNsqBus, type NsqOptions } from "../../../src/bus/nsq/nsq.ts";
import { startNsqd, startNsqlookupd, topicStats, type NsqServer } from "../../servers/nsq.ts";
import { Proxy } from "../../servers/proxy.ts";
import { Inbox, messages } from "../inbox.ts";
import { until } from "./until.ts";

const AT_ONCE = { channel: "flowlord", maxInFlight: 100 };
/** With these flags a killed nsqd loses no confirmed message. */
const DURABLE = ["-mem-queue-size", "0", "-sync-every", "1"];

async function withBus(options: Partial<NsqOptions>, run: (bus: Bus) => Promise<void>): Promise<void> {
  const bus = createNsqBus({ nsqdHosts: [], lookupdHosts: [], userAgent: "flowlord/test", ...options });
  try {
    await bus.start();
    await run(bus);
  } finally {
    await bus.stop();
  }
}

function numbered(topic: string, from: number, to: number) {
  return messages(
    topic,
    Array.from({ length: to - from }, (_, index) => String(from + index)),
  );
}

interface Cluster {
  readonly lookupd: NsqServer;
  readonly nsqds: readonly NsqServer[];
}

/** Two nsqds registered with nsqlookupd; null when the servers are missing. */
async function startCluster(t: TestContext): Promise<Cluster | null> {
  const lookupd = await startNsqlookupd(t);
  if (lookupd === null) return null;
  const start = (id: number) => startNsqd(t, { lookupd: [lookupd.tcp], flags: ["-node-id", String(id), ...DURABLE] });
  const [one, two] = await Promise.all([start(1), start(2)]);
  if (one === null || two === null) return null;
  await until(async () => {
    const response = await fetch(`http://${lookupd.http}/nodes`, { headers: { connection: "close" } });
    return ((await response.json()) as { producers: unknown[] }).producers.length === 2;
  });
  return { lookupd, nsqds: [one, two] };
}

/** A test on its own cluster. */
function onCluster(name: string, run: (cluster: Cluster, t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    const cluster = await startCluster(t);
    if (cluster !== null) await run(cluster, t);
  });
}

describe("nsq: nsqds that start and stop", { concurrency: true }, () => {
  onCluster(
    "a subscription creates topic and channel on each of them before anything is published",
    ({ lookupd, nsqds }) =>
      withBus({ lookupdHosts: [lookupd.http] }, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("fresh", AT_ONCE, inbox.onDelivery);
        for (const nsqd of nsqds) {
          assert.deepEqual(await topicStats(nsqd.http, "fresh"), { depth: 0, inFlight: 0, deferred: 0 });
          const topics = await (await fetch(`http://${nsqd.http}/stats?format=json&topic=fresh`)).text();
          assert.match(topics, /"channel_name":"flowlord"/);
        }
        assert.equal(bus.health().state, "connected");
        const names = bus.connections().map(({ name, state }) => `${state} ${name}`);
        assert.deepEqual(
          new Set(names),
          new Set([
            `connected nsqlookupd ${lookupd.http}`,
            ...nsqds.map(({ tcp }) => `connected publish to ${tcp}`),
            ...nsqds.map(({ tcp }) => `connected fresh/flowlord from ${tcp}`),
          ]),
        );
      }),
  );

  // A killed nsqd loses its messages in flight, so there nobody reads until it is back; a stopped one stores them.
  for (const end of ["killed", "stopped"] as const) {
    onCluster(`the nsqd in use is ${end}: the other takes over, and no confirmed message is lost`, (cluster) =>
      withBus({ nsqdHosts: cluster.nsqds.map(({ tcp }) => tcp) }, async (bus) => {
        const seen = new Set<string>();
        const read = () =>
          bus.subscribe("kill", AT_ONCE, (delivery) => {
            seen.add(delivery.payload);
            delivery.ack();
          });
        const publishAll = async (from: number, to: number): Promise<void> => {
          const results = await Promise.all(bus.publish(numbered("kill", from, to)));
          assert.ok(results.every(({ status }) => status === "sent"));
        };
        if (end === "stopped") await read();
        await publishAll(0, 50);
        const used = bus.connections().find(({ name, lastMessageAt }) => name.startsWith("publish") && lastMessageAt);
        const victim = cluster.nsqds.find(({ tcp }) => used?.name.endsWith(tcp))?.process;
        const pending = publishAll(50, 250);
        await (end === "killed" ? victim?.kill() : victim?.stop());
        await pending;
        await publishAll(250, 300);
        await victim?.restart();
        if (end === "killed") await read();
        await until(() => seen.size === 300);
      }),
    );
  }

  onCluster("a new nsqd is used, and a removed one is dropped", ({ lookupd }, t) =>
    withBus({ lookupdHosts: [lookupd.http], lookupEveryMs: 100 }, async (bus) => {
      const inbox = new Inbox();
      await bus.subscribe("come-and-go", AT_ONCE, inbox.onDelivery);
      const third = await startNsqd(t, { lookupd: [lookupd.tcp], flags: ["-node-id", "3"] });
      if (third === null) return;
      const readers = () => bus.connections().filter(({ name }) => name.startsWith("come-and-go"));
      await until(() => readers().length === 3 && readers().every(({ state }) => state === "connected"));
      const other = createNsqBus({ nsqdHosts: [third.tcp], lookupdHosts: [], userAgent: "flowlord/test" });
      await other.start();
      await Promise.all(other.publish(messages("come-and-go", ["from the third"])));
      await other.stop();
      assert.deepEqual(await inbox.payloads(1), ["from the third"]);
      await until(() => readers().some(({ depth }) => depth === 0));
      inbox.deliveries[0]?.ack();
      await third.process.stop();
      await until(() => readers().length === 2);
      assert.equal(bus.health().state, "connected");
    }),
  );

  onCluster("one message at a time from two nsqds: never two, and both get their turn", ({ lookupd, nsqds }) =>
    withBus({ lookupdHosts: [lookupd.http] }, async (bus) => {
      const out = new Set<Delivery>();
      const from = new Map<string, number>();
      let max = 0;
      for (const nsqd of nsqds) {
        const other = createNsqBus({ nsqdHosts: [nsqd.tcp], lookupdHosts: [], userAgent: "flowlord/test" });
        await other.start();
        await Promise.all(other.publish(numbered("turns", 0, 30)));
        await other.stop();
      }
      await bus.subscribe("turns", { channel: "c", maxInFlight: 1 }, (delivery) => {
        out.add(delivery);
        max = Math.max(max, out.size);
        const topicChannel = delivery.id?.split("/")[0] ?? "";
        from.set(topicChannel, (from.get(topicChannel) ?? 0) + 1);
        setImmediate(() => {
          out.delete(delivery);
          delivery.ack();
        });
      });
      await until(() => [...from.values()].reduce((sum, count) => sum + count, 0) === 60);
      assert.equal(max, 1);
      assert.deepEqual([...from.values()], [30, 30]);
    }),
  );

  test("nsqd starts after Flowlord, stops and starts again", async (t) => {
    const nsqd = await startNsqd(t, { flags: DURABLE });
    if (nsqd === null) return;
    await nsqd.process.stop();
    await withBus({ nsqdHosts: [nsqd.tcp] }, async (bus) => {
      assert.equal(bus.health().state, "connecting");
      assert.equal(bus.health().reason, `nsqd ${nsqd.tcp}: connection refused.`);
      const inbox = new Inbox();
      await bus.subscribe("again", AT_ONCE, inbox.onDelivery);
      const [refused] = await Promise.all(bus.publish(messages("again", ["too early"])));
      assert.equal(refused?.status, "failed");
      assert.match(refused?.status === "failed" ? refused.error.message : "", /connection refused/);

      await nsqd.process.restart();
      await until(() => bus.health().state === "connected");
      assert.deepEqual(await Promise.all(bus.publish(messages("again", ["1"]))), [{ status: "sent" }]);
      const [one] = await inbox.take(1);
      const before = bus.health().since;
      await nsqd.process.stop();
      await until(() => bus.health().state === "disconnected");
      assert.match(bus.health().reason ?? "", /nsqd 127\.0\.0\.1:\d+: /);
      await nsqd.process.restart();
      await until(() => bus.health().state === "connected");
      assert.ok(bus.health().since >= before);
      assert.ok(bus.health().reconnects >= 2);
      // It was unacknowledged when nsqd stopped and is still in flight: nsqd redelivers it, but nobody gets it twice.
      await Promise.all(bus.publish(messages("again", ["2"])));
      await until(() => inbox.deliveries.some(({ payload }) => payload === "2"));
      one?.ack();
      for (const delivery of inbox.deliveries) delivery.ack();
      await until(() => bus.health().inFlight === 0);
      assert.deepEqual(
        inbox.deliveries.map(({ payload }) => payload),
        ["1", "2"],
      );
    });
  });

  test("a connection that is cut in the middle of a frame, then half-open: everything still arrives", async (t) => {
    const nsqd = await startNsqd(t);
    if (nsqd === null) return;
    const proxy = await Proxy.start(t, nsqd.tcp);
    const options = { nsqdHosts: [proxy.address], msgTimeoutMs: 1000, heartbeatMs: 1000, answerWithinMs: 500 };
    await withBus(options, async (bus) => {
      const seen = new Set<string>();
      await bus.subscribe("proxy", AT_ONCE, (delivery) => {
        seen.add(delivery.payload);
        setImmediate(() => delivery.ack());
      });
      const publishAll = async (from: number, to: number): Promise<void> => {
        let rest = numbered("proxy", from, to);
        while (rest.length > 0) {
          const results = await Promise.all(bus.publish(rest));
          rest = rest.filter((_, index) => results[index]?.status !== "sent");
        }
      };
      await publishAll(0, 100);
      proxy.cutAfter(777);
      await publishAll(100, 400);
      await until(() => seen.size === 400);
      proxy.freeze("up", "down");
      const pending = publishAll(400, 500);
      await until(() => bus.health().state === "disconnected");
      assert.match(bus.health().reason ?? "", /silent|did not/);
      proxy.cut();
      proxy.thaw();
      await pending;
      await until(() => seen.size === 500);
      await until(() => bus.health().state === "connected");
    });
  });
});
