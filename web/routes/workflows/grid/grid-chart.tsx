import { type KeyboardEvent, type MouseEvent, type ReactElement, useEffect, useRef } from "react";
import { moved } from "../../../components/slots/moved.ts";
import type { SlotPlace } from "../../../components/slots/slot.ts";
import { useView } from "../../../components/slots/use-view.ts";
import { useIsPhone } from "../../../services/media.ts";
import type { TaskTimes } from "../durations/use-task-times.ts";
import { GridHead, HEAD } from "./grid-head.tsx";
import { GridLine } from "./grid-line.tsx";
import type { GridRow } from "./grid-rows.ts";
import { RowLabels } from "./row-labels.tsx";

interface Props {
  readonly label: string;
  readonly times: TaskTimes;
  readonly rows: readonly GridRow[];
  readonly size: { readonly cell: number; readonly pitch: number };
  /** The slot whose values stand in the head. */
  readonly read: SlotPlace | null;
  /** The slot of the side panel. */
  readonly chosen: SlotPlace | null;
  readonly onRead: (place: SlotPlace | null) => void;
  readonly onChoose: (place: SlotPlace) => void;
  readonly onFold: (phase: number) => void;
}

/** Task times by phases, below how long each took. What is out of sight is not drawn. Arrows read a slot, Enter opens it. */
export function GridChart({ label, times, rows, size, read, chosen, onRead, onChoose, onFold }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<SVGSVGElement>(null);
  const labels = useIsPhone() ? 116 : 168;
  const { cell, pitch } = size;
  const { columns } = times;
  const width = columns.length * pitch;
  // The newest are at the right, and seen first.
  const view = useView(frame, { begin: columns[0], width });
  const last = rows.at(-1);
  const height = last === undefined ? 0 : last.top + last.height;
  const from = Math.max(0, Math.floor((view.left - labels) / pitch) - 4);
  const until = Math.min(columns.length, Math.ceil((view.left + view.width) / pitch) + 4);
  const seen = rows.filter(({ top, height: tall }) => top + tall > view.top - 80 && top < view.top + view.height + 80);

  useEffect(() => {
    const { current } = frame;
    const row = read === null ? undefined : rows[read.row];
    if (current === null || read === null || row === undefined || document.activeElement !== plot.current) return;
    const left = read.column * pitch;
    if (left < current.scrollLeft) current.scrollLeft = left;
    else if (left + pitch + labels > current.scrollLeft + current.clientWidth)
      current.scrollLeft = left + pitch + labels - current.clientWidth;
    if (row.top < current.scrollTop) current.scrollTop = row.top;
    else if (row.top + row.height + HEAD > current.scrollTop + current.clientHeight)
      current.scrollTop = row.top + row.height + HEAD - current.clientHeight;
  }, [read, rows, pitch, labels]);

  const placeAt = ({ clientX, clientY, currentTarget }: MouseEvent): SlotPlace | null => {
    const box = currentTarget.getBoundingClientRect();
    const column = from + Math.floor((clientX - box.left) / pitch);
    const y = clientY - box.top;
    const row = rows.findIndex(({ top, height: tall }) => y >= top && y < top + tall);
    return row >= 0 && column >= 0 && column < columns.length ? { row, column } : null;
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && read !== null) onChoose(read);
    else if (event.key === "Escape" && read !== null) onRead(null);
    else {
      const start = read ?? (event.key.startsWith("Arrow") ? { row: 0, column: times.current } : null);
      const next = moved(event, read, rows.length, columns.length);
      if (next === null) return;
      onRead(read === null && start !== null && start.column >= 0 ? start : next);
    }
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      className="relative max-h-170 max-w-full overflow-auto text-micro select-none print:max-h-none"
      tabIndex={-1}
    >
      <div className="relative" style={{ width: labels + width, height: HEAD + height }}>
        <GridHead
          times={times}
          from={from}
          until={until}
          size={size}
          labels={labels}
          first={Math.ceil(view.left / pitch)}
        />
        <RowLabels
          rows={seen}
          labels={labels}
          height={height}
          onFold={onFold}
          read={read === null ? null : (rows[read.row]?.key ?? null)}
        />
        <svg
          ref={plot}
          role="img"
          aria-label={label}
          tabIndex={0}
          width={Math.max(0, until - from) * pitch}
          height={height}
          viewBox={`${from * pitch} 0 ${Math.max(1, (until - from) * pitch)} ${Math.max(1, height)}`}
          className="absolute block cursor-pointer"
          style={{ left: labels + from * pitch, top: HEAD }}
          onKeyDown={keys}
          onPointerMove={(event) => {
            const place = placeAt(event);
            if (place?.row !== read?.row || place?.column !== read?.column) onRead(place);
          }}
          onPointerLeave={() => onRead(null)}
          onClick={(event) => {
            const place = placeAt(event);
            if (place !== null) onChoose(place);
          }}
        >
          {times.current >= from && times.current < until && (
            <line
              x1={(times.current + 1) * pitch - 1}
              x2={(times.current + 1) * pitch - 1}
              y2={height}
              stroke="var(--accent-line)"
            />
          )}
          {seen.map((row) => (
            <GridLine key={row.key} row={row} from={from} until={until} pitch={pitch} cell={cell} />
          ))}
          <Outline place={chosen} rows={rows} size={size} />
          <Outline place={read} rows={rows} size={size} />
        </svg>
      </div>
    </div>
  );
}

function Outline({
  place,
  rows,
  size: { cell, pitch },
}: {
  readonly place: SlotPlace | null;
  readonly rows: readonly GridRow[];
  readonly size: Props["size"];
}): ReactElement | null {
  const row = place === null ? undefined : rows[place.row];
  if (place === null || row === undefined) return null;
  return (
    <rect
      x={place.column * pitch - 1}
      y={row.top - 1}
      width={cell + 2}
      height={row.isTask ? row.height : cell + 2}
      rx="3"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="2"
    />
  );
}
