import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Bus, PublishResult } from "../../../src/bus/bus.ts";
import { createNsqBus, type NsqOptions } from "../../../src/bus/nsq/nsq.ts";
import { startNsqd } from "../../servers/nsq.ts";
import { Inbox, messages } from "../inbox.ts";
import { until } from "./until.ts";

const AT_ONCE = { channel: "flowlord", maxInFlight: 100 };

async function onNsqd(
  t: TestContext,
  flags: readonly string[],
  options: Partial<NsqOptions>,
  run: (bus: Bus) => Promise<void>,
): Promise<void> {
  const nsqd = await startNsqd(t, { flags });
  if (nsqd === null) return;
  const bus = createNsqBus({ nsqdHosts: [nsqd.tcp], lookupdHosts: [], userAgent: "flowlord/test", ...options });
  try {
    await bus.start();
    await run(bus);
  } finally {
    await bus.stop();
  }
}

function outcome(result: PublishResult): string {
  return result.status === "failed" && "code" in result.error ? String(result.error.code) : result.status;
}

describe("nsq: limits of nsqd", { concurrency: true }, () => {
  test("a message that is too large is the only one to fail, the first time and later; the limit comes from nsqd", (t) =>
    onNsqd(t, ["-max-msg-size", "1500000"], {}, async (bus) => {
      const inbox = new Inbox();
      await bus.subscribe("large", AT_ONCE, inbox.onDelivery);
      const large = ["small", "x".repeat(1_400_000), "y".repeat(2_000_000), "small too"];
      for (const round of [0, 1]) {
        const results = await Promise.all(bus.publish(messages("large", large)));
        assert.deepEqual(results.map(outcome), ["sent", "sent", "message_too_big", "sent"]);
        assert.equal((await inbox.take(3 * (round + 1))).length, 3 * (round + 1));
      }
      const [refused] = await Promise.all(bus.publish(messages("large", ["z".repeat(1_500_001)])));
      const text = refused?.status === "failed" ? refused.error.message : "";
      assert.match(
        text,
        /accepts messages of up to 1500000 bytes, and one for topic large has 1500001: raise its -max-msg-size/,
      );
      assert.equal(bus.health().state, "connected");
    }));

  test("smaller limits are learned, and batches fit them", (t) =>
    onNsqd(t, ["-max-msg-size", "1000", "-max-body-size", "5000"], {}, async (bus) => {
      const inbox = new Inbox();
      await bus.subscribe("small", AT_ONCE, (delivery) => {
        inbox.onDelivery(delivery);
        delivery.ack();
      });
      const payloads = Array.from({ length: 60 }, (_, index) => String(index).padStart(index === 30 ? 1001 : 900, "x"));
      const results = await Promise.all(bus.publish(messages("small", payloads)));
      assert.deepEqual(
        results.map(outcome),
        payloads.map(({ length }) => (length > 1000 ? "message_too_big" : "sent")),
      );
      assert.deepEqual(new Set(await inbox.payloads(59)), new Set(payloads.filter(({ length }) => length <= 1000)));
    }));

  test("a message that takes longer than the time-out is delivered once, and redelivered after a requeue", (t) =>
    onNsqd(t, [], { msgTimeoutMs: 1000 }, async (bus) => {
      const inbox = new Inbox();
      await bus.subscribe("slow", AT_ONCE, inbox.onDelivery);
      const startedAt = performance.now();
      await Promise.all(bus.publish(messages("slow", ["slow"])));
      const [slow] = await inbox.take(1);
      await until(() => performance.now() - startedAt > 2500);
      assert.equal(inbox.deliveries.length, 1);
      slow?.nack();
      const [, again] = await inbox.take(2);
      assert.equal(again?.attempt, 2);
      assert.equal(again?.id, slow?.id);
      again?.ack();
    }));
});
