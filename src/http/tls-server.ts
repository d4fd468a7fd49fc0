import { createServer, type Server } from "node:https";
import type { FastifyServerFactory } from "fastify";

/** A certificate that was checked, and its private key. */
export interface KeyPair {
  /** PEM; the certificates of its issuers may follow. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** Empty: the key has none. */
  readonly passphrase: string;
  /** SHA-256 of the certificate, as `AA:BB:…`. */
  readonly fingerprint: string;
}

export interface TlsServer {
  /** For Fastify. */
  readonly serverFactory: FastifyServerFactory;
  /** Connections that are open keep the pair with which they began; each new one gets this. */
  replace(pair: KeyPair): void;
}

/** How long (ms) a client may take until its connection is encrypted. */
const HANDSHAKE_MS = 10_000;

/** A factory, because Fastify's own `https` option opens a second server for `localhost`, which no later pair would reach. */
export function tlsServer(pair: KeyPair): TlsServer {
  let made: Server | null = null;
  return {
    serverFactory: (handler, options) => {
      const server = createServer({ ...contextOf(pair), handshakeTimeout: HANDSHAKE_MS }, handler);
      // What Fastify sets on a server that it makes itself.
      server.requestTimeout = Number(options["requestTimeout"]);
      server.keepAliveTimeout = Number(options["keepAliveTimeout"]);
      made = server;
      return server;
    },
    replace: (next) => made?.setSecureContext(contextOf(next)),
  };
}

function contextOf({ certificate, key, passphrase }: KeyPair): {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
} {
  return { cert: certificate, key, ...(passphrase === "" ? {} : { passphrase }) };
}
