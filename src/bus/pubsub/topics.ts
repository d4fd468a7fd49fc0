import { ONCE, STATUS, statusOf, type PubSubClients } from "./client.ts";
import { nameError, subscriptionName } from "./names.ts";
import type { PubSubOptions } from "./options.ts";

/** Finds topics and subscriptions, and creates missing ones. */
export class Topics {
  readonly #options: Pick<PubSubOptions, "projectId" | "ackDeadlineSeconds">;
  readonly #ready = new Map<string, Promise<void>>();

  constructor(options: Pick<PubSubOptions, "projectId" | "ackDeadlineSeconds">) {
    this.#options = options;
  }

  /** Throws BusError `refused` for a name that cannot be. */
  topicPath(topic: string): string {
    const error = nameError("topic", topic);
    if (error !== null) throw error;
    return `projects/${this.#options.projectId}/topics/${topic}`;
  }

  /** Throws BusError `refused` for a name that cannot be. */
  subscriptionPath(topic: string, channel: string): string {
    const name = subscriptionName(topic, channel);
    const error = nameError("subscription", name);
    if (error !== null) throw error;
    return `projects/${this.#options.projectId}/subscriptions/${name}`;
  }

  /** The topic may have been deleted: check it again before the next message. */
  forget(topic: string): void {
    this.#ready.delete(topic);
  }

  /**
   * Creates the topic when it is missing. Pub/Sub discards messages on a topic without subscriptions, so such a topic gets
   * `<topic>-flowlord`, where messages wait for a later consumer. Rejects with the service's error.
   */
  toPublish(clients: PubSubClients, topic: string): Promise<void> {
    const known = this.#ready.get(topic);
    if (known !== undefined) return known;
    const making = this.#prepare(clients, topic);
    this.#ready.set(topic, making);
    making.catch(() => this.#ready.delete(topic));
    return making;
  }

  /** Creates topic and subscription when missing. Rejects with the service's error. */
  async toReceive(clients: PubSubClients, topic: string, channel: string): Promise<void> {
    const subscription = this.subscriptionPath(topic, channel);
    const found = await exists(clients.subscriber.getSubscription({ subscription }, ONCE));
    if (found) return;
    await this.#makeTopic(clients, topic);
    await this.#makeSubscription(clients, topic, channel);
  }

  async #prepare(clients: PubSubClients, topic: string): Promise<void> {
    await this.#makeTopic(clients, topic);
    try {
      const request = { topic: this.topicPath(topic), pageSize: 1 };
      const [names] = await clients.publisher.listTopicSubscriptions(request, { ...ONCE, autoPaginate: false });
      if (names.length === 0) await this.#makeSubscription(clients, topic, topic);
    } catch (error) {
      // A publish-only user may neither list nor create subscriptions; then somebody else manages them.
      if (statusOf(error) !== STATUS.permissionDenied) throw error;
    }
  }

  async #makeTopic({ publisher }: PubSubClients, topic: string): Promise<void> {
    const name = this.topicPath(topic);
    try {
      if (await exists(publisher.getTopic({ topic: name }, ONCE))) return;
    } catch (error) {
      // A publish-only user may not read the topic either; publishing will show whether it exists.
      if (statusOf(error) === STATUS.permissionDenied) return;
      throw error;
    }
    await unlessThere(publisher.createTopic({ name }, ONCE));
  }

  async #makeSubscription({ subscriber }: PubSubClients, topic: string, channel: string): Promise<void> {
    const { ackDeadlineSeconds } = this.#options;
    const name = this.subscriptionPath(topic, channel);
    // An empty policy, so that it does not expire when nobody reads it for a month.
    const request = { name, topic: this.topicPath(topic), ackDeadlineSeconds, expirationPolicy: {} };
    await unlessThere(subscriber.createSubscription(request, ONCE));
  }
}

async function exists(looking: Promise<unknown>): Promise<boolean> {
  try {
    await looking;
    return true;
  } catch (error) {
    if (statusOf(error) === STATUS.notFound) return false;
    throw error;
  }
}

async function unlessThere(making: Promise<unknown>): Promise<void> {
  try {
    await making;
  } catch (error) {
    if (statusOf(error) !== STATUS.alreadyExists) throw error;
  }
}
