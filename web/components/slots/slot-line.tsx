import { memo, type ReactElement } from "react";
import type { Slot, SlotRow } from "./slot.ts";
import { SlotMark } from "./slot-mark.tsx";

interface Props {
  readonly row: SlotRow;
  readonly index: number;
  readonly top: number;
  /** The columns that are seen. */
  readonly from: number;
  readonly until: number;
  readonly cell: number;
  readonly pitch: number;
  readonly height: number;
  readonly width: number;
  readonly labelWidth: number;
  readonly sumWidth: number;
  readonly hasSums: boolean;
  readonly slotAt: (row: number, column: number) => Slot | null;
}

const TONES = { plain: "text-ink-2", none: "text-ink-3", error: "text-error-text" } as const;

/** A row of a heatmap: its name, its cells and its sums. */
export const SlotLine = memo(function SlotLine(props: Props): ReactElement {
  const { row, index, top, from, until, cell, pitch, height, width, labelWidth, sumWidth, hasSums, slotAt } = props;
  return (
    <div className="absolute flex items-center" style={{ top, height }}>
      <span
        className="sticky left-0 z-1 shrink-0 truncate bg-surface pr-1.5 text-right text-ink-3"
        style={{ width: labelWidth }}
        title={row.label}
      >
        {row.label}
      </span>
      <svg width={width} height={cell} aria-hidden="true" className="block shrink-0">
        {Array.from({ length: Math.max(0, until - from) }, (_, at) => {
          const slot = slotAt(index, from + at);
          return slot && <SlotMark key={from + at} {...slot} x={(from + at) * pitch} size={cell} />;
        })}
      </svg>
      {hasSums &&
        row.sums?.map(({ text, tone = "plain" }, at) => (
          <span
            // Sums have no name of their own, and never change their order.
            key={`${at}`}
            className={`shrink-0 text-right ${TONES[tone]}`}
            style={{ width: sumWidth }}
          >
            {text}
          </span>
        ))}
    </div>
  );
});
