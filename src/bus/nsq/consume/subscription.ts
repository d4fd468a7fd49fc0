import { HOUR } from "../../../contract/time/time-units.ts";
import type { ConnectionHealth, Delivery, Subscription } from "../../bus.ts";
import { InFlightMessage, type Holder } from "../../broker/in-flight-message.ts";
import type { Address } from "../address.ts";
import { ConsumerConnection } from "./consumer-connection.ts";
import type { NsqReceipt } from "./nsq-receipt.ts";
import type { LinkOptions } from "../wire/link.ts";
import { isHarmless, type NsqError } from "../nsq-error.ts";
import { extend, TouchTimer } from "./touch-timer.ts";
import { nextReady } from "./ready-counts.ts";
import { ReadyWindow } from "./window.ts";

export interface SubscriptionOptions {
  readonly topic: string;
  readonly channel: string;
  readonly maxInFlight: number;
  readonly link: LinkOptions;
  readonly onDelivery: (delivery: Delivery) => void;
  /** A connection opened, closed or failed. */
  readonly onChange: () => void;
}

/** How often connections take turns while there are more of them than messages that may be in flight. */
const TURN_MS = 250;
/** Longest delay of a requeue that nsqd accepts as a number; it may shorten it further. */
const LONGEST_DELAY_MS = HOUR;
const STOP_WITHIN = 1000;
/** Shortest interval between two touches of a message, however often the consumer touches it. */
const TOUCH_AFTER_MS = 1000;
/** Age assumed for a message that failed after it was settled, so that many such failures count once. */
const UNKNOWN_AGE_MS = 1000;

/** One topic and channel, read from every nsqd. There is one connection per nsqd; they share `maxInFlight`. */
export class NsqSubscription implements Subscription, Holder<NsqReceipt> {
  readonly topic: string;
  readonly channel: string;
  readonly #options: SubscriptionOptions;
  readonly #connections = new Map<string, ConsumerConnection>();
  readonly #inFlight = new Map<string, InFlightMessage<NsqReceipt>>();
  readonly #window: ReadyWindow;
  readonly #touchTimer: TouchTimer;
  /** Messages in flight whose connection is closed. */
  #orphans = 0;
  #turn = 0;
  #turning: NodeJS.Timeout | null = null;
  #isUneven = false;
  #stopping: Promise<void> | null = null;
  /** No nsqd sends any more messages. */
  #isQuiet = false;
  lastMessageAt: number | null = null;

  constructor(options: SubscriptionOptions) {
    this.topic = options.topic;
    this.channel = options.channel;
    this.#options = options;
    this.#window = new ReadyWindow(options.maxInFlight);
    this.#touchTimer = new TouchTimer(this.#inFlight);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get isStopped(): boolean {
    return this.#stopping !== null;
  }

  get connections(): readonly ConsumerConnection[] {
    return [...this.#connections.values()];
  }

  /** Read from these from now on. A working connection is kept, even when its nsqd is no longer listed. */
  setHosts(addresses: readonly Address[]): void {
    if (this.isStopped) return;
    const named = new Set(addresses.map(({ text }) => text));
    for (const [text, connection] of this.#connections) {
      if (named.has(text) || connection.link.status.state === "connected") continue;
      this.#connections.delete(text);
      void connection.link.stop();
    }
    for (const address of addresses) if (!this.#connections.has(address.text)) this.#open(address);
    this.#balance();
  }

  /** Resolves when each connection was tried once. */
  async tried(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.tried));
  }

  settle(message: InFlightMessage<NsqReceipt>, delayMs: number | null): void {
    if (this.#inFlight.get(message.id) !== message) return;
    this.#inFlight.delete(message.id);
    const { connection, messageId, sentAt } = message.receipt;
    if (connection === null) this.#orphans -= 1;
    else {
      connection.inFlight -= 1;
      connection.link.send(delayMs === null ? `FIN ${messageId}\n` : requeue(messageId, delayMs));
    }
    if (this.isStopped) return this.#closeIfDone();
    const isChanged = delayMs === null ? this.#window.succeeded() : this.#window.failed(sentAt, performance.now());
    if (isChanged || this.#isUneven || connection === null) this.#balance();
  }

  touch(message: InFlightMessage<NsqReceipt>): void {
    if (this.#inFlight.get(message.id) === message && performance.now() - message.touchedAt > TOUCH_AFTER_MS)
      extend(message);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Requeue the messages in flight and close all connections. */
  async close(): Promise<void> {
    await this.stop();
    for (const { receipt } of this.#inFlight.values()) receipt.connection?.link.send(requeue(receipt.messageId, 0));
    this.#inFlight.clear();
    this.#orphans = 0;
    this.#touchTimer.stop();
    await Promise.all(this.connections.map((connection) => connection.link.stop()));
    this.#connections.clear();
  }

  health(depthOf: (address: Address) => number | null): readonly ConnectionHealth[] {
    const { topic, channel } = this;
    return this.connections.map(({ link, inFlight }) => ({
      name: `${topic}/${channel} from ${link.address.text}`,
      ...link.status.health,
      lastMessageAt: link.lastMessageAt,
      inFlight,
      depth: depthOf(link.address),
    }));
  }

  #open(address: Address): void {
    const connection = new ConsumerConnection(address, this.#options, {
      onReady: () => {
        this.#touchTimer.watch(this.connections);
        this.#balance();
      },
      onMessage: (id, attempt, body) => this.#receive(connection, id, attempt, body),
      onError: (error) => this.#failed(connection, error),
      onLost: () => this.#lost(connection),
      onChange: this.#options.onChange,
    });
    this.#connections.set(address.text, connection);
  }

  async #stop(): Promise<void> {
    if (this.#turning !== null) clearInterval(this.#turning);
    this.#turning = null;
    await Promise.all(this.connections.map((connection) => connection.stopReceiving(STOP_WITHIN)));
    this.#isQuiet = true;
    this.#closeIfDone();
  }

  /**
   * After a stop, connections stay open only as long as messages are in flight. Closing waits until nsqd sends nothing
   * more: a message on its way could not be requeued, and nsqd would keep it for a full `msg_timeout`.
   */
  #closeIfDone(): void {
    if (!this.#isQuiet || this.#inFlight.size > 0) return;
    this.#touchTimer.stop();
    for (const connection of this.connections) void connection.link.stop();
  }

  #receive(connection: ConsumerConnection, messageId: string, attempt: number, body: Buffer): void {
    const id = `${connection.link.address.text}/${this.topic}/${messageId}`;
    const now = performance.now();
    const known = this.#inFlight.get(id);
    if (known !== undefined) return this.#adopt(known, connection, now);
    if (this.isStopped || this.#inFlight.size >= this.#options.maxInFlight)
      return connection.link.send(requeue(messageId, 0));
    const receipt = { messageId, connection, sentAt: now };
    const payload = body.toString("utf8");
    const message = new InFlightMessage<NsqReceipt>(this, { id, topic: this.topic, payload, attempt, receipt, now });
    this.#inFlight.set(id, message);
    connection.inFlight += 1;
    this.lastMessageAt = this.#options.link.now();
    this.#options.onDelivery(message);
  }

  #adopt(message: InFlightMessage<NsqReceipt>, connection: ConsumerConnection, now: number): void {
    const before = message.receipt.connection;
    if (before === null) this.#orphans -= 1;
    else before.inFlight -= 1;
    connection.inFlight += 1;
    message.renew({ ...message.receipt, connection, sentAt: now }, now);
    this.#balance();
  }

  /** For the server the message is no longer in flight here: it timed out. */
  #failed(connection: ConsumerConnection, error: NsqError): void {
    if (!isHarmless(error.code)) return;
    const now = performance.now();
    const messageId = /\b[0-9a-f]{16}\b/.exec(error.message)?.[0] ?? "";
    const message = this.#inFlight.get(`${connection.link.address.text}/${this.topic}/${messageId}`);
    if (message?.receipt.connection === connection) this.#orphan(message);
    if (this.#window.failed(message?.receipt.sentAt ?? now - UNKNOWN_AGE_MS, now) || message !== undefined)
      this.#balance();
  }

  #lost(connection: ConsumerConnection): void {
    for (const message of this.#inFlight.values()) if (message.receipt.connection === connection) this.#orphan(message);
    this.#balance();
  }

  #orphan(message: InFlightMessage<NsqReceipt>): void {
    const { connection } = message.receipt;
    if (connection === null) return;
    connection.inFlight -= 1;
    message.receipt = { ...message.receipt, connection: null };
    this.#orphans += 1;
  }

  #balance(): void {
    if (this.isStopped) return;
    const connections = this.connections.filter(({ isReady }) => isReady);
    const budget = Math.max(0, this.#window.size - this.#orphans);
    const next = nextReady(
      budget,
      connections.map(({ ready, inFlight, max }) => ({ ready, inFlight, max })),
      this.#turn,
    );
    connections.forEach((connection, index) => connection.setReady(next[index] ?? 0));
    const total = next.reduce((sum, ready) => sum + ready, 0);
    this.#isUneven =
      total <
      Math.min(
        budget,
        connections.reduce((sum, { max }) => sum + max, 0),
      );
    this.#setTurning(budget > 0 && budget < connections.length);
  }

  #setTurning(isNeeded: boolean): void {
    if (isNeeded === (this.#turning !== null)) return;
    if (this.#turning !== null) clearInterval(this.#turning);
    this.#turning = isNeeded
      ? setInterval(() => {
          this.#turn += 1;
          this.#balance();
        }, TURN_MS)
      : null;
  }
}

function requeue(messageId: string, delayMs: number): string {
  return `REQ ${messageId} ${Math.max(0, Math.min(LONGEST_DELAY_MS, Math.ceil(delayMs)))}\n`;
}
