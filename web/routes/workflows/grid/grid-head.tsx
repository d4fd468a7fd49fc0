import type { ReactElement } from "react";
import { useIsPhone } from "../../../services/media.ts";
import { headsOf } from "../durations/column-heads.ts";
import { DurationBars } from "../durations/duration-bars.tsx";
import { axisText } from "../durations/durations.ts";
import type { TaskTimes } from "../durations/use-task-times.ts";

const [NAMES, BARS, BELOW] = [36, 58, 6];
/** How high the head is: two lines of names, and the durations. */
export const HEAD = NAMES + BARS + BELOW;

interface Props {
  readonly times: TaskTimes;
  readonly from: number;
  readonly until: number;
  readonly size: { readonly cell: number; readonly pitch: number };
  readonly labels: number;
  /** The first column that is not below the labels. */
  readonly first: number;
}

/** Above the cells, and still there while they are scrolled: the task times, and how long each took. */
export function GridHead({ times, from, until, size, labels, first }: Props): ReactElement {
  const { columns, step, bars, scale, usual, current } = times;
  const { cell, pitch } = size;
  const isPhone = useIsPhone();
  const heads = headsOf(columns, step, isPhone ? 6 : 3);
  // Of what began further left the name stays in sight, unless the next one begins there.
  const isFree = heads.slice(first, first + 5).every(({ group }) => group === null);
  const pinned = isFree ? (heads.slice(0, first).findLast(({ group }) => group !== null)?.group ?? null) : null;
  const count = Math.max(0, until - from);
  return (
    <div className="sticky top-0 z-2 bg-surface" style={{ height: HEAD, width: labels + columns.length * pitch }}>
      <div
        className="sticky left-0 z-1 flex bg-surface text-ink-3"
        style={{ height: HEAD, width: labels }}
        aria-hidden="true"
      >
        <span className="absolute left-4 max-[720px]:left-0" style={{ bottom: BELOW - 2 }}>
          Duration
        </span>
        {[0, 0.5, 1].map((share) => (
          <span
            key={share}
            className="absolute right-2 leading-none"
            style={{ bottom: Math.min(BARS - 8, Math.max(0, share * BARS - 4)) + BELOW }}
          >
            {axisText(scale * share)}
          </span>
        ))}
      </div>
      <svg
        aria-hidden="true"
        width={count * pitch}
        height={HEAD}
        viewBox={`${from * pitch} 0 ${Math.max(1, count * pitch)} ${HEAD}`}
        className="absolute top-0 block"
        style={{ left: labels + from * pitch }}
      >
        {pinned !== null && (
          <text x={first * pitch + 3} y="12" fill="var(--ink-2)">
            {pinned}
          </text>
        )}
        {heads.slice(from, until).map(({ name, group }, at) => {
          const x = (from + at) * pitch;
          const isNow = from + at === current + 1;
          return (
            <g key={columns[from + at]} fill="var(--ink-3)">
              {group !== null && (
                <>
                  <line x1={x - 1} x2={x - 1} y1="2" y2={HEAD} stroke="var(--line)" />
                  <text x={x + 1} y="12" fill="var(--ink-2)">
                    {group}
                  </text>
                </>
              )}
              {isNow && group === null && (
                <text x={x + 1} y="12" fill="var(--accent)">
                  now
                </text>
              )}
              {name !== "" && (
                <text x={x + cell / 2} y="28" textAnchor="middle">
                  {name}
                </text>
              )}
            </g>
          );
        })}
        <g transform={`translate(0 ${NAMES})`}>
          {[0, 0.5].map((share) => (
            <line
              key={share}
              x1={from * pitch}
              x2={until * pitch}
              y1={share * BARS + 0.5}
              y2={share * BARS + 0.5}
              stroke="var(--chart-grid)"
            />
          ))}
          <DurationBars
            bars={bars}
            from={from}
            until={until}
            pitch={pitch}
            width={cell}
            height={BARS}
            scale={scale}
            usual={usual}
          />
        </g>
      </svg>
    </div>
  );
}
