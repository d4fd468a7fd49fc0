import { type ReactElement, useCallback, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import type { SlotPlace, SlotRow } from "../../../components/slots/slot.ts";
import { SlotHeatmap } from "../../../components/slots/slot-heatmap.tsx";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";
import { SlotTable } from "../../../components/slots/slot-table.tsx";
import { count } from "../../../services/format.ts";
import type { Cell } from "../backfill-queries.ts";
import { type CellRow, cellText, cellTime, COLUMNS, type KindLook, rowLabel, slotOf, sumOf } from "./cell-rows.ts";

interface Props<Kind extends string> {
  readonly title: string;
  readonly label: string;
  readonly cell: Cell;
  /** The zone of the task times. */
  readonly zone: string;
  readonly rows: readonly CellRow<Kind>[];
  /** The worst first. */
  readonly looks: readonly KindLook<Kind>[];
  /** Those whose sums stand right of the rows. */
  readonly sums: readonly Kind[];
  /** Their sums are in red. */
  readonly wrong: Kind;
  readonly now: number;
  readonly maxHeight?: number;
  /** Where the kinds stand with their counts anyway, they need no legend. */
  readonly hasLegend?: boolean;
  readonly onChoose?: (time: string) => void;
}

/** The slots of a backfill, day by hour or month by day; what one is stands in the head. */
export function SlotsChart<Kind extends string>(props: Props<Kind>): ReactElement {
  const { title, label, cell, zone, rows, looks, sums, wrong, now, maxHeight, hasLegend = true, onChoose } = props;
  const [read, setRead] = useState<SlotPlace | null>(null);
  const [isTable, setTable] = useState(false);
  const slotAt = useCallback(
    (row: number, column: number) => {
      const own = rows[row];
      return own === undefined ? null : slotOf(own, column, looks);
    },
    [rows, looks],
  );
  const year = new Date(now).toISOString().slice(0, 4);
  const shown = useMemo(
    () =>
      rows.map((row): SlotRow => ({
        key: row.row,
        label: rowLabel(row.row, year),
        sums: sums.map((kind) => {
          const sum = sumOf(row, kind);
          return { text: count(sum), tone: sum === 0 ? "none" : kind === wrong ? "error" : "plain" };
        }),
      })),
    [rows, sums, wrong, year],
  );
  const at = read === null ? undefined : rows[read.row];
  const word = (kind: Kind): string => looks.find((look) => look.kind === kind)?.word ?? kind;
  return (
    <section aria-label={title} className="min-w-0">
      <div className="mb-1.5 flex min-h-7 flex-wrap items-center gap-x-3">
        <h3 className="font-semibold">{title}</h3>
        <p className="min-w-0 flex-1 truncate text-small text-ink-2">
          {at !== undefined && read !== null ? (
            <>
              <b className="font-mono font-medium text-ink">{cellTime(at, read.column)}</b>{" "}
              {cellText(at, read.column, looks)}
            </>
          ) : (
            <span className="text-ink-3">{zone}</span>
          )}
        </p>
        <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {isTable ? (
        <SlotTable
          label={label}
          rowName={cell === "hour" ? "Day" : "Month"}
          columns={COLUMNS[cell]}
          rows={shown}
          slotAt={slotAt}
          states={looks}
        />
      ) : (
        <SlotHeatmap
          label={`${label}. Arrows read a slot${onChoose === undefined ? "" : ", Enter lists its tasks"}; Show as table has the numbers`}
          columns={COLUMNS[cell]}
          rows={shown}
          slotAt={slotAt}
          sums={sums.map(word)}
          read={read}
          onRead={setRead}
          labelWidth={rows[0]?.row.startsWith(year) === true || cell === "day" ? 72 : 96}
          {...(maxHeight === undefined ? {} : { maxHeight })}
          {...(onChoose === undefined
            ? {}
            : {
                onChoose: ({ row, column }: SlotPlace) => {
                  const own = rows[row];
                  if (own !== undefined) onChoose(cellTime(own, column));
                },
              })}
        />
      )}
      {hasLegend && (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-small text-ink-2">
          {looks.map(({ kind, state, word: name }) => (
            <li key={kind} className="inline-flex items-center gap-1.5">
              <SlotSwatch state={state} />
              {name}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
