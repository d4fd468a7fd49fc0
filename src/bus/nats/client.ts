import type * as Core from "@nats-io/transport-node";
import type * as JetStream from "@nats-io/jetstream";
import { loadClient } from "../client-package.ts";

/** The parts that are used of the official client's two packages. */
export type NatsClient = Pick<
  typeof Core,
  | "connect"
  | "createInbox"
  | "credsAuthenticator"
  | "headers"
  | "PermissionViolationError"
  | "tokenAuthenticator"
  | "usernamePasswordAuthenticator"
> &
  Pick<typeof JetStream, "jetstreamManager">;

export const NATS_PACKAGES = ["@nats-io/transport-node@^3.4.0", "@nats-io/jetstream@^3.4.0"] as const;

/** Throws BusError `unavailable` when a package is missing. */
export function loadNats(load: () => Promise<NatsClient> = importNats): Promise<NatsClient> {
  return loadClient("nats", NATS_PACKAGES, load);
}

async function importNats(): Promise<NatsClient> {
  const [core, { jetstreamManager }] = await Promise.all([
    import("@nats-io/transport-node"),
    import("@nats-io/jetstream"),
  ]);
  const { connect, createInbox, credsAuthenticator, headers, PermissionViolationError } = core;
  const { tokenAuthenticator, usernamePasswordAuthenticator } = core;
  return {
    connect,
    createInbox,
    credsAuthenticator,
    headers,
    PermissionViolationError,
    tokenAuthenticator,
    usernamePasswordAuthenticator,
    jetstreamManager,
  };
}
