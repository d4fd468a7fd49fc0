/** How a client says who it is. */
export type NatsLogin =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  /** A `.creds` file, read at each connection, so that a renewed one counts. */
  | { readonly kind: "file"; readonly path: string };

/** PEM files, read at each connection; null: the system's authorities, no certificate. */
export interface NatsTls {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

export interface NatsOptions {
  /** `host:port` each; port 4222 when none is named. One is enough: it tells of the others of its cluster. */
  readonly servers: readonly string[];
  readonly login: NatsLogin;
  /** Null: TLS where the server asks for it or offers it; else a server without it is refused. */
  readonly tls: NatsTls | null;
  /** The stream that is made for all topics together; null: one is made for each topic. */
  readonly stream: string | null;
  /** Stands before the topic in the subject. */
  readonly prefix: string;
  /** What a stream is made with: how long it keeps a message, 0 = for ever, and on how many servers. */
  readonly maxAgeMs: number;
  readonly replicas: number;
  /** What a consumer is made with: how long the server waits for an answer or a sign of life. */
  readonly ackWaitMs: number;
  /** The server's lists of connections show it. */
  readonly clientName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Every text that must not be told to anyone. */
export function secretsOf(login: NatsLogin): readonly string[] {
  if (login.kind === "token") return [login.token];
  return login.kind === "password" ? [login.password] : [];
}
