import { Backoff } from "../../contract/backoff.ts";
import { ConnectionStatus } from "../broker/connection-status.ts";
import { plainReason } from "../plain-reason.ts";
import { isPassing, ONCE, STATUS, statusOf, errorText, type MakeClients, type PubSubClients } from "./client.ts";
import type { PubSubOptions } from "./options.ts";

export interface AccessEvents {
  readonly onUp: (clients: PubSubClients) => void;
  readonly onDown: (reason: string) => void;
}

const FIRST_WAIT = 100;
const LAST_WAIT = 5000;
const STOP_WITHIN = 2000;
/** How often a reachable service is polled, so that an outage is noticed while there is nothing to send. */
const POLL_INTERVAL_MS = 15_000;

/** Whether Pub/Sub is reachable and accepts our credentials. Polls without end; failed requests trigger a poll too. */
export class Access {
  readonly #make: MakeClients;
  readonly #options: PubSubOptions;
  readonly #events: AccessEvents;
  readonly #firstTry = Promise.withResolvers<void>();
  #clients: PubSubClients | null = null;
  #polling: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  readonly #backoff = new Backoff(FIRST_WAIT, LAST_WAIT);
  #isPolling = false;
  #isStopped = false;
  isUp = false;
  readonly status: ConnectionStatus;

  constructor(make: MakeClients, options: PubSubOptions, events: AccessEvents) {
    this.#make = make;
    this.#options = options;
    this.#events = events;
    this.status = new ConnectionStatus(options.now, `Connecting to ${this.server}.`);
  }

  get server(): string {
    const { emulatorHost, projectId } = this.#options;
    return emulatorHost === null ? `Pub/Sub project ${projectId}` : `Pub/Sub at ${emulatorHost}`;
  }

  /** Resolves after the first poll. */
  get tried(): Promise<void> {
    return this.#firstTry.promise;
  }

  start(): void {
    this.#poll();
  }

  /** A request failed as if the service were unreachable or refused our credentials: poll now. */
  recheck(): void {
    if (this.isUp) this.#poll();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.isUp = false;
    this.status.stop(`The connection to ${this.server} was closed by this process.`);
    this.#firstTry.resolve();
    // Closing the clients ends a request in progress; do not wait for a login that hangs.
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, STOP_WITHIN);
    await Promise.race([Promise.all([this.#close(), this.#polling]), limit.promise]);
    clearTimeout(timer);
  }

  #poll(): void {
    if (this.#isPolling || this.#isStopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#isPolling = true;
    this.#polling = this.#ask().finally(() => {
      this.#isPolling = false;
      this.#firstTry.resolve();
      this.#pollLater();
    });
  }

  async #ask(): Promise<void> {
    try {
      this.#clients ??= await this.#make(this.#options);
      const clients = this.#clients;
      await isAnswering(clients, this.#options.projectId);
      this.#backoff.reset();
      if (this.#isStopped) return this.#close();
      if (!this.isUp) this.#up(clients);
    } catch (error) {
      this.#down(error);
      // Credentials are read when clients are created, so create new ones: the file may have changed.
      if (!isPassing(error)) await this.#close();
    }
  }

  #pollLater(): void {
    if (this.#isStopped) return;
    const wait = this.isUp ? POLL_INTERVAL_MS : this.#backoff.nextJittered(this.#options.random);
    this.#timer = setTimeout(() => this.#poll(), wait);
  }

  #up(clients: PubSubClients): void {
    this.isUp = true;
    this.status.up();
    this.#events.onUp(clients);
  }

  #down(error: unknown): void {
    if (this.#isStopped) return;
    const wasUp = this.isUp;
    this.isUp = false;
    const secrets = this.#options.keyFile === null ? [] : [this.#options.keyFile];
    const reason = `No connection to ${this.server}: ${plainReason(errorText(error), secrets)}.`;
    this.status.down(reason);
    if (wasUp) this.#events.onDown(reason);
  }

  async #close(): Promise<void> {
    const clients = this.#clients;
    this.#clients = null;
    if (clients !== null) await Promise.allSettled([clients.publisher.close(), clients.subscriber.close()]);
  }
}

/** Rejects when the service does not answer or does not accept our credentials. "May not list topics" is an answer too. */
async function isAnswering({ publisher }: PubSubClients, projectId: string): Promise<void> {
  try {
    await publisher.listTopics({ project: `projects/${projectId}`, pageSize: 1 }, { ...ONCE, autoPaginate: false });
  } catch (error) {
    const status = statusOf(error);
    if (status !== STATUS.permissionDenied && status !== STATUS.notFound) throw error;
  }
}
