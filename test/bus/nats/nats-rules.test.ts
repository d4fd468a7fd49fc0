import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer } from "../../../src/bus/nats/answer.ts";
import { consumerName, nameError, readReply, safeName } from "../../../src/bus/nats/names.ts";
import { Requests } from "../../../src/bus/nats/requests.ts";
import { fc } from "../../support/seed.ts";

const topic = fc.string({
  unit: fc.constantFrom("a", "B", "-", "_", ".", "/", "\\", "=", "2", "E", "é"),
  maxLength: 8,
});

test("nats: two topics never share the name of a stream, and no name has a forbidden character", () => {
  fc.assert(
    fc.property(topic, topic, (one, other) => {
      assert.equal(safeName(one) === safeName(other), one === other);
      assert.doesNotMatch(safeName(one), /[\s.*>/\\]/);
    }),
  );
});

test("nats: a valid name makes a subject without wildcards and empty tokens", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      if (nameError("topic", name) !== null) return;
      assert.ok(name.split(".").every((token) => token !== "" && !/[\s*>]/.test(token)));
    }),
  );
});

test("nats: the consumer is named as the channel, with the topic before it where topics share a stream", () => {
  assert.equal(consumerName("done", "done", false), "done");
  assert.equal(consumerName("a.b", "flowlord", false), "flowlord");
  assert.equal(consumerName("done", "done", true), "done");
  assert.equal(consumerName("files", "files-flowlord", true), "files-flowlord");
  assert.equal(consumerName("a.b", "flowlord", true), "a=2Eb-flowlord");
});

test("nats: the metadata of a delivery is read from both forms of its reply subject", () => {
  const facts = { stream: "done", sequence: "17", storedAt: "1795521286870123456", attempt: 2, waiting: 5 };
  assert.deepEqual(readReply("$JS.ACK.done.flowlord.2.17.20.1795521286870123456.5"), facts);
  assert.deepEqual(readReply("$JS.ACK._.hash.done.flowlord.2.17.20.1795521286870123456.5.token"), facts);
  assert.deepEqual(readReply("$JS.ACK.hub.hash.done.flowlord.2.17.20.1795521286870123456.5.token"), facts);
  for (const other of ["", "$JS.FC.x", "_INBOX.a.b", "$JS.ACK.done"]) assert.equal(readReply(other), null);
});

test("nats: never requests more than may be in flight, and an idle consumer always has a request open", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("message" as const) }),
    fc.record({ kind: fc.constant("settle" as const) }),
    fc.record({ kind: fc.constant("end" as const), which: fc.nat(5) }),
    fc.record({ kind: fc.constant("silence" as const) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
      const requests = new Requests(30_000);
      /** What the server knows: token → messages still owed. */
      const owed = new Map<string, number>();
      let inFlight = 0;
      let now = 0;
      const ask = (): void => {
        const count = requests.next(max, inFlight);
        if (count > 0) owed.set(requests.add(count, now), count);
        const total = [...owed.values()].reduce((sum, left) => sum + left, 0);
        assert.ok(inFlight + total <= max, `${inFlight} held and ${total} owed of ${max}`);
        assert.ok(inFlight === max || total > 0, "nothing would come any more");
      };
      ask();
      for (const { kind, ...rest } of steps) {
        now += 1000;
        const [token, left] = [...owed][("which" in rest ? rest.which : 0) % Math.max(1, owed.size)] ?? ["", 0];
        if (kind === "message" && left > 0) {
          requests.served();
          inFlight += 1;
          if (left === 1) owed.delete(token);
          else owed.set(token, left - 1);
        } else if (kind === "settle" && inFlight > 0) inFlight -= 1;
        else if (kind === "end" && token !== "") {
          requests.ended(token, left, now);
          owed.delete(token);
        } else if (kind === "silence") {
          // The server drops the request, and its status message is lost.
          owed.clear();
          now += 40_000;
          requests.expire(now);
        }
        ask();
      }
    }),
  );
});

test("nats: a request that ends at once is distinguished from one that expired", () => {
  const requests = new Requests(30_000);
  assert.equal(requests.ended(requests.add(10, 0), null, 100), true);
  assert.equal(requests.open, 0);
  assert.equal(requests.ended(requests.add(10, 0), 10, 30_000), false);
  assert.equal(requests.ended("unknown", 3, 0), false);
});

test("nats: only a stream's answer confirms a message", () => {
  assert.deepEqual(readAnswer('{"stream":"done","seq":7,"duplicate":true}'), { isStored: true });
  const refused = '{"error":{"code":503,"err_code":10023,"description":"insufficient resources"},"stream":"","seq":0}';
  assert.deepEqual(readAnswer(refused), { isStored: false, why: "insufficient resources" });
  for (const other of ["", "ok", "null", "[]", '"x"', "{}", '{"stream":"x"}']) assert.equal(readAnswer(other), null);
});
