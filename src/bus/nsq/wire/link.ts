import { Backoff } from "../../../contract/backoff.ts";
import { ConnectionStatus } from "../../broker/connection-status.ts";
import type { Address } from "../address.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { Agreement } from "./identify.ts";
import { NsqError } from "../nsq-error.ts";

export interface LinkEvents {
  /** The handshake is over. */
  readonly onUp: (agreement: Agreement) => void;
  /** A connection that was up has ended. */
  readonly onDown: (error: NsqError) => void;
  readonly onResponse: (text: string) => void;
  readonly onError: (error: NsqError) => void;
  readonly onMessage: (id: string, attempt: number, body: Buffer) => void;
  /** State or reason changed; called after the other events. */
  readonly onChange: () => void;
}

export interface LinkOptions {
  readonly connection: ConnectionOptions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

const FIRST_WAIT = 50;
const LAST_WAIT = 5000;
/** After a connection that lasted this long, reconnecting starts again with a short wait. */
const GOOD_AFTER = 2000;

/** A connection to one nsqd that reconnects by itself, with growing waits while that fails. */
export class NsqLink {
  readonly address: Address;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  #connection: Connection | null = null;
  #agreement: Agreement | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #backoff = new Backoff(FIRST_WAIT, LAST_WAIT);
  #upAt = 0;
  #stopped = false;
  #firstTry = Promise.withResolvers<void>();
  readonly status: ConnectionStatus;
  lastMessageAt: number | null = null;

  constructor(address: Address, options: LinkOptions, events: LinkEvents) {
    this.address = address;
    this.#options = options;
    this.#events = events;
    this.status = new ConnectionStatus(options.now, `Connecting to nsqd ${address.text}.`);
    this.#dial();
  }

  /** Features that the server agreed to; null while there is no connection. */
  get agreement(): Agreement | null {
    return this.#agreement;
  }

  /** Resolves when the first attempt to connect has succeeded or failed. */
  get tried(): Promise<void> {
    return this.#firstTry.promise;
  }

  send(command: string | Buffer): void {
    this.#connection?.send(command);
  }

  sendInParts(command: Buffer, headBytes: number): void {
    this.#connection?.sendInParts(command, headBytes);
  }

  /** Drop the connection and open a new one. */
  fail(error: NsqError): void {
    this.#connection?.fail(error);
  }

  /** Connect now instead of when the wait is over. */
  hurry(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#dial();
  }

  /** Send what is queued, close, and stay closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#connection?.end();
    this.status.stop(`The connection to nsqd ${this.address.text} was closed by this process.`);
    this.#events.onChange();
    this.#firstTry.resolve();
  }

  #dial(): void {
    this.#timer = null;
    this.#connection = new Connection(this.address, this.#options.connection, {
      onReady: (agreement) => this.#up(agreement),
      onResponse: this.#events.onResponse,
      onError: this.#events.onError,
      onMessage: (id, attempt, body) => {
        this.lastMessageAt = this.#options.now();
        this.#events.onMessage(id, attempt, body);
      },
      onClose: (error) => this.#closed(error),
    });
  }

  #up(agreement: Agreement): void {
    this.#agreement = agreement;
    this.#upAt = performance.now();
    this.status.up();
    this.#events.onUp(agreement);
    this.#events.onChange();
    this.#firstTry.resolve();
  }

  #closed(error: NsqError): void {
    const wasUp = this.#agreement !== null;
    this.#connection = null;
    this.#agreement = null;
    if (!this.#stopped) {
      if (wasUp && performance.now() - this.#upAt > GOOD_AFTER) this.#backoff.reset();
      const wait = this.#backoff.nextJittered(this.#options.random);
      this.#timer = setTimeout(() => this.#dial(), wait);
      this.status.down(error.message);
    }
    if (wasUp) this.#events.onDown(error);
    this.#events.onChange();
    this.#firstTry.resolve();
  }
}
