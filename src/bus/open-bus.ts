import { BusError } from "./bus-error.ts";
import type { Bus } from "./bus.ts";
import { createFileBus } from "./file.ts";
import type { OffsetStore } from "./file-position.ts";
import { createMemoryBus } from "./memory.ts";
import { createNopBus } from "./nop.ts";
import type { NsqOptions } from "./nsq/nsq.ts";
import { createStdioBus } from "./stdio.ts";

export interface OpenBusOptions {
  /** Folder of the file bus. */
  readonly dir: string;
  /** Where the file bus keeps how far it has read. */
  readonly offsets: OffsetStore;
  /** Topic of the lines on standard input; null: the first topic subscribed. */
  readonly inTopic: string | null;
  /** Longest line of the file and stdio buses. */
  readonly maxLineBytes?: number;
  /** Size at which the file bus rotates a topic's file; 0: never. */
  readonly rotateBytes?: number;
  /** How to reach NSQ. */
  readonly nsq?: NsqOptions;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Names of the buses that this version has. */
export const BUS_NAMES = ["memory", "file", "stdio", "stdin", "stdout", "stderr", "nop", "null", "nsq"] as const;
/** Names that a config may hold and that a later version answers to. */
export const LATER_BUS_NAMES = ["pubsub", "nats"] as const;

/**
 * The bus of that name, not yet started. The client of a broker is loaded only when it is asked for. Throws BusError `unavailable` for one that comes later, `unknown_bus` for any
 * other name.
 */
export async function openBus(name: string, options: OpenBusOptions): Promise<Bus> {
  const now = options.now ?? Date.now;
  const maxLineBytes = options.maxLineBytes ?? 16 * 1024 * 1024;
  const stdio = { name, inTopic: options.inTopic, maxLineBytes, now, input: null, output: null };
  switch (name) {
    case "memory":
      return createMemoryBus({ now });
    case "file":
      return createFileBus({
        dir: options.dir,
        offsets: options.offsets,
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
    default:
      throw unknownBus(name);
  }
}

function unknownBus(name: string): BusError {
  const available = BUS_NAMES.join(", ");
  if (LATER_BUS_NAMES.some((later) => later === name)) {
    return new BusError("unavailable", `The bus "${name}" comes with a later version; available now: ${available}.`);
  }
  return new BusError("unknown_bus", `There is no bus "${name}"; available: ${available}.`);
}
