import { randomUUID } from "node:crypto";
import type { protos, v1 } from "@google-cloud/pubsub";
import { MINUTE } from "../../contract/time/time-units.ts";

export type Received = protos.google.pubsub.v1.IReceivedMessage;

export interface StreamOptions {
  readonly subscription: string;
  readonly ackDeadlineSeconds: number;
  /** Most messages that Pub/Sub may have in flight on this stream. */
  readonly maxOutstanding: number;
  readonly onMessages: (messages: readonly Received[], isExactlyOnce: boolean) => void;
  /** Called once; never after `close`. */
  readonly onEnd: (error: unknown) => void;
}

const MAX_BYTES = 100 * 1024 * 1024;
/** Pub/Sub ends streams after about half an hour anyway. */
const LONGEST_MS = 15 * MINUTE;
/** With this version Pub/Sub answers pings. */
const PROTOCOL_VERSION = 1;
const SILENT_MS = MINUTE;
const FINISH_WITHIN = 1000;

/** One streaming pull, until it ends. */
export class PullStream {
  readonly #stream: ReturnType<v1.SubscriberClient["streamingPull"]>;
  readonly #ended = Promise.withResolvers<void>();
  #hasEnded = false;
  #isPaused = false;
  #heardAt: number;

  constructor(client: v1.SubscriberClient, options: StreamOptions) {
    this.#heardAt = performance.now();
    this.#stream = client.streamingPull({ timeout: LONGEST_MS });
    let isExactlyOnce = false;
    this.#stream.on("data", (response: protos.google.pubsub.v1.IStreamingPullResponse) => {
      this.#heardAt = performance.now();
      const { receivedMessages, subscriptionProperties } = response;
      isExactlyOnce = subscriptionProperties?.exactlyOnceDeliveryEnabled ?? isExactlyOnce;
      if (!this.#hasEnded && receivedMessages !== null && receivedMessages !== undefined && receivedMessages.length > 0)
        options.onMessages(receivedMessages, isExactlyOnce);
    });
    const end = (error: unknown): void => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#ended.resolve();
      options.onEnd(error);
    };
    // A cancelled stream also ends with an error, which needs a listener.
    this.#stream.on("error", end);
    this.#stream.on("end", () => end(null));
    this.#stream.write({
      subscription: options.subscription,
      streamAckDeadlineSeconds: options.ackDeadlineSeconds,
      maxOutstandingMessages: options.maxOutstanding,
      maxOutstandingBytes: MAX_BYTES,
      clientId: randomUUID(),
      protocolVersion: PROTOCOL_VERSION,
    });
  }

  /** Pause while too many messages are queued here; not every emulator respects the limit. */
  setPaused(isPaused: boolean): void {
    if (this.#hasEnded || isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#heardAt = performance.now();
    if (isPaused) this.#stream.pause();
    else this.#stream.resume();
  }

  /** Send a ping. Returns false when nothing was received for too long. */
  ping(now: number): boolean {
    if (this.#hasEnded || this.#isPaused) return true;
    this.#stream.write({});
    return now - this.#heardAt < SILENT_MS;
  }

  close(): void {
    this.#hasEnded = true;
    this.#stream.cancel();
  }

  /**
   * End the stream and read the messages that are on their way: otherwise they would be missing until their deadline.
   * Resolves when the stream has ended.
   */
  async finish(): Promise<void> {
    if (this.#hasEnded) return;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, FINISH_WITHIN);
    this.setPaused(false);
    this.#stream.end();
    await Promise.race([this.#ended.promise, limit.promise]);
    clearTimeout(timer);
    this.close();
  }
}
