/** How a client authenticates. */
export type NatsLogin =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  /** A `.creds` file, read at each connection, so that a renewed one is used. */
  | { readonly kind: "file"; readonly path: string };

/** PEM files, read at each connection; null: the system's authorities, no certificate. */
export interface NatsTls {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

export interface NatsOptions {
  /** `host:port` each; the default port is 4222. One is enough: it reports the others of its cluster. */
  readonly servers: readonly string[];
  readonly login: NatsLogin;
  /** Null: TLS when the server requires or offers it; otherwise TLS is mandatory. */
  readonly tls: NatsTls | null;
  /** The stream that all topics share; null: one stream per topic. */
  readonly stream: string | null;
  /** Prefix of the topic in the subject. */
  readonly prefix: string;
  /** Settings of a new stream: how long it keeps a message (0 = no limit), and on how many servers. */
  readonly maxAgeMs: number;
  readonly replicas: number;
  /** Setting of a new consumer: how long the server waits for an acknowledgement or a sign of progress. */
  readonly ackWaitMs: number;
  /** Client name, shown in the server's list of connections. */
  readonly clientName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Texts that must not appear in messages. */
export function secretsOf(login: NatsLogin): readonly string[] {
  if (login.kind === "token") return [login.token];
  return login.kind === "password" ? [login.password] : [];
}
