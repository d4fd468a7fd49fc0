import { setTimeout as wait } from "node:timers/promises";
import type { JetStreamManager } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import { nameError, safeName } from "./names.ts";
import type { NatsOptions } from "./options.ts";

/** Error codes of the server's API that are expected here. */
const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
/** How long the server remembers keys for deduplication. A resend comes within seconds. */
const DUPLICATE_WINDOW_MS = 120_000;
const TRIES = 10;
/** Longer than another process needs between reading the subjects of a stream and writing them. */
const SETTLE_MS = 100;

export interface TopicStream {
  readonly stream: string;
  readonly subject: string;
  /** The stream has, or may have, other topics too. */
  readonly isShared: boolean;
}

type StreamsOptions = Pick<NatsOptions, "stream" | "prefix" | "maxAgeMs" | "replicas" | "random">;

/** Maps topics to streams. Missing streams are created; existing ones are used as they are. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #known = new Map<string, TopicStream>();
  readonly #pending = new Map<string, Promise<TopicStream>>();
  #adding: Promise<void> = Promise.resolve();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Throws BusError `refused`. */
  subjectOf(topic: string): string {
    const subject = `${this.#options.prefix}${topic}`;
    const error = nameError("topic", topic) ?? nameError("topic", subject);
    if (error !== null) throw error;
    return subject;
  }

  /** The cached stream of a topic. */
  known(topic: string): TopicStream | null {
    return this.#known.get(topic) ?? null;
  }

  /** The stream no longer exists. */
  forget(topic: string): void {
    this.#known.delete(topic);
  }

  /** Finds or creates the stream. Rejects with the server's error, or BusError `refused` for an invalid topic. */
  ensure(manager: JetStreamManager, topic: string): Promise<TopicStream> {
    const known = this.#known.get(topic);
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.#pending.get(topic);
    if (pending !== undefined) return pending;
    const request = this.#find(manager, topic).finally(() => this.#pending.delete(topic));
    this.#pending.set(topic, request);
    return request;
  }

  async #find(manager: JetStreamManager, topic: string): Promise<TopicStream> {
    const subject = this.subjectOf(topic);
    for (let tries = 1; ; tries += 1) {
      const stream = await streamWith(manager, subject);
      if (stream !== null) {
        const found = { stream, subject, isShared: stream !== safeName(topic) };
        this.#known.set(topic, found);
        return found;
      }
      if (tries === TRIES) throw new BusError("refused", `NATS did not create a stream for the subject ${subject}.`);
      await this.#make(manager, topic, subject);
    }
  }

  async #make(manager: JetStreamManager, topic: string, subject: string): Promise<void> {
    const { stream, prefix, maxAgeMs, replicas } = this.#options;
    const wide = prefix.endsWith(".") ? `${prefix}>` : subject;
    try {
      await manager.streams.add({
        name: stream ?? safeName(topic),
        subjects: [stream === null ? subject : wide],
        storage: "file",
        retention: "limits",
        discard: "old",
        max_age: maxAgeMs * 1_000_000,
        duplicate_window: (maxAgeMs > 0 ? Math.min(maxAgeMs, DUPLICATE_WINDOW_MS) : DUPLICATE_WINDOW_MS) * 1_000_000,
        num_replicas: replicas,
      });
    } catch (error) {
      if (codeOf(error) !== NAME_IN_USE) throw error;
      await this.#addSubject(manager, stream ?? safeName(topic), subject);
    }
  }

  /**
   * The server only replaces the complete list of subjects. This process adds one topic after the other; another process
   * may have read the list before and overwrite ours, so the caller checks afterwards that our subject is in it.
   */
  async #addSubject(manager: JetStreamManager, stream: string, subject: string): Promise<void> {
    const adding = this.#adding.then(() => addSubject(manager, stream, subject));
    this.#adding = adding.catch(() => {});
    await adding;
    await wait(SETTLE_MS * (1 + this.#options.random()));
  }
}

async function streamWith(manager: JetStreamManager, subject: string): Promise<string | null> {
  try {
    return await manager.streams.find(subject);
  } catch (error) {
    if (codeOf(error) === STREAM_NOT_FOUND) return null;
    throw error;
  }
}

async function addSubject(manager: JetStreamManager, stream: string, subject: string): Promise<void> {
  const { config } = await manager.streams.info(stream);
  if (config.subjects?.includes(subject)) return;
  await manager.streams.update(stream, { ...config, subjects: [...(config.subjects ?? []), subject] });
}

/** The server's error code of a failed request, or null. */
export function codeOf(error: unknown): number | null {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : null;
}
