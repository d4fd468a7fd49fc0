import { Worker } from "node:worker_threads";
import { ChangingRedact } from "../../../contract/redact/changing-redact.ts";
import type { RedactRules } from "../../../contract/redact/rules.ts";
import { toError } from "../../../contract/to-error.ts";
import type { QueryTimings } from "./query-timings.ts";
import { StoreError, type StoreErrorCode } from "../../store.ts";

/** A request to the thread: the path of the method below `ReadStore`, and its arguments. */
export interface ThreadQuery {
  readonly path: readonly string[];
  readonly args: readonly unknown[];
}

export type ThreadAnswer = ({ readonly value: unknown } | { readonly error: ThreadError }) & {
  /** Milliseconds that the query took. */
  readonly ms: number;
};

/** An error without its class, which cannot be copied between threads. */
export interface ThreadError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Further fields, like `code`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ReaderThreadOptions {
  readonly path: string;
  /** What a search finds nothing by. */
  readonly rules: RedactRules;
  /** How long (ms) a query may take before it is abandoned. */
  readonly timeoutMs?: number;
  /** How many queries may wait. */
  readonly maxWaiting?: number;
}

interface PendingQuery extends ThreadQuery {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const TIMEOUT_MS = 5000;
const MAX_WAITING = 500;
const STOP_WITHIN = 1000;
/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const WORKER = new URL(`./reader-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** Of a thread that begins. */
export interface ReaderSetup {
  readonly path: string;
  readonly rules: RedactRules;
}

/**
 * Runs queries in a thread that starts with the first one, one after the other. A query that exceeds the timeout is rejected with
 * `question_timeout`; its thread is abandoned (SQLite cannot be interrupted from Node), and the other queries continue in a new one.
 */
export class ReaderThread {
  readonly #timings: QueryTimings;
  readonly #options: ReaderThreadOptions;
  /** As ChangingRedact has them: what was a secret stays one, also in the thread after this one. */
  readonly #redact: ChangingRedact;
  /**
   * The thread has all of them, and runs the first: were it to get the next with the answer to the one before, it would wait each time until
   * this thread has time (docs/decisions/0030).
   */
  readonly #sent: PendingQuery[] = [];
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Since when the first query runs. */
  #runsSince = 0;
  #closed = false;

  constructor(options: ReaderThreadOptions, timings: QueryTimings) {
    this.#options = options;
    this.#timings = timings;
    this.#redact = new ChangingRedact(options.rules);
  }

  async useRedactRules(rules: RedactRules): Promise<void> {
    this.#redact.use(rules);
    if (this.#worker !== null) await this.query({ path: ["useRedactRules"], args: [rules] });
  }

  /** Milliseconds until it is free, by what queries of these names took; of one that already takes longer, as long again. */
  get busyMs(): number {
    return this.#sent.reduce((sum, { path }, place) => {
      const running = place === 0 ? performance.now() - this.#runsSince : 0;
      return sum + Math.max(this.#timings.meanOf(path.join(".")), running);
    }, 0);
  }

  query(query: ThreadQuery): Promise<unknown> {
    const { path, maxWaiting = MAX_WAITING } = this.#options;
    if (this.#closed) return Promise.reject(this.#error("closed", "it was closed; this instance is stopping"));
    if (this.#sent.length > maxWaiting)
      return Promise.reject(
        new StoreError("busy", `Database ${path}: ${maxWaiting} queries wait already; try again in a moment.`),
      );
    return new Promise((resolve, reject) => this.#send({ ...query, resolve, reject }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#stopTimer();
    for (const { reject } of this.#sent.splice(0))
      reject(this.#error("closed", "it was closed; this instance is stopping"));
    if (worker === null) return;
    worker.ref();
    const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.postMessage(null);
    const late = setTimeout(() => void worker.terminate(), STOP_WITHIN);
    await gone;
    clearTimeout(late);
  }

  #send(query: PendingQuery): void {
    const { path, args } = query;
    try {
      (this.#worker ??= this.#begin()).postMessage({ path, args } satisfies ThreadQuery);
    } catch (error) {
      // An argument that cannot be copied between threads.
      query.reject(error);
      return;
    }
    if (this.#sent.push(query) === 1) this.#startTimer();
  }

  #begin(): Worker {
    const worker = new Worker(WORKER, {
      workerData: { path: this.#options.path, rules: this.#redact.rules } satisfies ReaderSetup,
      execArgv: [],
      name: "flowlord-reader",
      // Rows live for one query: a larger young generation only makes the process larger.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    worker.on("message", (answer: ThreadAnswer) => {
      if (worker !== this.#worker) return;
      this.#end(
        answer.ms,
        "error" in answer ? errorOf(answer.error) : null,
        "value" in answer ? answer.value : undefined,
      );
    });
    const fail = (reason: string): void => {
      if (worker !== this.#worker) return;
      this.#leave(0, this.#error("io", `the thread that reads it ended (${reason}); try again`));
    };
    worker.once("error", (error) => fail(toError(error).message));
    worker.once("exit", (code) => fail(`exit code ${code}`));
    return worker;
  }

  /** The thread ends when SQLite returns. */
  #timeOut(): void {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    const worker = this.#worker;
    const name = this.#sent[0]?.path.join(".") ?? "";
    this.#leave(
      timeoutMs,
      this.#error(
        "question_timeout",
        `the query ${name} took more than ${timeoutMs / 1000} s and was abandoned; ask for less`,
      ),
    );
    worker?.unref();
    void worker?.terminate();
  }

  /** Its query fails; those behind it run in a new thread. */
  #leave(ms: number, error: unknown): void {
    this.#worker = null;
    const rest = this.#sent.splice(1);
    this.#end(ms, error);
    for (const query of rest) this.#send(query);
  }

  #end(ms: number, error: unknown, value?: unknown): void {
    const ended = this.#sent.shift();
    this.#stopTimer();
    if (this.#sent.length > 0) this.#startTimer();
    if (ended === undefined) return;
    this.#timings.add(ended.path.join("."), ms);
    if (error === null) ended.resolve(value);
    else ended.reject(error);
  }

  /** While a query runs, the process stays. */
  #startTimer(): void {
    this.#worker?.ref();
    this.#runsSince = performance.now();
    this.#timer = setTimeout(() => this.#timeOut(), this.#options.timeoutMs ?? TIMEOUT_MS);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#worker?.unref();
  }

  #error(code: StoreErrorCode, sentence: string): StoreError {
    return new StoreError(code, `Database ${this.#options.path}: ${sentence}.`);
  }
}

/** Rebuilds the error, as a StoreError if it was one. */
function errorOf({ name, message, stack, fields }: ThreadError): Error {
  const error = name === "StoreError" ? new StoreError(fields["code"] as StoreErrorCode, message) : new Error(message);
  Object.assign(error, { ...fields, name });
  if (stack !== undefined) error.stack = stack;
  return error;
}
