import { createReadStream, type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { createInterface } from "node:readline";
import { codeOf } from "../../contract/to-error.ts";
import { BusError } from "../bus-error.ts";
import type { Bus, BusHealth, Delivery, OutMessage, PublishResult, SubscribeOptions, Subscription } from "../bus.ts";
import { FileAppender } from "./file-appender.ts";
import type { OffsetStore } from "./file-position.ts";
import { FileTail } from "./file-tail.ts";
import { asLine } from "../queue/line-splitter.ts";

export interface FileBusOptions {
  /** Folder of the topics that are not paths. */
  readonly dir: string;
  /** Where the position of each topic is stored. */
  readonly offsets: OffsetStore;
  /** Topics of the configuration: only they are written where they are paths. Default: none. */
  readonly namedTopics?: readonly string[];
  /** Default 16 MiB. */
  readonly maxLineBytes?: number;
  /** A topic's file this large is renamed to `….1` when all of it is acknowledged here. Default 64 MB; 0: never. */
  readonly rotateBytes?: number;
  /** How often to poll a file whose changes the system does not report. Default 500 ms. */
  readonly pollMs?: number;
  /** Default 100 ms. */
  readonly storeEveryMs?: number;
  /** Default 10 s. */
  readonly lingerMs?: number;
  /** Characters that may wait for the disk, per topic. Default 32 Mi. */
  readonly maxPendingChars?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * One file per topic, one line per message. `sent` means that the line is synced to disk. A topic that contains a slash,
 * or ends in `.json` or `.jsonl`, is itself a path; any other topic is `<dir>/<topic>.jsonl`. One process reads a topic.
 */
export function createFileBus(options: FileBusOptions): Bus {
  return new FileBus(options);
}

/** Path of a topic's file. */
export function topicPath(dir: string, topic: string): string {
  return isPath(topic) ? topic : join(dir, `${topic}.jsonl`);
}

function isPath(topic: string): boolean {
  return topic.includes("/") || topic.includes(sep) || /\.jsonl?$/.test(topic);
}

class FileBus implements Bus {
  readonly name = "file";
  readonly durable = true;
  readonly #options: FileBusOptions;
  readonly #now: () => number;
  readonly #appenders = new Map<string, FileAppender>();
  readonly #tails = new Map<string, FileTail>();
  readonly #drainListeners: ((topic: string) => void)[] = [];
  /** Current errors, by file and direction. */
  readonly #errors = new Map<string, string>();
  #state: BusHealth["state"] = "connecting";
  #since: number;
  #reconnects = 0;
  #lastMessageAt: number | null = null;

  constructor(options: FileBusOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#since = this.#now();
  }

  async start(): Promise<void> {
    this.#enter("connected");
  }

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    return batch.map((message) => {
      if (this.#state === "stopped") return failed(stopped());
      // Types and topics also come from requests and messages: they must not append to any file of this machine.
      if (isPath(message.topic) && this.#options.namedTopics?.includes(message.topic) !== true)
        return failed(
          new BusError("refused", `The topic ${message.topic} is a path that the configuration does not name.`),
        );
      const line = asLine(message.payload);
      if (line === null) return failed(new BusError("refused", "An empty message cannot be written as a line."));
      return this.#appender(message.topic).offer(line);
    });
  }

  async subscribe(
    topic: string,
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Subscription> {
    if (this.#state === "stopped") throw stopped();
    const consumer = this.#tail(topic).consume(options.maxInFlight, onDelivery);
    return { stop: async () => consumer.stop() };
  }

  async *sent(topic: string): AsyncGenerator<string> {
    const path = topicPath(this.#options.dir, topic);
    // Rotated ones too: `<path>.1`.
    const entries = await readdir(dirname(path), { withFileTypes: true }).catch(absent);
    const files = entries.filter((entry) => entry.isFile() && entry.name.startsWith(basename(path)));
    for (const { name } of files) {
      const input = createReadStream(join(dirname(path), name));
      try {
        for await (const line of createInterface({ input, crlfDelay: Infinity })) yield line;
      } finally {
        input.destroy();
      }
    }
  }

  onDrain(listener: (topic: string) => void): void {
    this.#drainListeners.push(listener);
  }

  connections(): readonly [] {
    return [];
  }

  health(): BusHealth {
    let inFlight = 0;
    for (const tail of this.#tails.values()) inFlight += tail.inFlight;
    return {
      state: this.#state,
      since: this.#since,
      reason: this.#reason(),
      lastMessageAt: this.#lastMessageAt,
      reconnects: this.#reconnects,
      inFlight,
    };
  }

  async stop(): Promise<void> {
    if (this.#state === "stopped") return;
    this.#enter("stopped");
    await Promise.all(Array.from(this.#appenders.values(), (appender) => appender.close()));
    await Promise.all(Array.from(this.#tails.values(), (tail) => tail.stop()));
  }

  #appender(topic: string): FileAppender {
    let appender = this.#appenders.get(topic);
    if (appender === undefined) {
      const path = topicPath(this.#options.dir, topic);
      appender = new FileAppender({
        path,
        maxPendingChars: this.#options.maxPendingChars ?? 32 * 1024 * 1024,
        onDrain: () => {
          for (const listener of this.#drainListeners) listener(topic);
        },
        onWritten: (error) => {
          this.#error(`write ${path}`, error);
          this.#tails.get(topic)?.wake();
        },
      });
      this.#appenders.set(topic, appender);
    }
    return appender;
  }

  #tail(topic: string): FileTail {
    let tail = this.#tails.get(topic);
    if (tail === undefined) {
      const { dir, offsets, maxLineBytes, rotateBytes, pollMs, storeEveryMs, lingerMs } = this.#options;
      const path = topicPath(dir, topic);
      tail = new FileTail({
        topic,
        path,
        offsets,
        maxLineBytes: maxLineBytes ?? 16 * 1024 * 1024,
        rotateBytes: rotateBytes ?? 64_000_000,
        pollMs: pollMs ?? 500,
        storeEveryMs: storeEveryMs ?? 100,
        lingerMs: lingerMs ?? 10_000,
        now: this.#now,
        onRound: (error) => this.#error(`read ${path}`, error),
        onStored: (error) => this.#error(`position ${path}`, error, `Cannot store how far ${path} is read`),
        onReceived: () => {
          this.#lastMessageAt = this.#now();
        },
      });
      this.#tails.set(topic, tail);
    }
    return tail;
  }

  #error(what: string, error: Error | null, prefix?: string): void {
    if (error === null) this.#errors.delete(what);
    else this.#errors.set(what, prefix === undefined ? error.message : `${prefix}: ${error.message}`);
    if (this.#state === "connected" && this.#errors.size > 0) this.#enter("disconnected");
    if (this.#state === "disconnected" && this.#errors.size === 0) {
      this.#reconnects += 1;
      this.#enter("connected");
    }
  }

  #reason(): string | null {
    if (this.#state === "connected") return null;
    if (this.#state === "disconnected") return this.#errors.values().next().value ?? null;
    return `The file bus is ${this.#state === "stopped" ? "stopped" : "not started"}.`;
  }

  #enter(state: BusHealth["state"]): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#now();
  }
}

/** No folder yet: nothing was sent. */
function absent(error: unknown): Dirent[] {
  if (codeOf(error) === "ENOENT") return [];
  throw error;
}

function stopped(): BusError {
  return new BusError("stopped", "The file bus is stopped; the message is sent again after the next start.");
}

function failed(error: BusError): Promise<PublishResult> {
  return Promise.resolve({ status: "failed", error });
}
