import type { PointerEvent, ReactElement } from "react";
import type { Step } from "./history-queries.ts";
import type { Lane } from "./lanes.ts";

export interface Axis {
  readonly from: number;
  readonly until: number;
  readonly now: number;
  readonly stepMs: number;
  /** The step that is read; null: none. */
  readonly read: number | null;
}

interface Props {
  /** Null: the state of the bus, as a band. */
  readonly lane: Lane | null;
  readonly axis: Axis;
  readonly steps: readonly Step[];
  readonly value: string;
  readonly worst: string;
  readonly onRead: (event: PointerEvent) => void;
  readonly onLeave: () => void;
}

const [WIDTH, HEIGHT] = [1000, 40];

/** One line of the day: its name, its course, its last value and its worst. */
export function LaneRow({ lane, axis, steps, value, worst, onRead, onLeave }: Props): ReactElement {
  const span = axis.until - axis.from;
  const share = (at: number): number => Math.min(1, Math.max(0, (at - axis.from) / span));
  const gaps = gapsOf(axis, steps);
  return (
    <div className="grid h-11 grid-cols-[112px_minmax(0,1fr)_168px] items-stretch max-[900px]:grid-cols-[92px_minmax(0,1fr)]">
      <span className="self-center pr-2 text-right text-small">{lane?.name ?? "Bus"}</span>
      <span className="relative border-b border-line" onPointerMove={onRead} onPointerLeave={onLeave}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
          aria-hidden="true"
        >
          {[3, 6, 9, 12, 15, 18, 21].map((hour) => (
            <line
              key={hour}
              x1={(hour / 24) * WIDTH}
              x2={(hour / 24) * WIDTH}
              y1="0"
              y2={HEIGHT}
              stroke="var(--chart-grid)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {axis.read !== null && (
            <rect
              x={share(axis.read) * WIDTH}
              width={(axis.stepMs / span) * WIDTH}
              height={HEIGHT}
              fill="var(--accent-weak)"
            />
          )}
          {lane === null ? (
            <Band steps={steps} axis={axis} />
          ) : lane.isCount ? (
            <Bars lane={lane} steps={steps} axis={axis} />
          ) : (
            <Course lane={lane} steps={steps} axis={axis} />
          )}
        </svg>
        {gaps.map(({ from, until }) => (
          <span
            key={from}
            className="absolute inset-y-1 flex items-center justify-center overflow-hidden bg-[repeating-linear-gradient(135deg,var(--line-2)_0_1px,transparent_1px_6px)] text-micro whitespace-nowrap text-ink-3"
            style={{ left: `${share(from) * 100}%`, width: `${(share(until) - share(from)) * 100}%` }}
          >
            {(until - from) / span > 0.07 && <span className="bg-surface px-1">no data</span>}
          </span>
        ))}
        {axis.now < axis.until && axis.now > axis.from && (
          <span className="absolute inset-y-0 w-0.5 bg-accent" style={{ left: `${share(axis.now) * 100}%` }} />
        )}
      </span>
      <span className="self-center truncate pl-2 text-small max-[900px]:hidden" title={`${value} ${worst}`}>
        {value} <span className="text-micro text-ink-3">{worst}</span>
      </span>
    </div>
  );
}

/** Where the instance did not run, or nobody measured: longer than two steps, up to now. */
function gapsOf({ from, until, now, stepMs }: Axis, steps: readonly Step[]): { from: number; until: number }[] {
  const end = Math.min(until, Math.floor((now - stepMs) / stepMs) * stepMs);
  const gaps: { from: number; until: number }[] = [];
  let last = from;
  for (const step of steps) {
    const at = Date.parse(step.at);
    if (at - last > stepMs) gaps.push({ from: last, until: at });
    last = at + stepMs;
  }
  if (end - last > stepMs) gaps.push({ from: last, until: end });
  return gaps;
}

interface DrawnProps {
  readonly steps: readonly Step[];
  readonly axis: Axis;
}

/** The state of the bus: a quiet band while connected; what was away stands out, be it as short as it may. */
function Band({ steps, axis }: DrawnProps): ReactElement {
  const width = (axis.stepMs / (axis.until - axis.from)) * WIDTH;
  return (
    <>
      {steps.map((step) => {
        const x = ((Date.parse(step.at) - axis.from) / (axis.until - axis.from)) * WIDTH;
        return (
          <g key={step.at} data-status={step.bus_ms > 0 ? "error" : "complete"}>
            <rect x={x} width={width + 0.2} y="12" height="16" fill={step.bus_ms > 0 ? "var(--mark)" : "var(--tint)"} />
            <rect x={x} width={width + 0.2} y="26" height="2" fill="var(--mark)" />
          </g>
        );
      })}
    </>
  );
}

function Bars({ lane, steps, axis }: DrawnProps & { readonly lane: Lane }): ReactElement {
  const most = Math.max(1, ...steps.map((step) => lane.of(step) ?? 0));
  const width = (axis.stepMs / (axis.until - axis.from)) * WIDTH;
  return (
    <>
      {steps.map((step) => {
        const value = lane.of(step) ?? 0;
        if (value === 0) return null;
        const height = Math.max(2, (value / most) * (HEIGHT - 6));
        const x = ((Date.parse(step.at) - axis.from) / (axis.until - axis.from)) * WIDTH;
        return (
          <rect key={step.at} x={x} width={width * 0.76} y={HEIGHT - height} height={height} fill="var(--chart-1)" />
        );
      })}
    </>
  );
}

/** A line that breaks where nothing was measured. */
function Course({ lane, steps, axis }: DrawnProps & { readonly lane: Lane }): ReactElement {
  const most = Math.max(1, ...steps.map((step) => lane.of(step) ?? 0));
  const parts: string[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    const value = lane.of(step);
    if (value === null) continue;
    const at = Date.parse(step.at);
    const x = ((at + axis.stepMs / 2 - axis.from) / (axis.until - axis.from)) * WIDTH;
    const y = HEIGHT - 1 - (value / most) * (HEIGHT - 8);
    // A schedule that ticks each hour is one line all the same.
    parts.push(`${at - last > 3 * 3_600_000 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`);
    last = at;
  }
  return (
    <path
      d={parts.join("")}
      fill="none"
      stroke="var(--chart-1)"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
      vectorEffect="non-scaling-stroke"
    />
  );
}
