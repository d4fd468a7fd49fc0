import { hostname } from "node:os";
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
import { addressesOf, addressOf, type Address } from "./address.ts";
import { Depths } from "./depths.ts";
import type { Compression } from "./wire/identify.ts";
import type { LinkOptions } from "./wire/link.ts";
import { Lookup, type Node } from "./lookup.ts";
import { channelError, topicError } from "./names.ts";
import { Producer } from "./publish/producer.ts";
import { NsqSubscription } from "./consume/subscription.ts";
import type { TlsOptions } from "./wire/transport.ts";

export interface NsqOptions {
  /** `host:port`; the default port is 4150. Without any host here and in `lookupdHosts`: localhost. */
  readonly nsqdHosts: readonly string[];
  /** HTTP addresses of nsqlookupd; the default port is 4161. */
  readonly lookupdHosts: readonly string[];
  /** As in `flowlord/1.2.3`. */
  readonly userAgent: string;
  /** Null: without TLS. */
  readonly tls?: TlsOptions | null;
  readonly authSecret?: string | null;
  readonly compression?: Compression;
  /** Milliseconds after which nsqd redelivers an unfinished message; null: the default of nsqd. */
  readonly msgTimeoutMs?: number | null;
  readonly heartbeatMs?: number;
  readonly lookupEveryMs?: number;
  /** How long nsqd may take to confirm a message before another nsqd is tried. */
  readonly answerWithinMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

const NSQD_PORT = 4150;
const LOOKUPD_PORT = 4161;
/** How long start and subscribe wait for a first connection to an unreachable broker. */
const FIRST_WAIT_MS = 500;

/**
 * NSQ, with a client of our own. A `sent` message was confirmed by one nsqd, which stores it. Messages are published to
 * one of `nsqdHosts` (without them, of the nsqds listed by nsqlookupd); subscriptions read from all of both. The id of a
 * delivery is `<nsqd>/<topic>/<message id>`: two nsqds may use the same message id. Throws NsqError `unavailable` for an
 * invalid address.
 */
export function createNsqBus(options: NsqOptions): Bus {
  return new NsqBus(options);
}

class NsqBus implements Bus {
  readonly name = "nsq";
  readonly durable = true;
  readonly #link: LinkOptions;
  readonly #hosts: readonly Address[];
  readonly #lookup: Lookup;
  readonly #producer: Producer;
  readonly #subscriptions: NsqSubscription[] = [];
  readonly #depths = new Depths();
  readonly #status: ConnectionStatus;
  #isStarted = false;
  #stopped: Promise<void> | null = null;

  constructor(options: NsqOptions) {
    const now = options.now ?? Date.now;
    const random = options.random ?? Math.random;
    const compression = options.compression ?? "none";
    this.#status = new ConnectionStatus(now, null);
    const lookups = addressesOf(options.lookupdHosts, LOOKUPD_PORT);
    const hosts = addressesOf(options.nsqdHosts, NSQD_PORT);
    this.#hosts = hosts.length + lookups.length === 0 ? [addressOf("localhost", NSQD_PORT)] : hosts;
    this.#link = {
      now,
      random,
      connection: {
        tls: options.tls ?? null,
        authSecret: options.authSecret ?? null,
        openWithinMs: 5000,
        identify: {
          clientId: hostname().split(".")[0] ?? "flowlord",
          hostname: hostname(),
          userAgent: options.userAgent,
          msgTimeoutMs: options.msgTimeoutMs ?? null,
          heartbeatMs: options.heartbeatMs ?? 10_000,
          tls: (options.tls ?? null) !== null,
          compression,
        },
      },
    };
    const onChange = (): void => this.#refresh();
    this.#producer = new Producer({ link: this.#link, answerWithinMs: options.answerWithinMs ?? 10_000, onChange });
    const everyMs = options.lookupEveryMs ?? 15_000;
    this.#lookup = new Lookup({ addresses: lookups, everyMs, now, random, onNodes: (nodes) => this.#found(nodes) });
  }

  async start(): Promise<void> {
    if (this.#stopped !== null || this.#isStarted) return;
    this.#isStarted = true;
    this.#lookup.start();
    this.#spread();
    await waitAtMost(
      FIRST_WAIT_MS,
      this.#lookup.refreshed.then(() => this.#producer.tried()),
    );
    this.#refresh();
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    return this.#producer.publish(batch);
  }

  async subscribe(
    topic: string,
    { channel, maxInFlight }: SubscribeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Subscription> {
    if (this.#stopped !== null) throw new BusError("stopped", "The nsq bus is stopped.");
    const error = topicError(topic) ?? channelError(channel);
    if (error !== null) throw error;
    if (!(maxInFlight >= 1)) throw new RangeError(`maxInFlight must be 1 or more, not ${maxInFlight}`);
    const onChange = (): void => this.#refresh();
    const subscription = new NsqSubscription({ topic, channel, maxInFlight, link: this.#link, onDelivery, onChange });
    this.#subscriptions.push(subscription);
    this.#spread();
    await waitAtMost(
      FIRST_WAIT_MS,
      this.#lookup.refreshed.then(() => subscription.tried()),
    );
    this.#refresh();
    return subscription;
  }

  onDrain(listener: (topic: string) => void): void {
    this.#producer.onDrain(listener);
  }

  health(): BusHealth {
    const reconnects = this.connections().reduce((sum, connection) => sum + connection.reconnects, 0);
    return { ...this.#status.health, reason: this.#reason(), reconnects, ...received(this.#subscriptions) };
  }

  connections(): readonly ConnectionHealth[] {
    const subscriptions = this.#subscriptions.flatMap((subscription) =>
      subscription.health((address) => this.#depths.of(subscription, address)),
    );
    return [...this.#lookup.health(), ...this.#producer.health(), ...subscriptions];
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#depths.stop();
    await Promise.all([
      this.#lookup.stop(),
      this.#producer.stop(),
      ...this.#subscriptions.map((subscription) => subscription.close()),
    ]);
    this.#refresh();
  }

  #found(nodes: readonly Node[]): void {
    this.#spread();
    void this.#depths.fetch(nodes, this.#subscriptions);
  }

  /** Pass the current list of nsqds to producer and subscriptions. */
  #spread(): void {
    if (!this.#isStarted || this.#stopped !== null) return;
    const { nodes } = this.#lookup;
    this.#producer.setHosts(this.#hosts.length > 0 ? this.#hosts : nodes.map(({ address }) => address));
    for (const subscription of this.#subscriptions) subscription.setHosts(this.#hostsOf(subscription.topic, nodes));
    this.#refresh();
  }

  #hostsOf(topic: string, nodes: readonly Node[]): readonly Address[] {
    const known = new Map(this.#hosts.map((address) => [address.text, address]));
    for (const { address, tombstoned } of nodes) if (!tombstoned.has(topic)) known.set(address.text, address);
    return [...known.values()];
  }

  #refresh(): void {
    const reason = this.#reason();
    if (this.#stopped !== null) this.#status.stop(reason);
    else if (reason === null) this.#status.up();
    else this.#status.down(reason);
  }

  /** The bus is connected when it can publish and every subscription receives. */
  #reason(): string | null {
    if (this.#stopped !== null) return "The nsq bus is stopped.";
    if (!this.#isStarted) return "The nsq bus is not started.";
    const silent = this.#lookup.states.find(({ isAnswering }) => isAnswering !== true);
    const nobody = silent?.reason ?? "nsqlookupd lists no nsqd.";
    if (!this.#producer.isConnected)
      return this.#producer.connections.length === 0 ? nobody : (this.#producer.reason() ?? nobody);
    for (const { isStopped, connections, topic } of this.#subscriptions) {
      if (isStopped || connections.some(({ isReady }) => isReady)) continue;
      const reasons = connections.flatMap(({ link }) => link.status.reason ?? []);
      return `Topic ${topic}: ${reasons.length === 0 ? nobody : reasons.join(" ")}`;
    }
    return null;
  }
}
