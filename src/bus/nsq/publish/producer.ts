import { BusError } from "../../bus-error.ts";
import type { ConnectionHealth, OutMessage, PublishResult } from "../../bus.ts";
import type { Address } from "../address.ts";
import type { LinkOptions } from "../wire/link.ts";
import { topicError } from "../names.ts";
import { NsqError } from "../nsq-error.ts";
import { ProducerConnection } from "./producer-connection.ts";
import { PublishQueue, type Waiting } from "./publish-queue.ts";

export interface ProducerOptions {
  readonly link: LinkOptions;
  /** How long an nsqd may take to confirm before it counts as unreachable. */
  readonly answerWithinMs: number;
  /** A connection opened, closed or failed. */
  readonly onChange: () => void;
}

/** How long a message waits for a connection before it fails. */
const TIMEOUT_MS = 200;
/** Messages beyond this capacity are refused and stay in the database. */
const MAX_WAITING = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;
const STOP_WITHIN = 2000;

const SENT: PublishResult = { status: "sent" };
const FULL: Promise<PublishResult> = Promise.resolve({ status: "full" });

/**
 * Publishes through one nsqd at a time, to keep the order, with open connections to the others. When that one is lost,
 * the next takes over, starting with the unconfirmed messages.
 */
export class Producer {
  readonly #options: ProducerOptions;
  readonly #connections = new Map<string, ProducerConnection>();
  readonly #queue = new PublishQueue();
  readonly #full = new Set<string>();
  readonly #drainListeners: ((topic: string) => void)[] = [];
  #active: ProducerConnection | null = null;
  #isScheduled = false;
  #touchTimer: NodeJS.Timeout | null = null;
  #onIdle: (() => void) | null = null;
  #state: "open" | "stopping" | "stopped" = "open";

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#active !== null;
  }

  get connections(): readonly ProducerConnection[] {
    return [...this.#connections.values()];
  }

  onDrain(listener: (topic: string) => void): void {
    this.#drainListeners.push(listener);
  }

  /** Publish through these from now on. A working connection is kept. */
  setHosts(addresses: readonly Address[]): void {
    if (this.#state !== "open") return;
    const named = new Set(addresses.map(({ text }) => text));
    for (const [text, connection] of this.#connections) {
      if (named.has(text) || connection.link.status.state === "connected") continue;
      this.#connections.delete(text);
      void connection.link.stop();
    }
    for (const address of addresses) {
      if (this.#connections.has(address.text)) continue;
      const connection: ProducerConnection = new ProducerConnection(address, this.#options, {
        onUp: () => this.#choose(connection),
        onSent: (messages) => this.#sent(messages),
        onRefused: (messages, error) => this.#settle(messages, { status: "failed", error }),
        onLost: (messages, error) => this.#lost(connection, messages, error),
        onChange: this.#options.onChange,
      });
      this.#connections.set(address.text, connection);
    }
  }

  /** Resolves when the first connection is open, or each was tried once. */
  async tried(): Promise<void> {
    const all = Promise.all(this.connections.map(({ link }) => link.tried));
    const up = this.connections.map(async ({ link }) => {
      await link.tried;
      if (link.status.state !== "connected") await all;
    });
    await Promise.race([all, ...up]);
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    return batch.map((message) => this.#offer(message));
  }

  /** Send waiting messages, as far as possible within a moment, and close. Unconfirmed ones settle as failed. */
  async stop(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "stopping";
      await this.#idle();
      this.#state = "stopped";
      if (this.#touchTimer !== null) clearTimeout(this.#touchTimer);
      const unsent = [
        ...this.connections.flatMap((connection) => connection.drainUnconfirmed()),
        ...this.#queue.drain(),
      ];
      this.#settle(unsent, { status: "failed", error: stopped() });
    }
    await Promise.all(this.connections.map(({ link }) => link.stop()));
  }

  health(): readonly ConnectionHealth[] {
    return this.connections.map(({ link, lastSentAt }) => ({
      name: `publish to ${link.address.text}`,
      ...link.status.health,
      lastMessageAt: lastSentAt,
      inFlight: 0,
      depth: null,
    }));
  }

  #offer({ topic, payload }: OutMessage): Promise<PublishResult> {
    if (this.#state !== "open") return failed(stopped());
    const error = topicError(topic);
    if (error !== null) return failed(error);
    if (payload === "")
      return failed(new NsqError("empty_message", `NSQ does not accept empty messages (topic ${topic}).`));
    if (this.#queue.size >= MAX_WAITING || this.#queue.bytes >= MAX_BYTES) {
      this.#full.add(topic);
      return FULL;
    }
    return new Promise((settle) => {
      this.#queue.push({ topic, payload, bytes: Buffer.byteLength(payload), settle, tries: 0 });
      this.#schedule();
    });
  }

  /** Messages that are published in one turn of the event loop are sent together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#state === "stopped") return;
    if (this.#active === null) {
      if (this.#queue.size > 0) this.#touchTimer ??= setTimeout(() => this.#abandon(), TIMEOUT_MS);
    } else this.#active.sendFrom(this.#queue);
    this.#offerCapacity();
    if (this.#queue.size === 0 && (this.#active?.unconfirmed ?? 0) === 0) this.#onIdle?.();
  }

  #choose(connection: ProducerConnection): void {
    this.#active ??= connection;
    if (this.#touchTimer !== null) clearTimeout(this.#touchTimer);
    this.#touchTimer = null;
    this.#flush();
  }

  #sent(messages: readonly Waiting[]): void {
    this.#settle(messages, SENT);
    this.#flush();
  }

  #lost(connection: ProducerConnection, messages: readonly Waiting[], error: NsqError): void {
    const retries: Waiting[] = [];
    for (const message of messages) {
      if (message.tries > this.#connections.size) message.settle({ status: "failed", error });
      else retries.push(message);
    }
    this.#queue.putBack(retries);
    if (this.#active === connection) this.#active = this.connections.find((other) => other.isUp) ?? null;
    this.#schedule();
  }

  #abandon(): void {
    this.#touchTimer = null;
    if (this.#active !== null) return;
    const error = new NsqError("unavailable", this.reason() ?? "No nsqd is connected.");
    this.#settle(this.#queue.drain(), { status: "failed", error });
    this.#flush();
  }

  /** Why publishing is not possible; null when it is. */
  reason(): string | null {
    if (this.#active !== null) return null;
    const reasons = this.connections.map(
      ({ link }) => link.status.reason ?? `nsqd ${link.address.text} is ${link.status.state}.`,
    );
    return reasons[0] === undefined ? "No nsqd is known." : reasons.join(" ");
  }

  #settle(messages: readonly Waiting[], result: PublishResult): void {
    for (const message of messages) message.settle(result);
  }

  #offerCapacity(): void {
    if (this.#full.size === 0 || this.#queue.size > MAX_WAITING / 2 || this.#queue.bytes > MAX_BYTES / 2) return;
    const topics = [...this.#full];
    this.#full.clear();
    for (const topic of topics) for (const listener of this.#drainListeners) listener(topic);
  }

  async #idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const timer = setTimeout(resolve, STOP_WITHIN);
    this.#flush();
    await promise;
    clearTimeout(timer);
  }
}

function failed(error: Error): Promise<PublishResult> {
  return Promise.resolve({ status: "failed", error });
}

function stopped(): BusError {
  return new BusError("stopped", "The nsq bus is stopped; the message is sent again after the next start.");
}
