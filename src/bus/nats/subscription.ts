import type { Msg, Subscription as Inbox } from "@nats-io/transport-node";
import type { ConnectionHealth, Delivery, Subscription } from "../bus.ts";
import { ConnectionStatus } from "../broker/connection-status.ts";
import { InFlightMessage, type Holder } from "../broker/in-flight-message.ts";
import { plainReason } from "../plain-reason.ts";
import type { NatsClient } from "./client.ts";
import { openConsumer, type OpenConsumer } from "./consumer.ts";
import type { NatsLink, Up } from "./link.ts";
import { deliveryId, readReply } from "./names.ts";
import { Requests } from "./requests.ts";
import type { Streams, TopicStream } from "./streams.ts";

export interface NatsSubscriptionOptions {
  readonly client: NatsClient;
  readonly link: NatsLink;
  readonly streams: Streams;
  readonly topic: string;
  readonly channel: string;
  readonly maxInFlight: number;
  readonly ackWaitMs: number;
  readonly now: () => number;
  readonly onDelivery: (delivery: Delivery) => void;
}

interface Open extends OpenConsumer {
  readonly up: Up;
  readonly at: TopicStream;
  readonly inbox: string;
  readonly receiver: Inbox;
}

const ACK = "+ACK";
const NAK = "-NAK";
const WORKING = "+WPI";
/** How long the server keeps a request for messages. */
const REQUEST_MS = 30_000;
const RETRY_MS = 1000;
const STOP_WITHIN = 1000;
/** Shortest interval for reading the depth and checking that consumer and subject still exist. */
const POLL_INTERVAL_MS = 10_000;

/** One topic and channel, read by a durable pull consumer. Never requests more messages than may be in flight. */
export class NatsSubscription implements Subscription, Holder<string> {
  readonly #options: NatsSubscriptionOptions;
  readonly #inFlight = new Map<string, InFlightMessage<string>>();
  readonly #requests = new Requests(REQUEST_MS);
  /** Acks and nacks from while there was no connection. */
  readonly #unsent: { readonly reply: string; readonly answer: string }[] = [];
  #open: Open | null = null;
  #opening: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #polledAt = 0;
  #isAskingSoon = false;
  #isStopped = false;
  #stopping: Promise<void> | null = null;
  #waiting: number | null = null;
  readonly #status: ConnectionStatus;
  lastMessageAt: number | null = null;

  constructor(options: NatsSubscriptionOptions) {
    this.#options = options;
    this.#status = new ConnectionStatus(options.now, `Topic ${options.topic} is being opened.`);
  }

  get topic(): string {
    return this.#options.topic;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Why no messages arrive although the connection is up; null when they do. */
  get reason(): string | null {
    return this.isStopped ? null : this.#status.reason;
  }

  /** Resolves when the attempt to open on the latest connection has ended. */
  get tried(): Promise<void> {
    return this.#opening;
  }

  up(up: Up): void {
    for (const { reply, answer } of this.#unsent.splice(0)) up.connection.publish(reply, answer);
    this.#opening = this.#begin(up);
  }

  down(reason: string): void {
    if (this.#open !== null && !this.#open.receiver.isClosed()) this.#open.receiver.unsubscribe();
    this.#open = null;
    this.#closed(reason);
  }

  settle(message: InFlightMessage<string>, delayMs: number | null): void {
    if (this.#inFlight.get(message.id) !== message) return;
    this.#inFlight.delete(message.id);
    this.#answer(message.receipt, delayMs === null ? ACK : refusal(delayMs));
    this.#askSoon();
    this.#rest();
  }

  touch(message: InFlightMessage<string>): void {
    if (this.#inFlight.get(message.id) === message && performance.now() - message.touchedAt > 1000)
      this.#extend(message);
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    this.#status.stop(`The subscription of ${this.#options.topic} was stopped by this process.`);
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Requeue the messages in flight. */
  async close(): Promise<void> {
    await this.stop();
    for (const { receipt } of this.#inFlight.values()) this.#answer(receipt, NAK);
    this.#inFlight.clear();
    this.#rest();
  }

  health(): ConnectionHealth {
    const { link, topic, channel } = this.#options;
    return {
      name: `${topic}/${channel} from ${link.server}`,
      ...this.#status.health,
      lastMessageAt: this.lastMessageAt,
      inFlight: this.inFlight,
      depth: this.#open === null ? null : this.#waiting,
    };
  }

  /** Finds or creates stream and consumer, then requests messages. Retries until it works or the connection ends. */
  async #begin(up: Up): Promise<void> {
    const { client, link, streams, topic, onDelivery: _, ...wish } = this.#options;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    try {
      const at = await streams.ensure(up.manager, topic);
      const consumer = await openConsumer(up.manager, at, { topic, ...wish });
      if (link.up !== up || this.isStopped || this.#open?.up === up) return;
      const inbox = client.createInbox();
      const callback = (error: Error | null, msg: Msg): void => thrown(() => this.#receive(error, msg));
      const receiver = up.connection.subscribe(`${inbox}.*`, { callback });
      // `*` matches the status replies to requests; messages arrive on their own subject.
      this.#open = { ...consumer, up, at, inbox, receiver };
      this.#requests.clear();
      this.#status.up();
      this.#polledAt = performance.now();
      this.#tickEvery(Math.min(5000, consumer.ackWaitMs / 4));
      this.#ask();
    } catch (error) {
      if (link.up !== up || this.isStopped) return;
      streams.forget(topic);
      this.#closed(`Topic ${topic} cannot be read from NATS: ${plainReason(error)}.`);
      this.#beginLater(up, RETRY_MS);
    }
  }

  #closed(reason: string): void {
    if (this.#open === null) this.#status.down(reason);
    else this.#status.setError(reason);
  }

  /** The consumer or its stream is gone: find or create it again. */
  #reopen(reason: string): void {
    const open = this.#open;
    if (open === null) return;
    this.down(`Topic ${this.topic}: ${reason}.`);
    this.#options.streams.forget(this.topic);
    this.#beginLater(open.up, RETRY_MS / 10);
  }

  #beginLater(up: Up, wait: number): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#opening = this.#begin(up);
    }, wait);
  }

  /** Once for all messages that are settled in the same turn. */
  #askSoon(): void {
    if (this.#isAskingSoon) return;
    this.#isAskingSoon = true;
    queueMicrotask(() => {
      this.#isAskingSoon = false;
      this.#ask();
    });
  }

  #ask(): void {
    const open = this.#open;
    if (open === null || this.isStopped) return;
    const count = this.#requests.next(this.#options.maxInFlight, this.#inFlight.size);
    if (count === 0) return;
    const token = this.#requests.add(count, performance.now());
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${open.at.stream}.${open.name}`;
    const request = JSON.stringify({ batch: count, expires: REQUEST_MS * 1_000_000 });
    open.up.connection.publish(subject, request, { reply: `${open.inbox}.${token}` });
  }

  #receive(error: Error | null, msg: Msg): void {
    if (error !== null) return this.#reopen(plainReason(error));
    const facts = readReply(msg.reply ?? "");
    if (facts === null) return this.#hear(msg);
    this.#requests.served();
    this.#waiting = facts.waiting;
    const reply = msg.reply ?? "";
    const id = deliveryId(facts);
    const known = this.#inFlight.get(id);
    if (known !== undefined) {
      // Redelivered because this process was silent for too long; it is still in progress here.
      known.renew(reply, performance.now());
      return this.#askSoon();
    }
    if (this.isStopped || this.#inFlight.size >= this.#options.maxInFlight) return this.#answer(reply, NAK);
    const { attempt } = facts;
    const arrival = { id, topic: this.topic, payload: msg.string(), attempt, receipt: reply, now: performance.now() };
    const message = new InFlightMessage(this, arrival);
    this.#inFlight.set(id, message);
    this.lastMessageAt = this.#options.now();
    this.#status.setError(null);
    this.#options.onDelivery(message);
    this.#askSoon();
  }

  /** A status message of the server about a request. */
  #hear(msg: Msg): void {
    const { code = 0, description = "" } = msg.headers ?? {};
    const token = msg.subject.slice(msg.subject.lastIndexOf(".") + 1);
    const left = msg.headers?.get("Nats-Pending-Messages") ?? "";
    const isEarly = this.#requests.ended(token, left === "" ? null : Number(left), performance.now());
    // Code 408 is the normal end of a request, 404 means that no messages wait.
    if (code === 503 || /deleted|push/i.test(description))
      return this.#reopen("its consumer is gone and is created again");
    if (!isEarly) {
      this.#status.setError(null);
      return this.#askSoon();
    }
    if (code === 409)
      this.#closed(`Topic ${this.topic}: NATS ended a request for messages: ${plainReason(description)}.`);
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#ask();
    }, RETRY_MS);
  }

  #tickEvery(ms: number): void {
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#tick(performance.now()), ms);
  }

  #tick(now: number): void {
    const open = this.#open;
    if (open === null) return;
    for (const message of this.#inFlight.values())
      if (now - message.touchedAt > open.ackWaitMs / 3) this.#extend(message);
    if (this.isStopped) return;
    this.#requests.expire(now);
    this.#ask();
    if (now - this.#polledAt < Math.min(POLL_INTERVAL_MS, open.ackWaitMs)) return;
    this.#polledAt = now;
    void this.#poll(open);
  }

  async #poll({ up, at, name }: Open): Promise<void> {
    try {
      this.#waiting = (await up.manager.consumers.info(at.stream, name)).num_pending;
      const stream = await up.manager.streams.find(at.subject);
      if (stream !== at.stream && this.#open?.up === up) this.#reopen(`its subject is in the stream ${stream} now`);
    } catch (error) {
      if (this.#open?.up === up) this.#reopen(plainReason(error));
    }
  }

  #extend(message: InFlightMessage<string>): void {
    message.touchedAt = performance.now();
    this.#open?.up.connection.publish(message.receipt, WORKING);
  }

  #answer(reply: string, answer: string): void {
    const up = this.#options.link.up;
    if (up === null) this.#unsent.push({ reply, answer });
    else up.connection.publish(reply, answer);
  }

  async #stop(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const receiver = this.#open?.receiver;
    if (receiver !== undefined && !receiver.isClosed()) {
      // Messages that the server has sent by now have arrived; requeue them.
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, STOP_WITHIN);
      await Promise.race([receiver.drain().catch(() => {}), limit.promise]);
      clearTimeout(timer);
    }
    this.#rest();
  }

  /** After a stop the ticker runs only as long as messages are in flight. */
  #rest(): void {
    if (!this.isStopped || this.#inFlight.size > 0 || this.#ticker === null) return;
    clearInterval(this.#ticker);
    this.#ticker = null;
  }
}

/** The client would print a callback's error and stop receiving; instead it ends the process, as any uncaught error. */
function thrown(work: () => void): void {
  try {
    work();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

function refusal(delayMs: number): string {
  const delay = Math.ceil(delayMs);
  return delay > 0 ? `${NAK} ${JSON.stringify({ delay: delay * 1_000_000 })}` : NAK;
}
