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

/** The cells of a row; those of tasks are lower, and have no glyph. What is well is most of them, and is drawn as one. */
export const GridLine = memo(function GridLine({ row, from, until, pitch, cell }: Props): ReactElement {
  const height = row.isTask ? row.height - 2 : cell;
  const complete: number[] = [];
  const others: { readonly slot: Slot; readonly x: number }[] = [];
  for (let column = from; column < until; column++) {
    const slot = row.slotAt(column);
    if (slot?.state === "complete") complete.push(column * pitch);
    else if (slot !== null) others.push({ slot, x: column * pitch });
  }
  return (
    <g transform={`translate(0 ${row.top})`}>
      {complete.length > 0 && (
        <g data-status="complete" data-slot="complete">
          <path
            d={complete.map((x) => cellPath(x, cell, height)).join("")}
            fill="color-mix(in srgb, var(--mark) 34%, var(--surface))"
          />
          <path d={complete.map((x) => `M${x} ${height - 2}h${cell}v2h${-cell}z`).join("")} fill="var(--mark)" />
        </g>
      )}
      {others.map(({ slot, x }) =>
        row.isTask ? (
          <rect
            key={x}
            data-status={slot.state}
            data-slot={slot.state}
            x={x}
            width={cell}
            height={height}
            rx="2"
            fill="var(--mark)"
          />
        ) : (
          <SlotMark key={x} {...slot} x={x} size={cell} />
        ),
      )}
    </g>
  );
});

/** With round corners of two pixels. */
function cellPath(x: number, width: number, height: number): string {
  return `M${x + 2} 0h${width - 4}q2 0 2 2v${height - 4}q0 2 -2 2h${4 - width}q-2 0 -2 -2v${4 - height}q0 -2 2 -2z`;
}
