import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress } from "../../../src/bus/nsq/address.ts";
import { identifyBody, readAgreement } from "../../../src/bus/nsq/wire/identify.ts";
import { Limits } from "../../../src/bus/nsq/publish/limits.ts";
import { nodesOf } from "../../../src/bus/nsq/lookup.ts";
import { channelError, isNsqName, topicError } from "../../../src/bus/nsq/names.ts";
import { errorOfFrame, isHarmless } from "../../../src/bus/nsq/nsq-error.ts";
import { PublishQueue, type Waiting } from "../../../src/bus/nsq/publish/publish-queue.ts";
import { nextReady, readyShares } from "../../../src/bus/nsq/consume/ready-counts.ts";
import { ReadyWindow } from "../../../src/bus/nsq/consume/window.ts";
import { fc } from "../../support/seed.ts";

test("names: NSQ's rule, including ephemeral ones", () => {
  for (const name of ["done", "a.b-c_D9", "x".repeat(64), "t#ephemeral"]) assert.ok(isNsqName(name), name);
  for (const name of ["", "a b", "a/b", "é", "x".repeat(65), "t#other", "#ephemeral", "a\n"])
    assert.ok(!isNsqName(name), name);
  assert.match(topicError("a b")?.message ?? "", /Invalid NSQ topic "a b": a name has 1 to 64/);
  assert.equal(channelError("a b")?.code, "bad_channel");
});

test("addresses: host and port, IPv6, a scheme, the default port", () => {
  assert.deepEqual(readAddress("10.0.0.1:4150", 1), { host: "10.0.0.1", port: 4150, text: "10.0.0.1:4150" });
  assert.deepEqual(readAddress("http://lookup:4161/", 1), { host: "lookup", port: 4161, text: "lookup:4161" });
  assert.deepEqual(readAddress("nsq", 4150), { host: "nsq", port: 4150, text: "nsq:4150" });
  assert.deepEqual(readAddress("[::1]:4150", 1), { host: "::1", port: 4150, text: "[::1]:4150" });
  for (const text of ["", "a:b", "a:0", "a:70000", "::1", "user:secret@host:1", "a b"])
    assert.equal(readAddress(text, 1), null, text);
});

test("errors: one typed error per protocol error, without the secret and without control characters", () => {
  const error = errorOfFrame("h:1", "E_AUTH_FAILED for s3cret\u0007\n", "s3cret");
  assert.equal(error.code, "E_AUTH_FAILED");
  assert.equal(error.message, "nsqd h:1 answered: E_AUTH_FAILED for ********?");
  assert.equal(errorOfFrame("h:1", "E_NEW thing", null).code, "unknown_error");
  assert.equal(errorOfFrame("h:1", "x".repeat(1000), null).message.length < 300, true);
  const codes = ["E_FIN_FAILED", "E_REQ_FAILED", "E_TOUCH_FAILED", "E_INVALID"];
  const harmless = codes.map((code) => isHarmless(errorOfFrame("h", code, null).code));
  assert.deepEqual(harmless, [true, true, true, false]);
});

test("IDENTIFY requests unbuffered output, except with compression, and the answer may lack any field", () => {
  const request = {
    clientId: "c",
    hostname: "h",
    userAgent: "flowlord/1",
    msgTimeoutMs: null,
    heartbeatMs: 10_000,
    tls: false,
    compression: "none" as const,
  };
  const plain = JSON.parse(identifyBody(request)) as Record<string, unknown>;
  assert.equal(plain["output_buffer_size"], -1);
  assert.equal(plain["feature_negotiation"], true);
  assert.equal(Object.hasOwn(plain, "msg_timeout"), false);
  const packed = JSON.parse(identifyBody({ ...request, compression: "snappy", msgTimeoutMs: 5000 })) as Record<
    string,
    unknown
  >;
  assert.equal(packed["output_buffer_timeout"], 25);
  assert.equal(packed["snappy"], true);
  assert.equal(packed["msg_timeout"], 5000);
  for (const answer of ["OK", "{}", "{broken", "[1]", '{"max_rdy_count":-1,"msg_timeout":"x"}']) {
    const agreement = readAgreement(answer);
    assert.equal(agreement.maxRdyCount, 2500);
    assert.equal(agreement.msgTimeoutMs, 60_000);
    assert.equal(agreement.compression, "none");
  }
});

const STATES = fc.array(fc.record({ ready: fc.nat(50), inFlight: fc.nat(50), max: fc.integer({ min: 1, max: 60 }) }), {
  maxLength: 8,
});

test("RDY: shares are even, within the budget and within the limit of each server", () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }),
      fc.nat(20),
      (budget, max, turn) => {
        const shares = readyShares(budget, max, turn);
        const total = shares.reduce((sum, share) => sum + share, 0);
        assert.ok(total <= budget);
        shares.forEach((share, index) => assert.ok(share >= 0 && share <= (max[index] ?? 0)));
        if (max.length > 0 && max.every((limit) => limit >= budget)) assert.equal(total, budget);
      },
    ),
  );
});

test("RDY: while shares move, no more can be in flight than the budget or the current count", () => {
  fc.assert(
    fc.property(fc.nat(100), STATES, fc.nat(20), (budget, states, turn) => {
      const next = nextReady(budget, states, turn);
      const inFlight = (ready: readonly number[]) =>
        states.reduce((sum, { inFlight }, index) => sum + Math.max(inFlight, ready[index] ?? 0), 0);
      const lowered = states.map(({ ready }, index) => Math.min(ready, next[index] ?? 0));
      assert.ok(inFlight(next) <= Math.max(budget, inFlight(lowered)));
    }),
  );
});

test("RDY: with nothing in flight every share is sent at once, and each connection gets its turn", () => {
  const idle = [0, 0, 0].map(() => ({ ready: 0, inFlight: 0, max: 100 }));
  assert.deepEqual(nextReady(10, idle, 0), [4, 3, 3]);
  assert.deepEqual(
    [0, 1, 2, 3].map((turn) => nextReady(1, idle, turn)),
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ],
  );
  const busy = [
    { ready: 1, inFlight: 1, max: 9 },
    { ready: 0, inFlight: 0, max: 9 },
  ];
  // The turn has moved on, but the first still has the only allowed message in flight.
  assert.deepEqual(nextReady(1, busy, 1), [0, 0]);
});

test("a failure halves the window, simultaneous failures count once, successes restore it", () => {
  const window = new ReadyWindow(16);
  assert.equal(window.failed(1, 10), true);
  assert.equal(window.failed(5, 11), false);
  assert.equal(window.size, 8);
  assert.equal(window.failed(12, 13), true);
  assert.equal(window.size, 4);
  for (let time = 20; time < 60; time += 2) window.failed(time, time + 1);
  assert.equal(window.size, 1);
  let acks = 0;
  while (window.size < 16) {
    window.succeeded();
    acks += 1;
  }
  assert.equal(acks, 1 + 2 + 4 + 8);
  assert.equal(window.succeeded(), false);
});

function waiting(topic: string, bytes: number): Waiting {
  return { topic, payload: `${topic}${bytes}`, bytes, settle: () => {}, tries: 0 };
}

test("batches: by topic and in order, within both limits, and never with a message that is too large", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ topic: fc.constantFrom("a", "b", "c"), bytes: fc.integer({ min: 1, max: 40 }) })),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 10, max: 120 }),
      (given, messages, bytes) => {
        const queue = new PublishQueue();
        const all = given.map(({ topic, bytes: size }) => waiting(topic, size));
        for (const message of all) queue.push(message);
        const taken: Waiting[] = [];
        for (let first = queue.first; first !== undefined && first.bytes <= 30; first = queue.first) {
          const batches = queue.takeBatches({ messages, bytes }, 30);
          const flat = batches.flatMap((batch) => batch.messages);
          assert.ok(flat.length > 0 && flat.length <= messages);
          if (flat.length > 1) assert.ok(flat.reduce((sum, one) => sum + 4 + one.bytes, 4) <= bytes);
          assert.equal(new Set(batches.map((batch) => batch.topic)).size, batches.length);
          for (const batch of batches) assert.ok(batch.messages.every(({ topic }) => topic === batch.topic));
          taken.push(...flat);
        }
        const stop = all.findIndex((message) => message.bytes > 30);
        const expected = stop < 0 ? all : all.slice(0, stop);
        for (const topic of ["a", "b", "c"])
          assert.deepEqual(
            taken.filter((one) => one.topic === topic),
            expected.filter((one) => one.topic === topic),
          );
        queue.putBack(taken);
        assert.equal(queue.size, all.length);
        assert.equal(
          queue.bytes,
          all.reduce((sum, one) => sum + one.bytes, 0),
        );
        assert.deepEqual(new Set(queue.drain()), new Set(all));
        assert.equal(queue.bytes, 0);
      },
    ),
  );
});

test("limits are learned from a server's errors", () => {
  const limits = new Limits();
  assert.equal(limits.messageBytes, 1024 * 1024);
  assert.equal(limits.refuses(2_000_000), null);
  assert.equal(limits.learn(errorOfFrame("h", "E_BAD_MESSAGE PUB message too big 5000000 > 1500000", null)), true);
  assert.equal(limits.refuses(2_000_000), 1_500_000);
  assert.equal(limits.messageBytes, 1_500_000);
  assert.equal(limits.learn(errorOfFrame("h", "E_BAD_BODY MPUB body too big 9 > 1000", null)), true);
  assert.equal(limits.bodyBytes, 1000);
  assert.equal(limits.messageBytes, 992);
  assert.equal(limits.learn(errorOfFrame("h", "E_BAD_BODY MPUB body too big 9 > 1000", null)), false);
  assert.equal(limits.learn(errorOfFrame("h", "E_INVALID", null)), false);
});

test("nsqlookupd: nsqds of new and old answers, with tombstoned topics; invalid entries are left out", () => {
  const producer = {
    broadcast_address: "10.0.0.1",
    tcp_port: 4150,
    http_port: 4151,
    topics: ["done", "old"],
    tombstones: [false, true],
  };
  for (const answer of [{ producers: [producer] }, { data: { producers: [producer, { tcp_port: 1 }, null, 7] } }]) {
    const [node, ...others] = nodesOf(answer);
    assert.equal(others.length, 0);
    assert.equal(node?.address.text, "10.0.0.1:4150");
    assert.equal(node?.http.text, "10.0.0.1:4151");
    assert.deepEqual(node?.tombstoned, new Set(["old"]));
  }
  for (const answer of [null, [], {}, { producers: 3 }, "x"]) assert.deepEqual(nodesOf(answer), []);
});
