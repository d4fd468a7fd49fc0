import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, type PointerEvent, type ReactElement, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Problem } from "../../../components/problem.tsx";
import { type Clock, duration } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import { dayBounds, middayOf } from "./day-bounds.ts";
import { healthHistoryQuery, type Step } from "./history-queries.ts";
import { LANES, textOf, worstOf } from "./lanes.ts";
import { type Axis, LaneRow } from "./lane-row.tsx";
import { StepsTable } from "./steps-table.tsx";

const STEP_S = 300;
const DAY = 86_400_000;
/** Hours between two marks of the axis. */
const MARKS = [0, 3, 6, 9, 12, 15, 18, 21];

/** A day on one time axis: the bus, the lag of the scheduler, commits, the event loop, messages. */
export function Timeline({ clock, now }: { readonly clock: Clock; readonly now: number }): ReactElement {
  const { day = null } = useSearch({ from: "/shell/system/" });
  const navigate = useNavigate({ from: "/system/" });
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  // A day begins only once: what is computed for a minute is right for the next.
  const minute = Math.floor(now / 60_000) * 60_000;
  const { from, until } = useMemo(() => dayBounds(day === null ? minute : middayOf(day), clock), [day, minute, clock]);
  const isToday = until > now;
  const { data, error, refetch } = useQuery(healthHistoryQuery(from, until, STEP_S, !isToday));
  const steps = useMemo(
    () => data?.steps.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < until) ?? [],
    [data, from, until],
  );
  const axis: Axis = { from, until, now, stepMs: STEP_S * 1000, read };
  const shown = read === null ? steps.at(-1) : steps.find(({ at }) => Date.parse(at) === read);
  const go = (to: number): void => {
    const date = new Date(to + (dayNoon(from, until) - from)).toISOString().slice(0, 10);
    void navigate({ search: to <= now && now < to + DAY ? {} : { day: date }, replace: true });
    setRead(null);
  };
  const move = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = read ?? Date.parse(steps.at(-1)?.at ?? new Date(from).toISOString());
    setRead(Math.min(until - axis.stepMs, Math.max(from, at + by * axis.stepMs)));
  };
  const follow = ({ currentTarget, clientX }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const share = (clientX - left) / width;
    if (share < 0 || share >= 1) setRead(null);
    else setRead(from + Math.floor((share * (until - from)) / axis.stepMs) * axis.stepMs);
  };
  return (
    <Section
      title="Health"
      about={<Readout step={shown} at={read} clock={clock} />}
      actions={
        <>
          <Button
            kind="icon"
            aria-label="The day before"
            disabled={from < now - 14 * DAY}
            onClick={() => go(from - DAY)}
          >
            <Icon name="left" size={14} />
          </Button>
          <span className="text-small">{isToday ? `Today, ${clock.day(from, now)}` : clock.day(from, now)}</span>
          <Button kind="icon" aria-label="The day after" disabled={isToday} onClick={() => go(until)}>
            <Icon name="right" size={14} />
          </Button>
          <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </>
      }
    >
      {error !== null && data === undefined ? (
        <Problem what="The history" error={error} onRetry={() => void refetch()} />
      ) : isTable ? (
        <StepsTable steps={steps} clock={clock} />
      ) : (
        <div
          role="img"
          aria-label="Bus, scheduler lag, commits, event loop and messages of the day; the numbers stand in the table behind Show as table"
          tabIndex={0}
          onKeyDown={move}
        >
          <BusLane axis={axis} steps={steps} onRead={follow} onLeave={() => setRead(null)} />
          {LANES.map((lane) => {
            const worst = worstOf(lane, steps);
            const last = steps.at(-1);
            return (
              <LaneRow
                key={lane.name}
                lane={lane}
                axis={axis}
                steps={steps}
                value={last === undefined ? "" : textOf(lane, last)}
                worst={worst === null ? "" : `most ${textOf(lane, worst)} at ${clock.minutes(Date.parse(worst.at))}`}
                onRead={follow}
                onLeave={() => setRead(null)}
              />
            );
          })}
          <div
            className="grid grid-cols-[112px_minmax(0,1fr)_168px] max-[900px]:grid-cols-[92px_minmax(0,1fr)]"
            aria-hidden="true"
          >
            <span />
            <span className="relative h-4.5 text-micro text-ink-3">
              {MARKS.map((hour) => (
                <span
                  key={hour}
                  className={`absolute ${hour % 6 === 0 ? "" : "max-[720px]:hidden"}`}
                  style={{ left: `${(hour / 24) * 100}%` }}
                >
                  {String(hour).padStart(2, "0")}:00
                </span>
              ))}
            </span>
          </div>
        </div>
      )}
    </Section>
  );
}

function dayNoon(from: number, until: number): number {
  return (from + until) / 2;
}

function Readout({
  step,
  at,
  clock,
}: {
  readonly step: Step | undefined;
  readonly at: number | null;
  readonly clock: Clock;
}): ReactElement {
  if (step === undefined)
    return <>{at === null ? "No data: measured a minute after the start" : `${clock.minutes(at)} no data`}</>;
  return (
    <span className="flex flex-wrap gap-x-3">
      <b className="font-semibold text-ink">{clock.minutes(Date.parse(step.at))}</b>
      {step.bus_ms > 0 && <span className="text-error-text">bus away {duration(step.bus_ms)}</span>}
      {step.starts > 0 && <span>started</span>}
      {LANES.map((lane) => (
        <span key={lane.name}>{lane.said(textOf(lane, step))}</span>
      ))}
    </span>
  );
}

interface BusLaneProps {
  readonly axis: Axis;
  readonly steps: readonly Step[];
  readonly onRead: (event: PointerEvent) => void;
  readonly onLeave: () => void;
}

function BusLane({ axis, steps, onRead, onLeave }: BusLaneProps): ReactElement {
  const away = steps.reduce((sum, step) => sum + step.bus_ms, 0);
  return (
    <LaneRow
      lane={null}
      axis={axis}
      steps={steps}
      value={steps.length === 0 ? "" : away === 0 ? "connected" : `away ${duration(away)}`}
      worst=""
      onRead={onRead}
      onLeave={onLeave}
    />
  );
}
