import Denque from "denque";
import type { PublishResult } from "../../bus.ts";

/** A message that is not confirmed yet. */
export interface Waiting {
  readonly topic: string;
  readonly payload: string;
  readonly bytes: number;
  readonly settle: (result: PublishResult) => void;
  /** Attempts that ended without an answer. */
  tries: number;
}

/** Messages of one command, which the server accepts all together or not at all. */
export interface Batch {
  readonly topic: string;
  readonly messages: readonly Waiting[];
}

export interface BatchCaps {
  readonly messages: number;
  /** Bytes of the body, including the sizes. */
  readonly bytes: number;
}

/** Messages that wait for a connection, in order. */
export class PublishQueue {
  #queue = new Denque<Waiting>();
  #bytes = 0;

  get size(): number {
    return this.#queue.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Waiting | undefined {
    return this.#queue.peekFront();
  }

  push(message: Waiting): void {
    this.#queue.push(message);
    this.#bytes += message.bytes;
  }

  shift(): Waiting | undefined {
    const message = this.#queue.shift();
    if (message !== undefined) this.#bytes -= message.bytes;
    return message;
  }

  /** Put them back at the front, in their order. */
  putBack(messages: readonly Waiting[]): void {
    const rest = this.#queue;
    this.#queue = new Denque();
    for (const message of messages) this.push(message);
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) this.#queue.push(next);
  }

  /** The next messages, grouped by topic, in order within a topic. Stops before a message larger than `largest`. */
  takeBatches(caps: BatchCaps, largest: number): Batch[] {
    const topics = new Map<string, Waiting[]>();
    let count = 0;
    let bytes = 4;
    for (let next = this.first; next !== undefined; next = this.first) {
      const isFull = count >= caps.messages || bytes + 4 + next.bytes > caps.bytes;
      if (next.bytes > largest || (isFull && count > 0)) break;
      this.shift();
      count += 1;
      bytes += 4 + next.bytes;
      const messages = topics.get(next.topic);
      if (messages === undefined) topics.set(next.topic, [next]);
      else messages.push(next);
    }
    return Array.from(topics, ([topic, messages]) => ({ topic, messages }));
  }

  /** Removes and returns all messages. */
  drain(): Waiting[] {
    const all: Waiting[] = [];
    for (let next = this.shift(); next !== undefined; next = this.shift()) all.push(next);
    return all;
  }
}
