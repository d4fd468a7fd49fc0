import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import Denque from "denque";
import { BusError } from "../bus-error.ts";
import type { OutMessage, PublishResult } from "../bus.ts";
import { plainReason } from "../plain-reason.ts";
import { readAnswer } from "./answer.ts";
import type { NatsClient } from "./client.ts";
import type { Up } from "./link.ts";
import type { Streams } from "./streams.ts";

/** Limits of sent but unconfirmed messages, and of their bytes. */
const WINDOW_MESSAGES = 2048;
const WINDOW_BYTES = 8 * 1024 * 1024;
/** Messages that may wait for the window or for their stream; more are refused as `full`. */
const CAPACITY = 20_000;
const CONFIRM_WITHIN = 10_000;
const STOP_WITHIN = 3000;
/** Status of the answer when no stream listens to the subject. */
const NO_RESPONDERS = 503;

interface Pending {
  readonly message: OutMessage;
  readonly bytes: number;
  readonly settle: (result: PublishResult) => void;
  /** When it was sent; monotonic milliseconds. */
  sentAt: number;
}

const SENT: PublishResult = { status: "sent" };
const FULL: PublishResult = { status: "full" };

/**
 * Publishes many messages at a time; the server confirms each one. Order is kept within a topic. The key is sent along,
 * so the server drops a message that is sent again after a lost confirmation.
 */
export class Publisher {
  readonly #client: NatsClient;
  readonly #streams: Streams;
  readonly #whyDown: () => string;
  readonly #listeners: ((topic: string) => void)[] = [];
  readonly #queue = new Denque<Pending>();
  readonly #unconfirmed = new Map<string, Pending>();
  readonly #full = new Set<string>();
  #unconfirmedBytes = 0;
  #counter = 0;
  #up: Up | null = null;
  #inbox = "";
  #answers: Subscription | null = null;
  #isStopped = false;
  #isPumping = false;
  #sweeper: NodeJS.Timeout | null = null;
  #idle: (() => void) | null = null;

  constructor(client: NatsClient, streams: Streams, whyDown: () => string) {
    this.#client = client;
    this.#streams = streams;
    this.#whyDown = whyDown;
  }

  onDrain(listener: (topic: string) => void): void {
    this.#listeners.push(listener);
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    const results = batch.map((message) => this.#accept(message));
    void this.#pump();
    return results;
  }

  up(up: Up): void {
    this.#up = up;
    this.#inbox = this.#client.createInbox();
    this.#answers = up.connection.subscribe(`${this.#inbox}.*`, { callback: (error, msg) => this.#answer(error, msg) });
    this.#sweeper ??= setInterval(() => this.#sweep(performance.now()), 1000);
    void this.#pump();
  }

  /** Unconfirmed messages may be stored or not; they are sent again under the same key. */
  down(reason: string): void {
    this.#up = null;
    if (this.#answers?.isClosed() === false) this.#answers.unsubscribe();
    this.#answers = null;
    this.#failAll(new BusError("unavailable", reason));
  }

  /** The server will never confirm messages on this subject. */
  forbidden(subject: string): void {
    for (const [token, { message }] of this.#unconfirmed) {
      if (this.#streams.known(message.topic)?.subject !== subject) continue;
      const text = `NATS does not let this user publish on ${subject}.`;
      this.#take(token)?.settle({ status: "failed", error: new BusError("refused", text) });
    }
    void this.#pump();
  }

  /** Accepts no more messages and waits a moment for confirmations. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#up !== null && this.#queue.length + this.#unconfirmed.size > 0) {
      const limit = setTimeout(() => this.#idle?.(), STOP_WITHIN);
      await new Promise<void>((resolve) => (this.#idle = resolve));
      clearTimeout(limit);
    }
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#failAll(stopped());
  }

  #accept(message: OutMessage): Promise<PublishResult> {
    const { topic } = message;
    if (this.#isStopped) return failed(stopped());
    if (this.#up === null) return failed(new BusError("unavailable", this.#whyDown()));
    if (this.#queue.length >= CAPACITY) {
      this.#full.add(topic);
      return Promise.resolve(FULL);
    }
    const bytes = Buffer.byteLength(message.payload);
    const max = this.#up.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
    // The header with the key counts too.
    if (bytes + message.key.length + 64 > max) {
      const sizes = `${bytes} bytes are more than max_payload of the NATS server (${max})`;
      return failed(new BusError("refused", `A message for ${topic} is too large: ${sizes}. Raise it there.`));
    }
    return new Promise((settle) => this.#queue.push({ message, bytes, settle, sentAt: 0 }));
  }

  /** Sends waiting messages while there is capacity. One run at a time, to keep the order while a stream is resolved. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let next = this.#queue.peekFront(); next !== undefined && this.#up !== null; next = this.#queue.peekFront()) {
      if (!this.#hasCapacity(next.bytes)) break;
      const { topic } = next.message;
      const subject = this.#streams.known(topic)?.subject ?? (await this.#ensure(this.#up, topic, next));
      // Meanwhile the queue was emptied, or the topic was refused.
      if (subject === null || this.#queue.peekFront() !== next || this.#up === null) continue;
      this.#queue.shift();
      this.#send(this.#up.connection, subject, next);
    }
    this.#isPumping = false;
    this.#notifyDrain();
    this.#checkIdle();
  }

  async #ensure(up: Up, topic: string, first: Pending): Promise<string | null> {
    try {
      return (await this.#streams.ensure(up.manager, topic)).subject;
    } catch (error) {
      const failure = error instanceof BusError ? error : refusal(topic, error);
      if (this.#queue.peekFront() === first) this.#failTopic(topic, failure);
      return null;
    }
  }

  #send(connection: NatsConnection, subject: string, pending: Pending): void {
    this.#counter += 1;
    const token = String(this.#counter);
    try {
      const headers = this.#client.headers();
      headers.set("Nats-Msg-Id", pending.message.key);
      connection.publish(subject, pending.message.payload, { reply: `${this.#inbox}.${token}`, headers });
    } catch (error) {
      pending.settle({ status: "failed", error: refusal(pending.message.topic, error) });
      return;
    }
    pending.sentAt = performance.now();
    this.#unconfirmed.set(token, pending);
    this.#unconfirmedBytes += pending.bytes;
  }

  #answer(error: Error | null, msg: Msg): void {
    if (error !== null) return this.#failAll(refusal("any topic", error));
    const isNobody = msg.headers?.code === NO_RESPONDERS;
    const answer = isNobody ? null : readAnswer(msg.string());
    // Other listeners on the subject may answer too; only a stream confirms.
    if (!isNobody && answer === null) return;
    const token = msg.subject.slice(this.#inbox.length + 1);
    const pending = this.#take(token);
    if (pending === null) return;
    const { topic } = pending.message;
    if (answer === null) {
      this.#streams.forget(topic);
      const text = `NATS no longer has a stream for ${topic}; the next attempt creates it again.`;
      pending.settle({ status: "failed", error: new BusError("unavailable", text) });
    } else {
      pending.settle(answer.isStored ? SENT : { status: "failed", error: refusal(topic, answer.why) });
    }
    if (this.#queue.length > 0) void this.#pump();
    else this.#checkIdle();
  }

  #take(token: string): Pending | null {
    const pending = this.#unconfirmed.get(token);
    if (pending === undefined) return null;
    this.#unconfirmed.delete(token);
    this.#unconfirmedBytes -= pending.bytes;
    return pending;
  }

  #hasCapacity(bytes: number): boolean {
    const { size } = this.#unconfirmed;
    return size === 0 || (size < WINDOW_MESSAGES && this.#unconfirmedBytes + bytes <= WINDOW_BYTES);
  }

  #notifyDrain(): void {
    if (this.#full.size === 0 || this.#queue.length > CAPACITY / 2) return;
    const topics = [...this.#full];
    this.#full.clear();
    for (const topic of topics) for (const listener of this.#listeners) listener(topic);
  }

  /** Messages are in sending order, so the first one that is not timed out ends the search. */
  #sweep(now: number): void {
    for (const [token, pending] of this.#unconfirmed) {
      if (now - pending.sentAt < CONFIRM_WITHIN) break;
      this.#take(token);
      const text = `NATS did not confirm a message for ${pending.message.topic} within ${CONFIRM_WITHIN / 1000} s.`;
      pending.settle({ status: "failed", error: new BusError("unavailable", text) });
    }
    if (this.#queue.length > 0) void this.#pump();
    else this.#checkIdle();
  }

  #failTopic(topic: string, error: BusError): void {
    const remaining: Pending[] = [];
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.message.topic === topic) next.settle({ status: "failed", error });
      else remaining.push(next);
    }
    for (const pending of remaining) this.#queue.push(pending);
  }

  #failAll(error: BusError): void {
    const all = [...this.#unconfirmed.values()];
    this.#unconfirmed.clear();
    this.#unconfirmedBytes = 0;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) all.push(next);
    for (const pending of all) pending.settle({ status: "failed", error });
    this.#notifyDrain();
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#queue.length + this.#unconfirmed.size === 0) this.#idle?.();
  }
}

function refusal(topic: string, error: unknown): BusError {
  const cause = error instanceof Error ? { cause: error } : {};
  return new BusError("unavailable", `NATS did not take a message for ${topic}: ${plainReason(error)}.`, cause);
}

function failed(error: BusError): Promise<PublishResult> {
  return Promise.resolve({ status: "failed", error });
}

function stopped(): BusError {
  return new BusError("stopped", "The nats bus is stopped.");
}
