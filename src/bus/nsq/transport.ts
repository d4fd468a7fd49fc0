import { readFile } from "node:fs/promises";
import { connect, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";
import type { Address } from "./address.ts";
import { NsqError } from "./nsq-error.ts";

export interface TlsOptions {
  /** PEM files, read at each connection, so that renewed ones count; null: the system's authorities, no certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** Whether the server's certificate must be good for its address. */
  readonly verify: boolean;
}

/** Bytes out and in, through what has been put on top of the socket so far. */
export interface Transport {
  write(data: Buffer): void;
  /** Send what was written, then close. */
  end(): void;
  destroy(): void;
  /** Let go of the stream: something else is put on top of it. */
  release(): void;
}

export interface TransportEvents {
  readonly onData: (chunk: Buffer) => void;
  /** Once: the reason, or null when the other side closed it. */
  readonly onClose: (error: Error | null) => void;
}

/** A connection being made; `onConnect` when it is. Nagle's algorithm is off: batches are formed above. */
export function openSocket(address: Address, onConnect: () => void): Socket {
  return connect({ host: address.host, port: address.port, noDelay: true }, onConnect);
}

/** Reads and writes the stream as it is. The stream's own errors end in `onClose`. */
export function plain(stream: Duplex, events: TransportEvents): Transport {
  let fault: Error | null = null;
  const onError = (error: Error): void => {
    fault = error;
  };
  const onClose = (): void => events.onClose(fault);
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

/** Raw deflate in both directions over a stream that is already connected. Every write is flushed. */
export function deflated(stream: Duplex, received: Buffer, events: TransportEvents): Transport {
  const inflate = createInflateRaw({ flush: constants.Z_SYNC_FLUSH });
  const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });
  let fault: Error | null = null;
  const fail = (error: Error): void => {
    fault ??= error;
    stream.destroy();
  };
  inflate.on("data", events.onData);
  inflate.on("error", fail);
  deflate.on("data", (chunk: Buffer) => void stream.write(chunk));
  deflate.on("end", () => void stream.end());
  deflate.on("error", fail);
  stream.on("data", (chunk: Buffer) => void inflate.write(chunk));
  stream.on("error", fail);
  stream.on("close", () => {
    inflate.destroy();
    deflate.destroy();
    events.onClose(fault);
  });
  if (received.length > 0) inflate.write(received);
  return {
    write: (data) => void deflate.write(data),
    end: () => void deflate.end(),
    destroy: () => void stream.destroy(),
    // Compression is the last layer: nothing comes on top of it.
    release: () => {},
  };
}

/** TLS over a connected socket; what is written before the handshake is over waits. */
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
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new NsqError("bad_tls_file", `The TLS file ${path} cannot be read (${code}).`, { cause: error });
  }
}
