import { setTimeout as wait } from "node:timers/promises";
import type { Address } from "../address.ts";
import { NsqLink, type LinkOptions } from "../wire/link.ts";
import type { NsqError } from "../nsq-error.ts";

export interface ConsumerOptions {
  readonly topic: string;
  readonly channel: string;
  readonly link: LinkOptions;
}

export interface ConsumerEvents {
  /** Subscribed: messages arrive once RDY is sent. */
  readonly onReady: () => void;
  readonly onMessage: (id: string, attempt: number, body: Buffer) => void;
  readonly onError: (error: NsqError) => void;
  readonly onLost: () => void;
  readonly onChange: () => void;
}

/** nsqd may have dequeued one more message while it answered CLS; it sends that after the answer. */
const STRAGGLER_MS = 50;

/** One connection of a subscription. SUB creates topic and channel on its nsqd, so that later messages are queued there. */
export class ConsumerConnection {
  readonly link: NsqLink;
  /** The RDY that was sent last. */
  ready = 0;
  inFlight = 0;
  isReady = false;
  readonly #tried = Promise.withResolvers<void>();
  #closed: (() => void) | null = null;
  #isStopping = false;

  constructor(address: Address, options: ConsumerOptions, events: ConsumerEvents) {
    this.link = new NsqLink(address, options.link, {
      onUp: () => {
        if (this.#isStopping) return void this.link.stop();
        this.link.send(`SUB ${options.topic} ${options.channel}\n`);
      },
      onResponse: (text) => {
        if (text === "CLOSE_WAIT") return this.#closed?.();
        if (this.isReady || text !== "OK") return;
        this.isReady = true;
        this.#tried.resolve();
        events.onReady();
        events.onChange();
      },
      onMessage: events.onMessage,
      onError: events.onError,
      onDown: () => {
        this.isReady = false;
        this.ready = 0;
        this.#closed?.();
        this.#tried.resolve();
        events.onLost();
        if (this.#isStopping) void this.link.stop();
      },
      onChange: events.onChange,
    });
    // Without a connection there will be no answer to SUB.
    void this.link.tried.then(() => {
      if (this.link.status.state !== "connected") this.#tried.resolve();
    });
  }

  /** Resolves when subscribed, or when the first attempt has failed. */
  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  /** The largest RDY that its server allows. */
  get max(): number {
    return this.link.agreement?.maxRdyCount ?? 0;
  }

  setReady(count: number): void {
    if (count === this.ready) return;
    this.ready = count;
    this.link.send(`RDY ${count}\n`);
  }

  /** Request no more messages; resolves when none will come. The connection stays open for those in flight. */
  async stopReceiving(withinMs: number): Promise<void> {
    this.#isStopping = true;
    if (!this.isReady) return await this.link.stop();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = resolve;
    this.link.send("CLS\n");
    const timer = setTimeout(resolve, withinMs);
    await promise;
    clearTimeout(timer);
    if (this.isReady) await wait(STRAGGLER_MS);
  }
}
