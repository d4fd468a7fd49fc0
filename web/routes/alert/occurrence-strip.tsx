import { type ReactElement, useRef } from "react";
import { AlertMark, alertStatus } from "../../components/alert-kind.tsx";
import { Mark } from "../../components/mark.tsx";
import { useWidth } from "../../components/use-width.ts";
import { type Clock, count } from "../../services/format.ts";
import { ticksOf } from "../../services/time/time-ticks.ts";
import type { AlertHistory } from "./alert-query.ts";

const [TOP, MIDDLE, BOTTOM, HEIGHT, GAP_PX] = [16, 32, 48, 66, 20];
const MINUTE = 60_000;

interface Props {
  readonly alert: AlertHistory["alert"];
  readonly occurrences: AlertHistory["occurrences"];
  readonly clock: Clock;
  readonly now: number;
}

/** From its beginning to its end, or to now; occurrences that would overlap are one mark with their count. */
export function OccurrenceStrip({ alert, occurrences, clock, now }: Props): ReactElement {
  const frame = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const began = Date.parse(alert.created_at);
  const ended = alert.resolved_at === null ? null : Date.parse(alert.resolved_at);
  const length = Math.max(10 * MINUTE, (ended ?? now) - began);
  const span = { from: began - length * 0.06, until: began + length * 1.12 };
  const x = (at: number): string => `${((at - span.from) / (span.until - span.from)) * 100}%`;
  const marks = merged(
    occurrences.map(({ at }) => Date.parse(at)),
    ((span.until - span.from) / width) * GAP_PX,
  );
  return (
    <svg
      ref={frame}
      height={HEIGHT}
      className="mb-2 block w-full overflow-visible text-micro"
      role="img"
      aria-label={`${count(alert.count)} occurrences over time; the table below has each`}
    >
      {ticksOf(span, clock.zone, Math.floor(width / 76)).map(({ at, name }) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1={TOP} y2={BOTTOM} stroke="var(--chart-grid)" />
          <text x={x(at)} y={HEIGHT - 4} textAnchor="middle" fill="var(--ink-3)">
            {name}
          </text>
        </g>
      ))}
      <line x1="0" x2="100%" y1={BOTTOM} y2={BOTTOM} stroke="var(--line-2)" />
      <line
        data-status={alertStatus({ ...alert, state: "open" })}
        x1={x(began)}
        x2={x(ended ?? now)}
        y1={MIDDLE}
        y2={MIDDLE}
        stroke="var(--mark)"
        strokeWidth="2"
        opacity={ended === null ? 1 : 0.45}
      />
      {ended !== null && (
        <svg x={x(ended)} y={MIDDLE - 6} width="12" height="12" overflow="visible">
          <g transform="translate(-6 0)">
            <circle cx="6" cy="6" r="7.5" fill="var(--surface)" />
            <Mark status="complete" size={12} />
          </g>
        </svg>
      )}
      {marks.map(({ at, count: of }) => (
        <svg key={at} x={x(at)} y={MIDDLE - 7} width="14" height="14" overflow="visible">
          <g transform="translate(-7 0)">
            <circle cx="7" cy="7" r="8.5" fill="var(--surface)" />
            <AlertMark alert={alert} />
            {of > 1 && (
              <text x="18" y="11" fill="var(--ink)" stroke="var(--surface)" strokeWidth="3" paintOrder="stroke">
                {count(of)}
              </text>
            )}
          </g>
        </svg>
      ))}
      {ended === null && (
        <>
          <line x1={x(now)} x2={x(now)} y1={TOP - 2} y2={BOTTOM} stroke="var(--accent)" />
          <text x={x(now)} y={TOP - 5} textAnchor="middle" fill="var(--accent)">
            now
          </text>
        </>
      )}
    </svg>
  );
}

/** Newest first; a mark has the oldest of those nearer than the gap. */
function merged(times: readonly number[], gap: number): readonly { readonly at: number; readonly count: number }[] {
  const marks: { at: number; count: number }[] = [];
  for (const at of times.toSorted((a, b) => a - b)) {
    const last = marks.at(-1);
    if (last !== undefined && at - last.at < gap) last.count += 1;
    else marks.push({ at, count: 1 });
  }
  return marks;
}
