import { memo, type ReactElement } from "react";
import type { Span } from "../../../services/query-text.ts";
import type { Field, Lane, Outcome } from "./lane.ts";

const [HEIGHT, TOP, DEEP] = [24, 4, 16];

interface Props {
  readonly lane: Lane;
  readonly span: Span;
  readonly now: number;
  /** What a pause has of it, and what is written there. */
  readonly held: { readonly span: Span; readonly text: string } | null;
  /** In pixels. */
  readonly width: number;
  /** The step that is read; null: none. */
  readonly read: Span | null;
}

/** The ticks of a phase on the time axis: a field an hour where it ticks often, a mark a tick where it ticks rarely. */
export const LaneDrawing = memo(function LaneDrawing({ lane, span, now, held, width, read }: Props): ReactElement {
  const x = (at: number): number => ((at - span.from) / (span.until - span.from)) * width;
  const isHeld = (at: number): boolean => held !== null && at >= held.span.from && at < held.span.until;
  return (
    <svg width="100%" height={HEIGHT} aria-hidden="true" className="block overflow-visible text-micro">
      {read !== null && (
        <rect x={x(read.from)} width={x(read.until) - x(read.from)} y="0" height={HEIGHT} fill="var(--surface-3)" />
      )}
      {held !== null && (
        <rect
          x={x(held.span.from)}
          width={x(held.span.until) - x(held.span.from)}
          y={TOP}
          height={DEEP}
          fill="url(#schedule-paused)"
        />
      )}
      {lane.marks === null
        ? lane.fields.map((field) => (
            <FieldBox
              key={field.from}
              field={field}
              left={x(field.from)}
              right={x(field.until)}
              isHeld={isHeld(field.from)}
            />
          ))
        : lane.marks.map(({ at, outcome }) => (
            <Tick
              key={at}
              x={x(at)}
              outcome={isHeld(at) && outcome === "none" ? "planned" : outcome}
              isHeld={isHeld(at)}
            />
          ))}
      {held !== null && (
        <PauseText left={Math.max(x(held.span.from), x(Math.min(now, held.span.until)) + 8)} text={held.text} />
      )}
    </svg>
  );
});

function PauseText({ left, text }: { readonly left: number; readonly text: string }): ReactElement {
  return (
    <text
      x={left}
      y={HEIGHT / 2 + 4}
      fill="var(--ink-2)"
      stroke="var(--surface)"
      strokeWidth="4"
      paintOrder="stroke"
      strokeLinejoin="round"
    >
      {text}
    </text>
  );
}

function isLoud(outcome: Outcome): boolean {
  return outcome === "error" || outcome === "alert" || outcome === "warn";
}

interface BoxProps {
  readonly field: Field;
  readonly left: number;
  readonly right: number;
  readonly isHeld: boolean;
}

function FieldBox({ field, left, right, isHeld }: BoxProps): ReactElement {
  const { outcome, ticks } = field;
  const gap = Math.min(2, (right - left) * 0.08);
  const box = { x: left + gap, width: Math.max(0, right - left - gap * 2), y: TOP, height: DEEP, rx: 2 };
  const text = String(ticks);
  const isSeen = ticks > 0 && box.width > text.length * 6.8 + 3;
  const isOutline = outcome === "planned" || outcome === "none";
  return (
    <g data-status={outcome}>
      {isOutline ? (
        !isHeld && (
          <rect
            {...box}
            x={box.x + 0.5}
            width={Math.max(0, box.width - 1)}
            y={TOP + 0.5}
            height={DEEP - 1}
            fill="none"
            stroke={outcome === "planned" ? "var(--chart-ghost)" : "var(--line-2)"}
            strokeDasharray={outcome === "planned" ? "2 2" : undefined}
          />
        )
      ) : (
        <rect
          {...box}
          fill={
            isLoud(outcome)
              ? "var(--mark)"
              : outcome === "complete"
                ? "color-mix(in srgb, var(--mark) 30%, var(--surface))"
                : "var(--surface-3)"
          }
        />
      )}
      {outcome === "complete" && (
        <rect x={box.x} width={box.width} y={TOP + DEEP - 1.5} height="1.5" fill="var(--mark)" />
      )}
      {isSeen && !isHeld && (
        <text
          x={box.x + box.width / 2}
          y={HEIGHT / 2 + 3.5}
          textAnchor="middle"
          fill={isLoud(outcome) ? "var(--ink-inverse)" : isOutline ? "var(--ink-3)" : "var(--ink)"}
        >
          {text}
        </text>
      )}
    </g>
  );
}

function Tick({
  x,
  outcome,
  isHeld,
}: {
  readonly x: number;
  readonly outcome: Outcome;
  readonly isHeld: boolean;
}): ReactElement {
  const middle = HEIGHT / 2;
  if (outcome === "planned" || outcome === "none")
    return (
      <rect
        x={x - 2}
        y={middle - 5}
        width="4"
        height="10"
        rx="1"
        fill={isHeld ? "none" : "var(--surface)"}
        stroke={outcome === "planned" ? "var(--chart-ghost)" : "var(--line-control)"}
        strokeDasharray={outcome === "planned" ? "1.5 1.5" : undefined}
      />
    );
  return (
    <g data-status={outcome}>
      {outcome === "error" ? (
        <path d={`M${x - 3} ${middle - 6}h6l3 3v6l-3 3h-6l-3-3v-6z`} fill="var(--mark)" />
      ) : outcome === "alert" ? (
        <path d={`M${x} ${middle - 7}l7 7-7 7-7-7z`} fill="var(--mark)" />
      ) : outcome === "warn" ? (
        <path d={`M${x} ${middle - 6}l6.5 12h-13z`} fill="var(--mark)" />
      ) : (
        <rect x={x - 1.5} y={middle - 6} width="3" height="12" rx="1" fill="var(--mark)" />
      )}
      {outcome === "error" && (
        <path d={`M${x - 2} ${middle - 2}l4 4m0-4-4 4`} stroke="var(--ink-inverse)" strokeWidth="1.4" fill="none" />
      )}
      {(outcome === "alert" || outcome === "warn") && (
        <path
          d={`M${x} ${middle - 2}v3.4M${x} ${middle + 3.6}v.1`}
          stroke="var(--ink-inverse)"
          strokeWidth="1.4"
          strokeLinecap="round"
        />
      )}
    </g>
  );
}

/** The hatch of a pause; once on a page. */
export function PausedPattern(): ReactElement {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      <pattern id="schedule-paused" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--surface-2)" />
        <rect width="2" height="6" fill="var(--surface-4)" />
      </pattern>
    </svg>
  );
}
