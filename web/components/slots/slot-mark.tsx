import { memo, type ReactElement, type ReactNode } from "react";
import type { Slot, SlotState } from "./slot.ts";

interface Look {
  readonly fill: string;
  readonly glyph?: string;
  readonly edge?: string;
  readonly isDotted?: boolean;
  /** A solid line below: quiet success. */
  readonly isUnderlined?: boolean;
}

const LOUD = { fill: "var(--mark)", glyph: "var(--ink-inverse)" } as const;
const QUIET = { fill: "var(--surface-3)", glyph: "var(--mark)" } as const;

/** Quiet where all is well, a glyph on full colour for what wants a person, an outline for what is not there. */
const LOOKS: Readonly<Record<SlotState, Look>> = {
  complete: { fill: "color-mix(in srgb, var(--mark) 34%, var(--surface))", isUnderlined: true, glyph: "var(--ink)" },
  running: LOUD,
  retrying: LOUD,
  warn: LOUD,
  overdue: LOUD,
  error: LOUD,
  alert: LOUD,
  waiting: QUIET,
  queued: QUIET,
  sent: QUIET,
  cancelled: QUIET,
  skipped: QUIET,
  none: { fill: "none", edge: "var(--line)", glyph: "var(--ink-3)" },
  planned: { fill: "none", edge: "var(--chart-ghost)", isDotted: true, glyph: "var(--ink-3)" },
  new: { fill: "none", edge: "var(--accent)", glyph: "var(--accent)" },
  gap: { fill: "none", edge: "var(--error)", glyph: "var(--error-text)" },
  absent: { fill: "none", glyph: "var(--chart-ghost)" },
  "late-1": lateness(24),
  "late-2": lateness(44),
  "late-3": lateness(66),
  "late-4": lateness(92),
};

function lateness(share: number): Look {
  return {
    fill: `color-mix(in srgb, var(--chart-1) ${share}%, var(--surface))`,
    glyph: share > 50 ? "var(--ink-inverse)" : "var(--ink)",
  };
}

const LINE = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.3,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const CLOCK = <path d="M5 8.4a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8zM5 3v2l1.4 1" {...LINE} />;
const DOT = <circle cx="5" cy="5" r="1.4" fill="currentColor" />;

/** On a grid of 10: the shapes of the marks without what the cell already is. */
const GLYPHS: Readonly<Partial<Record<SlotState, ReactNode>>> = {
  running: (
    <>
      <path d="M5 1.6a3.4 3.4 0 0 1 0 6.8z" fill="currentColor" />
      <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" />
    </>
  ),
  waiting: DOT,
  queued: <path d="M2.8 3.8h4.4M2.8 6.2h4.4" {...LINE} />,
  sent: <path d="M2 5h5.6M5.4 2.8 7.6 5 5.4 7.2" {...LINE} />,
  overdue: CLOCK,
  retrying: <path d="M8 5.7A3.1 3.1 0 1 1 7.2 2.8M7.7.9v2.2H5.5" {...LINE} />,
  warn: <path d="M5 2 8.4 8H1.6z" {...LINE} />,
  error: <path d="m2.5 2.5 5 5m0-5-5 5" {...LINE} strokeWidth="1.5" />,
  alert: <path d="M5 1.6v4M5 8.2v.1" {...LINE} strokeWidth="1.7" />,
  cancelled: <path d="m2.2 7.8 5.6-5.6" {...LINE} />,
  skipped: <path d="M2 2.5 4.5 5 2 7.5M5.5 2.5 8 5 5.5 7.5" {...LINE} />,
  new: <path d="M5 2v6M2 5h6" {...LINE} />,
  gap: <path d="M5 1.6v4M5 8.2v.1" {...LINE} strokeWidth="1.7" />,
  absent: <path d="M0 5 5 0M0 10 10 0M5 10l5-5" {...LINE} strokeWidth="1" />,
};

interface Props extends Slot {
  readonly x?: number;
  readonly size: number;
}

/** The drawing of a slot, for an SVG around it. */
export const SlotMark = memo(function SlotMark({ state, count, x = 0, size }: Props): ReactElement {
  const { fill, edge, glyph, isDotted = false, isUnderlined = false } = LOOKS[state];
  const line = state === "gap" ? 1.5 : 1;
  const inner = Math.min(size - 3, 12);
  return (
    <g data-status={state} data-slot={state}>
      <rect
        x={edge === undefined ? x : x + line / 2}
        y={edge === undefined ? 0 : line / 2}
        width={edge === undefined ? size : size - line}
        height={edge === undefined ? size : size - line}
        rx="2"
        fill={fill}
        stroke={edge}
        strokeWidth={edge === undefined ? undefined : line}
        strokeDasharray={isDotted ? "1.5 2" : undefined}
      />
      {isUnderlined && <rect x={x} y={size - 2} width={size} height="2" rx="1" fill="var(--mark)" />}
      {count !== undefined && count < 100 && size >= 14 ? (
        <text
          x={x + size / 2}
          y={size / 2 + 3.5}
          textAnchor="middle"
          fontSize={count < 10 ? 10 : 9}
          fill={glyph ?? "var(--ink)"}
        >
          {count}
        </text>
      ) : (
        GLYPHS[state] !== undefined && (
          <svg
            x={x + (size - inner) / 2}
            y={(size - inner) / 2}
            width={inner}
            height={inner}
            viewBox="0 0 10 10"
            color={glyph}
          >
            {GLYPHS[state]}
          </svg>
        )
      )}
    </g>
  );
});

/** The slot by itself: in legends, counts and small tables. */
export function SlotSwatch({ size = 12, ...slot }: Slot & { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} aria-hidden="true" className="block shrink-0">
      <SlotMark {...slot} size={size} />
    </svg>
  );
}
