import type { TestContext } from "node:test";
import type { Bus } from "../../src/bus/bus.ts";

/** One adapter, set up so that published messages are delivered to the subscriptions of their topic. */
export interface BusHarness {
  /** A started bus. Called again with the same harness after a `stop`: the same broker, folder or store. */
  open(options?: { readonly capacity?: number }): Promise<Bus>;
  /** Remove everything that `open` created outside of the bus. */
  cleanUp(): Promise<void>;
  /** Restarts the broker with its stored messages; resolves when it answers again. */
  restart?(): Promise<void>;
  /** Cuts the connections of the bus and loses the data in them; it can reconnect at once. */
  dropConnections?(): void | Promise<void>;
}

/** The faults that a harness can cause, by the name of the hook. */
export type BusErrorCase = "restart" | "dropConnections";

export interface BusTraits {
  /** False when the adapter never answers `full` because of the number of messages. */
  readonly capacity: boolean;
  /** False when all messages belong to one topic. */
  readonly topics: boolean;
  /** False when messages do not survive `stop` and `open`. */
  readonly restart: boolean;
  /** True when the broker keeps the delay of a nack, even after the bus is stopped. */
  readonly keepsDelays?: boolean;
  /** False when messages may arrive in another order than they were sent. */
  readonly ordered?: boolean;
  /** Most messages of one test, for a slow fake server. */
  readonly maxMessages?: number;
  /** The hooks that its harness provides; there is a test for each. */
  readonly faults?: readonly BusErrorCase[];
}

export const CHANNEL = "flowlord";

/** Null when its server is missing; the test is then skipped. */
export type MakeHarness = (t: TestContext, error: BusErrorCase | null) => Promise<BusHarness | null>;

/** Runs a test on its own bus, which is stopped and cleaned up afterwards. */
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
