import type { v1 } from "@google-cloud/pubsub";
import { toError } from "../../contract/to-error.ts";
import { loadClient } from "../client-package.ts";
import { checkKeyFile } from "./key-file.ts";
import type { PubSubOptions } from "./options.ts";

/** Without 6.3.2, which does not install. */
export const PUBSUB_PACKAGES = ["@google-cloud/pubsub@6.3.0 || ^6.3.3"] as const;

/** The official client's two halves, as far as they are used. */
export interface PubSubClients {
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
}

/** Makes clients; again after they were closed. Reads the credentials' file each time. */
export type MakeClients = (options: PubSubOptions) => Promise<PubSubClients>;

/** Options for a single request: answered soon, or failed; when it is tried again is decided here. */
export const ONCE = { timeout: 10_000, retry: null } as const;

/** A connection that is silent for this long is asked for a sign of life, and given up without one. */
const CHANNEL = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 5000,
};

/** Throws BusError `unavailable` when the package is missing. */
export async function loadPubSub(
  load: () => Promise<typeof import("@google-cloud/pubsub")> = () => import("@google-cloud/pubsub"),
): Promise<MakeClients> {
  const { PubSub, v1 } = await loadClient("pubsub", PUBSUB_PACKAGES, load);
  return async ({ projectId, keyFile, emulatorHost }) => {
    if (keyFile !== null) await checkKeyFile(keyFile);
    // Works out the address, and that an emulator is talked to in the clear.
    const factory = new PubSub({
      projectId,
      ...CHANNEL,
      // oxlint-disable-next-line typescript/no-deprecated -- it warns of files from strangers; this one is the operator's
      ...(keyFile === null ? {} : { keyFilename: keyFile }),
      ...(emulatorHost === null ? {} : { apiEndpoint: emulatorHost, emulatorMode: true }),
    });
    const config = await factory.getClientConfig();
    const publisher = new v1.PublisherClient(config as ConstructorParameters<typeof v1.PublisherClient>[0]);
    const subscriber = new v1.SubscriberClient(config as ConstructorParameters<typeof v1.SubscriberClient>[0]);
    await Promise.all([publisher.initialize(), subscriber.initialize()]);
    return { publisher, subscriber };
  };
}

/** gRPC's status codes, as far as they are told apart. */
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

/** Whether the request may well be taken when it is sent again. */
export function isPassing(error: unknown): boolean {
  const { deadlineExceeded, resourceExhausted, aborted, internal, unavailable } = STATUS;
  const status = statusOf(error);
  return status !== null && [1, deadlineExceeded, resourceExhausted, aborted, internal, unavailable].includes(status);
}

/** The error's own words, without gRPC's code before them and its empty notes behind them. */
export function errorText(error: unknown): string {
  return toError(error)
    .message.replace(/^\d+ ([A-Z_]+): /, "$1: ")
    .replace(/ ?Resolution note:\s*$/, "")
    .replace(/Last error: null\.?/, "");
}

/** Whether it failed as it does when the service is away, or does not let us in. */
export function isAway(error: unknown): boolean {
  const status = statusOf(error);
  return status === STATUS.deadlineExceeded || status === STATUS.unavailable || status === STATUS.unauthenticated;
}
