import { type ReactElement, useCallback, useRef, useState } from "react";
import { SlotHeatmap } from "../../../components/slots/slot-heatmap.tsx";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";
import { SlotTable } from "../../../components/slots/slot-table.tsx";
import type { Slot, SlotPlace } from "../../../components/slots/slot.ts";
import { useWidth } from "../../../components/use-width.ts";
import type { Clock } from "../../../services/format.ts";
import type { ArrivalsAnswer } from "./arrivals-queries.ts";
import { latenessWords, type LatenessScale } from "./lateness.ts";
import type { Cell, Layout } from "./layout.ts";
import { cellText, taskTimeText } from "./slot-words.ts";

interface Props {
  readonly answer: ArrivalsAnswer;
  readonly layout: Layout;
  readonly scale: LatenessScale;
  readonly clock: Clock;
  readonly isTable: boolean;
  /** A cell was chosen. */
  readonly onChoose: (cell: Cell) => void;
}

const [GAP, LEAST, MOST] = [2, 9, 20];
/** The place of the names of rows, in pixels. */
const LABELS: Readonly<Record<Layout["by"], number>> = { hour: 44, weekday: 56, month: 44 };
const ROWS: Readonly<Record<Layout["by"], string>> = { hour: "Day", weekday: "Week from", month: "Year" };
const COLUMNS: Readonly<Record<Layout["by"], string>> = {
  hour: "by hour of task time",
  weekday: "by day of task time",
  month: "by month of task time",
};

/** Shaded by lateness; the values of a cell are read in the head. */
export function ArrivalMap({ answer, layout, scale, clock, isTable, onChoose }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [read, setRead] = useState<SlotPlace | null>(null);
  const { columns, rows, cells, by } = layout;
  const slotAt = useCallback(
    (row: number, column: number): Slot | null => {
      const cell = cells[row]?.[column] ?? null;
      return cell === null ? null : { state: cell.state };
    },
    [cells],
  );
  const shades = latenessWords(scale);
  const cell = Math.floor((width - LABELS[by]) / columns.length) - GAP;
  const readCell = read === null ? null : (cells[read.row]?.[read.column] ?? null);
  const time = readCell?.slots.at(-1)?.task_time;
  return (
    <div ref={frame} className="min-w-0">
      <p className="mb-2 flex h-4 min-w-0 items-center gap-2 text-small text-ink-2">
        {readCell === null || time === undefined ? (
          <>
            <bdi className="truncate-head font-mono">{answer.phase.pattern ?? answer.phase.task}</bdi>
            <span className="shrink-0">{COLUMNS[by]}</span>
          </>
        ) : (
          <>
            <b className="font-mono font-semibold text-ink">{taskTimeText(time, by)}</b>
            <span className="truncate">{cellText(readCell, answer, clock)}</span>
          </>
        )}
      </p>
      {isTable ? (
        <SlotTable
          label="Arrivals by task time"
          rowName={ROWS[by]}
          columns={columns}
          rows={rows}
          slotAt={slotAt}
          states={[...shades, { state: "gap", word: "none came" }, { state: "planned", word: "to come" }]}
        />
      ) : (
        <SlotHeatmap
          label="Arrivals by task time, shaded by lateness. Arrows read one, Enter chooses it; Show as table has the numbers"
          columns={columns}
          rows={rows}
          slotAt={slotAt}
          read={read}
          onRead={setRead}
          onChoose={({ row, column }) => {
            const chosen = cells[row]?.[column] ?? null;
            if (chosen !== null) onChoose(chosen);
          }}
          cell={Math.min(MOST, Math.max(LEAST, cell))}
          labelWidth={LABELS[by]}
        />
      )}
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-small text-ink-2">
        {[...shades, { state: "gap", word: "none came" } as const, { state: "planned", word: "to come" } as const].map(
          ({ state, word }) => (
            <li key={state} className="flex items-center gap-1.5">
              <SlotSwatch state={state} />
              {word}
            </li>
          ),
        )}
      </ul>
    </div>
  );
}
