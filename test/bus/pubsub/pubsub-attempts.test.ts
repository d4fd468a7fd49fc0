import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { Access } from "../../../src/bus/pubsub/access.ts";
import type { PubSubClients } from "../../../src/bus/pubsub/client.ts";
import { PubSubSubscription } from "../../../src/bus/pubsub/subscription.ts";
import type { Topics } from "../../../src/bus/pubsub/topics.ts";

class FakeStream extends EventEmitter {
  isOpen = true;
  write(): void {}
  end(): void {
    this.isOpen = false;
  }
  cancel(): void {
    this.isOpen = false;
  }
  pause(): void {}
  resume(): void {}
}

test("pubsub: an attempt to open that fails late does not close the stream of a newer one", async (t) => {
  const streams: FakeStream[] = [];
  const clients = {
    subscriber: {
      streamingPull: () => {
        const stream = new FakeStream();
        streams.push(stream);
        return stream;
      },
    },
  } as unknown as PubSubClients;
  const attempts = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let started = 0;
  const topics = {
    subscriptionPath: () => "projects/p/subscriptions/s",
    toReceive: () => attempts[started++]?.promise,
  } as unknown as Topics;
  const subscription = new PubSubSubscription({
    access: { server: "test", recheck: () => {} } as unknown as Access,
    topics,
    topic: "t",
    channel: "c",
    maxInFlight: 1,
    ackDeadlineSeconds: 10,
    now: () => 0,
    random: () => 0,
    onDelivery: () => {},
  });
  t.after(() => subscription.close());
  subscription.up(clients);
  const first = subscription.tried;
  subscription.down("the service went away");
  subscription.up(clients);
  attempts[1]?.resolve();
  await subscription.tried;
  assert.equal(subscription.reason, null);
  attempts[0]?.reject(new Error("too late"));
  await first;
  assert.equal(subscription.reason, null);
  assert.deepEqual(
    streams.map(({ isOpen }) => isOpen),
    [true],
  );
});
