import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef, useState } from "react";
import { count } from "../services/format.ts";
import { useIsPhone } from "../services/media.ts";
import type { Span } from "../services/query-text.ts";
import { type TimeTick, ticksOf } from "../services/time/time-ticks.ts";
import type { Status } from "./mark.tsx";

/** What was in a step of time; the parts from the axis up. */
export interface Bar extends Span {
  readonly parts: readonly { readonly status: Status; readonly count: number }[];
  /** What is still to come of it, as far as the schedule says. */
  readonly planned?: number;
}

interface Props {
  readonly label: string;
  readonly span: Span;
  readonly bars: readonly Bar[];
  readonly zone: string;
  readonly now: number;
  /** What was before then is not known; null: all is. */
  readonly knownFrom: number | null;
  /** The bar whose values are read; null: none. */
  readonly read: number | null;
  readonly onRead: (bar: number | null) => void;
  /** A range was drawn, or a bar chosen. */
  readonly onChoose: (span: Span) => void;
  /** Of the bars, in pixels. */
  readonly height?: number;
  /** The place of the labels, where another chart of the page needs more of it. */
  readonly labels?: string;
  /** How the values of the axis are written. */
  readonly valueText?: (value: number) => string;
}

const [TOP, AXIS] = [16, 20];
/** The place of the labels, left of the time axis: the same on every chart of a page. */
export const LABELS = "pl-11";

/** Stacked bars over time. Dragging chooses a range; arrows read a bar, with Shift they draw a range, and Enter chooses it. */
export function TimeBars({
  label,
  span,
  bars,
  zone,
  now,
  knownFrom,
  read,
  onRead,
  onChoose,
  height = 64,
  labels = LABELS,
  valueText = count,
}: Props): ReactElement {
  const frame = useRef<SVGSVGElement>(null);
  const isPhone = useIsPhone();
  /** Where the drawing began: by pointer a time, by keys a bar. */
  const [brush, setBrush] = useState<Span | null>(null);
  const most = roundUp(Math.max(1, ...bars.map((bar) => totalOf(bar) + (bar.planned ?? 0))));
  const x = (at: number): string => `${(((at - span.from) / (span.until - span.from)) * 100).toFixed(3)}%`;
  const y = (value: number): number => TOP + height - (value / most) * height;
  const timeAt = ({ clientX }: PointerEvent): number => {
    const { left, width } = frame.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    return span.from + Math.min(1, Math.max(0, (clientX - left) / width)) * (span.until - span.from);
  };
  const barAt = (at: number): number => bars.findIndex(({ from, until }) => at >= from && at < until);
  const drawn = brush === null ? null : snapped(brush, bars);
  const move = (event: PointerEvent): void => {
    const at = timeAt(event);
    const bar = barAt(at);
    onRead(bar < 0 ? null : bar);
    if (brush !== null) setBrush({ ...brush, until: at });
  };
  const drop = (event: PointerEvent): void => {
    if (brush === null) return;
    const bar = bars[barAt(timeAt(event))];
    setBrush(null);
    if (drawn !== null && drawn.until > drawn.from) onChoose(drawn);
    else if (bar !== undefined) onChoose(bar);
  };
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -bars.length, End: bars.length }[event.key];
    if (by !== undefined) {
      const next = Math.min(bars.length - 1, Math.max(0, (read ?? (by > 0 ? -1 : bars.length)) + by));
      const [from, to] = [bars[read ?? next], bars[next]];
      onRead(next);
      if (event.shiftKey && from !== undefined && to !== undefined)
        setBrush({ from: brush?.from ?? (by > 0 ? from.from : from.until), until: by > 0 ? to.until : to.from });
      else setBrush(null);
    } else if (event.key === "Enter") {
      const chosen = drawn ?? (read === null ? undefined : bars[read]);
      setBrush(null);
      if (chosen !== undefined) onChoose(chosen);
    } else if (event.key === "Escape" && brush !== null) setBrush(null);
    else return;
    event.preventDefault();
  };
  return (
    <div className={labels}>
      <svg
        ref={frame}
        height={TOP + height + AXIS}
        className="block w-full cursor-crosshair touch-pan-y overflow-visible text-micro select-none"
        role="img"
        aria-label={label}
        tabIndex={0}
        onKeyDown={keys}
        onBlur={() => setBrush(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          const at = timeAt(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          setBrush({ from: at, until: at });
        }}
        onPointerMove={move}
        onPointerUp={drop}
        onPointerCancel={() => setBrush(null)}
        onPointerLeave={() => onRead(null)}
      >
        {[0, 1, 2].map((line) => (
          <g key={line}>
            <line
              x1="0"
              x2="100%"
              y1={y((most * line) / 2)}
              y2={y((most * line) / 2)}
              stroke={line === 0 ? "var(--line-2)" : "var(--chart-grid)"}
            />
            <text x="-8" y={y((most * line) / 2) + 4} textAnchor="end" fill="var(--ink-3)">
              {valueText((most * line) / 2)}
            </text>
          </g>
        ))}
        {knownFrom !== null && knownFrom > span.from && (
          <>
            <Band height={height} span={{ from: span.from, until: knownFrom }} x={x} fill="var(--surface-2)" />
            <text x="8" y={TOP + height / 2} fill="var(--ink-3)">
              not counted
            </text>
          </>
        )}
        {read !== null && bars[read] !== undefined && (
          <Band height={height} span={bars[read]} x={x} fill="var(--surface-3)" />
        )}
        {drawn !== null && <Band height={height} span={drawn} x={x} fill="var(--accent-weak)" edge="var(--accent)" />}
        {bars.map((bar) => (
          <Stack key={bar.from} bar={bar} x={x} y={y} />
        ))}
        {ticksOf(span, zone, isPhone ? 5 : 9).map((tick) => (
          <Tick key={tick.at} tick={tick} x={x} y={TOP + height + 14} />
        ))}
        {now > span.from && now < span.until && (
          <line x1={x(now)} x2={x(now)} y1={TOP - 6} y2={TOP + height} stroke="var(--accent)" />
        )}
      </svg>
    </div>
  );
}

function totalOf({ parts }: Bar): number {
  return parts.reduce((sum, part) => sum + part.count, 0);
}

/** To whole bars: those that it touches. */
function snapped({ from, until }: Span, bars: readonly Bar[]): Span | null {
  const [start, end] = from < until ? [from, until] : [until, from];
  if (end - start < 1) return null;
  const touched = bars.filter((bar) => bar.until > start && bar.from < end);
  const [first, last] = [touched[0], touched.at(-1)];
  return first === undefined || last === undefined ? null : { from: first.from, until: last.until };
}

interface PlaceProps {
  readonly x: (at: number) => string;
}

function widthOf({ from, until }: Span, x: PlaceProps["x"]): string {
  return `${(Number.parseFloat(x(until)) - Number.parseFloat(x(from))).toFixed(3)}%`;
}

function Band({
  span,
  x,
  height,
  fill,
  edge,
}: PlaceProps & {
  readonly span: Span;
  readonly height: number;
  readonly fill: string;
  readonly edge?: string;
}): ReactElement {
  return (
    <>
      <rect x={x(span.from)} width={widthOf(span, x)} y={TOP} height={height} fill={fill} />
      {edge !== undefined && (
        <>
          <line x1={x(span.from)} x2={x(span.from)} y1={TOP} y2={TOP + height} stroke={edge} />
          <line x1={x(span.until)} x2={x(span.until)} y1={TOP} y2={TOP + height} stroke={edge} />
        </>
      )}
    </>
  );
}

/** What there is at all is seen: one error in ten thousand has two pixels. */
function Stack({ bar, x, y }: PlaceProps & { readonly bar: Bar; readonly y: (value: number) => number }): ReactElement {
  const inset = { from: bar.from + (bar.until - bar.from) * 0.08, until: bar.until - (bar.until - bar.from) * 0.08 };
  const planned = bar.planned ?? 0;
  return (
    <>
      {planned > 0 && (
        <rect
          x={x(inset.from)}
          width={widthOf(inset, x)}
          y={Math.min(y(totalOf(bar) + planned), y(0) - 4)}
          height={Math.max(4, y(0) - y(totalOf(bar) + planned))}
          fill="none"
          stroke="var(--chart-ghost)"
          strokeDasharray="2 2"
        />
      )}
      {layersOf(bar, y).map(({ status, top, height }) => (
        <g key={status} data-status={status}>
          <rect
            x={x(inset.from)}
            width={widthOf(inset, x)}
            y={top}
            height={height}
            fill={status === "complete" ? "color-mix(in srgb, var(--mark) 33%, var(--surface))" : "var(--mark)"}
          />
          {status === "complete" && (
            <rect x={x(inset.from)} width={widthOf(inset, x)} y={top} height={1.5} fill="var(--mark)" />
          )}
        </g>
      ))}
    </>
  );
}

interface Layer {
  readonly status: Status;
  readonly top: number;
  readonly height: number;
}

function layersOf({ parts }: Bar, y: (value: number) => number): readonly Layer[] {
  const layers: Layer[] = [];
  let below = 0;
  let floor = y(0);
  for (const { status, count: of } of parts) {
    if (of === 0) continue;
    below += of;
    const height = Math.max(2, floor - y(below));
    floor -= height;
    layers.push({ status, top: floor, height });
  }
  return layers;
}

function Tick({ tick, x, y }: PlaceProps & { readonly tick: TimeTick; readonly y: number }): ReactElement {
  return (
    <text x={x(tick.at)} y={y} fill="var(--ink-3)" aria-hidden="true">
      {tick.name}
    </text>
  );
}

/** To two steps of a round number. */
function roundUp(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, most / 2)));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => Math.max(1, Math.round(factor * unit)));
  return (steps.find((step) => step * 2 >= most) ?? Math.ceil(most / 2)) * 2;
}
