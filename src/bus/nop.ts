import { BusError } from "./bus-error.ts";
import type { Bus, BusHealth, OutMessage, PublishResult } from "./bus.ts";

const SENT: Promise<PublishResult> = Promise.resolve({ status: "sent" });

/** Discards all messages and never delivers any: for trying out workflows without workers. */
export function createNopBus(name: string, now: () => number = Date.now): Bus {
  let state: BusHealth["state"] = "connecting";
  let since = now();
  const enter = (next: BusHealth["state"]): void => {
    if (state === next) return;
    state = next;
    since = now();
  };
  return {
    name,
    durable: true,
    start: async () => enter("connected"),
    publish: (batch: readonly OutMessage[]) =>
      batch.map(() => (state === "stopped" ? Promise.resolve({ status: "failed", error: stopped(name) }) : SENT)),
    subscribe: async () => {
      if (state === "stopped") throw stopped(name);
      return { stop: async () => {} };
    },
    onDrain: () => {},
    connections: () => [],
    health: () => ({
      state,
      since,
      reason: state === "connected" ? null : `The ${name} bus is ${state === "stopped" ? "stopped" : "not started"}.`,
      lastMessageAt: null,
      reconnects: 0,
      inFlight: 0,
    }),
    stop: async () => enter("stopped"),
  };
}

function stopped(name: string): BusError {
  return new BusError("stopped", `The ${name} bus is stopped.`);
}
