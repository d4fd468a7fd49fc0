import { type ReactElement } from "react";
import type { RunTask } from "./run-model.ts";

interface Props {
  readonly task: RunTask;
  /** A time as a share of the axis, in per cent. */
  readonly x: (at: number) => number;
  readonly now: number;
  readonly height: number;
}

const BAR = 9;

/** A task in time: its queue outlined, its runs solid, the waits between attempts dotted, what is usual a thin line below. */
export function TaskBar({ task, x, now, height }: Props): ReactElement {
  const y = (height - BAR) / 2 - 1;
  const { attempts, usual, begin } = task;
  return (
    <>
      {attempts.map(({ record, status, created, started, ended }, at) => {
        const before = attempts[at - 1]?.ended ?? null;
        const queueEnd = started ?? ended ?? Math.max(created, now);
        const end = started === null ? null : (ended ?? Math.max(started, now));
        return (
          <g key={record.record_id} data-status={status} data-attempt={record.attempt}>
            {before !== null && created > before && (
              <line
                x1={`${x(before)}%`}
                x2={`${x(created)}%`}
                y1={y + BAR / 2}
                y2={y + BAR / 2}
                stroke="var(--retrying)"
                strokeDasharray="2 2"
              />
            )}
            {queueEnd > created && (
              <rect
                x={`${x(created)}%`}
                width={`${x(queueEnd) - x(created)}%`}
                y={y + 1.5}
                height={BAR - 3}
                rx="1"
                fill="var(--surface)"
                stroke="var(--ink-3)"
              />
            )}
            {started !== null && end !== null && (
              <>
                <rect
                  x={`${x(started)}%`}
                  width={`${Math.max(0.2, x(end) - x(started))}%`}
                  y={y}
                  height={BAR}
                  rx="1"
                  fill={status === "complete" ? "color-mix(in srgb, var(--mark) 34%, var(--surface))" : "var(--mark)"}
                />
                {status === "complete" && (
                  <rect
                    x={`${x(started)}%`}
                    width={`${Math.max(0.2, x(end) - x(started))}%`}
                    y={y + BAR - 2}
                    height="2"
                    fill="var(--mark)"
                  />
                )}
                {ended === null && usual !== null && started + usual.run > now && (
                  <rect
                    x={`${x(now)}%`}
                    width={`${x(started + usual.run) - x(now)}%`}
                    y={y + 0.5}
                    height={BAR - 1}
                    fill="none"
                    stroke="var(--chart-ghost)"
                    strokeDasharray="1.5 2"
                  />
                )}
              </>
            )}
          </g>
        );
      })}
      {usual !== null && (
        <line
          x1={`${x(begin)}%`}
          x2={`${x(begin + usual.queue + usual.run)}%`}
          y1={y + BAR + 3}
          y2={y + BAR + 3}
          stroke="var(--ink-3)"
          strokeWidth="1.5"
        />
      )}
    </>
  );
}
