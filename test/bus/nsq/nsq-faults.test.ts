import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bus, PublishResult } from "../../../src/bus/bus.ts";
import { createNsqBus, type NsqOptions } from "../../../src/bus/nsq/nsq.ts";
import { Inbox, messages } from "../inbox.ts";
import { FakeNsqd, type FakeClient, type Reaction } from "./fake-nsqd.ts";
import { until } from "./until.ts";

const AT_ONCE = { channel: "flowlord", maxInFlight: 50 };
const ID = "0123456789abcdef";

/** A bus on fake nsqds, one for each reaction. */
async function onFakes(
  reactions: readonly Reaction[],
  run: (bus: Bus, fakes: readonly FakeNsqd[]) => Promise<void>,
  options: Partial<NsqOptions> = {},
): Promise<void> {
  const fakes = reactions.map((reaction) => new FakeNsqd(reaction));
  const nsqdHosts = await Promise.all(fakes.map((fake) => fake.start()));
  const bus = createNsqBus({ nsqdHosts, lookupdHosts: [], userAgent: "flowlord/test", random: () => 0, ...options });
  try {
    await bus.start();
    await run(bus, fakes);
  } finally {
    await bus.stop();
    await Promise.all(fakes.map((fake) => fake.stop()));
  }
}

function failure(result: PublishResult | undefined): Error | null {
  return result?.status === "failed" ? result.error : null;
}

function reader(fake: FakeNsqd | undefined): FakeClient | undefined {
  return fake?.clients.findLast(({ commands }) => commands.some((command) => command.startsWith("SUB ")));
}

describe("nsq: faults of an nsqd", () => {
  test("after E_FIN_FAILED and E_REQ_FAILED the connection stays and the next message arrives", () =>
    onFakes(
      [
        (command, client) =>
          /^(FIN|REQ) /.test(command)
            ? (client.fail(`E_${command.slice(0, 3)}_FAILED ${command} failed ID not in flight`), true)
            : undefined,
      ],
      async (bus, [fake]) => {
        const inbox = new Inbox();
        await bus.subscribe("t", AT_ONCE, inbox.onDelivery);
        const client = reader(fake);
        client?.deliver(ID, 1, "one");
        (await inbox.take(1))[0]?.ack();
        client?.deliver("00000000000000aa", 1, "two");
        (await inbox.take(2))[1]?.nack(5);
        client?.deliver("00000000000000ab", 7, "three");
        const [, , three] = await inbox.take(3);
        assert.equal(three?.attempt, 7);
        await until(() => client?.commands.includes("REQ 00000000000000aa 5") ?? false);
        assert.equal(bus.health().state, "connected");
        assert.equal(bus.health().reconnects, 0);
        assert.equal(bus.health().inFlight, 1);
      },
    ));

  test("invalid data ends the connection, health reports it, and a new one works", () => {
    let isBroken = true;
    return onFakes(
      [
        (command, client) => {
          if (!isBroken || !command.startsWith("SUB")) return undefined;
          client.socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
          return true;
        },
      ],
      async (bus) => {
        const inbox = new Inbox();
        await bus.subscribe("t", AT_ONCE, inbox.onDelivery);
        assert.match(bus.health().reason ?? "", /^Topic t: 127\.0\.0\.1:\d+: not the NSQ protocol: /);
        isBroken = false;
        await until(() => bus.health().state === "connected");
      },
    );
  });

  test("a connection without heartbeats is replaced; heartbeats are answered", () => {
    let ping: NodeJS.Timeout | null = null;
    let silent = true;
    return onFakes(
      [
        (command, client) => {
          if (command.startsWith("SUB") && !silent) ping = setInterval(() => client.respond("_heartbeat_"), 20);
          return undefined;
        },
      ],
      async (bus, [fake]) => {
        await bus.subscribe("t", AT_ONCE, () => {});
        silent = false;
        await until(() => bus.connections().some(({ name, reconnects }) => name.startsWith("t/") && reconnects === 1));
        await until(() => reader(fake)?.commands.includes("NOP") ?? false);
        assert.ok(fake?.clients.some(({ socket }) => socket.destroyed));
        if (ping !== null) clearInterval(ping);
      },
      { heartbeatMs: 60 },
    );
  });

  test("when an nsqd does not confirm in time, the next one does; one result per message", () =>
    onFakes(
      [(command) => (/^M?PUB/.test(command) ? true : undefined), () => undefined],
      async (bus, [mute, good]) => {
        const results = await Promise.all(bus.publish([...messages("a", ["1", "2"]), ...messages("b", ["3"])]));
        assert.deepEqual(results, [{ status: "sent" }, { status: "sent" }, { status: "sent" }]);
        assert.deepEqual(sent(mute), ["MPUB a", "PUB b"]);
        assert.deepEqual(sent(good), ["MPUB a", "PUB b"]);
      },
      { answerWithinMs: 300 },
    ));

  test("when an nsqd cannot store, the next takes over; when none can, the messages fail with its error", () =>
    onFakes(
      [0, 1].map(() => (command: string, client: FakeClient) => {
        if (!command.startsWith("PUB")) return undefined;
        client.fail("E_PUB_FAILED PUB failed disk full");
        client.socket.end();
        return true;
      }),
      async (bus, fakes) => {
        const [result] = await Promise.all(bus.publish(messages("t", ["1"])));
        assert.match(failure(result)?.message ?? "", /E_PUB_FAILED PUB failed disk full/);
        assert.deepEqual(
          fakes.map((fake) => sent(fake).length > 0),
          [true, true],
        );
      },
    ));

  test("after a lost connection the same nsqd redelivers, but a message in flight is not handed out twice", () =>
    onFakes([() => undefined], async (bus, [fake]) => {
      const inbox = new Inbox();
      await bus.subscribe("t", { channel: "c", maxInFlight: 1 }, inbox.onDelivery);
      const first = reader(fake);
      first?.deliver(ID, 1, "long work");
      const [work] = await inbox.take(1);
      first?.socket.destroy();
      await until(() => reader(fake) !== first && reader(fake)?.commands.length === 2);
      const second = reader(fake);
      // RDY stays 0: the only message allowed is still in flight.
      assert.deepEqual(second?.commands, ["IDENTIFY", "SUB t c"]);
      second?.deliver(ID, 2, "long work");
      await until(() => second?.commands.includes("RDY 1") ?? false);
      work?.ack();
      await until(() => second?.commands.includes(`FIN ${ID}`) ?? false);
      assert.equal(inbox.deliveries.length, 1);
      assert.equal(bus.health().inFlight, 0);
    }));

  test("a stop requeues messages on their way; nsqd would keep them for a full msg_timeout", () =>
    onFakes([(command) => (command === "CLS" ? true : undefined)], async (bus, [fake]) => {
      const inbox = new Inbox();
      const subscription = await bus.subscribe("t", AT_ONCE, inbox.onDelivery);
      const client = reader(fake);
      client?.deliver(ID, 1, "the last that is held");
      const [inFlight] = await inbox.take(1);
      const stopped = subscription.stop();
      await until(() => client?.commands.includes("CLS") ?? false);
      inFlight?.ack();
      await until(() => client?.commands.includes(`FIN ${ID}`) ?? false);
      client?.deliver("00000000000000aa", 1, "sent before nsqd has read CLS");
      client?.respond("CLOSE_WAIT");
      client?.deliver("00000000000000ab", 1, "taken from its queue meanwhile");
      await until(() => client?.commands.includes("REQ 00000000000000ab 0") ?? false);
      assert.ok(client?.commands.includes("REQ 00000000000000aa 0"));
      await stopped;
      await until(() => client?.socket.destroyed ?? false);
      assert.equal(inbox.deliveries.length, 1);
    }));

  test("failures lower RDY, successes raise it again", () =>
    onFakes([() => undefined], async (bus, [fake]) => {
      const inbox = new Inbox();
      await bus.subscribe("t", { channel: "c", maxInFlight: 4 }, inbox.onDelivery);
      const client = reader(fake);
      const id = (index: number) => index.toString(16).padStart(16, "0");
      client?.deliver(id(1), 1, "1");
      (await inbox.take(1))[0]?.nack();
      await until(() => client?.commands.at(-1) === "RDY 2");
      for (const index of [2, 3]) {
        client?.deliver(id(index), 1, String(index));
        (await inbox.take(index))[index - 1]?.ack();
      }
      await until(() => client?.commands.at(-1) === "RDY 4");
    }));

  test("long messages in flight are touched, automatically and on request", () =>
    onFakes([() => undefined], async (bus, [fake]) => {
      const inbox = new Inbox();
      await bus.subscribe("t", AT_ONCE, inbox.onDelivery);
      reader(fake)?.deliver(ID, 1, "slow");
      await inbox.take(1);
      await until(() => reader(fake)?.commands.filter((command) => command === `TOUCH ${ID}`).length === 2);
    }));

  test("names and messages that NSQ would reject fail before they are sent, and only they do", () =>
    onFakes([() => undefined], async (bus, [fake]) => {
      const results = await Promise.all(
        bus.publish([...messages("a b", ["1"]), ...messages("good", ["2", ""]), ...messages("x".repeat(65), ["3"])]),
      );
      assert.deepEqual(
        results.map(({ status }) => status),
        ["failed", "sent", "failed", "failed"],
      );
      assert.deepEqual(sent(fake), ["PUB good"]);
      await assert.rejects(
        bus.subscribe("a b", AT_ONCE, () => {}),
        { code: "bad_topic" },
      );
      await assert.rejects(
        bus.subscribe("a", { ...AT_ONCE, channel: "" }, () => {}),
        { code: "bad_channel" },
      );
      await assert.rejects(
        bus.subscribe("a", { ...AT_ONCE, maxInFlight: 0 }, () => {}),
        RangeError,
      );
    }));

  test("answers full beyond its capacity, and reports the drain", () =>
    onFakes([(command) => (/^M?PUB/.test(command) ? true : undefined)], async (bus, [fake]) => {
      const rooms: string[] = [];
      bus.onDrain((topic) => rooms.push(topic));
      const batch = messages(
        "t",
        Array.from({ length: 50_001 }, () => "x"),
      );
      const results = bus.publish(batch);
      assert.deepEqual(await results[50_000], { status: "full" });
      const client = fake?.clients[0];
      await until(() => (client?.commands.length ?? 0) >= 5);
      if (fake !== undefined) fake.reaction = () => undefined;
      for (let index = 0; index < 4; index += 1) client?.respond("OK");
      await Promise.all(results);
      assert.deepEqual(rooms, ["t"]);
    }));
});

function sent(fake: FakeNsqd | undefined): string[] {
  return (fake?.clients ?? []).flatMap(({ commands }) => commands.filter((command) => /^M?PUB /.test(command)));
}

test("nsq: an invalid address is refused with a clear message", () => {
  assert.throws(() => createNsqBus({ nsqdHosts: ["a:b:c"], lookupdHosts: [], userAgent: "x" }), {
    code: "unavailable",
    message: /"a:b:c" is not a valid address: write host:port/,
  });
});

test("nsq: a login in an address is refused and not repeated", () => {
  for (const options of [
    { nsqdHosts: ["me:hunter2@nsqd:4150"], lookupdHosts: [] },
    { nsqdHosts: [], lookupdHosts: ["http://me:hunter2@lookup:4161"] },
  ]) {
    assert.throws(
      () => createNsqBus({ ...options, userAgent: "x" }),
      ({ message }: Error) => /contains a login/.test(message) && !message.includes("hunter2"),
    );
  }
});
