import type { BusReport } from "../../../src/http/bus-report.ts";

/** A bus that is there and has done nothing. */
export const IDLE_BUS: BusReport = {
  name: "memory",
  state: "connected",
  since: Date.UTC(2026, 0, 1),
  reason: null,
  lastMessageAt: null,
  reconnects: 0,
  inFlight: 0,
  connections: [],
};

/** One with a connection to a broker. */
export const BROKER_BUS: BusReport = {
  ...IDLE_BUS,
  name: "nsq",
  reconnects: 6,
  inFlight: 5,
  connections: [
    {
      name: "consumer done 127.0.0.1:4150",
      state: "disconnected",
      since: Date.UTC(2026, 0, 1, 0, 0, 30),
      reason: "nsqd does not answer",
      lastMessageAt: Date.UTC(2026, 0, 1, 0, 0, 10),
      reconnects: 2,
      inFlight: 5,
      depth: 40,
    },
  ],
};
