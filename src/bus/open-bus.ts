import { DAY } from "../contract/time/time-units.ts";
import { BusError } from "./bus-error.ts";
import type { Bus } from "./bus.ts";
import { createFileBus } from "./file/file.ts";
import type { OffsetStore } from "./file/file-position.ts";
import { createMemoryBus } from "./memory.ts";
import { createNopBus } from "./nop.ts";
import type { NatsOptions } from "./nats/options.ts";
import type { NsqOptions } from "./nsq/nsq.ts";
import type { PubSubOptions } from "./pubsub/options.ts";
import { createStdioBus } from "./stdio.ts";

export interface OpenBusOptions {
  /** Folder of the file bus. */
  readonly dir: string;
  /** Topics of the configuration, which of the file bus may be paths. */
  readonly namedTopics?: readonly string[];
  /** Where the file bus stores how far it has read. */
  readonly offsets: OffsetStore;
  /** Topic of the lines on standard input; null: the first topic subscribed. */
  readonly inTopic: string | null;
  /** Longest line of the file and stdio buses. */
  readonly maxLineBytes?: number;
  /** Size at which the file bus rotates a topic's file; 0: never. */
  readonly rotateBytes?: number;
  /** How to reach NSQ. */
  readonly nsq?: NsqOptions;
  /** How to reach NATS. */
  readonly nats?: Omit<NatsOptions, "now" | "random">;
  /** How to reach Google Pub/Sub. */
  readonly pubsub?: Omit<PubSubOptions, "now" | "random">;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Why a bus without storage takes no messages now; null or absent: it does. */
  readonly refusal?: () => string | null;
}

/** Names of all buses. */
export const BUS_NAMES = [
  "memory",
  "file",
  "stdio",
  "stdin",
  "stdout",
  "stderr",
  "nop",
  "null",
  "nsq",
  "nats",
  "pubsub",
] as const;

const NATS: Omit<NatsOptions, "now" | "random"> = {
  servers: ["localhost:4222"],
  login: { kind: "none" },
  tls: null,
  stream: null,
  prefix: "",
  maxAgeMs: 7 * DAY,
  replicas: 1,
  ackWaitMs: 30_000,
  clientName: "flowlord",
};
const PUBSUB = { projectId: "", keyFile: null, emulatorHost: null, ackDeadlineSeconds: 60 };

/**
 * Creates the bus of that name; it is not started yet. The client of a broker is loaded only when its bus is opened.
 * Throws BusError `unavailable` when the client is not installed or no server is configured, `unknown_bus` for any other
 * name.
 */
export async function openBus(name: string, options: OpenBusOptions): Promise<Bus> {
  const now = options.now ?? Date.now;
  const maxLineBytes = options.maxLineBytes ?? 16 * 1024 * 1024;
  const stdio = { name, inTopic: options.inTopic, maxLineBytes, now, input: null, output: null };
  switch (name) {
    case "memory":
      return createMemoryBus({ now, ...(options.refusal === undefined ? {} : { refusal: options.refusal }) });
    case "file":
      return createFileBus({
        dir: options.dir,
        offsets: options.offsets,
        namedTopics: options.namedTopics ?? [],
        maxLineBytes,
        now,
        ...(options.rotateBytes === undefined ? {} : { rotateBytes: options.rotateBytes }),
      });
    case "stdio":
      return createStdioBus({ ...stdio, input: process.stdin, output: process.stdout });
    case "stdin":
      return createStdioBus({ ...stdio, input: process.stdin });
    case "stdout":
      return createStdioBus({ ...stdio, output: process.stdout });
    case "stderr":
      return createStdioBus({ ...stdio, output: process.stderr });
    case "nop":
    case "null":
      return createNopBus(name, now);
    case "nsq": {
      const { createNsqBus } = await import("./nsq/nsq.ts");
      return createNsqBus({ nsqdHosts: [], lookupdHosts: [], userAgent: "flowlord", now, ...options.nsq });
    }
    case "nats": {
      const { createNatsBus } = await import("./nats/nats.ts");
      return createNatsBus({ ...NATS, now, random: Math.random, ...options.nats });
    }
    case "pubsub": {
      const { createPubSubBus } = await import("./pubsub/pubsub.ts");
      return createPubSubBus({ ...PUBSUB, now, random: Math.random, ...options.pubsub });
    }
    default:
      throw new BusError("unknown_bus", `Unknown bus "${name}"; available: ${BUS_NAMES.join(", ")}.`);
  }
}
