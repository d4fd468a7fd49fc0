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
import { loadNats, type NatsClient } from "./client.ts";
import { NatsLink } from "./link.ts";
import { nameError } from "./names.ts";
import type { NatsOptions } from "./options.ts";
import { Publisher } from "./publisher.ts";
import { Streams } from "./streams.ts";
import { NatsSubscription } from "./subscription.ts";

/** How long start and subscribe wait for an unreachable server. */
const FIRST_WAIT_MS = 500;

/**
 * NATS JetStream, with the official client. A `sent` message is stored in a stream. The id of a delivery is
 * `<stream>:<sequence>:<time of storing>`. Throws BusError `unavailable` when the client is not installed, and for a
 * server that is not a valid `host:port`.
 */
export async function createNatsBus(options: NatsOptions, load?: () => Promise<NatsClient>): Promise<Bus> {
  for (const server of options.servers) checkServer(server);
  if (options.servers.length === 0) throw new BusError("unavailable", "The bus nats needs bus.nats_servers.");
  return new NatsBus(await loadNats(load), options);
}

class NatsBus implements Bus {
  readonly name = "nats";
  readonly durable = true;
  readonly #client: NatsClient;
  readonly #options: NatsOptions;
  readonly #link: NatsLink;
  readonly #streams: Streams;
  readonly #publisher: Publisher;
  readonly #subscriptions: NatsSubscription[] = [];
  #isStarted = false;
  #stopped: Promise<void> | null = null;
  readonly #status: ConnectionStatus;

  constructor(client: NatsClient, options: NatsOptions) {
    this.#client = client;
    this.#options = options;
    this.#status = new ConnectionStatus(options.now, null);
    this.#streams = new Streams(options);
    this.#publisher = new Publisher(client, this.#streams, () => this.#reason() ?? "The nats bus is not connected.");
    this.#link = new NatsLink(client, options, {
      onUp: (up) => {
        this.#publisher.up(up);
        for (const subscription of this.#subscriptions) subscription.up(up);
        this.#refresh();
      },
      onDown: (reason) => {
        this.#publisher.down(reason);
        for (const subscription of this.#subscriptions) subscription.down(reason);
        this.#refresh();
      },
      onForbidden: (subject) => this.#publisher.forbidden(subject),
    });
  }

  async start(): Promise<void> {
    if (this.#stopped !== null || this.#isStarted) return;
    this.#isStarted = true;
    this.#link.start();
    await waitAtMost(FIRST_WAIT_MS, this.#link.tried);
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
    if (this.#stopped !== null) throw new BusError("stopped", "The nats bus is stopped.");
    this.#streams.subjectOf(topic);
    const error = nameError("channel", channel);
    if (error !== null) throw error;
    if (!(maxInFlight >= 1)) throw new RangeError(`maxInFlight must be 1 or more, not ${maxInFlight}`);
    const { ackWaitMs, now } = this.#options;
    const subscription = new NatsSubscription({
      client: this.#client,
      link: this.#link,
      streams: this.#streams,
      topic,
      channel,
      maxInFlight,
      ackWaitMs,
      now,
      onDelivery,
    });
    this.#subscriptions.push(subscription);
    if (this.#link.up !== null) subscription.up(this.#link.up);
    await waitAtMost(FIRST_WAIT_MS, subscription.tried);
    this.#refresh();
    return subscription;
  }

  onDrain(listener: (topic: string) => void): void {
    this.#publisher.onDrain(listener);
  }

  health(): BusHealth {
    this.#refresh();
    const reconnects = this.#link.status.health.reconnects;
    return { ...this.#status.health, reason: this.#reason(), reconnects, ...received(this.#subscriptions) };
  }

  connections(): readonly ConnectionHealth[] {
    const { server, status } = this.#link;
    const link = { name: `NATS ${server}`, ...status.health, lastMessageAt: null, inFlight: 0, depth: null };
    return [link, ...this.#subscriptions.map((subscription) => subscription.health())];
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#publisher.stop(), ...this.#subscriptions.map((subscription) => subscription.close())]);
    await this.#link.stop();
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
    if (this.#stopped !== null) return "The nats bus is stopped.";
    if (!this.#isStarted) return "The nats bus is not started.";
    if (this.#link.up === null) return this.#link.status.reason;
    return this.#subscriptions.find(({ reason }) => reason !== null)?.reason ?? null;
  }
}

/** Addresses are shown to users, so a login must not be part of them. */
function checkServer(server: string): void {
  if (server.includes("@")) {
    const text = "A server of bus.nats_servers contains a login: put it into bus.nats_user and bus.nats_password.";
    throw new BusError("unavailable", text);
  }
  if (!/^((nats|tls):\/\/)?(\[[0-9a-f:.]+\]|[^\s:/[\]]+)(:\d{1,5})?$/i.test(server)) {
    throw new BusError(
      "unavailable",
      `${JSON.stringify(server)} of bus.nats_servers is not a valid address: write host:port.`,
    );
  }
}
