import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { RetentionPolicy } from "../../../../src/contract/api/instance/retention-api.ts";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count, NOTHING } from "../../../services/format.ts";
import { useMay } from "../../../services/may.ts";
import type { MetricsAnswer } from "../../../services/queries.ts";
import { Section } from "../section.tsx";
import { Cell, type Column, Row, Table } from "../table.tsx";
import { CleanupDialog } from "./cleanup-dialog.tsx";
import { CompactDialog } from "./compact-dialog.tsx";
import { cleanupsQuery, retentionQuery } from "./database-queries.ts";

type TableSize = MetricsAnswer["database"]["tables"][number];

const NAME: Column = { name: "Table" };
const ROWS: Column = { name: "Rows", width: 96, isNumber: true };
const SHARE: Column = { name: "Share", width: 84, isOnlyWide: true };
const DATA: Column = { name: "Data", width: 84, isNumber: true };
const INDEXES: Column = { name: "Indexes", width: 84, isNumber: true, isOnlyWide: true };
const GROWTH: Column = { name: "Growth a day", width: 104, isNumber: true, isOnlyWide: true };
const KEPT: Column = { name: "Kept", width: 128 };
const DUE: Column = { name: "Due", width: 76, isNumber: true, isOnlyWide: true };
const LAST: Column = { name: "Last cleanup", width: 196, isExtra: true };
const COLUMNS = [NAME, ROWS, SHARE, DATA, INDEXES, GROWTH, KEPT, DUE, LAST];

/** Tables before "Show all". */
const FEW = 10;

function sizeOf({ bytes, index_bytes: indexes }: TableSize): number {
  return (bytes ?? 0) + (indexes ?? 0);
}

/** Size, growth, retention and what is due, a row a table. */
export function Tables({ database }: { readonly database: MetricsAnswer["database"] }): ReactElement {
  const { data: retention } = useQuery(retentionQuery);
  const { data: cleanups } = useQuery(cleanupsQuery);
  const mayCompact = useMay("admin", "everything");
  const [isAll, setAll] = useState(false);
  const [open, setOpen] = useState<"cleanup" | "compact" | null>(null);
  const policies = new Map((retention?.policies ?? []).map((policy) => [policy.table, policy]));
  const counted = cleanups?.cleanups.find(({ dry_run: isCount, state }) => isCount && state === "done") ?? null;
  const due = new Map((counted?.tables ?? []).map(({ table, deleted }) => [table, deleted]));
  const most = Math.max(1, ...database.tables.map(sizeOf));
  const shown = database.tables.slice(0, isAll ? undefined : FEW);
  const total = [...due.values()].reduce((sum, rows) => sum + rows, 0);
  return (
    <Section
      title="Tables and retention"
      isFlush
      about={
        counted === null ? (
          "What is due was not counted yet"
        ) : (
          <>
            {count(total)} rows were due <RelativeTime at={counted.created_at} />
          </>
        )
      }
      actions={
        <>
          {mayCompact && (
            <Button kind="bare" onClick={() => setOpen("compact")}>
              Compact…
            </Button>
          )}
          <ActButton may="admin" of="everything" onClick={() => setOpen("cleanup")}>
            {total === 0 ? "Clean up…" : `Clean up ${count(total)} rows…`}
          </ActButton>
        </>
      }
    >
      {database.measured === null && (
        <Empty>
          The tables were not measured yet; that is done once an hour, the first time a minute after the start.
        </Empty>
      )}
      <Table label="Tables and retention" columns={COLUMNS}>
        {shown.map((table) => (
          <TableRow
            key={table.name}
            table={table}
            share={sizeOf(table) / most}
            policy={policies.get(table.name) ?? null}
            due={due.get(table.name) ?? null}
          />
        ))}
      </Table>
      {database.tables.length > FEW && (
        <p className="px-(--gutter) py-1">
          <Button kind="bare" className="-ml-2 text-accent!" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show all ${database.tables.length} tables`}
          </Button>
        </p>
      )}
      {open === "cleanup" && <CleanupDialog onClose={() => setOpen(null)} />}
      {open === "compact" && <CompactDialog free={database.free} onClose={() => setOpen(null)} />}
    </Section>
  );
}

interface RowProps {
  readonly table: TableSize;
  /** Of the largest. */
  readonly share: number;
  readonly policy: RetentionPolicy | null;
  /** Null: not counted, or it has no policy. */
  readonly due: number | null;
}

function TableRow({ table, share, policy, due }: RowProps): ReactElement {
  const { name, rows, bytes, index_bytes: indexes, growth_per_day: growth } = table;
  const data = bytes === null ? 1 : bytes / Math.max(1, sizeOf(table));
  return (
    <Row>
      <Cell of={NAME} isHead title={name} className="font-mono">
        {name}
      </Cell>
      <Cell of={ROWS} className={rows === null || rows === 0 ? "text-ink-3" : ""}>
        {rows === null ? NOTHING : count(rows)}
        {rows !== null && <span className="text-ink-3 min-[721px]:hidden"> rows</span>}
      </Cell>
      <Cell of={SHARE}>
        <svg viewBox="0 0 64 6" width="64" height="6" aria-hidden="true">
          <rect width="64" height="6" rx="1" fill="var(--surface-4)" />
          <rect width={64 * share} height="6" rx="1" fill="var(--chart-ghost)" />
          <rect width={64 * share * data} height="6" rx="1" fill="var(--chart-1)" />
        </svg>
      </Cell>
      <Cell of={DATA}>{bytes === null ? NOTHING : sizeText(bytes)}</Cell>
      <Cell of={INDEXES} className={indexes === null || indexes === 0 ? "text-ink-3" : ""}>
        {indexes === null || indexes === 0 ? NOTHING : sizeText(indexes)}
      </Cell>
      <Cell of={GROWTH} className={growth === null || growth === 0 ? "text-ink-3" : ""}>
        {growth === null ? NOTHING : growth === 0 ? "0" : `${growth > 0 ? "+" : "−"}${sizeText(Math.abs(growth))}`}
      </Cell>
      <Cell
        of={KEPT}
        className={policy === null ? "text-ink-3" : ""}
        title={policy === null ? undefined : `since ${policy.since}`}
      >
        {policy === null ? "with what it is of" : keptText(policy)}
      </Cell>
      <Cell of={DUE} className={due === null || due === 0 ? "text-ink-3" : ""}>
        {due === null ? NOTHING : count(due)}
      </Cell>
      <Cell of={LAST} className="text-ink-2">
        {policy === null || policy.last === null ? (
          <span className="text-ink-3">{NOTHING}</span>
        ) : (
          <>
            <RelativeTime at={policy.last.at} />, {count(policy.last.deleted)} rows
          </>
        )}
      </Cell>
    </Row>
  );
}

function keptText({ days, max_rows: rows, enabled, archived }: RetentionPolicy): string {
  const parts = [
    !enabled || (days === null && rows === null) ? "for ever" : "",
    enabled && days !== null ? `${Number(days.toFixed(1))} days` : "",
    enabled && rows !== null ? `${count(rows)} rows` : "",
    archived ? "archived" : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
