import { memo, type ReactElement } from "react";
import type { Slot } from "../../../components/slots/slot.ts";
import { SlotMark } from "../../../components/slots/slot-mark.tsx";
import type { GridRow } from "./grid-rows.ts";

interface Props {
  readonly row: GridRow;
  /** The columns that are seen. */
  readonly from: number;
  readonly until: number;
  readonly pitch: number;
  readonly cell: number;
}

/** The cells of a row; those of tasks are lower, and have no glyph. */
export const GridLine = memo(function GridLine({ row, from, until, pitch, cell }: Props): ReactElement {
  return (
    <g transform={`translate(0 ${row.top})`}>
      {Array.from({ length: Math.max(0, until - from) }, (_, at) => {
        const column = from + at;
        const slot = row.slotAt(column);
        if (slot === null) return null;
        const x = column * pitch;
        return row.isTask ? (
          <TaskMark key={column} {...slot} x={x} width={cell} height={row.height - 2} />
        ) : (
          <SlotMark key={column} {...slot} x={x} size={cell} />
        );
      })}
    </g>
  );
});

function TaskMark({
  state,
  x,
  width,
  height,
}: Slot & { readonly x: number; readonly width: number; readonly height: number }): ReactElement {
  const isQuiet = state === "complete";
  return (
    <g data-status={state} data-slot={state}>
      <rect
        x={x}
        width={width}
        height={height}
        rx="2"
        fill={isQuiet ? "color-mix(in srgb, var(--mark) 34%, var(--surface))" : "var(--mark)"}
      />
      {isQuiet && <rect x={x} y={height - 2} width={width} height="2" rx="1" fill="var(--mark)" />}
    </g>
  );
}
