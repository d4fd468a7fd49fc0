import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Bus, PublishResult } from "../../src/bus/bus.ts";
import { busErrors } from "./contract-faults.ts";
import { busesOf, CHANNEL, type BusTraits, type MakeHarness } from "./contract-harness.ts";
import { Inbox, messages } from "./inbox.ts";

/**
 * The contract of the port, for any adapter that both sends and receives. `makeHarness` returns null when its server is
 * missing and the test is skipped. It gets the fault that the test causes: the harness then has that hook, and its broker
 * redelivers unsettled messages after about a second.
 */
export function busContract(name: string, makeHarness: MakeHarness, traits: BusTraits): void {
  const max = traits.maxMessages ?? Number.POSITIVE_INFINITY;
  const inOrder = (payloads: readonly string[]): readonly string[] =>
    traits.ordered === false ? payloads.toSorted() : payloads;

  const withBus = busesOf(makeHarness);
  const statuses = async (results: readonly Promise<PublishResult>[]): Promise<string[]> =>
    (await Promise.all(results)).map((result) => result.status);

  // Two at a time: some wait for their broker, for nsqd checks time-outs of a new channel only after five seconds.
  describe(`${name}: the contract of a bus`, { concurrency: 2 }, () => {
    test("delivers published messages in order, once, with topic, id and attempt 1", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("order", { channel: CHANNEL, maxInFlight: 10 }, (delivery) => {
          inbox.onDelivery(delivery);
          delivery.ack();
        });
        const count = Math.min(1_000, max);
        const payloads = Array.from({ length: count }, (_, index) => `{"n":${index}}`);
        const results = [
          ...bus.publish(messages("order", payloads.slice(0, 600))),
          ...bus.publish(messages("order", payloads.slice(600))),
        ];
        assert.deepEqual(inOrder(await inbox.payloads(count)), inOrder(payloads));
        assert.deepEqual(new Set(await statuses(results)), new Set(["sent"]));
        assert.ok(inbox.deliveries.every((delivery) => delivery.topic === "order" && delivery.attempt === 1));
        const ids = inbox.deliveries.map((delivery) => delivery.id);
        assert.equal(ids.includes(null) ? ids.length : new Set(ids).size, count);
        assert.equal(inbox.deliveries.length, count);
      }));

    if (traits.topics) {
      test("keeps topics apart", (t) =>
        withBus(t, async (bus) => {
          const [a, b] = [new Inbox(), new Inbox()];
          await bus.subscribe("one-topic", { channel: CHANNEL, maxInFlight: 10 }, a.onDelivery);
          await bus.subscribe("another", { channel: CHANNEL, maxInFlight: 10 }, b.onDelivery);
          void bus.publish([...messages("another", ['"to b"']), ...messages("one-topic", ['"to a"'])]);
          assert.deepEqual(await a.payloads(1), ['"to a"']);
          assert.deepEqual(await b.payloads(1), ['"to b"']);
        }));
    }

    test("keeps messages for a later consumer", (t) =>
      withBus(t, async (bus) => {
        const results = bus.publish(messages("later", ["1", "2"]));
        if (bus.durable) assert.deepEqual(await statuses(results), ["sent", "sent"]);
        const inbox = new Inbox();
        await bus.subscribe("later", { channel: CHANNEL, maxInFlight: 10 }, inbox.onDelivery);
        assert.deepEqual(inOrder(await inbox.payloads(2)), ["1", "2"]);
      }));

    test("confirms at once when the bus stores messages, otherwise with the consumer's acknowledgement", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("confirm", { channel: CHANNEL, maxInFlight: 10 }, inbox.onDelivery);
        const [first, second] = bus.publish(messages("confirm", ["1", "2"]));
        let firstSettled = false;
        void first?.then(() => (firstSettled = true));
        const [one, two] = await inbox.take(2);
        if (!bus.durable) assert.equal(firstSettled, false);
        two?.ack();
        assert.deepEqual(await second, { status: "sent" });
        if (!bus.durable) assert.equal(firstSettled, false);
        one?.ack();
        assert.deepEqual(await first, { status: "sent" });
      }));

    test("redelivers after a nack, not before its delay, with the same id", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("again", { channel: CHANNEL, maxInFlight: 10 }, inbox.onDelivery);
        const results = bus.publish(messages("again", ['"now"', '"later"']));
        const both = await inbox.take(2);
        const now = both.find(({ payload }) => payload === '"now"');
        const later = both.find(({ payload }) => payload === '"later"');
        const nackedAt = performance.now();
        later?.nack(60);
        now?.nack();
        const [, , third] = await inbox.take(3);
        assert.equal(third?.payload, '"now"');
        assert.equal(third?.id, now?.id);
        assert.ok((third?.attempt ?? 0) >= 2);
        third?.ack();
        const [, , , fourth] = await inbox.take(4);
        assert.equal(fourth?.payload, '"later"');
        assert.equal(fourth?.id, later?.id);
        assert.ok(performance.now() - nackedAt >= 59);
        fourth?.ack();
        assert.deepEqual(await statuses(results), ["sent", "sent"]);
      }));

    test("only the first ack or nack counts", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("once", { channel: CHANNEL, maxInFlight: 1 }, inbox.onDelivery);
        void bus.publish(messages("once", ["1", "2", "3"]));
        const [one] = await inbox.take(1);
        one?.ack();
        one?.ack();
        one?.nack();
        await inbox.take(2);
        assert.equal(bus.health().inFlight, 1);
        inbox.deliveries[1]?.ack();
        assert.deepEqual(inOrder(await inbox.payloads(3)), ["1", "2", "3"]);
      }));

    test("carries any text unchanged: unicode, NUL, control characters, 2 MB", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("text", { channel: CHANNEL, maxInFlight: 10 }, inbox.onDelivery);
        const payloads = [
          '{"info":"žluťoučký 日本 🚀 \u{10ffff}"}',
          '{"info":"nul \u0000 bell \u0007 del \u007f nel \u0085 ls \u2028 ps \u2029"}',
          '{"info":"  spaces, \\"quotes\\" and \\\\ \t tabs  "}  ',
          "no JSON at all",
          JSON.stringify({ info: "é".repeat(1024 * 1024) }),
        ];
        void bus.publish(messages("text", payloads));
        assert.deepEqual(inOrder(await inbox.payloads(payloads.length)), inOrder(payloads));
      }));

    test("has 10,000 deliveries in flight, acknowledged in any order", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("many", { channel: CHANNEL, maxInFlight: 10_000 }, inbox.onDelivery);
        const count = Math.min(10_000, max);
        const results = bus.publish(
          messages(
            "many",
            Array.from({ length: count }, (_, index) => String(index)),
          ),
        );
        const deliveries = await inbox.take(count);
        assert.equal(bus.health().inFlight, count);
        for (const delivery of deliveries.toReversed()) delivery.ack();
        assert.deepEqual(new Set(await statuses(results)), new Set(["sent"]));
        assert.equal(bus.health().inFlight, 0);
      }));

    test("never has more than maxInFlight deliveries unacknowledged", (t) =>
      withBus(t, async (bus) => {
        let out = 0;
        let highest = 0;
        const count = Math.min(200, max);
        const inbox = new Inbox();
        // Acknowledge nothing before the limit is reached: a broker may be slower than this consumer.
        const reached = Promise.withResolvers<void>();
        await bus.subscribe("pressure", { channel: CHANNEL, maxInFlight: 7 }, (delivery) => {
          out += 1;
          highest = Math.max(highest, out);
          if (out === 7) reached.resolve();
          void reached.promise.then(setImmediate).then(() => {
            out -= 1;
            delivery.ack();
            inbox.onDelivery(delivery);
          });
        });
        void bus.publish(
          messages(
            "pressure",
            Array.from({ length: count }, (_, index) => String(index)),
          ),
        );
        await inbox.take(count);
        assert.equal(highest, 7);
      }));

    test("shares one topic between the consumers of a channel", (t) =>
      withBus(t, async (bus) => {
        const all = new Inbox();
        const counts = [0, 0];
        for (const consumer of [0, 1]) {
          await bus.subscribe("shared", { channel: CHANNEL, maxInFlight: 5 }, (delivery) => {
            counts[consumer] = (counts[consumer] ?? 0) + 1;
            all.onDelivery(delivery);
            void setImmediate().then(() => delivery.ack());
          });
        }
        const payloads = Array.from({ length: Math.min(100, max) }, (_, index) => String(index));
        void bus.publish(messages("shared", payloads));
        assert.deepEqual(new Set(await all.payloads(payloads.length)), new Set(payloads));
        assert.ok(
          counts.every((count) => count > 0),
          `one consumer got nothing: ${counts.join(" and ")}`,
        );
      }));

    test("a stopped subscription receives nothing more; its open deliveries can still be acknowledged", (t) =>
      withBus(t, async (bus) => {
        const [first, second] = [new Inbox(), new Inbox()];
        const subscription = await bus.subscribe("stop", { channel: CHANNEL, maxInFlight: 2 }, first.onDelivery);
        const results = bus.publish(messages("stop", ["1", "2", "3", "4"]));
        const [one, two] = await first.take(2);
        await subscription.stop();
        one?.ack();
        await bus.subscribe("stop", { channel: CHANNEL, maxInFlight: 10 }, (delivery) => {
          second.onDelivery(delivery);
          delivery.ack();
        });
        two?.nack();
        const others = ["1", "2", "3", "4"].filter((payload) => payload !== one?.payload);
        assert.deepEqual((await second.payloads(3)).toSorted(), others);
        assert.equal(first.deliveries.length, 2);
        assert.deepEqual(await statuses(results), ["sent", "sent", "sent", "sent"]);
      }));

    test("stops while receiving: nothing arrives afterwards, and nothing is lost for the next", (t) =>
      withBus(t, async (bus, harness) => {
        const payloads = Array.from({ length: Math.min(2_000, max) }, (_, index) => String(index));
        const quarter = payloads.length / 4;
        const seen = new Set<string>();
        // Messages that a receiver got after its stop; checked when the next one has got the rest, so long after it.
        const late: string[] = [];
        const receive = (on: Bus, until: number) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          let hasEnded = false;
          const subscription = on.subscribe("stream", { channel: CHANNEL, maxInFlight: 50 }, (delivery) => {
            if (hasEnded) late.push(delivery.payload);
            void setImmediate().then(() => {
              seen.add(delivery.payload);
              delivery.ack();
              if (seen.size >= until) resolve();
            });
          });
          // Acknowledge earlier deliveries a turn later.
          const end = async (): Promise<void> => {
            await setImmediate();
            await setImmediate();
            hasEnded = true;
          };
          return { reached: promise, subscription, end };
        };
        const results = bus.publish(messages("stream", payloads));
        if (bus.durable) await Promise.all(results);

        const first = receive(bus, quarter);
        await first.reached;
        await (await first.subscription).stop();
        await first.end();

        if (traits.restart) {
          const second = receive(bus, Math.max(seen.size, 2 * quarter));
          await Promise.all([second.reached, second.subscription]);
          await bus.stop();
          await second.end();
        }
        const last = traits.restart ? await harness.open() : bus;
        try {
          const rest = receive(last, payloads.length);
          await rest.subscription;
          if (seen.size < payloads.length) await rest.reached;
          assert.deepEqual(seen, new Set(payloads));
          assert.deepEqual(late, [], "nothing arrived at a receiver after its stop");
          assert.deepEqual(new Set(await statuses(results)), new Set(["sent"]));
        } finally {
          if (last !== bus) await last.stop();
        }
      }));

    test("settles every publish when it stops, and refuses later ones", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("end", { channel: CHANNEL, maxInFlight: 1 }, inbox.onDelivery);
        const results = bus.publish(messages("end", ["1", "2", "3"]));
        const [inFlight] = await inbox.take(1);
        await bus.stop();
        const expected = bus.durable ? "sent" : "failed";
        assert.deepEqual(await statuses(results), [expected, expected, expected]);
        inFlight?.ack();
        assert.deepEqual(await statuses(bus.publish(messages("end", ["4"]))), ["failed"]);
        assert.equal(bus.health().state, "stopped");
        assert.match(bus.health().reason ?? "", /stopped/);
        await bus.stop();
      }));

    test("reports its health", (t) =>
      withBus(t, async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("health", { channel: CHANNEL, maxInFlight: 10 }, inbox.onDelivery);
        assert.equal(bus.health().state, "connected");
        assert.equal(bus.health().reason, null);
        assert.equal(bus.health().lastMessageAt, null);
        void bus.publish(messages("health", ["1"]));
        await inbox.take(1);
        await setImmediate();
        assert.equal(typeof bus.health().lastMessageAt, "number");
        assert.equal(bus.health().inFlight, 1);
      }));

    if (traits.restart) {
      test("a restart loses nothing that was sent and not acknowledged", (t) =>
        withBus(t, async (bus, harness) => {
          const before = new Inbox();
          await bus.subscribe("restart", { channel: CHANNEL, maxInFlight: 2 }, before.onDelivery);
          await Promise.all(bus.publish(messages("restart", ["1", "2", "3", "4"])));
          const [one, two] = await before.take(2);
          one?.ack();
          two?.nack(traits.keepsDelays === true ? 0 : 60_000);
          await bus.stop();
          const next = await harness.open();
          try {
            const after = new Inbox();
            await next.subscribe("restart", { channel: CHANNEL, maxInFlight: 10 }, after.onDelivery);
            const again = await after.take(3);
            assert.deepEqual(
              new Set(again.map((delivery) => delivery.payload).filter((text) => text !== one?.payload)),
              new Set(["1", "2", "3", "4"].filter((text) => text !== one?.payload)),
            );
            assert.equal(again.find((delivery) => delivery.payload === two?.payload)?.id, two?.id);
          } finally {
            await next.stop();
          }
        }));
    }

    busErrors(name, traits, withBus);

    if (!traits.capacity) return;

    test("answers full beyond its capacity, reports the drain, and accepts more then", (t) =>
      withBus(
        t,
        async (bus) => {
          const rooms: string[] = [];
          const capacity = new Promise<void>((resolve) => {
            bus.onDrain((topic) => {
              rooms.push(topic);
              resolve();
            });
          });
          const results = bus.publish(
            messages(
              "cap",
              Array.from({ length: 25 }, (_, index) => String(index)),
            ),
          );
          assert.deepEqual(await statuses(results.slice(20)), ["full", "full", "full", "full", "full"]);
          assert.equal((await statuses(bus.publish(messages("cap", ["x"]))))[0], "full");
          assert.deepEqual(rooms, []);
          const inbox = new Inbox();
          await bus.subscribe("cap", { channel: CHANNEL, maxInFlight: 5 }, (delivery) => {
            inbox.onDelivery(delivery);
            delivery.ack();
          });
          await capacity;
          const more = bus.publish(messages("cap", ["after"]));
          assert.equal((await inbox.payloads(21)).at(-1), "after");
          assert.deepEqual(
            await statuses([...results.slice(0, 20), ...more]),
            Array.from({ length: 21 }, () => "sent"),
          );
          assert.deepEqual(rooms, ["cap"]);
        },
        { capacity: 20 },
      ));
  });
}
