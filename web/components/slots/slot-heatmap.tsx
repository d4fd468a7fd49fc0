import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useRef } from "react";
import { useIsPhone } from "../../services/media.ts";
import type { Slot, SlotColumn, SlotPlace, SlotRow } from "./slot.ts";
import { moved } from "./moved.ts";
import { SlotLine } from "./slot-line.tsx";
import { useView } from "./use-view.ts";

const [GAP, HEAD, LABEL, SUM] = [2, 18, 76, 44];

interface Props {
  readonly label: string;
  readonly columns: readonly SlotColumn[];
  readonly rows: readonly SlotRow[];
  /** Null: there is no such slot. It is asked for what is seen only; the same function as long as the slots are the same. */
  readonly slotAt: (row: number, column: number) => Slot | null;
  /** The heads of the sums right of the cells. */
  readonly sums?: readonly string[];
  /** The slot whose values stand in the head of the chart. */
  readonly read: SlotPlace | null;
  readonly onRead: (place: SlotPlace | null) => void;
  /** Enter or a click on a slot. */
  readonly onChoose?: (place: SlotPlace) => void;
  /** In pixels; more rows are scrolled. */
  readonly maxHeight?: number;
  /** The side of a cell; without it by the width of the screen. */
  readonly cell?: number;
  /** The place of the row labels. */
  readonly labelWidth?: number;
}

/** Slots in rows and columns, one cell each; what is out of sight is not drawn. Arrows read a slot, Enter chooses it. */
export function SlotHeatmap({
  label,
  columns,
  rows,
  slotAt,
  sums = [],
  read,
  onRead,
  onChoose,
  maxHeight = 480,
  cell: wanted,
  labelWidth = LABEL,
}: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const view = useView(frame);
  const isPhone = useIsPhone();
  const cell = wanted ?? (isPhone ? 10 : 16);
  const pitch = cell + GAP;
  const line = Math.max(pitch, 14);
  const shownSums = isPhone ? [] : sums;
  const width = columns.length * pitch;
  const first = Math.max(0, Math.floor(view.top / line) - 4);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / line) + 4);
  const from = Math.max(0, Math.floor((view.left - labelWidth) / pitch) - 4);
  const until = Math.min(columns.length, Math.ceil((view.left + view.width) / pitch) + 4);

  useEffect(() => {
    const { current } = frame;
    if (current === null || read === null || !current.matches(":focus")) return;
    const [top, left] = [read.row * line, read.column * pitch];
    if (top < current.scrollTop) current.scrollTop = top;
    else if (top + line + HEAD > current.scrollTop + current.clientHeight)
      current.scrollTop = top + line + HEAD - current.clientHeight;
    if (left < current.scrollLeft) current.scrollLeft = left;
    else if (left + pitch + labelWidth > current.scrollLeft + current.clientWidth)
      current.scrollLeft = left + pitch + labelWidth - current.clientWidth;
  }, [read, line, pitch, labelWidth]);

  const placeAt = (event: PointerEvent | React.MouseEvent): SlotPlace | null => {
    const { current } = frame;
    if (current === null) return null;
    const box = current.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const column = Math.floor((x + current.scrollLeft - labelWidth) / pitch);
    const row = Math.floor((y + current.scrollTop - HEAD) / line);
    const isCell = x >= labelWidth && y >= HEAD && column < columns.length && row < rows.length;
    return isCell ? { row, column } : null;
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && read !== null) onChoose?.(read);
    else if (event.key === "Escape" && read !== null) onRead(null);
    else {
      const next = moved(event, read, rows.length, columns.length);
      if (next === null) return;
      onRead(next);
    }
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      role="img"
      aria-label={label}
      tabIndex={0}
      className="relative max-w-full overflow-auto text-micro select-none"
      style={{ maxHeight: maxHeight + HEAD, cursor: onChoose === undefined ? undefined : "pointer" }}
      onKeyDown={keys}
      onPointerMove={(event) => {
        const place = placeAt(event);
        if (place?.row !== read?.row || place?.column !== read?.column) onRead(place);
      }}
      onPointerLeave={() => onRead(null)}
      onClick={(event) => {
        const place = placeAt(event);
        if (place !== null) onChoose?.(place);
      }}
    >
      <div
        className="relative"
        style={{ width: labelWidth + width + shownSums.length * SUM, height: HEAD + rows.length * line }}
      >
        <div className="sticky top-0 z-2 bg-surface text-ink-3" style={{ height: HEAD }}>
          {columns.slice(from, until).map(
            ({ name, tick }, index) =>
              tick !== undefined && (
                <span
                  key={name}
                  className="absolute whitespace-nowrap"
                  style={{ left: labelWidth + (from + index) * pitch }}
                >
                  {tick}
                </span>
              ),
          )}
          {shownSums.map((sum, index) => (
            <span
              key={sum}
              className="absolute text-right"
              style={{ left: labelWidth + width + index * SUM, width: SUM }}
            >
              {sum}
            </span>
          ))}
        </div>
        {rows.slice(first, last).map((row, index) => (
          <SlotLine
            key={row.key}
            row={row}
            index={first + index}
            top={HEAD + (first + index) * line}
            from={from}
            until={until}
            cell={cell}
            pitch={pitch}
            height={line}
            width={width}
            labelWidth={labelWidth}
            sumWidth={SUM}
            hasSums={shownSums.length > 0}
            slotAt={slotAt}
          />
        ))}
        {read !== null && (
          <div
            className="pointer-events-none absolute rounded-mark outline-2 outline-accent"
            style={{
              left: labelWidth + read.column * pitch,
              top: HEAD + read.row * line + (line - pitch) / 2,
              width: cell,
              height: cell,
            }}
          />
        )}
      </div>
    </div>
  );
}
