import type { NatsConnection } from "@nats-io/transport-node";
import type { JetStreamManager } from "@nats-io/jetstream";
import { Backoff } from "../../contract/backoff.ts";
import { ConnectionStatus } from "../broker/connection-status.ts";
import { plainReason } from "../plain-reason.ts";
import type { NatsClient } from "./client.ts";
import { connectOptions } from "./connect-options.ts";
import { secretsOf, type NatsOptions } from "./options.ts";

/** A connection that is up. */
export interface Up {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  /** `host:port` */
  readonly server: string;
}

export interface LinkEvents {
  readonly onUp: (up: Up) => void;
  readonly onDown: (reason: string) => void;
  /** The server does not let this user publish on the subject; it does not say which message that was. */
  readonly onForbidden: (subject: string) => void;
}

const FIRST_WAIT = 100;
const LAST_WAIT = 5000;
/** After a connection that lasted this long, reconnecting starts again with a short wait. */
const GOOD_AFTER = 2000;
const API_WITHIN = 5000;
const CLOSE_WITHIN = 2000;

/**
 * The connection to a cluster, which reconnects without limit. The client itself reconnects to any server of the cluster;
 * when it cannot connect at all, or gives up because it was refused, a new connection is made.
 */
export class NatsLink {
  readonly #client: NatsClient;
  readonly #options: NatsOptions;
  readonly #events: LinkEvents;
  readonly #firstTry = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  #connection: NatsConnection | null = null;
  #running: Promise<void> = Promise.resolve();
  #error: string | null = null;
  up: Up | null = null;
  readonly status: ConnectionStatus;

  constructor(client: NatsClient, options: NatsOptions, events: LinkEvents) {
    this.#client = client;
    this.#options = options;
    this.#events = events;
    this.status = new ConnectionStatus(options.now, `Connecting to NATS at ${options.servers.join(", ")}.`);
  }

  /** Resolves when the first attempt to connect has succeeded or failed. */
  get tried(): Promise<void> {
    return this.#firstTry.promise;
  }

  /** The connected server, or all configured ones while there is no connection. */
  get server(): string {
    return this.up?.server ?? this.#options.servers.join(", ");
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Send what is queued, close, and stay closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const connection = this.#connection;
    if (connection !== null) {
      if (this.up !== null) await within(CLOSE_WITHIN, connection.flush());
      await connection.close();
    }
    this.up = null;
    this.status.stop(`The connection to NATS at ${this.#options.servers.join(", ")} was closed by this process.`);
    this.#firstTry.resolve();
    // A connection attempt that hangs closes its connection by itself later; do not wait for it.
    if (connection !== null) await this.#running;
  }

  async #run(): Promise<void> {
    const backoff = new Backoff(FIRST_WAIT, LAST_WAIT);
    while (!this.#stopping.signal.aborted) {
      try {
        const connection = await this.#client.connect(connectOptions(this.#client, this.#options));
        const upAt = performance.now();
        await this.#follow(connection);
        if (performance.now() - upAt > GOOD_AFTER) backoff.reset();
      } catch (error) {
        this.#down(this.#report(error));
      }
      this.#firstTry.resolve();
      await pause(backoff.nextJittered(this.#options.random), this.#stopping.signal);
    }
  }

  /** Until it is closed. */
  async #follow(connection: NatsConnection): Promise<void> {
    if (this.#stopping.signal.aborted) return connection.close();
    this.#connection = connection;
    const statuses = connection.status();
    const manager = await this.#client.jetstreamManager(connection, { checkAPI: false, timeout: API_WITHIN });
    this.#enterUp(connection, manager);
    for await (const status of statuses) {
      if (this.#stopping.signal.aborted) break;
      if (status.type === "error") this.#failed(status.error);
      else if (status.type === "disconnect") this.#down(this.#error ?? "the connection was lost");
      else if (status.type === "reconnect") this.#enterUp(connection, manager);
    }
    if (!this.#stopping.signal.aborted) {
      const error = await connection.closed();
      this.#down(error instanceof Error ? this.#report(error) : (this.#error ?? "the connection was closed"));
    }
    this.#connection = null;
  }

  #failed(error: Error): void {
    if (error instanceof this.#client.PermissionViolationError) {
      if (error.operation === "publish") this.#events.onForbidden(error.subject);
    } else this.#error = this.#report(error);
  }

  #enterUp(connection: NatsConnection, manager: JetStreamManager): void {
    if (this.#stopping.signal.aborted) return;
    this.#error = null;
    this.up = { connection, manager, server: connection.getServer() };
    this.status.up();
    this.#events.onUp(this.up);
    this.#firstTry.resolve();
  }

  #down(why: string): void {
    if (this.#stopping.signal.aborted) return;
    const wasUp = this.up !== null;
    this.up = null;
    const reason = `No connection to NATS at ${this.#options.servers.join(", ")}: ${why}.`;
    this.status.down(reason);
    if (wasUp) this.#events.onDown(reason);
  }

  #report(error: unknown): string {
    return plainReason(error, secretsOf(this.#options.login));
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const enough = new AbortController();
  const done = work.catch(() => {}).finally(() => enough.abort());
  await Promise.race([done, pause(ms, enough.signal)]);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
