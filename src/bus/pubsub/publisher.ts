import Denque from "denque";
import { BusError } from "../bus-error.ts";
import type { OutMessage, PublishResult } from "../bus.ts";
import { BUS_LIMITS } from "../../contract/bus-limits.ts";
import { plainReason } from "../plain-reason.ts";
import type { Access } from "./access.ts";
import { isAway, ONCE, STATUS, statusOf, errorText, type PubSubClients } from "./client.ts";
import type { Topics } from "./topics.ts";

/** Largest request: Pub/Sub's limits are 1,000 messages and 10 MB. */
const BATCH_MESSAGES = 1000;
const BATCH_BYTES = 4_000_000;
const { messageBytes: LARGEST } = BUS_LIMITS.pubsub;
/** Messages of one topic that may wait; more are refused as `full`. */
const CAPACITY = 10_000;
const STOP_WITHIN = 3000;

interface Pending {
  readonly data: Buffer;
  readonly settle: (result: PublishResult) => void;
}

interface TopicQueue {
  readonly topic: string;
  readonly queue: Denque<Pending>;
  isFull: boolean;
  isBusy: boolean;
}

const SENT: PublishResult = { status: "sent" };

/** One request at a time for each topic; the next has all messages queued meanwhile. An idle topic sends at once. */
export class Publisher {
  readonly #access: Access;
  readonly #topics: Topics;
  readonly #topicQueues = new Map<string, TopicQueue>();
  readonly #listeners: ((topic: string) => void)[] = [];
  readonly #sending = new Set<Promise<void>>();
  #clients: PubSubClients | null = null;
  #isStopped = false;

  constructor(access: Access, topics: Topics) {
    this.#access = access;
    this.#topics = topics;
  }

  onDrain(listener: (topic: string) => void): void {
    this.#listeners.push(listener);
  }

  up(clients: PubSubClients): void {
    this.#clients = clients;
  }

  down(reason: string): void {
    this.#clients = null;
    for (const topicQueue of this.#topicQueues.values()) failAll(topicQueue, new BusError("unavailable", reason));
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    const results = batch.map((message) => this.#accept(message));
    // Only now, so that the messages of a batch are sent together.
    for (const topicQueue of this.#topicQueues.values()) if (topicQueue.queue.length > 0) this.#pump(topicQueue);
    return results;
  }

  /** Accepts no more messages and waits a moment for confirmations. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, STOP_WITHIN);
    await Promise.race([Promise.all(this.#sending), limit.promise]);
    clearTimeout(timer);
    for (const topicQueue of this.#topicQueues.values()) failAll(topicQueue, stopped());
  }

  #accept({ topic, payload }: OutMessage): Promise<PublishResult> {
    if (this.#isStopped) return failed(stopped());
    if (this.#clients === null) {
      return failed(new BusError("unavailable", this.#access.status.reason ?? "The pubsub bus is not started."));
    }
    const topicQueue = this.#queueOf(topic);
    if (topicQueue.queue.length >= CAPACITY) {
      topicQueue.isFull = true;
      return Promise.resolve({ status: "full" });
    }
    const data = Buffer.from(payload);
    if (data.length > LARGEST) {
      const text = `A message for ${topic} has ${data.length} bytes; Pub/Sub accepts at most ${LARGEST}.`;
      return failed(new BusError("refused", text));
    }
    return new Promise((settle) => topicQueue.queue.push({ data, settle }));
  }

  #queueOf(topic: string): TopicQueue {
    const known = this.#topicQueues.get(topic);
    if (known !== undefined) return known;
    const topicQueue = { topic, queue: new Denque<Pending>(), isFull: false, isBusy: false };
    this.#topicQueues.set(topic, topicQueue);
    return topicQueue;
  }

  #pump(topicQueue: TopicQueue): void {
    if (topicQueue.isBusy) return;
    topicQueue.isBusy = true;
    const sending = this.#drain(topicQueue).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #drain(topicQueue: TopicQueue): Promise<void> {
    for (let clients = this.#clients; clients !== null && topicQueue.queue.length > 0; clients = this.#clients) {
      const batch = takeBatch(topicQueue.queue);
      const result = await this.#send(clients, topicQueue.topic, batch);
      for (const { settle } of batch) settle(result);
      if (topicQueue.isFull && topicQueue.queue.length <= CAPACITY / 2) {
        topicQueue.isFull = false;
        for (const listener of this.#listeners) listener(topicQueue.topic);
      }
    }
    topicQueue.isBusy = false;
  }

  async #send(clients: PubSubClients, topic: string, batch: readonly Pending[]): Promise<PublishResult> {
    try {
      const path = this.#topics.topicPath(topic);
      await this.#topics.toPublish(clients, topic);
      const [{ messageIds }] = await clients.publisher.publish(
        { topic: path, messages: batch.map(({ data }) => ({ data })) },
        ONCE,
      );
      // One id per confirmed message.
      if (messageIds?.length === batch.length) return SENT;
      throw new BusError("unavailable", `Pub/Sub did not confirm every message for ${topic}.`);
    } catch (error) {
      if (error instanceof BusError) return { status: "failed", error };
      if (statusOf(error) === STATUS.notFound) this.#topics.forget(topic);
      if (isAway(error)) this.#access.recheck();
      const text = `Pub/Sub did not take messages for ${topic}: ${plainReason(errorText(error))}.`;
      return { status: "failed", error: new BusError("unavailable", text, { cause: error }) };
    }
  }
}

function takeBatch(queue: Denque<Pending>): readonly Pending[] {
  const batch: Pending[] = [];
  let bytes = 0;
  for (let next = queue.peekFront(); next !== undefined; next = queue.peekFront()) {
    if (batch.length > 0 && (batch.length >= BATCH_MESSAGES || bytes + next.data.length > BATCH_BYTES)) break;
    bytes += next.data.length;
    batch.push(next);
    queue.shift();
  }
  return batch;
}

function failAll({ queue }: TopicQueue, error: BusError): void {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) next.settle({ status: "failed", error });
}

function failed(error: BusError): Promise<PublishResult> {
  return Promise.resolve({ status: "failed", error });
}

function stopped(): BusError {
  return new BusError("stopped", "The pubsub bus is stopped.");
}
