import type { Bus } from "../bus/bus.ts";
import type { NatsLogin, NatsTls } from "../bus/nats/options.ts";
import type { NsqOptions } from "../bus/nsq/nsq.ts";
import { openBus } from "../bus/open-bus.ts";
import { DAY } from "../contract/time/time-units.ts";

/** The broker of a worker that runs in its own process. */
export type WorkerBusOptions =
  | ({ readonly bus: "nsq" } & Partial<
      Pick<NsqOptions, "nsqdHosts" | "lookupdHosts" | "tls" | "authSecret" | "msgTimeoutMs">
    >)
  | {
      readonly bus: "nats";
      /** `host:port` each. */
      readonly servers: readonly string[];
      readonly login?: NatsLogin;
      readonly tls?: NatsTls;
      /** As `nats_stream` and `nats_prefix` of Flowlord's config. */
      readonly stream?: string;
      readonly prefix?: string;
    }
  | {
      readonly bus: "pubsub";
      readonly projectId: string;
      /** The file with the credentials; default: those of the environment. */
      readonly keyFile?: string;
      readonly emulatorHost?: string;
    };

const USER_AGENT = "flowlord-worker";
const NO_OFFSETS = { get: async () => null, set: async () => undefined };

/**
 * A started bus for `launch`. Connects by itself, now or when the broker becomes reachable; call its `stop` after its
 * workers are stopped. Throws BusError when the client's package is not installed.
 */
export async function openWorkerBus(options: WorkerBusOptions): Promise<Bus> {
  const bus = await opened(options);
  await bus.start();
  return bus;
}

async function opened(options: WorkerBusOptions): Promise<Bus> {
  const shared = { dir: "", offsets: NO_OFFSETS, inTopic: null };
  switch (options.bus) {
    case "nsq": {
      const { nsqdHosts = [], lookupdHosts = [], bus: _, ...rest } = options;
      return await openBus("nsq", { ...shared, nsq: { ...rest, nsqdHosts, lookupdHosts, userAgent: USER_AGENT } });
    }
    case "nats": {
      const nats = {
        servers: options.servers,
        login: options.login ?? ({ kind: "none" } as const),
        tls: options.tls ?? null,
        stream: options.stream ?? null,
        prefix: options.prefix ?? "",
        maxAgeMs: 7 * DAY,
        replicas: 1,
        ackWaitMs: 30_000,
        clientName: USER_AGENT,
      };
      return await openBus("nats", { ...shared, nats });
    }
    case "pubsub": {
      const { projectId, keyFile = null, emulatorHost = null } = options;
      return await openBus("pubsub", {
        ...shared,
        pubsub: { projectId, keyFile, emulatorHost, ackDeadlineSeconds: 60 },
      });
    }
  }
}
