import { type ReactElement, useRef } from "react";
import { AlertMark, alertStatus } from "../../../components/alert-kind.tsx";
import { Mark } from "../../../components/mark.tsx";
import { useWidth } from "../../../components/use-width.ts";
import { type Clock, count } from "../../../services/format.ts";
import { ticksOf } from "../../../services/time/time-ticks.ts";
import type { ShownAlert } from "../alerts-queries.ts";
import type { Span } from "../range.ts";
import { type Lane, linesOf, marksOf } from "./lanes.ts";
import { useBrush } from "./use-brush.ts";

const [TOP, LANE, AXIS, GAP_PX] = [16, 24, 20, 20];

interface Props {
  readonly lanes: readonly Lane[];
  readonly span: Span;
  readonly clock: Clock;
  readonly now: number;
  readonly read: Span | null;
  readonly onRead: (span: Span | null) => void;
  readonly onSpan: (span: Span) => void;
  readonly onLane: (alert: ShownAlert) => void;
}

type Place = (at: number) => string;

/** Past solid, one line for now. */
export function LaneChart({ lanes, span, clock, now, read, onRead, onSpan, onLane }: Props): ReactElement {
  const frame = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const { drawn, handlers } = useBrush(span, read, onRead, onSpan);
  const length = span.until - span.from;
  const x: Place = (at) => `${((Math.min(span.until, Math.max(span.from, at)) - span.from) / length) * 100}%`;
  const bottom = TOP + Math.max(1, lanes.length) * LANE;
  const isNow = now > span.from && now < span.until;
  return (
    <div className="grid grid-cols-[140px_minmax(0,1fr)] max-[720px]:grid-cols-[84px_minmax(0,1fr)]">
      <ul className="pt-4 text-small">
        {lanes.map(({ name, alerts: [first], isOpen }) => (
          <li key={name} className="h-6 pr-2.5 text-right">
            <button
              type="button"
              title={`Only ${name}`}
              className={`h-6 max-w-full truncate hover:underline ${isOpen ? "text-ink" : "text-ink-3"}`}
              onClick={() => first !== undefined && onLane(first)}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      <svg
        ref={frame}
        height={bottom + AXIS}
        className="block w-full cursor-crosshair touch-pan-y overflow-visible text-micro select-none"
        role="img"
        aria-label="Alerts, one lane for each task or file. Arrows read an hour, Shift and arrows draw a range, Enter takes it; Show as table has the numbers"
        tabIndex={0}
        {...handlers}
      >
        {read !== null && <Band span={read} x={x} height={bottom} fill="var(--surface-3)" />}
        {drawn !== null && <Band span={drawn} x={x} height={bottom} fill="var(--accent-weak)" />}
        {ticksOf(span, clock.zone, Math.floor(width / 76)).map(({ at, name }) => (
          <g key={at}>
            <line x1={x(at)} x2={x(at)} y1={TOP} y2={bottom} stroke="var(--chart-grid)" />
            <text x={x(at)} y={bottom + 14} textAnchor={at === span.from ? "start" : "middle"} fill="var(--ink-3)">
              {name}
            </text>
          </g>
        ))}
        {lanes.map((lane, index) => (
          <LaneRow
            key={lane.name}
            lane={lane}
            y={TOP + index * LANE}
            x={x}
            span={span}
            now={now}
            gap={(length / width) * GAP_PX}
          />
        ))}
        <line x1="0" x2="100%" y1={bottom} y2={bottom} stroke="var(--line-2)" />
        {isNow && (
          <>
            <line x1={x(now)} x2={x(now)} y1={TOP - 2} y2={bottom} stroke="var(--accent)" />
            <text x={x(now)} y={TOP - 5} textAnchor="middle" fill="var(--accent)">
              now {clock.minutes(now)}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}

interface RowProps {
  readonly lane: Lane;
  readonly y: number;
  readonly x: Place;
  readonly span: Span;
  readonly now: number;
  readonly gap: number;
}

function LaneRow({ lane, y, x, span, now, gap }: RowProps): ReactElement {
  const middle = y + LANE / 2;
  const marks = marksOf(lane, span, gap);
  const lines = linesOf(lane).filter(({ from }) => from < span.until);
  return (
    <g>
      <line x1="0" x2="100%" y1={y + LANE} y2={y + LANE} stroke="var(--chart-grid)" />
      {lines.map(({ from, to, alert }) => (
        <line
          key={from}
          data-status={alertStatus({ ...alert, state: "open" })}
          x1={x(from)}
          x2={x(to ?? now)}
          y1={middle}
          y2={middle}
          stroke="var(--mark)"
          strokeWidth="2"
          strokeDasharray={alert.state === "acknowledged" || alert.state === "silenced" ? "2 3" : undefined}
          opacity={to === null ? 1 : 0.45}
        />
      ))}
      {lines.map(
        ({ from, to }) =>
          to !== null &&
          to > span.from &&
          to < span.until &&
          !marks.some(({ at }) => Math.abs(at - to) < gap * 0.7) && (
            <Sign key={from} x={x(to)} y={middle} size={12}>
              <Mark status="complete" size={12} />
            </Sign>
          ),
      )}
      {marks.map(({ at, count: of, alert }) => (
        <Sign key={at} x={x(at)} y={middle} size={14}>
          <AlertMark alert={alert} />
          {of > 1 && (
            <text x="18" y="11" fill="var(--ink)" stroke="var(--surface)" strokeWidth="3" paintOrder="stroke">
              {count(of)}
            </text>
          )}
        </Sign>
      ))}
    </g>
  );
}

interface SignProps {
  readonly x: string;
  readonly y: number;
  readonly size: number;
  readonly children: ReactElement | readonly (ReactElement | false)[];
}

/** On a patch of the surface, so that lines do not cross it. */
function Sign({ x, y, size, children }: SignProps): ReactElement {
  return (
    <svg x={x} y={y - size / 2} width={size} height={size} overflow="visible">
      <g transform={`translate(${-size / 2} 0)`}>
        <circle cx={size / 2} cy={size / 2} r={size / 2 + 1.5} fill="var(--surface)" />
        {children}
      </g>
    </svg>
  );
}

interface BandProps {
  readonly span: Span;
  readonly x: Place;
  readonly height: number;
  readonly fill: string;
}

function Band({ span, x, height, fill }: BandProps): ReactElement {
  const width = Number.parseFloat(x(span.until)) - Number.parseFloat(x(span.from));
  return <rect x={x(span.from)} width={`${width}%`} y={TOP} height={height - TOP} fill={fill} />;
}
