import { type ReactElement, useId } from "react";
import type { Bar } from "./durations.ts";

interface Props {
  readonly bars: readonly Bar[];
  /** Only these are drawn. */
  readonly from: number;
  readonly until: number;
  /** Of a column, and of its bar. */
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
  /** What the whole height means, in ms. */
  readonly scale: number;
  readonly usual: number | null;
}

/** How far the cut of a bar that leaves the scale is below its top. */
const CUT = 9;

/** How long each task time took, from zero; for an SVG around it. What leaves the scale is cut, what is to come is dotted. */
export function DurationBars({ bars, from, until, pitch, width, height, scale, usual }: Props): ReactElement {
  const id = useId().replaceAll(":", "");
  return (
    <>
      <defs>
        <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="3" height="5" fill="var(--retrying)" />
        </pattern>
      </defs>
      {bars.slice(from, until).map((bar, index) => {
        const x = (from + index) * pitch;
        if (bar.isPlanned)
          return <Planned key={bar.wall} x={x} width={width} height={height} share={(usual ?? scale / 2) / scale} />;
        if (bar.ms === null) return null;
        const share = bar.ms / scale;
        const tall = Math.max(2, Math.min(1, share) * height);
        return (
          <g key={bar.wall} data-status={bar.worst} data-duration={bar.isOver ? "over" : "open"}>
            <rect x={x} y={height - tall} width={width} height={tall} fill={fillOf(bar, id)} />
            {share > 1 && <path d={zigzag(x, CUT, width)} fill="none" stroke="var(--surface)" strokeWidth="2.5" />}
          </g>
        );
      })}
    </>
  );
}

function fillOf({ worst }: Bar, hatch: string): string {
  if (worst === "retrying") return `url(#${hatch})`;
  return worst === "error" || worst === "alert" || worst === "running" || worst === "overdue"
    ? "var(--mark)"
    : "var(--chart-1)";
}

function Planned({
  x,
  width,
  height,
  share,
}: {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly share: number;
}): ReactElement {
  const tall = Math.max(4, Math.min(1, share) * height);
  return (
    <rect
      x={x + 0.5}
      y={height - tall + 0.5}
      width={width - 1}
      height={tall - 1}
      fill="none"
      stroke="var(--chart-ghost)"
      strokeDasharray="1.5 2"
    />
  );
}

function zigzag(x: number, y: number, width: number): string {
  const steps = Math.max(2, Math.round(width / 4));
  const points = Array.from(
    { length: steps + 1 },
    (_, at) => `${x + (at * width) / steps},${y + (at % 2 === 0 ? 2 : -2)}`,
  );
  return `M${points.join("L")}`;
}
