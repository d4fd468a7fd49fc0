import type { StatusAnswer } from "../contract/api/instance/status-answer.ts";

interface BusLink {
  /** The same after reconnects; never contains a login. */
  readonly name: string;
  readonly state: StatusAnswer["link"]["state"];
  /** When the state was entered, milliseconds since 1970. */
  readonly since: number;
  /** One sentence when not connected. */
  readonly reason: string | null;
  readonly lastMessageAt: number | null;
  readonly reconnects: number;
  readonly inFlight: number;
}

export interface ConnectionReport extends BusLink {
  /** Messages that wait there; null where the broker does not report it. */
  readonly depth: number | null;
}

/** The bus as a whole, and each of its connections. */
export interface BusReport extends BusLink {
  readonly connections: readonly ConnectionReport[];
}

/** The bus in the JSON of `GET /status?verbose=1`. */
export function busAnswer({ connections, ...bus }: BusReport): Pick<StatusAnswer, "link" | "connections"> {
  return {
    link: linkAnswer(bus),
    connections: connections.map((connection) => ({ ...linkAnswer(connection), depth: connection.depth })),
  };
}

function linkAnswer({
  name,
  state,
  since,
  reason,
  lastMessageAt,
  reconnects,
  inFlight,
}: BusLink): StatusAnswer["link"] {
  return {
    name,
    state,
    since: timeText(since),
    reason,
    last_message_at: lastMessageAt === null ? null : timeText(lastMessageAt),
    reconnects,
    in_flight: inFlight,
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
