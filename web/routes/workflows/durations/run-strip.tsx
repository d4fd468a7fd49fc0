import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { moved } from "../../../components/slots/moved.ts";
import { useView } from "../../../components/slots/use-view.ts";
import { useIsPhone } from "../../../services/media.ts";
import { headsOf } from "./column-heads.ts";
import { DurationBars } from "./duration-bars.tsx";
import { axisText } from "./durations.ts";
import type { TaskTimes } from "./use-task-times.ts";

const [TOP, BARS, AXIS, LABELS] = [4, 44, 30, 44];
const [CELL, PITCH] = [16, 20];
const HEIGHT = TOP + BARS + AXIS;

interface Props {
  readonly label: string;
  readonly times: TaskTimes;
  readonly read: number | null;
  readonly chosen: number | null;
  readonly onRead: (column: number | null) => void;
  readonly onChoose: (column: number) => void;
}

/** How long each task time took. Arrows read one, a click or Enter chooses it. */
export function RunStrip({ label, times, read, chosen, onRead, onChoose }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [hasFocus, setFocus] = useState(false);
  const { columns, step, bars, scale, usual, current } = times;
  const width = columns.length * PITCH;
  const view = useView(frame, { begin: columns[0], width });
  const from = Math.max(0, Math.floor(view.left / PITCH) - 4);
  const until = Math.min(columns.length, Math.ceil((view.left + view.width) / PITCH) + 4);
  const heads = headsOf(columns, step, useIsPhone() ? 6 : 3);
  const shown = read ?? chosen;
  useEffect(() => {
    const { current: element } = frame;
    if (element === null || shown === null || (read !== null && !hasFocus)) return;
    const left = shown * PITCH;
    if (left < element.scrollLeft || left + PITCH > element.scrollLeft + element.clientWidth)
      element.scrollLeft = left - element.clientWidth / 2;
  }, [shown, read, hasFocus]);
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && read !== null) onChoose(read);
    else {
      const next = moved(event, { row: 0, column: read ?? chosen ?? current }, 1, columns.length);
      if (next === null || event.key === "ArrowUp" || event.key === "ArrowDown") return;
      onRead(next.column);
    }
    event.preventDefault();
  };
  return (
    <div className="flex text-micro text-ink-3">
      <div className="relative shrink-0" style={{ width: LABELS, height: HEIGHT }} aria-hidden="true">
        {[0, 0.5, 1].map((share) => (
          <span key={share} className="absolute right-2 leading-none" style={{ top: TOP + BARS * (1 - share) - 4 }}>
            {axisText(scale * share)}
          </span>
        ))}
      </div>
      <div ref={frame} className="min-w-0 flex-1 overflow-x-auto" tabIndex={-1}>
        <div className="relative" style={{ width, height: HEIGHT }}>
          <svg
            role="img"
            aria-label={label}
            tabIndex={0}
            width={Math.max(0, until - from) * PITCH}
            height={HEIGHT}
            viewBox={`${from * PITCH} 0 ${Math.max(1, (until - from) * PITCH)} ${HEIGHT}`}
            className="absolute top-0 block cursor-pointer"
            style={{ left: from * PITCH }}
            onFocus={() => setFocus(true)}
            onBlur={() => {
              setFocus(false);
              onRead(null);
            }}
            onKeyDown={keys}
            onPointerMove={({ clientX, currentTarget }) =>
              onRead(columnAt(clientX - currentTarget.getBoundingClientRect().left, from, columns.length))
            }
            onPointerLeave={() => onRead(null)}
            onClick={({ clientX, currentTarget }) => {
              const column = columnAt(clientX - currentTarget.getBoundingClientRect().left, from, columns.length);
              if (column !== null) onChoose(column);
            }}
          >
            {shown !== null && (
              <rect
                x={shown * PITCH - 2}
                width={PITCH}
                height={TOP + BARS}
                fill={read === null ? "var(--accent-weak)" : "var(--surface-3)"}
              />
            )}
            {chosen !== null && read !== null && (
              <rect x={chosen * PITCH - 2} width={PITCH} height={TOP + BARS} fill="var(--accent-weak)" />
            )}
            <g transform={`translate(0 ${TOP})`}>
              {[0, 0.5, 1].map((share) => (
                <line
                  key={share}
                  x1={from * PITCH}
                  x2={until * PITCH}
                  y1={BARS * share + 0.5}
                  y2={BARS * share + 0.5}
                  stroke={share === 1 ? "var(--line-2)" : "var(--chart-grid)"}
                />
              ))}
              <DurationBars
                bars={bars}
                from={from}
                until={until}
                pitch={PITCH}
                width={CELL}
                height={BARS}
                scale={scale}
                usual={usual}
              />
            </g>
            {heads.slice(from, until).map(({ name, group }, at) => (
              <g key={columns[from + at]} fill="var(--ink-3)">
                {name !== "" && (
                  <text x={(from + at) * PITCH + CELL / 2} y={TOP + BARS + 12} textAnchor="middle">
                    {name}
                  </text>
                )}
                {group !== null && (
                  <text x={(from + at) * PITCH} y={TOP + BARS + 25} fill="var(--ink-2)">
                    {group}
                  </text>
                )}
              </g>
            ))}
            {current >= from && current < until && (
              <line
                x1={(current + 1) * PITCH - 2}
                x2={(current + 1) * PITCH - 2}
                y2={TOP + BARS}
                stroke="var(--accent)"
                strokeWidth="1.5"
              />
            )}
          </svg>
        </div>
      </div>
    </div>
  );
}

function columnAt(x: number, from: number, columns: number): number | null {
  const column = from + Math.floor((x + 2) / PITCH);
  return column >= 0 && column < columns ? column : null;
}
