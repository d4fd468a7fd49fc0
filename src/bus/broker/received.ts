import type { BusHealth } from "../bus.ts";

type Received = Pick<BusHealth, "inFlight" | "lastMessageAt">;

/** Messages in flight and the last message of all subscriptions of a bus. */
export function received(subscriptions: readonly Received[]): Received {
  let inFlight = 0;
  let lastMessageAt: number | null = null;
  for (const one of subscriptions) {
    inFlight += one.inFlight;
    if ((one.lastMessageAt ?? 0) > (lastMessageAt ?? 0)) lastMessageAt = one.lastMessageAt;
  }
  return { inFlight, lastMessageAt };
}
