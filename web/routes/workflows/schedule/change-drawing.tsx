import { type ReactElement, useMemo, useRef } from "react";
import { useWidth } from "../../../components/use-width.ts";
import { Clock } from "../../../services/format.ts";
import { axisOf, type ChangeAxis, hoursOf, type PhaseTicks } from "./change-axis.ts";
import { placeOf, timeOf } from "./change-words.ts";
import type { ClockChange } from "./schedule-queries.ts";

const [HEAD, ROW, FOOT, LABEL] = [40, 24, 28, 64];
const MAX_ROWS = 10;

interface Props {
  readonly change: ClockChange;
  /** The other clock. */
  readonly zone: string;
  readonly few: readonly PhaseTicks[];
}

/** Both clocks above each other; the hour that is missing or comes twice is hatched, and between them stands what ticks. */
export function ChangeDrawing({ change, zone, few }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const width = Math.max(200, useWidth(frame) - LABEL);
  const axis = useMemo(() => axisOf(change), [change]);
  const missing = change.effects.filter(({ kind }) => kind !== "doubled");
  const rows = few.slice(0, Math.max(1, MAX_ROWS - missing.length));
  const height = HEAD + Math.max(2, rows.length + missing.length) * ROW;
  const { left, right } = axis.bent;
  const isForward = change.after_ms > change.before_ms;
  const own = new Clock(change.zone);
  const at = Date.parse(change.at);
  const wallBefore = new Date(at + change.before_ms).toISOString().slice(11, 16);
  return (
    <div ref={frame} className="min-w-0">
      <svg
        width="100%"
        height={height + FOOT}
        className="block overflow-visible text-micro"
        role="img"
        aria-label={`The clocks of ${change.zone} and ${zone} around the change; what it does stands beside`}
      >
        <svg x={LABEL} width={width} height={height + FOOT} className="overflow-visible">
          <rect
            x={left * width}
            width={(right - left) * width}
            y={HEAD - 14}
            height={height - HEAD + 14}
            fill="url(#schedule-paused)"
          />
          <text x={((left + right) / 2) * width} y={HEAD - 28} textAnchor="middle" fill="var(--ink)">
            {isForward ? `${wallBefore} → ${own.minutes(at)}` : `${own.minutes(at)}–${wallBefore} twice`}
          </text>
          <line x1="0" x2={width} y1={HEAD - 14} y2={HEAD - 14} stroke="var(--line-2)" />
          <line x1="0" x2={width} y1={height} y2={height} stroke="var(--line-2)" />
          {[left, right].map((edge) => (
            <line key={edge} x1={edge * width} x2={edge * width} y1={HEAD - 14} y2={height} stroke="var(--ink-3)" />
          ))}
          <Hours axis={axis} clock={own} width={width} y={HEAD - 18} />
          <Hours axis={axis} clock={new Clock(zone)} width={width} y={height + 14} />
          {missing.map((effect, row) => (
            <Missing
              key={effect.phase_id}
              x={axis.xOfMissing(Date.parse(`${effect.time.slice(0, 11)}${timeOf(effect.time)}Z`)) * width}
              y={HEAD + row * ROW}
              width={width}
              text={`${effect.job === "" ? effect.type : `${effect.type}:${effect.job}`} ${timeOf(effect.time)}`}
            />
          ))}
          {rows.map(({ name, ats, tick }, row) => (
            <Ticks
              key={tick.phase_id}
              xs={ats.map((each) => axis.x(each) * width)}
              y={HEAD + (row + missing.length) * ROW}
              width={width}
              text={`${name} ${own.minutes(ats[0] ?? at)}`}
            />
          ))}
        </svg>
        <text x={LABEL - 8} y={HEAD - 10} textAnchor="end" fill="var(--ink)">
          {placeOf(change.zone)}
        </text>
        <text x={LABEL - 8} y={height + 4} textAnchor="end" fill="var(--ink)">
          {placeOf(zone)}
        </text>
      </svg>
    </div>
  );
}

function Hours({
  axis,
  clock,
  width,
  y,
}: {
  readonly axis: ChangeAxis;
  readonly clock: Clock;
  readonly width: number;
  readonly y: number;
}): ReactElement {
  const hours = hoursOf(axis, clock.zone);
  const every = width / Math.max(1, hours.length) < 44 ? 2 : 1;
  return (
    <>
      {hours.map(
        ({ at, x }, index) =>
          index % every === 0 && (
            <text key={at} x={x * width} y={y} textAnchor={x === 0 ? "start" : "middle"} fill="var(--ink-3)">
              {clock.minutes(at)}
            </text>
          ),
      )}
    </>
  );
}

/** A label at the side where there is room. */
function Label({
  x,
  y,
  width,
  text,
}: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
}): ReactElement {
  const isRight = x > width * 0.6;
  return (
    <text
      x={isRight ? x - 10 : x + 10}
      y={y + 15}
      textAnchor={isRight ? "end" : "start"}
      fill="var(--ink-2)"
      stroke="var(--surface)"
      strokeWidth="3"
      paintOrder="stroke"
    >
      {text}
    </text>
  );
}

function Missing(props: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
}): ReactElement {
  const { x, y } = props;
  return (
    <g data-status="warn">
      <path d={`M${x} ${y + 5}l6.5 11h-13z`} fill="var(--mark)" />
      <path
        d={`M${x} ${y + 9}v3M${x} ${y + 14}v.1`}
        stroke="var(--ink-inverse)"
        strokeWidth="1.4"
        strokeLinecap="round"
      />
      <Label {...props} />
    </g>
  );
}

function Ticks({
  xs,
  y,
  width,
  text,
}: {
  readonly xs: readonly number[];
  readonly y: number;
  readonly width: number;
  readonly text: string;
}): ReactElement {
  return (
    <>
      {xs.map((x) => (
        <rect
          key={x}
          x={x - 2}
          y={y + 5}
          width="4"
          height="11"
          rx="1"
          fill="var(--surface)"
          stroke="var(--chart-ghost)"
          strokeDasharray="1.5 1.5"
        />
      ))}
      <Label x={(xs.length > 1 ? xs.at(-1) : xs[0]) ?? 0} y={y} width={width} text={text} />
    </>
  );
}
