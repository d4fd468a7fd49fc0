import type { ReactElement } from "react";
import type { StatusAnswer } from "../../../../src/contract/api/instance/status-answer.ts";
import { Mark, type Status } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count, NOTHING } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import { Cell, type Column, Row, Table } from "../table.tsx";

const STATE: Column = { name: "State", width: 104 };
const NAME: Column = { name: "Connection" };
const FLIGHT: Column = { name: "In flight", width: 62, isNumber: true };
const DEPTH: Column = { name: "Waiting", width: 60, isNumber: true };
const LAST: Column = { name: "Last", width: 84, isNumber: true };
const COLUMNS = [NAME, STATE, FLIGHT, DEPTH, LAST];

const STATUS: Readonly<Record<StatusAnswer["link"]["state"], Status>> = {
  connected: "complete",
  connecting: "waiting",
  disconnected: "error",
  stopped: "none",
};

/** The bus as a whole and, where it has brokers, each connection. */
export function BusConnections({ status: { link, connections } }: { readonly status: StatusAnswer }): ReactElement {
  const rows = connections.length === 0 ? [{ ...link, depth: null }] : connections;
  const times = link.reconnects === 1 ? "once" : `${count(link.reconnects)} times`;
  return (
    <Section
      title="Bus"
      isFlush
      about={
        <>
          {link.name}, {link.state} since <RelativeTime at={link.since} />
          {link.reconnects === 0 ? "" : `, reconnected ${times}`}
        </>
      }
    >
      <Table label="Connections of the bus" columns={COLUMNS}>
        {rows.map((row) => (
          <Row key={row.name}>
            <Cell of={NAME} isHead title={row.reason ?? row.name}>
              {row.name}
            </Cell>
            <Cell of={STATE}>
              <span data-status={STATUS[row.state]} className="inline-flex items-center gap-1.5 text-(--word)">
                <Mark status={STATUS[row.state]} />
                {row.state}
              </span>
            </Cell>
            <Cell of={FLIGHT} className={row.in_flight === 0 ? "text-ink-3" : ""}>
              {count(row.in_flight)}
              <span className="text-ink-3 min-[721px]:hidden"> in flight</span>
            </Cell>
            <Cell of={DEPTH} className={row.depth === null ? "text-ink-3 max-[720px]:hidden" : ""}>
              {row.depth === null ? NOTHING : count(row.depth)}
            </Cell>
            <Cell of={LAST}>
              <RelativeTime at={row.last_message_at} />
            </Cell>
          </Row>
        ))}
      </Table>
    </Section>
  );
}
