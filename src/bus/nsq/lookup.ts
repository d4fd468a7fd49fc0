import { get } from "node:http";
import { get as getTls } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { Backoff } from "../../contract/backoff.ts";
import type { ConnectionHealth } from "../bus.ts";
import { addressOf, type Address } from "./address.ts";
import { NsqError, plainText } from "./nsq-error.ts";

/** An nsqd as listed by nsqlookupd. */
export interface Node {
  readonly address: Address;
  readonly http: Address;
  /** Tombstoned topics: they are about to be removed there. */
  readonly tombstoned: ReadonlySet<string>;
}

const ANSWER_WITHIN = 5000;
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The body of a GET, as JSON. Rejects with NsqError `lookup_failed`. Each request has its own connection: pooled ones would
 * keep the process running.
 */
export async function getJson(url: string, stop: AbortSignal): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN)]);
  const request = (url.startsWith("https:") ? getTls : get)(url, { agent: false, signal }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => {
      body += part;
      if (body.length > MAX_BYTES) request.destroy(new Error("the answer is too long"));
    });
    response.on("error", reject);
    response.on("end", () => {
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`status ${response.statusCode}`));
    });
  });
  request.on("error", reject);
  try {
    return JSON.parse(await promise) as unknown;
  } catch (error) {
    const { host } = new URL(url);
    const reason = error instanceof Error ? plainText(error.message || String(error)) : "no answer";
    throw new NsqError("lookup_failed", `${host} does not answer: ${reason}.`, { cause: error });
  }
}

/** The nsqds in the answer of `/nodes`; invalid entries are left out. */
export function nodesOf(answer: unknown): readonly Node[] {
  const producers = field(answer, "producers") ?? field(field(answer, "data"), "producers");
  return Array.isArray(producers) ? producers.flatMap((producer: unknown) => nodeOf(producer) ?? []) : [];
}

function nodeOf(producer: unknown): Node | null {
  const host = field(producer, "broadcast_address");
  const port = field(producer, "tcp_port");
  const httpPort = field(producer, "http_port");
  if (typeof host !== "string" || host === "" || typeof port !== "number") return null;
  const topics = listOf(field(producer, "topics"));
  const tombstones = listOf(field(producer, "tombstones"));
  const gone = topics.filter((_, index) => tombstones[index] === true);
  return {
    address: addressOf(host, port),
    http: addressOf(host, typeof httpPort === "number" ? httpPort : port + 1),
    tombstoned: new Set(gone.map(String)),
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export interface LookupOptions {
  readonly addresses: readonly Address[];
  readonly everyMs: number;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** All that any nsqlookupd names. `isWhole`: each of them answered, so what is not named is gone. */
  readonly onNodes: (nodes: readonly Node[], isComplete: boolean) => void;
}

/** State of one nsqlookupd. */
export interface LookupState {
  readonly address: Address;
  isAnswering: boolean | null;
  since: number;
  reason: string | null;
  reconnects: number;
}

const FIRST_WAIT = 200;

/** Polls every nsqlookupd for the list of nsqds. */
export class Lookup {
  readonly #options: LookupOptions;
  readonly #stop = new AbortController();
  readonly states: readonly LookupState[];
  /** The nsqds of its latest answer. */
  nodes: readonly Node[] = [];
  #firstAnswer = Promise.withResolvers<void>();
  #running: Promise<void> | null = null;

  constructor(options: LookupOptions) {
    this.#options = options;
    this.states = options.addresses.map((address) => ({
      address,
      isAnswering: null,
      since: options.now(),
      reason: `nsqlookupd ${address.text} was not queried yet.`,
      reconnects: 0,
    }));
  }

  start(): void {
    if (this.states.length === 0) this.#firstAnswer.resolve();
    else this.#running ??= this.#run();
  }

  /** Resolves when all of them were queried once. */
  get refreshed(): Promise<void> {
    return this.#firstAnswer.promise;
  }

  health(): readonly ConnectionHealth[] {
    return this.states.map(({ address, isAnswering, since, reason, reconnects }): ConnectionHealth => ({
      name: `nsqlookupd ${address.text}`,
      state: isAnswering === null ? "connecting" : isAnswering ? "connected" : "disconnected",
      since,
      reason,
      lastMessageAt: null,
      reconnects,
      inFlight: 0,
      depth: null,
    }));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#firstAnswer.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs, random } = this.#options;
    const backoff = new Backoff(FIRST_WAIT, everyMs);
    while (!this.#stop.signal.aborted) {
      const isComplete = await this.#fetch();
      this.#firstAnswer.resolve();
      if (isComplete) backoff.reset();
      const pause = isComplete ? everyMs : backoff.next();
      // Jitter: many instances and workers that started together must not poll together.
      const jittered = pause * (0.85 + 0.3 * random());
      await wait(jittered, undefined, { signal: this.#stop.signal }).catch(ignoreAbort);
    }
  }

  async #fetch(): Promise<boolean> {
    const answers = await Promise.all(this.states.map((state) => this.#fetchOne(state)));
    if (this.#stop.signal.aborted) return false;
    const isComplete = !answers.includes(null);
    const nodes = new Map<string, Node>();
    for (const answer of answers) for (const node of answer ?? []) nodes.set(node.address.text, node);
    if (!isComplete)
      for (const node of this.nodes) if (!nodes.has(node.address.text)) nodes.set(node.address.text, node);
    this.nodes = [...nodes.values()];
    this.#options.onNodes(this.nodes, isComplete);
    return isComplete;
  }

  async #fetchOne(state: LookupState): Promise<readonly Node[] | null> {
    try {
      const nodes = nodesOf(await getJson(`http://${state.address.text}/nodes`, this.#stop.signal));
      this.#enter(state, true, null);
      return nodes;
    } catch (error) {
      if (!(error instanceof NsqError)) throw error;
      this.#enter(state, false, `nsqlookupd ${error.message}`);
      return null;
    }
  }

  #enter(state: LookupState, isAnswering: boolean, reason: string | null): void {
    if (state.isAnswering !== isAnswering) {
      if (isAnswering && state.isAnswering === false) state.reconnects += 1;
      state.since = this.#options.now();
    }
    state.isAnswering = isAnswering;
    state.reason = reason;
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
