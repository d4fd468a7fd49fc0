import { readFileSync } from "node:fs";
import { checkServerIdentity, type ConnectionOptions as TlsConnectionOptions } from "node:tls";
import type { ConnectionOptions, Server, TlsOptions } from "@nats-io/transport-node";
import type { NatsClient } from "./client.ts";
import type { NatsLogin, NatsOptions } from "./options.ts";

const SYSTEM_TLS = { caFile: null, certFile: null, keyFile: null };
const DIAL_WITHIN = 5000;
/** A server that misses two pings counts as unreachable. */
const PING_EVERY = 10_000;

/** The client passes these to Node. */
type ConnectionChecks = Pick<TlsConnectionOptions, "checkServerIdentity">;

/** Options of the client: it reconnects without limit, to any server of the cluster, with jitter in its waits. */
export function connectOptions(client: NatsClient, options: NatsOptions): ConnectionOptions {
  const { servers, login, clientName, random } = options;
  const authenticator = authenticatorOf(client, login);
  let target: Server | null = null;
  const isTls = servers.some((server) => server.toLowerCase().startsWith("tls://"));
  const files = options.tls ?? (isTls ? SYSTEM_TLS : null);
  const tls: TlsOptions & ConnectionChecks = {
    ...Object.fromEntries(Object.entries(files ?? {}).filter(([, path]) => path !== null)),
    // The client sets no TLS server name when it knows a server only by its IP address.
    checkServerIdentity: (name, certificate) =>
      checkServerIdentity(target?.tlsName === "" ? target.hostname : name, certificate),
  };
  return {
    servers: [...servers],
    name: clientName,
    timeout: DIAL_WITHIN,
    pingInterval: PING_EVERY,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => 100 + random() * 900,
    noAsyncTraces: true,
    // Called before each attempt, with the server that it goes to.
    reconnectToServer: ([server]) => {
      target = server ?? null;
      return null;
    },
    ...(authenticator === null ? {} : { authenticator }),
    ...(files === null ? {} : { tls }),
  };
}

function authenticatorOf(client: NatsClient, login: NatsLogin): ReturnType<NatsClient["tokenAuthenticator"]> | null {
  if (login.kind === "none") return null;
  if (login.kind === "token") return client.tokenAuthenticator(login.token);
  if (login.kind === "password") return client.usernamePasswordAuthenticator(login.user, login.password);
  return client.credsAuthenticator(() => readFileSync(login.path));
}
