import { Backoff } from "../../contract/backoff.ts";
import type { ConnectionHealth, Delivery, Subscription } from "../bus.ts";
import { ConnectionStatus } from "../broker/connection-status.ts";
import { InFlightMessage, type Holder } from "../broker/in-flight-message.ts";
import { plainReason } from "../plain-reason.ts";
import type { Access } from "./access.ts";
import { Answers, confirmed } from "./answers.ts";
import { isAway, errorText, type PubSubClients } from "./client.ts";
import { PullStream, type Received } from "./stream.ts";
import type { Topics } from "./topics.ts";

export interface PubSubSubscriptionOptions {
  readonly access: Access;
  readonly topics: Topics;
  readonly topic: string;
  readonly channel: string;
  readonly maxInFlight: number;
  readonly ackDeadlineSeconds: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly onDelivery: (delivery: Delivery) => void;
}

const FIRST_WAIT = 100;
const LAST_WAIT = 5000;
/** Longest deadline that Pub/Sub allows. */
const LONGEST_SECONDS = 600;
const CLOSE_WITHIN = 2000;
/** Most requeued messages whose attempts are remembered. */
const REMEMBERED = 10_000;

/** One topic and channel, read by a streaming pull. */
export class PubSubSubscription implements Subscription, Holder<string> {
  readonly #options: PubSubSubscriptionOptions;
  readonly #path: string;
  readonly #answers: Answers;
  readonly #inFlight = new Map<string, InFlightMessage<string>>();
  /** Arrived beyond `maxInFlight`, in order. */
  readonly #waiting = new Map<string, InFlightMessage<string>>();
  /** Requeued with a delay that is longer than Pub/Sub allows: ack id → when it is due, monotonic. */
  readonly #delayed = new Map<string, number>();
  /** Pub/Sub counts attempts only with a dead-letter policy. */
  readonly #attempts = new Map<string, number>();
  readonly #ticker: NodeJS.Timeout;
  #clients: PubSubClients | null = null;
  #stream: PullStream | null = null;
  #opening: Promise<void> = Promise.resolve();
  /** Number of the attempt to open that counts; an earlier one that ends late changes nothing. */
  #attempt = 0;
  #retry: NodeJS.Timeout | null = null;
  readonly #backoff = new Backoff(FIRST_WAIT, LAST_WAIT);
  #isStopped = false;
  #stopping: Promise<void> | null = null;
  readonly #status: ConnectionStatus;
  lastMessageAt: number | null = null;

  constructor(options: PubSubSubscriptionOptions) {
    this.#options = options;
    this.#path = options.topics.subscriptionPath(options.topic, options.channel);
    this.#answers = new Answers(this.#path, () => this.#clients?.subscriber ?? null);
    this.#status = new ConnectionStatus(options.now, `Topic ${options.topic} is being opened.`);
    this.#ticker = setInterval(() => this.#tick(performance.now()), (options.ackDeadlineSeconds * 1000) / 4);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Why no messages arrive although the service is reachable; null when they do. */
  get reason(): string | null {
    return this.isStopped ? null : this.#status.reason;
  }

  /** Resolves when the current attempt to open has ended. */
  get tried(): Promise<void> {
    return this.#opening;
  }

  up(clients: PubSubClients): void {
    this.#clients = clients;
    void this.#answers.flush();
    this.#opening = this.#open(clients);
  }

  down(reason: string): void {
    this.#clients = null;
    this.#attempt += 1;
    this.#end(reason);
  }

  settle(message: InFlightMessage<string>, delayMs: number | null): void {
    if (this.#inFlight.get(message.id) !== message) return;
    this.#inFlight.delete(message.id);
    if (delayMs === null) {
      this.#attempts.delete(message.id);
      this.#answers.ack(message.receipt);
    } else {
      this.#remember(message);
      this.#requeue(message.receipt, delayMs);
    }
    this.#deliver();
    this.#rest();
  }

  touch(message: InFlightMessage<string>): void {
    const now = performance.now();
    if (this.#inFlight.get(message.id) === message && now - message.touchedAt > 1000) this.#extend(message, now);
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    this.#status.stop(`The subscription of ${this.#options.topic} was stopped by this process.`);
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Requeue the messages in flight and wait for confirmation. */
  async close(): Promise<void> {
    await this.stop();
    for (const { receipt } of this.#inFlight.values()) this.#answers.setDeadline(receipt, 0);
    this.#inFlight.clear();
    this.#delayed.clear();
    this.#rest();
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, CLOSE_WITHIN);
    await Promise.race([this.#answers.flush(), limit.promise]);
    clearTimeout(timer);
    this.#answers.close();
  }

  health(): ConnectionHealth {
    const { access, topic } = this.#options;
    return {
      name: `${topic}/${this.#path.slice(this.#path.lastIndexOf("/") + 1)} from ${access.server}`,
      ...this.#status.health,
      lastMessageAt: this.lastMessageAt,
      inFlight: this.inFlight,
      depth: null,
    };
  }

  async #open(clients: PubSubClients): Promise<void> {
    const { topics, topic, channel, ackDeadlineSeconds, maxInFlight } = this.#options;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#attempt += 1;
    const attempt = this.#attempt;
    try {
      await topics.toReceive(clients, topic, channel);
      if (this.#attempt !== attempt || this.isStopped || this.#stream !== null) return;
      const stream: PullStream = new PullStream(clients.subscriber, {
        subscription: this.#path,
        ackDeadlineSeconds,
        maxOutstanding: maxInFlight,
        onMessages: (messages, isExactlyOnce) => void this.#receive(clients, messages, isExactlyOnce),
        onEnd: (error) => {
          if (this.#stream === stream) this.#failed(clients, attempt, error);
        },
      });
      this.#stream = stream;
      this.#status.up();
    } catch (error) {
      this.#failed(clients, attempt, error);
    }
  }

  #failed(clients: PubSubClients, attempt: number, error: unknown): void {
    if (this.#attempt !== attempt || this.isStopped) return;
    // Pub/Sub ends streams now and then; that alone is not an error.
    const why = error === null ? "the stream was ended" : plainReason(errorText(error));
    this.#end(`Topic ${this.#options.topic} cannot be read from Pub/Sub: ${why}.`);
    if (isAway(error)) this.#options.access.recheck();
    const wait = this.#backoff.nextJittered(this.#options.random);
    this.#retry = setTimeout(() => {
      this.#opening = this.#open(clients);
    }, wait);
  }

  #end(reason: string): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#stream?.close();
    this.#stream = null;
    this.#status.down(reason);
  }

  async #receive(clients: PubSubClients, messages: readonly Received[], isExactlyOnce: boolean): Promise<void> {
    this.#backoff.reset();
    const { ackDeadlineSeconds } = this.#options;
    const ids = messages.flatMap(({ ackId }) => ackId ?? []);
    const ours = isExactlyOnce ? await confirmed(clients.subscriber, this.#path, ids, ackDeadlineSeconds) : null;
    for (const received of messages) if (ours?.has(received.ackId ?? "") !== false) this.#take(received);
    this.#deliver();
  }

  #take({ ackId, message, deliveryAttempt }: Received): void {
    if (typeof ackId !== "string" || message === null || message === undefined) return;
    const { topic } = this.#options;
    const id = `${topic}:${message.messageId ?? ""}`;
    if (this.isStopped) return this.#answers.setDeadline(ackId, 0);
    const known = this.#inFlight.get(id) ?? this.#waiting.get(id);
    if (known !== undefined) {
      // Redelivered although it is still in progress here.
      known.renew(ackId, performance.now());
      return;
    }
    const attempt = Math.max(deliveryAttempt ?? 0, (this.#attempts.get(id) ?? 0) + 1);
    const arrival = {
      id,
      topic,
      payload: textOf(message.data),
      eventType: message.attributes?.["eventType"] ?? null,
      attempt,
      receipt: ackId,
      now: performance.now(),
    };
    this.#waiting.set(id, new InFlightMessage(this, arrival));
    this.lastMessageAt = this.#options.now();
  }

  #deliver(): void {
    const { maxInFlight, onDelivery } = this.#options;
    for (const [id, message] of this.#waiting) {
      if (this.#inFlight.size >= maxInFlight || this.isStopped) break;
      this.#waiting.delete(id);
      this.#inFlight.set(id, message);
      onDelivery(message);
    }
    this.#stream?.setPaused(this.#waiting.size > maxInFlight);
  }

  #remember({ id, attempt }: InFlightMessage<string>): void {
    this.#attempts.delete(id);
    this.#attempts.set(id, attempt);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > REMEMBERED && oldest !== undefined) this.#attempts.delete(oldest);
  }

  /** Rounds the delay up, because a deadline is in whole seconds. */
  #requeue(ackId: string, delayMs: number): void {
    const seconds = Math.max(0, Math.ceil(delayMs / 1000));
    if (seconds > LONGEST_SECONDS) this.#delayed.set(ackId, performance.now() + delayMs);
    this.#answers.setDeadline(ackId, Math.min(seconds, LONGEST_SECONDS));
  }

  #tick(now: number): void {
    const due = (this.#options.ackDeadlineSeconds * 1000) / 3;
    for (const messages of [this.#inFlight, this.#waiting])
      for (const message of messages.values()) if (now - message.touchedAt > due) this.#extend(message, now);
    for (const [ackId, at] of this.#delayed) {
      this.#delayed.delete(ackId);
      this.#requeue(ackId, at - now);
    }
    if (this.#stream?.ping(now) === false && this.#clients !== null) this.#failed(this.#clients, this.#attempt, null);
  }

  #extend(message: InFlightMessage<string>, now: number): void {
    message.touchedAt = now;
    this.#answers.setDeadline(message.receipt, this.#options.ackDeadlineSeconds);
  }

  async #stop(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    this.#end("stopped");
    for (const { receipt } of this.#waiting.values()) this.#answers.setDeadline(receipt, 0);
    this.#waiting.clear();
    await stream?.finish();
    this.#rest();
  }

  /** After a stop the ticker runs only as long as messages are in flight. */
  #rest(): void {
    if (this.isStopped && this.#inFlight.size + this.#delayed.size === 0) clearInterval(this.#ticker);
  }
}

function textOf(data: Uint8Array | string | null | undefined): string {
  if (typeof data === "string") return Buffer.from(data, "base64").toString("utf8");
  return data === null || data === undefined
    ? ""
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
}
