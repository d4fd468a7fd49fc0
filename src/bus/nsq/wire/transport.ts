import { readFile } from "node:fs/promises";
import { connect, isIP, type Socket } from "node:net";
import type { Duplex, Transform } from "node:stream";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";
import { codeOf } from "../../../contract/to-error.ts";
import type { Address } from "../address.ts";
import { NsqError } from "../nsq-error.ts";
import { SnappyReader, SnappyWriter, type SnappyBlocks } from "./snappy-framing.ts";

export interface TlsOptions {
  /** PEM files, read at each connection, so that renewed ones are used; null: the system's CAs, no certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** Whether the server's certificate must match its address. */
  readonly verify: boolean;
}

/** Bytes out and in, through the layers on top of the socket. */
export interface Transport {
  write(data: Buffer): void;
  /** Send what was written, then close. */
  end(): void;
  destroy(): void;
  /** Detach from the stream, so that another layer can be put on top of it. */
  release(): void;
}

export interface TransportEvents {
  readonly onData: (chunk: Buffer) => void;
  /** Called once: the error, or null when the other side closed the connection. */
  readonly onClose: (error: Error | null) => void;
}

/** Opens a connection and calls `onConnect`. Nagle's algorithm is off: the layers above form batches. */
export function openSocket(address: Address, onConnect: () => void): Socket {
  return connect({ host: address.host, port: address.port, noDelay: true }, onConnect);
}

/** Reads and writes the stream unchanged. Errors of the stream go to `onClose`. */
export function plain(stream: Duplex, events: TransportEvents): Transport {
  let failure: Error | null = null;
  const onError = (error: Error): void => {
    failure = error;
  };
  const onClose = (): void => events.onClose(failure);
  stream.on("data", events.onData);
  stream.on("error", onError);
  stream.on("close", onClose);
  return {
    write: (data) => void stream.write(data),
    end: () => void stream.end(),
    destroy: () => void stream.destroy(),
    release: () => {
      stream.off("data", events.onData);
      stream.off("error", onError);
      stream.off("close", onClose);
    },
  };
}

/** Compression in both directions: bytes in, bytes out. */
export interface Codec {
  readonly read: Transform;
  readonly write: Transform;
}

/** Raw deflate; every write is flushed. */
export function deflateCodec(): Codec {
  const flush = constants.Z_SYNC_FLUSH;
  return { read: createInflateRaw({ flush }), write: createDeflateRaw({ flush }) };
}

export function snappyCodec(blocks: SnappyBlocks): Codec {
  return { read: new SnappyReader(blocks), write: new SnappyWriter(blocks) };
}

/** Compression over a connected stream; `received` are compressed bytes that arrived with the last uncompressed ones. */
export function compressed(
  stream: Duplex,
  { read, write }: Codec,
  received: Buffer,
  events: TransportEvents,
): Transport {
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure ??= error;
    stream.destroy();
  };
  read.on("data", events.onData);
  read.on("error", fail);
  write.on("data", (chunk: Buffer) => void stream.write(chunk));
  write.on("end", () => void stream.end());
  write.on("error", fail);
  stream.on("data", (chunk: Buffer) => void read.write(chunk));
  stream.on("error", fail);
  stream.on("close", () => {
    read.destroy();
    write.destroy();
    events.onClose(failure);
  });
  if (received.length > 0) read.write(received);
  return {
    write: (data) => void write.write(data),
    end: () => void write.end(),
    destroy: () => void stream.destroy(),
    // Compression is the last layer: nothing is put on top of it.
    release: () => {},
  };
}

/** TLS over a connected socket; data written during the handshake is queued. */
export function encrypted(socket: Socket, address: Address, verify: boolean, context: SecureContextOptions): Duplex {
  return connectTls({
    ...context,
    socket,
    host: address.host,
    ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
    rejectUnauthorized: verify,
  });
}

/** The files' content. Throws NsqError `bad_tls_file`, which names the file. */
export async function readTlsFiles(options: TlsOptions): Promise<SecureContextOptions> {
  const [ca, cert, key] = await Promise.all([
    readPem(options.caFile),
    readPem(options.certFile),
    readPem(options.keyFile),
  ]);
  return { ...(ca === null ? {} : { ca }), ...(cert === null ? {} : { cert }), ...(key === null ? {} : { key }) };
}

async function readPem(path: string | null): Promise<Buffer | null> {
  if (path === null) return null;
  try {
    return await readFile(path);
  } catch (error) {
    const code = codeOf(error) ?? "unreadable";
    throw new NsqError("bad_tls_file", `The TLS file ${path} cannot be read (${code}).`, { cause: error });
  }
}
