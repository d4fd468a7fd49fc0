import { waitAtMost } from "../broker/wait-at-most.ts";
import { ConnectionStatus } from "../broker/connection-status.ts";
import { received } from "../broker/received.ts";
import { BusError } from "../bus-error.ts";
import type {
  Bus,
  BusHealth,
  ConnectionHealth,
  Delivery,
  OutMessage,
  PublishResult,
  SubscribeOptions,
  Subscription,
} from "../bus.ts";
import { Access } from "./access.ts";
import { loadPubSub, type MakeClients } from "./client.ts";
import type { PubSubOptions } from "./options.ts";
import { Publisher } from "./publisher.ts";
import { PubSubSubscription } from "./subscription.ts";
import { Topics } from "./topics.ts";

/** How long start and subscribe wait for an unreachable service. */
const FIRST_WAIT_MS = 1000;

/**
 * Google Pub/Sub, with the official client. A `sent` message has an id there. Order is not guaranteed. The id of a
 * delivery is `<topic>:<message id>`. Throws BusError `unavailable` when the client is not installed or no project is
 * configured.
 */
export async function createPubSubBus(
  options: PubSubOptions,
  load?: () => Promise<typeof import("@google-cloud/pubsub")>,
): Promise<Bus> {
  if (options.projectId === "") {
    const text = "The bus pubsub needs bus.project_id: the Google Cloud project, or any name for an emulator.";
    throw new BusError("unavailable", text);
  }
  return new PubSubBus(await loadPubSub(load), options);
}

class PubSubBus implements Bus {
  readonly name = "pubsub";
  readonly durable = true;
  readonly #options: PubSubOptions;
  readonly #access: Access;
  readonly #topics: Topics;
  readonly #publisher: Publisher;
  readonly #subscriptions: PubSubSubscription[] = [];
  #onUp: ((subscription: PubSubSubscription) => void) | null = null;
  #isStarted = false;
  #stopped: Promise<void> | null = null;
  readonly #status: ConnectionStatus;

  constructor(make: MakeClients, options: PubSubOptions) {
    this.#options = options;
    this.#status = new ConnectionStatus(options.now, null);
    this.#topics = new Topics(options);
    this.#access = new Access(make, options, {
      onUp: (clients) => {
        this.#onUp = (subscription) => subscription.up(clients);
        this.#publisher.up(clients);
        for (const subscription of this.#subscriptions) if (!subscription.isStopped) subscription.up(clients);
        this.#refresh();
      },
      onDown: (reason) => {
        this.#onUp = null;
        this.#publisher.down(reason);
        for (const subscription of this.#subscriptions) subscription.down(reason);
        this.#refresh();
      },
    });
    this.#publisher = new Publisher(this.#access, this.#topics);
  }

  async start(): Promise<void> {
    if (this.#stopped !== null || this.#isStarted) return;
    this.#isStarted = true;
    this.#access.start();
    await waitAtMost(FIRST_WAIT_MS, this.#access.tried);
    this.#refresh();
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    return this.#publisher.publish(batch);
  }

  async subscribe(
    topic: string,
    { channel, maxInFlight }: SubscribeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Subscription> {
    if (this.#stopped !== null) throw new BusError("stopped", "The pubsub bus is stopped.");
    if (!(maxInFlight >= 1)) throw new RangeError(`maxInFlight must be 1 or more, not ${maxInFlight}`);
    this.#topics.topicPath(topic);
    const { ackDeadlineSeconds, now, random } = this.#options;
    const subscription = new PubSubSubscription({
      access: this.#access,
      topics: this.#topics,
      topic,
      channel,
      maxInFlight,
      ackDeadlineSeconds,
      now,
      random,
      onDelivery,
    });
    this.#subscriptions.push(subscription);
    this.#onUp?.(subscription);
    await waitAtMost(FIRST_WAIT_MS, subscription.tried);
    this.#refresh();
    return subscription;
  }

  onDrain(listener: (topic: string) => void): void {
    this.#publisher.onDrain(listener);
  }

  health(): BusHealth {
    this.#refresh();
    const reconnects = this.#access.status.health.reconnects;
    return { ...this.#status.health, reason: this.#reason(), reconnects, ...received(this.#subscriptions) };
  }

  connections(): readonly ConnectionHealth[] {
    const { server, status } = this.#access;
    const access = { name: server, ...status.health, lastMessageAt: null, inFlight: 0, depth: null };
    return [access, ...this.#subscriptions.map((subscription) => subscription.health())];
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#publisher.stop(), ...this.#subscriptions.map((subscription) => subscription.close())]);
    await this.#access.stop();
    this.#refresh();
  }

  #refresh(): void {
    const reason = this.#reason();
    if (this.#stopped !== null) this.#status.stop(reason);
    else if (reason === null) this.#status.up();
    else this.#status.down(reason);
  }

  /** The bus is connected when it can publish and every subscription receives. */
  #reason(): string | null {
    if (this.#stopped !== null) return "The pubsub bus is stopped.";
    if (!this.#isStarted) return "The pubsub bus is not started.";
    if (!this.#access.isUp) return this.#access.status.reason;
    return this.#subscriptions.find(({ reason }) => reason !== null)?.reason ?? null;
  }
}
