import { useNavigate } from "@tanstack/react-router";
import type { KeyboardEvent, ReactElement } from "react";
import { type Clock, duration } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { Mark } from "../mark.tsx";
import { pageOf, ranOf, type Run, whenOf } from "./run-text.ts";

const [TOP, HEIGHT] = [16, 76];

interface Props {
  readonly runs: readonly Run[];
  /** Runs that have a place: few are no wider, and the newest stands at the right. */
  readonly places: number;
  /** Dotted; null: not known. */
  readonly median: number | null;
  /** The record whose page it is; null: none. */
  readonly current: number | null;
  readonly read: number | null;
  readonly onRead: (at: number | null) => void;
  readonly clock: Clock;
  readonly now: number;
}

/** How long runs took, in the order in which they came: arrows read them, Enter opens one. */
export function RunBars({ runs, places, median, current, read, onRead, clock, now }: Props): ReactElement {
  const navigate = useNavigate();
  const most = Math.max(1000, ...runs.map((run) => ranOf(run, now) ?? 0));
  const slot = 100 / places;
  const x = (at: number): number => (at + places - runs.length) * slot;
  const y = (ms: number): number => TOP + HEIGHT - (ms / most) * HEIGHT;
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const chosen = runs[read ?? runs.length - 1];
    if (by !== 0) onRead(Math.min(runs.length - 1, Math.max(0, (read ?? runs.length - 1) + by)));
    else if (event.key === "Enter" && chosen !== undefined) void navigate(pageOf(chosen.record_id));
    else return;
    event.preventDefault();
  };
  const open = (at: number): void => {
    const run = runs[at];
    if (run !== undefined) void navigate(pageOf(run.record_id));
  };
  return (
    <div className="pl-11">
      <svg
        role="img"
        aria-label="Run times of the last runs; arrows read them, Enter opens one, Show as table has the numbers"
        tabIndex={0}
        onKeyDown={keys}
        onPointerLeave={() => onRead(null)}
        className="block h-[112px] w-full overflow-visible text-micro"
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1="0" x2="100%" y1={y(most * share)} y2={y(most * share)} stroke="var(--chart-grid)" />
            <text x="-8" y={y(most * share) + 4} textAnchor="end" fill="var(--ink-3)">
              {share === 0 ? "0" : duration(most * share)}
            </text>
          </g>
        ))}
        {runs.map((run, at) => (
          <Bar
            key={run.record_id}
            run={run}
            x={x(at)}
            slot={slot}
            top={y(ranOf(run, now) ?? 0)}
            isCurrent={run.record_id === current}
            isRead={at === read}
            onRead={() => onRead(at)}
            onOpen={() => open(at)}
          />
        ))}
        {median !== null && (
          <line x1="0" x2="100%" y1={y(median)} y2={y(median)} stroke="var(--ink-2)" strokeDasharray="1 3" />
        )}
        {runs.map((run, at) =>
          at % 6 === 0 && at < runs.length - 3 ? (
            <text
              key={run.record_id}
              x={`${x(at + 0.5)}%`}
              y={TOP + HEIGHT + 14}
              textAnchor="middle"
              fill="var(--ink-3)"
            >
              {whenOf(run, clock, now).replace(/^\d{4}-/, "")}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  );
}

interface BarProps {
  readonly run: Run;
  /** Per cent. */
  readonly x: number;
  readonly slot: number;
  readonly top: number;
  readonly isCurrent: boolean;
  readonly isRead: boolean;
  readonly onRead: () => void;
  readonly onOpen: () => void;
}

function Bar({ run, x, slot, top, isCurrent, isRead, onRead, onOpen }: BarProps): ReactElement {
  const status = statusOf(run);
  const bottom = TOP + HEIGHT;
  const height = Math.max(2, bottom - top);
  const isQuiet = status === "complete";
  return (
    <g data-status={status} className="cursor-pointer" onPointerEnter={onRead} onClick={onOpen}>
      <rect x={`${x}%`} width={`${slot}%`} y="0" height={bottom} fill={isRead ? "var(--accent-weak)" : "transparent"} />
      <rect
        x={`${x + slot * 0.14}%`}
        width={`${slot * 0.72}%`}
        y={bottom - height}
        height={height}
        fill={isQuiet ? "color-mix(in srgb, var(--mark) 33%, var(--surface))" : "var(--mark)"}
        {...(isCurrent ? { stroke: "var(--accent)", strokeWidth: 2 } : {})}
      />
      {isQuiet && (
        <rect x={`${x + slot * 0.14}%`} width={`${slot * 0.72}%`} y={bottom - height} height="2" fill="var(--mark)" />
      )}
      {!isQuiet && (
        <svg x={`${x + slot / 2}%`} y={Math.max(0, bottom - height - 15)} className="overflow-visible">
          <g transform="translate(-6 0)">
            <Mark status={status} size={12} />
          </g>
        </svg>
      )}
    </g>
  );
}
