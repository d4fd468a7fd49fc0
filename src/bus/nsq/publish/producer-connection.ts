import Denque from "denque";
import type { Address } from "../address.ts";
import { publishCommand } from "../wire/frames.ts";
import { Limits } from "./limits.ts";
import { NsqLink, type LinkOptions } from "../wire/link.ts";
import { NsqError, type NsqErrorCode } from "../nsq-error.ts";
import type { Batch, PublishQueue, Waiting } from "./publish-queue.ts";

export interface ProducerConnectionOptions {
  readonly link: LinkOptions;
  readonly answerWithinMs: number;
}

export interface ProducerEvents {
  readonly onUp: () => void;
  readonly onSent: (messages: readonly Waiting[]) => void;
  /** Only these failed, and they would fail again. */
  readonly onRefused: (messages: readonly Waiting[], error: NsqError) => void;
  /** The connection was lost; these were not confirmed. */
  readonly onLost: (messages: readonly Waiting[], error: NsqError) => void;
  readonly onChange: () => void;
}

/** Commands in progress: enough to keep the server busy, few enough that batches form meanwhile. */
const PIPELINE = 4;
const CAPS = { messages: 1000, bytes: 1024 * 1024 };

/** After these errors the server, and any other nsqd, would reject the same messages again. */
const FATAL_CODES: ReadonlySet<NsqErrorCode> = new Set([
  "E_BAD_TOPIC",
  "E_UNAUTHORIZED",
  "E_AUTH_FIRST",
  "E_AUTH_FAILED",
]);

/** One connection of the producer: it sends batches and receives confirmations in the same order. */
export class ProducerConnection {
  readonly link: NsqLink;
  readonly #options: ProducerConnectionOptions;
  readonly #events: ProducerEvents;
  #sent = new Denque<Batch>();
  #limits = new Limits();
  /** Limits learned from errors; they apply to the next connection too. */
  #hasLearned = false;
  /** The server closes because of one command but is healthy: reconnect at once. */
  #isWell = false;
  #timer: NodeJS.Timeout | null = null;
  lastSentAt: number | null = null;

  constructor(address: Address, options: ProducerConnectionOptions, events: ProducerEvents) {
    this.#options = options;
    this.#events = events;
    this.link = new NsqLink(address, options.link, {
      onUp: () => {
        if (!this.#hasLearned) this.#limits = new Limits();
        this.#hasLearned = false;
        this.#isWell = false;
        events.onUp();
      },
      onResponse: (text) => this.#answered(text),
      onError: (error) => this.#refused(error),
      onMessage: () => {},
      onDown: (error) => this.#down(error),
      onChange: events.onChange,
    });
  }

  get isUp(): boolean {
    return this.link.agreement !== null;
  }

  /** Commands that were not answered yet. */
  get unconfirmed(): number {
    return this.#sent.length;
  }

  /** Send from the queue as much as is possible now. */
  sendFrom(queue: PublishQueue): void {
    // A large message that may be rejected is sent alone until it is answered.
    if ((this.#sent.peekFront()?.messages[0]?.bytes ?? 0) > this.#limits.messageBytes) return;
    while (queue.first !== undefined && this.#sent.length < PIPELINE) {
      if (queue.first.bytes <= this.#limits.messageBytes) {
        const bytes = Math.min(CAPS.bytes, this.#limits.bodyBytes);
        for (const batch of queue.takeBatches({ ...CAPS, bytes }, this.#limits.messageBytes)) this.#send(batch);
        continue;
      }
      const limit = this.#limits.refuses(queue.first.bytes);
      if (limit !== null) this.#refuseLarge(queue, limit);
      // The server closes the connection on a message that is too large: try it only while nothing else is pending.
      else if (this.#sent.length > 0) return;
      else return this.#sendAlone(queue);
    }
  }

  /** Removes and returns everything that was sent and not confirmed, in order. */
  drainUnconfirmed(): Waiting[] {
    const messages: Waiting[] = [];
    for (let batch = this.#sent.shift(); batch !== undefined; batch = this.#sent.shift())
      messages.push(...batch.messages);
    this.#watch();
    return messages;
  }

  #sendAlone(queue: PublishQueue): void {
    const message = queue.shift();
    if (message === undefined) return;
    this.#sent.push({ topic: message.topic, messages: [message] });
    const command = publishCommand(message.topic, [message]);
    this.link.sendInParts(command, command.length - message.bytes);
    if (this.#timer === null) this.#watch();
  }

  #send(batch: Batch): void {
    this.#sent.push(batch);
    this.link.send(publishCommand(batch.topic, batch.messages));
    if (this.#timer === null) this.#watch();
  }

  #refuseLarge(queue: PublishQueue, limit: number): void {
    const message = queue.shift();
    if (message !== undefined) this.#events.onRefused([message], this.#tooBig(message, limit));
  }

  #tooBig({ topic, bytes }: Waiting, limit: number): NsqError {
    return new NsqError(
      "message_too_big",
      `nsqd ${this.link.address.text} accepts messages of up to ${limit} bytes, and one for topic ${topic} has ${bytes}: raise its -max-msg-size.`,
    );
  }

  #answered(text: string): void {
    if (text !== "OK") return;
    const batch = this.#sent.shift();
    this.#watch();
    if (batch === undefined) return;
    this.lastSentAt = this.#options.link.now();
    this.#events.onSent(batch.messages);
  }

  /** The first unconfirmed command failed; the server closes the connection and ignores the others. */
  #refused(error: NsqError): void {
    const batch = this.#sent.peekFront();
    if (batch === undefined) return;
    if (this.#limits.learn(error)) {
      this.#hasLearned = true;
      this.#isWell = true;
      return;
    }
    if (!FATAL_CODES.has(error.code)) return;
    this.#isWell = true;
    this.#sent.shift();
    this.#events.onRefused(batch.messages, error);
  }

  #down(error: NsqError): void {
    const messages = this.drainUnconfirmed();
    if (this.#isWell) this.link.hurry();
    else for (const message of messages) message.tries += 1;
    this.#events.onLost(messages, error);
  }

  /** When the oldest command is not answered in time, the connection counts as lost. */
  #watch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#sent.length === 0) return;
    const { answerWithinMs } = this.#options;
    this.#timer = setTimeout(() => {
      const { text } = this.link.address;
      this.link.fail(new NsqError("silent", `nsqd ${text} did not confirm a message within ${answerWithinMs} ms.`));
    }, answerWithinMs);
  }
}
