import type { TestContext } from "node:test";
import type { Bus } from "../../src/bus/bus.ts";

/** One adapter, set up so that what is published on a topic comes back to the subscriptions of that topic. */
export interface BusHarness {
  /** A started bus. Called again with the same harness after a `stop`: the same broker, folder or store. */
  open(options?: { readonly capacity?: number }): Promise<Bus>;
  /** Remove what `open` made outside of the bus. */
  cleanUp(): Promise<void>;
  /** The broker ends and comes back with what it held; resolves when it answers again. */
  restart?(): Promise<void>;
  /** The connections of the bus are lost, with all that is on its way in them; new ones are possible at once. */
  dropConnections?(): void | Promise<void>;
}

/** What a harness can do to its bus, by the name of the hook. */
export type BusErrorCase = "restart" | "dropConnections";

export interface BusTraits {
  /** False where the adapter never answers `full` for a count of messages. */
  readonly capacity: boolean;
  /** False where all messages belong to one topic. */
  readonly topics: boolean;
  /** False where `open` after `stop` cannot find what was there. */
  readonly restart: boolean;
  /** True where the broker keeps the delay of a nack, also when the bus that gave it is stopped. */
  readonly keepsDelays?: boolean;
  /** False where messages may come in another order than they were sent. */
  readonly ordered?: boolean;
  /** Messages of one test at the most, where the server behind it is a slow stand-in. */
  readonly maxMessages?: number;
  /** The hooks that its harness has where a test asks for them: each brings a test. */
  readonly faults?: readonly BusErrorCase[];
}

export const CHANNEL = "flowlord";

/** Null where its server is missing, and it has told the test to skip. */
export type MakeHarness = (t: TestContext, error: BusErrorCase | null) => Promise<BusHarness | null>;

/** Runs a test on a bus of its own, which is stopped and cleaned up after it. */
export type WithBus = (
  t: TestContext,
  run: (bus: Bus, harness: BusHarness) => Promise<void>,
  options?: { readonly capacity?: number; readonly fault?: BusErrorCase | null },
) => Promise<void>;

export function busesOf(makeHarness: MakeHarness): WithBus {
  return async (t, run, { fault: error = null, ...options } = {}) => {
    const harness = await makeHarness(t, error);
    if (harness === null) return;
    const bus = await harness.open(options);
    try {
      await run(bus, harness);
    } finally {
      await bus.stop();
      await harness.cleanUp();
    }
  };
}
