import type { Bus, BusHealth } from "./bus.ts";

/** One bus for receiving and another for sending (`in_bus`, `out_bus`). Starts and stops both. */
export function splitBus(inBus: Bus, outBus: Bus): Bus {
  const sent = outBus.sent?.bind(outBus);
  return {
    name: `${inBus.name}+${outBus.name}`,
    durable: outBus.durable,
    start: async () => {
      await Promise.all([inBus.start(), outBus.start()]);
    },
    publish: (batch) => outBus.publish(batch),
    subscribe: (topic, options, onDelivery) => inBus.subscribe(topic, options, onDelivery),
    onDrain: (listener) => outBus.onDrain(listener),
    ...(sent === undefined ? {} : { sent }),
    unconsumed: () => outBus.unconsumed?.() ?? [],
    connections: () => [...inBus.connections(), ...outBus.connections()],
    health: () => worseOf(inBus.health(), outBus.health()),
    stop: async () => {
      await Promise.all([inBus.stop(), outBus.stop()]);
    },
  };
}

function worseOf(incoming: BusHealth, outgoing: BusHealth): BusHealth {
  const worse = incoming.state === "connected" ? outgoing : incoming;
  return {
    ...worse,
    lastMessageAt: incoming.lastMessageAt,
    reconnects: incoming.reconnects + outgoing.reconnects,
    inFlight: incoming.inFlight,
  };
}
