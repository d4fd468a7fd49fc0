import type { TestContext } from "node:test";
import { v1, PubSub } from "@google-cloud/pubsub";
import type { Bus } from "../../../src/bus/bus.ts";
import type { PubSubClients } from "../../../src/bus/pubsub/client.ts";
import type { PubSubOptions } from "../../../src/bus/pubsub/options.ts";
import { createPubSubBus } from "../../../src/bus/pubsub/pubsub.ts";
import { randomFrom, SEED } from "../../support/seed.ts";

export const PROJECT = "projects/a-project";

export function pubsubOptions(emulatorHost: string | null, changed: Partial<PubSubOptions> = {}): PubSubOptions {
  return {
    projectId: "a-project",
    keyFile: null,
    emulatorHost,
    ackDeadlineSeconds: 10,
    now: Date.now,
    random: randomFrom(SEED),
    ...changed,
  };
}

/** A started bus, stopped after the test. */
export async function openPubSub(t: TestContext, address: string, changed: Partial<PubSubOptions> = {}): Promise<Bus> {
  const bus = await createPubSubBus(pubsubOptions(address, changed));
  t.after(() => bus.stop());
  await bus.start();
  return bus;
}

/** A separate client of the service's API, closed after the test. */
export async function adminOf(t: TestContext, address: string): Promise<PubSubClients> {
  const factory = new PubSub({
    projectId: "a-project",
    apiEndpoint: address,
    emulatorMode: true,
    // Otherwise this client asks at the metadata address of Google.
    clientOptions: { universeDomain: "googleapis.com" },
  });
  const config = (await factory.getClientConfig()) as ConstructorParameters<typeof v1.PublisherClient>[0];
  const clients = { publisher: new v1.PublisherClient(config), subscriber: new v1.SubscriberClient(config) };
  t.after(() => Promise.all([clients.publisher.close(), clients.subscriber.close()]));
  return clients;
}

/**
 * A subscription of the channel flowlord for a bus with `ackDeadlineSeconds: 1`, which could not create it: messages are
 * redelivered a second after the last extension.
 */
export async function impatient(t: TestContext, address: string, topic: string): Promise<void> {
  const { publisher, subscriber } = await adminOf(t, address);
  await publisher.createTopic({ name: `${PROJECT}/topics/${topic}` });
  const name = `${PROJECT}/subscriptions/${topic}-flowlord`;
  await subscriber.createSubscription({ name, topic: `${PROJECT}/topics/${topic}`, ackDeadlineSeconds: 10 });
}
