import type { BusReport, ConnectionReport } from "./bus-report.ts";
import type { Metric } from "./metric.ts";

/** Metrics of each connection, by bus and connection; null where a connection has no value. */
const CONNECTION_METRICS: readonly {
  readonly type: "counter" | "gauge";
  readonly name: string;
  readonly help: string;
  readonly of: (connection: ConnectionReport) => number | null;
}[] = [
  { type: "gauge", name: "up", help: "1 while connected.", of: ({ state }) => (state === "connected" ? 1 : 0) },
  {
    type: "gauge",
    name: "changed_timestamp_seconds",
    help: "When it was connected or lost, seconds since 1970.",
    of: ({ since }) => since / 1000,
  },
  {
    type: "gauge",
    name: "last_message_timestamp_seconds",
    help: "When the last message went over it, seconds since 1970.",
    of: ({ lastMessageAt }) => (lastMessageAt === null ? null : lastMessageAt / 1000),
  },
  { type: "counter", name: "reconnects_total", help: "Times it was reconnected.", of: ({ reconnects }) => reconnects },
  { type: "gauge", name: "in_flight", help: "Deliveries not yet acknowledged.", of: ({ inFlight }) => inFlight },
  {
    type: "gauge",
    name: "depth",
    help: "Messages that wait there, where the broker reports it.",
    of: ({ depth }) => depth,
  },
];

/** The metrics of each connection to a broker. */
export function connectionMetrics({ name: bus, connections }: BusReport): readonly Metric[] {
  return CONNECTION_METRICS.flatMap(({ type, name, help, of }): readonly Metric[] => {
    const values = connections.flatMap((connection) => {
      const value = of(connection);
      return value === null ? [] : [{ labels: { bus, connection: connection.name }, value }];
    });
    if (values.length === 0) return [];
    return [{ name: `flowlord_bus_connection_${name}`, help, type, values, aggregator: "sum" }];
  });
}
