import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import type { Address } from "../address.ts";
import { FrameReader, HEARTBEAT, MAGIC, withBody, type Frame } from "./frames.ts";
import { identifyBody, readAgreement, type Agreement, type IdentifyRequest } from "./identify.ts";
import { errorOfFrame, isHarmless, NsqError, plainText, reasonOf } from "../nsq-error.ts";
import { loadSnappyBlocks, type SnappyBlocks } from "./snappy-framing.ts";
import {
  compressed,
  deflateCodec,
  encrypted,
  openSocket,
  plain,
  readTlsFiles,
  snappyCodec,
  type TlsOptions,
  type Transport,
  type TransportEvents,
} from "./transport.ts";

export interface ConnectionOptions {
  readonly identify: IdentifyRequest;
  /** Null: no TLS. */
  readonly tls: TlsOptions | null;
  readonly authSecret: string | null;
  /** Time limit for connecting and the handshake. */
  readonly openWithinMs: number;
}

export interface ConnectionEvents {
  /** Commands may be sent. */
  readonly onReady: (agreement: Agreement) => void;
  /** The answer to a command: `OK`, `CLOSE_WAIT`. */
  readonly onResponse: (text: string) => void;
  /** An error frame. Except for harmless ones, the connection ends after it. */
  readonly onError: (error: NsqError) => void;
  readonly onMessage: (id: string, attempt: number, body: Buffer) => void;
  /** Called once, for any reason; no event follows. */
  readonly onClose: (error: NsqError) => void;
}

type Step = "identify" | "tls" | "compression" | "auth" | "ready";

const END_WITHIN = 1000;
const ERROR_WAIT_MS = 20;

/**
 * One connection to one nsqd, from connecting to closing: handshake, frames in, commands out, heartbeats. A server that
 * is silent for two heartbeats counts as unreachable.
 */
export class Connection {
  readonly #address: Address;
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #watch: NodeJS.Timeout;
  #stream: Duplex;
  #transport: Transport;
  #secrets: SecureContextOptions = {};
  #blocks: SnappyBlocks | null = null;
  #step: Step = "identify";
  #agreement: Agreement | null = null;
  #heardAt = performance.now();
  #error: NsqError | null = null;
  /** Closed: data that still arrives is ignored. */
  #isLost = false;
  #closed = false;
  #isMidway = false;
  #owesNop = false;
  #ending: (() => void)[] = [];
  #pending: (string | Buffer)[] = [];

  constructor(address: Address, options: ConnectionOptions, events: ConnectionEvents) {
    this.#address = address;
    this.#options = options;
    this.#events = events;
    this.#socket = openSocket(address, () => void this.#connected());
    this.#stream = this.#socket;
    this.#transport = plain(this.#socket, this.#transportEvents());
    this.#watch = setInterval(() => this.#checkAlive(), Math.max(50, Math.min(500, options.identify.heartbeatMs / 4)));
  }

  /** Queue a command; all commands of one turn of the event loop are written together. */
  send(command: string | Buffer): void {
    if (this.#closed) return;
    this.#pending.push(command);
    if (this.#pending.length === 1) queueMicrotask(() => this.#flush());
  }

  /**
   * Send a command whose body may be too large: the body follows after a pause in which nsqd can reject the size. nsqd
   * closes the connection after that, and unread bytes would make its error get lost. Send no other command meanwhile.
   */
  sendInParts(command: Buffer, headBytes: number): void {
    this.send(command.subarray(0, headBytes));
    this.#isMidway = true;
    setTimeout(() => {
      this.#isMidway = false;
      this.send(command.subarray(headBytes));
      if (this.#owesNop) this.send("NOP\n");
      this.#owesNop = false;
    }, ERROR_WAIT_MS);
  }

  /** Abort the connection: `onClose` gets the error. */
  fail(error: NsqError): void {
    this.#error ??= error;
    this.#isLost = true;
    this.#transport.destroy();
  }

  /** Send what is queued, then close; resolves when it is closed. */
  async end(): Promise<void> {
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ending.push(resolve);
    this.#error ??= new NsqError(
      "disconnected",
      `The connection to nsqd ${this.#address.text} was closed by this process.`,
    );
    this.#flush();
    if (this.#step === "ready") this.#transport.end();
    else this.#transport.destroy();
    const timer = setTimeout(() => this.#transport.destroy(), END_WITHIN);
    await promise;
    clearTimeout(timer);
  }

  #transportEvents(): TransportEvents {
    return { onData: (chunk) => this.#receive(chunk), onClose: (error) => this.#ended(error) };
  }

  async #connected(): Promise<void> {
    try {
      if (this.#options.tls !== null) this.#secrets = await readTlsFiles(this.#options.tls);
      if (this.#options.identify.compression === "snappy") this.#blocks = await loadSnappyBlocks();
      this.send(MAGIC);
      this.send(withBody("IDENTIFY", identifyBody(this.#options.identify)));
    } catch (error) {
      this.fail(error instanceof NsqError ? error : new NsqError("bad_tls_file", String(error), { cause: error }));
    }
  }

  #receive(chunk: Buffer): void {
    this.#heardAt = performance.now();
    this.#reader.push(chunk);
    try {
      for (let frame = this.#reader.next(); frame !== null; frame = this.#reader.next()) {
        this.#take(frame);
        if (this.#isLost) return;
      }
    } catch (error) {
      if (!(error instanceof NsqError)) throw error;
      this.fail(new NsqError(error.code, `${this.#address.text}: ${plainText(error.message)}`));
    }
  }

  #take(frame: Frame): void {
    if (frame.kind === "message") {
      this.#events.onMessage(frame.id, frame.attempt, frame.body);
    } else if (frame.kind === "error") {
      const error = errorOfFrame(this.#address.text, frame.text, this.#options.authSecret);
      if (!isHarmless(error.code)) this.#error ??= error;
      if (this.#step === "ready") this.#events.onError(error);
      else this.fail(error);
    } else if (frame.text === HEARTBEAT) {
      // Between the parts of a command it would be read as part of the body.
      if (this.#isMidway) this.#owesNop = true;
      else this.send("NOP\n");
    } else if (this.#step === "ready") {
      this.#events.onResponse(frame.text);
    } else {
      this.#advance(frame.data);
    }
  }

  /** The next step of the handshake; `data` answers the one before. */
  #advance(data: Buffer): void {
    if (this.#step === "identify") this.#agreement = readAgreement(data.toString());
    const { tls, authSecret } = this.#options;
    const agreement = this.#agreement;
    if (agreement === null) return;
    if (this.#step === "identify" && tls !== null) {
      if (!agreement.tls) return this.#refuse("offers no TLS, which is configured (nsq_tls)");
      this.#step = "tls";
      this.#transport.release();
      this.#stream = encrypted(this.#socket, this.#address, tls.verify, this.#secrets);
      this.#transport = plain(this.#stream, this.#transportEvents());
    } else if ((this.#step === "identify" || this.#step === "tls") && agreement.compression !== "none") {
      this.#step = "compression";
      this.#transport.release();
      const codec =
        agreement.compression === "snappy" && this.#blocks !== null ? snappyCodec(this.#blocks) : deflateCodec();
      this.#transport = compressed(this.#stream, codec, this.#reader.takeRest(), this.#transportEvents());
    } else if (this.#step !== "auth" && agreement.authRequired) {
      if (authSecret === null) return this.#refuse("requires a secret, and none is configured (nsq_auth_secret)");
      this.#step = "auth";
      this.send(withBody("AUTH", authSecret));
    } else {
      this.#step = "ready";
      this.#events.onReady(agreement);
    }
  }

  #refuse(what: string): void {
    this.fail(new NsqError("not_offered", `nsqd ${this.#address.text} ${what}.`));
  }

  #flush(): void {
    const parts = this.#pending;
    if (parts.length === 0 || this.#closed) return;
    this.#pending = [];
    const buffers: Buffer[] = [];
    let text = "";
    for (const part of parts) {
      if (typeof part === "string") {
        text += part;
        continue;
      }
      if (text !== "") buffers.push(Buffer.from(text, "latin1"));
      text = "";
      buffers.push(part);
    }
    if (text !== "") buffers.push(Buffer.from(text, "latin1"));
    const [only] = buffers;
    this.#transport.write(buffers.length === 1 && only !== undefined ? only : Buffer.concat(buffers));
  }

  #checkAlive(): void {
    const silentFor = performance.now() - this.#heardAt;
    const { heartbeatMs } = this.#options.identify;
    const { text } = this.#address;
    if (this.#step !== "ready" && silentFor > this.#options.openWithinMs) {
      this.fail(new NsqError("silent", `nsqd ${text} did not answer within ${this.#options.openWithinMs} ms.`));
    } else if (this.#step === "ready" && silentFor > 2 * heartbeatMs) {
      const seconds = Math.round(silentFor / 100) / 10;
      this.fail(new NsqError("silent", `nsqd ${text} was silent for ${seconds} s, longer than two heartbeats.`));
    }
  }

  #ended(error: Error | null): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#watch);
    this.#socket.destroy();
    const { text } = this.#address;
    const why = error === null ? "nsqd closed the connection" : reasonOf(error);
    this.#events.onClose(this.#error ?? new NsqError("disconnected", `nsqd ${text}: ${why}.`));
    for (const resolve of this.#ending) resolve();
  }
}
