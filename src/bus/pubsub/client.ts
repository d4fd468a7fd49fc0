import type { v1 } from "@google-cloud/pubsub";
import { toError } from "../../contract/to-error.ts";
import { loadClient } from "../client-package.ts";
import { checkKeyFile } from "./key-file.ts";
import type { PubSubOptions } from "./options.ts";

/** Excludes 6.3.2, which cannot be installed. */
export const PUBSUB_PACKAGES = ["@google-cloud/pubsub@6.3.0 || ^6.3.3"] as const;

/** The two clients that the official package provides. */
export interface PubSubClients {
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
}

/** Creates clients, also after earlier ones were closed. Reads the credentials file each time. */
export type MakeClients = (options: PubSubOptions) => Promise<PubSubClients>;

/** Options of a single request: a short time-out and no retries by the client, because the bus retries by itself. */
export const ONCE = { timeout: 10_000, retry: null } as const;

/** Keepalive and reconnect settings: a silent connection is probed, and closed when there is no answer. */
const CHANNEL = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 5000,
};

/** Without it the client asks Google's metadata address for the domain of an emulator's services. */
const NO_GOOGLE = { clientOptions: { universeDomain: "googleapis.com" } };

/** Throws BusError `unavailable` when the package is missing. */
export async function loadPubSub(
  load: () => Promise<typeof import("@google-cloud/pubsub")> = () => import("@google-cloud/pubsub"),
): Promise<MakeClients> {
  const { PubSub, v1 } = await loadClient("pubsub", PUBSUB_PACKAGES, load);
  return async ({ projectId, keyFile, emulatorHost }) => {
    if (keyFile !== null) await checkKeyFile(keyFile);
    // Resolves the address, and the plain-text connection to an emulator.
    const factory = new PubSub({
      projectId,
      ...CHANNEL,
      // oxlint-disable-next-line typescript/no-deprecated -- it warns of untrusted files; this one is the operator's
      ...(keyFile === null ? {} : { keyFilename: keyFile }),
      ...(emulatorHost === null ? {} : { apiEndpoint: emulatorHost, emulatorMode: true, ...NO_GOOGLE }),
    });
    const config = await factory.getClientConfig();
    const publisher = new v1.PublisherClient(config as ConstructorParameters<typeof v1.PublisherClient>[0]);
    const subscriber = new v1.SubscriberClient(config as ConstructorParameters<typeof v1.SubscriberClient>[0]);
    await Promise.all([publisher.initialize(), subscriber.initialize()]);
    return { publisher, subscriber };
  };
}

/** The gRPC status codes that are used. */
export const STATUS = {
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The status of a failed request, or null. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : null;
}

/** Whether a retry of the request may succeed. */
export function isPassing(error: unknown): boolean {
  const { deadlineExceeded, resourceExhausted, aborted, internal, unavailable } = STATUS;
  const status = statusOf(error);
  return status !== null && [1, deadlineExceeded, resourceExhausted, aborted, internal, unavailable].includes(status);
}

/** The error's message, without the leading gRPC code and empty trailing notes. */
export function errorText(error: unknown): string {
  return toError(error)
    .message.replace(/^\d+ ([A-Z_]+): /, "$1: ")
    .replace(/ ?Resolution note:\s*$/, "")
    .replace(/Last error: null\.?/, "");
}

/** Whether the error means that the service is unreachable or refuses our credentials. */
export function isAway(error: unknown): boolean {
  const status = statusOf(error);
  return status === STATUS.deadlineExceeded || status === STATUS.unavailable || status === STATUS.unauthenticated;
}
