import type { Readable, Writable } from "node:stream";
import { BusError } from "./bus-error.ts";
import type { Bus, BusHealth, Delivery, OutMessage, PublishResult, SubscribeOptions, Subscription } from "./bus.ts";
import { DeliveryQueue } from "./queue/delivery-queue.ts";
import { asLine, LineSplitter } from "./queue/line-splitter.ts";

export interface StdioBusOptions {
  readonly name: string;
  /** Source of the lines; null: never delivers. */
  readonly input: Readable | null;
  /** Destination of the messages, one per line, whatever their topic; null: refuses to publish. */
  readonly output: Writable | null;
  /** Topic of the incoming lines; null: the first topic subscribed. */
  readonly inTopic: string | null;
  readonly maxLineBytes: number;
  readonly now: () => number;
}

const SENT: PublishResult = { status: "sent" };
const MAX_UNWRITTEN_BYTES = 16 * 1024 * 1024;
/** Reading pauses while this many lines wait for a consumer, and resumes below the second number. */
const READ_AHEAD = 1000;
const READ_ON_BELOW = 500;

/**
 * Messages as lines on the standard streams. Lines have no topic: all incoming lines belong to one. `sent` means that
 * the operating system accepted the line. The end of the input is not an error: sending continues.
 */
export function createStdioBus(options: StdioBusOptions): Bus {
  return new StdioBus(options);
}

class StdioBus implements Bus {
  readonly name: string;
  readonly durable = true;
  readonly #options: StdioBusOptions;
  readonly #full = new Set<string>();
  readonly #drainListeners: ((topic: string) => void)[] = [];
  readonly #writes = new Set<Promise<PublishResult>>();
  readonly #splitter: LineSplitter;
  #queue: DeliveryQueue<null> | null = null;
  #inputPaused = false;
  #state: BusHealth["state"] = "connecting";
  #since: number;
  #error: string | null = null;
  #lastMessageAt: number | null = null;

  constructor(options: StdioBusOptions) {
    this.name = options.name;
    this.#options = options;
    this.#since = options.now();
    this.#splitter = new LineSplitter({
      position: 0,
      maxLineBytes: options.maxLineBytes,
      onLine: ({ text }) => this.#received(text),
    });
  }

  async start(): Promise<void> {
    this.#options.output?.on("error", this.#onError).on("drain", this.#onDrain);
    this.#enter("connected");
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    const results: Promise<PublishResult>[] = [];
    const settlers: ((result: PublishResult) => void)[] = [];
    let text = "";
    for (const message of batch) {
      const line = asLine(message.payload);
      const refusal = this.#refuse(message.topic, text.length);
      if (line === null || refusal !== null) {
        results.push(Promise.resolve(refusal ?? failed("refused", "An empty message cannot be sent as a line.")));
        continue;
      }
      text += line;
      const { promise, resolve } = Promise.withResolvers<PublishResult>();
      results.push(promise);
      settlers.push(resolve);
      this.#writes.add(promise);
      void promise.then(() => this.#writes.delete(promise));
    }
    if (settlers.length > 0) {
      this.#options.output?.write(text, (error) => {
        const result = error ? failed("write_failed", `Writing to ${this.name} failed: ${error.message}.`) : SENT;
        for (const settle of settlers) settle(result);
      });
    }
    return results;
  }

  async subscribe(
    topic: string,
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Subscription> {
    if (this.#state === "stopped") throw new BusError("stopped", `The ${this.name} bus is stopped.`);
    if (this.#options.input === null || topic !== (this.#queue?.topic ?? this.#options.inTopic ?? topic))
      return { stop: async () => {} };
    if (this.#queue === null) {
      this.#queue = new DeliveryQueue<null>(topic, { onAck: () => {}, onDelivered: () => this.#readOn() });
      this.#options.input.on("data", this.#onData).once("end", this.#onEnd).on("error", this.#onError);
    }
    const consumer = this.#queue.consume(options.maxInFlight, onDelivery);
    return { stop: async () => consumer.stop() };
  }

  onDrain(listener: (topic: string) => void): void {
    this.#drainListeners.push(listener);
  }

  connections(): readonly [] {
    return [];
  }

  health(): BusHealth {
    const reason =
      this.#state === "connected"
        ? null
        : (this.#error ?? `The ${this.name} bus is ${this.#state === "stopped" ? "stopped" : "not started"}.`);
    return {
      state: this.#state,
      since: this.#since,
      reason,
      lastMessageAt: this.#lastMessageAt,
      reconnects: 0,
      inFlight: this.#queue?.inFlight ?? 0,
    };
  }

  async stop(): Promise<void> {
    if (this.#state === "stopped") return;
    this.#error = null;
    this.#enter("stopped");
    const { input, output } = this.#options;
    if (this.#queue !== null)
      input?.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onError).pause();
    this.#queue?.close();
    await Promise.all(this.#writes);
    output?.off("error", this.#onError).off("drain", this.#onDrain);
  }

  #refuse(topic: string, unwritten: number): PublishResult | null {
    const { output } = this.#options;
    if (this.#state === "stopped") return failed("stopped", `The ${this.name} bus is stopped.`);
    if (output === null) return failed("refused", `The bus ${this.name} only receives; name another one as out_bus.`);
    if (output.writableLength + unwritten < MAX_UNWRITTEN_BYTES) return null;
    this.#full.add(topic);
    return { status: "full" };
  }

  readonly #onData = (chunk: Buffer | string): void => {
    this.#splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    if ((this.#queue?.waiting ?? 0) < READ_AHEAD) return;
    this.#inputPaused = true;
    this.#options.input?.pause();
  };

  readonly #onEnd = (): void => this.#splitter.flush();

  readonly #onError = (error: Error): void => {
    if (this.#state === "stopped") return;
    this.#error = `The ${this.name} bus failed: ${error.message}.`;
    this.#enter("disconnected");
  };

  readonly #onDrain = (): void => {
    const topics = [...this.#full];
    this.#full.clear();
    for (const topic of topics) for (const listener of this.#drainListeners) listener(topic);
  };

  #received(text: string): void {
    if (text.trim() === "") return;
    this.#lastMessageAt = this.#options.now();
    this.#queue?.push(null, text, null);
  }

  #readOn(): void {
    if (!this.#inputPaused || (this.#queue?.waiting ?? 0) >= READ_ON_BELOW) return;
    this.#inputPaused = false;
    this.#options.input?.resume();
  }

  #enter(state: BusHealth["state"]): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#options.now();
  }
}

function failed(code: "stopped" | "refused" | "write_failed", message: string): PublishResult {
  return { status: "failed", error: new BusError(code, message) };
}
