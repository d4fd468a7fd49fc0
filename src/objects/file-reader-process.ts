import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FileAnswer, FileRequest } from "./file-requests.ts";
import { ObjectError, type ObjectInfo, type Objects } from "./objects.ts";

export interface FileReaderOptions {
  /** How long (ms) a file may take to answer. */
  readonly timeoutMs?: number;
  /** For how long (ms) a path that did not answer is not asked again. */
  readonly silenceMs?: number;
  /** After how long (ms) without a request the process ends. */
  readonly idleMs?: number;
}

interface Pending extends Omit<FileRequest, "id"> {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ObjectError) => void;
}

const TIMEOUT_MS = 10_000;
const SILENCE_MS = 30_000;
const IDLE_MS = 30_000;
/** Requests at a time: each may keep a thread of the process waiting. */
const MAX_ACTIVE = 32;
const THREADS = 2 * MAX_ACTIVE;
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const READER = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./file-reader.ts" : "./file-reader.js", import.meta.url),
);

/**
 * Local files, read in a process of their own: a network mount that hangs keeps a thread waiting that nothing can end, and
 * a process with such a thread cannot exit. A path that does not answer in time is `unreadable`, its process is left to the
 * requests that it has, then killed, and the next request starts another. Rejects with `interrupted` when the process ends
 * unasked, and once it is closed.
 */
export class FileReaderProcess implements Objects {
  readonly #options: FileReaderOptions;
  readonly #waiting: Pending[] = [];
  readonly #silent = new Map<string, NodeJS.Timeout>();
  readonly #readers = new Set<Reader>();
  #current: Reader | null = null;
  #active = 0;
  #isClosed = false;

  constructor(options: FileReaderOptions = {}) {
    this.#options = options;
  }

  async kindOf(path: string): Promise<"file" | "folder" | null> {
    return (await this.#request("kindOf", path)) as "file" | "folder" | null;
  }

  async list(folder: string): Promise<readonly ObjectInfo[]> {
    return (await this.#request("list", folder)) as readonly ObjectInfo[];
  }

  async names(folder: string): Promise<readonly string[]> {
    return (await this.#request("names", folder)) as readonly string[];
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return (await this.#request("readBytes", path)) as Uint8Array;
  }

  async read(path: string): Promise<string> {
    return Buffer.from(await this.readBytes(path)).toString("utf8");
  }

  /** Starts the process before it is needed: that takes longer than a file. */
  prepare(): void {
    this.#reader();
  }

  /** Rejects whatever is being read. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#silent.values()) clearTimeout(timer);
    this.#silent.clear();
    for (const { reject } of this.#waiting.splice(0)) reject(interrupted("Flowlord stops"));
    for (const reader of this.#readers) reader.end();
  }

  async #request(method: FileRequest["method"], path: string): Promise<unknown> {
    if (this.#isClosed) throw interrupted("Flowlord stops");
    if (this.#silent.has(path)) throw this.#noAnswer(path);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ method, path, resolve, reject });
    this.#sendNext();
    return await promise;
  }

  #sendNext(): void {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    while (this.#active < MAX_ACTIVE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const reader = this.#reader();
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#active -= 1;
        settle();
        this.#sendNext();
      };
      const timer = setTimeout(() => {
        this.#silence(next.path);
        if (this.#current === reader) this.#current = null;
        reader.abandon(id, this.#noAnswer(next.path));
      }, timeoutMs);
      this.#active += 1;
      const id = reader.send(next, {
        resolve: (value) => end(() => next.resolve(value)),
        reject: (error) => end(() => next.reject(error)),
      });
    }
  }

  #reader(): Reader {
    if (this.#current !== null) return this.#current;
    const reader = new Reader(this.#options.idleMs ?? IDLE_MS, () => this.#forget(reader));
    this.#current = reader;
    this.#readers.add(reader);
    return reader;
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#current === reader) this.#current = null;
  }

  /** A process that cannot be killed stays until its file answers, so each path may leave one behind only so often. */
  #silence(path: string): void {
    if (this.#isClosed) return;
    clearTimeout(this.#silent.get(path));
    const timer = setTimeout(() => this.#silent.delete(path), this.#options.silenceMs ?? SILENCE_MS);
    this.#silent.set(path, timer.unref());
  }

  #noAnswer(path: string): ObjectError {
    const { timeoutMs = TIMEOUT_MS, silenceMs = SILENCE_MS } = this.#options;
    return new ObjectError(
      "unreadable",
      `${path} did not answer within ${timeoutMs / 1000} seconds; it is tried again after ${silenceMs / 1000}. Check its file system.`,
    );
  }
}

function interrupted(reason: string): ObjectError {
  return new ObjectError("interrupted", `The reading of files was interrupted: ${reason}.`);
}

type Settle = Pick<Pending, "resolve" | "reject">;

/** One process, and what it was asked. */
class Reader {
  readonly #process: ChildProcess;
  readonly #asked = new Map<number, Settle>();
  readonly #idleMs: number;
  #isAbandoned = false;
  #idle: NodeJS.Timeout | null = null;
  #serial = 0;

  constructor(idleMs: number, onEnded: () => void) {
    this.#idleMs = idleMs;
    this.#process = fork(READER, [], {
      execArgv: [],
      env: { ...process.env, UV_THREADPOOL_SIZE: String(THREADS) },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      // A signal of the terminal is for this process alone.
      detached: true,
    });
    this.#process.unref();
    this.#process.channel?.unref();
    this.#process.on("message", (answer: FileAnswer) => this.#answered(answer));
    const ended = (): void => {
      onEnded();
      this.#rejectAll();
    };
    this.#process.once("error", ended);
    this.#process.once("exit", ended);
  }

  send({ method, path }: Omit<FileRequest, "id">, settle: Settle): number {
    const id = ++this.#serial;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    this.#asked.set(id, settle);
    this.#process.channel?.ref();
    // When it cannot be sent, the process has ended, and `exit` tells.
    this.#process.send({ id, method, path }, () => undefined);
    return id;
  }

  /** No answer will come in time; what else was asked may still be answered. */
  abandon(id: number, error: ObjectError): void {
    const settle = this.#asked.get(id);
    this.#asked.delete(id);
    this.#isAbandoned = true;
    this.#rest();
    settle?.reject(error);
  }

  end(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#process.kill("SIGKILL");
    if (this.#process.connected) this.#process.disconnect();
    this.#rejectAll();
  }

  #answered({ id, value, error }: FileAnswer): void {
    const settle = this.#asked.get(id);
    this.#asked.delete(id);
    this.#rest();
    if (error === undefined) settle?.resolve(value);
    else settle?.reject(new ObjectError(error.code, error.message));
  }

  /** With nothing more to do, it keeps this process from nothing, and ends. */
  #rest(): void {
    if (this.#asked.size > 0) return;
    if (this.#isAbandoned) {
      this.end();
      return;
    }
    this.#process.channel?.unref();
    this.#idle = setTimeout(() => this.end(), this.#idleMs).unref();
  }

  #rejectAll(): void {
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of asked) reject(interrupted("the process that reads them ended"));
  }
}
