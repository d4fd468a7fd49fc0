import type { ReactElement } from "react";
import type { Status } from "../../components/mark.tsx";
import { type Clock, duration } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { Section } from "./section.tsx";
import type { Attempt, Why } from "./task-queries.ts";
import { instant } from "../../components/runs/run-text.ts";
import { TimeScale } from "./time-scale.ts";

const LANE = 22;
const TOP = 16;
/** Of more attempts the newest have lanes; all are in the table below. */
const MOST = 12;

interface Props {
  readonly attempts: readonly Attempt[];
  readonly why: Why | undefined;
  readonly clock: Clock;
  readonly now: number;
}

interface Lane {
  readonly attempt: Attempt;
  readonly created: number;
  /** Null: not yet. */
  readonly started: number | null;
  readonly ended: number | null;
  /** When it is sent, of an attempt that waits for that; null: it does not. */
  readonly due: number | null;
}

/** From created over queued and running to ended: the newest attempt in words and as a strip, all attempts on one axis of time. */
export function Timeline({ attempts, why, clock, now }: Props): ReactElement | null {
  const lanes = attempts.slice(-MOST).map((attempt) => laneOf(attempt, attempt === attempts.at(-1) ? why : undefined));
  const last = lanes.at(-1);
  if (last === undefined) return null;
  return (
    <Section title="Timeline" note={<Steps lane={last} now={now} clock={clock} />}>
      <Strip lane={last} now={now} />
      <Lanes lanes={lanes} clock={clock} now={now} />
    </Section>
  );
}

function laneOf(attempt: Attempt, why: Why | undefined): Lane {
  const decided = Date.parse(attempt.decided_at);
  const ended = instant(attempt.ended) ?? instant(attempt.finished_at);
  const due = attempt.state === "waiting" ? instant(why?.task.due_at) : null;
  // Workers tell whole seconds: what they say must not lie before it was made.
  const created = instant(attempt.created) ?? decided;
  const started = instant(attempt.started);
  return { attempt, created, started: started === null ? null : Math.max(started, created), ended, due };
}

function Steps({
  lane,
  clock,
  now,
}: {
  readonly lane: Lane;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const { attempt, created, started, ended, due } = lane;
  const after = (at: number): string => `+${duration(Math.max(0, at - created))}`;
  const steps: readonly (readonly [string, string, number | null])[] = [
    ["created", clock.moment(created, now), created],
    ["due", due === null ? "" : clock.moment(due, now), due],
    ["started", started === null ? "" : after(started), started],
    ["ended", ended === null ? "" : after(ended), ended],
  ];
  return (
    <span className="flex flex-wrap gap-x-3 text-ink-2">
      <b className="font-medium text-ink">Attempt {attempt.attempt + 1}</b>
      {steps.map(([name, text, at]) =>
        at === null ? null : (
          <span key={name} title={`${clock.moment(at, now)} ${clock.zone}`}>
            {name} {text}
          </span>
        ),
      )}
    </span>
  );
}

/** How its time was spent: outlined in the queue, solid at work. */
function Strip({ lane, now }: { readonly lane: Lane; readonly now: number }): ReactElement | null {
  const { attempt, created, started, ended } = lane;
  if (attempt.state === "waiting") return null;
  const end = ended ?? now;
  const queue = Math.max(0, (started ?? end) - created);
  const run = started === null ? 0 : Math.max(0, end - started);
  const share = run + queue === 0 ? 0 : Math.max(0.01, queue / (run + queue));
  const status = statusOf(attempt);
  const outcome = ended === null ? status : `ended with ${attempt.result === "" ? attempt.state : attempt.result}`;
  return (
    <div data-status={status} className="mb-3">
      <svg className="block h-2.5 w-full" aria-hidden="true">
        <rect
          x="0.5"
          y="0.5"
          width={`${share * 100}%`}
          height="9"
          rx="2"
          fill="var(--surface)"
          stroke="var(--waiting)"
        />
        {started !== null && (
          <Solid status={status} x={`${share * 100}%`} y={0} width={`${(1 - share) * 100}%`} height={10} />
        )}
      </svg>
      <p className="mt-1 flex flex-wrap gap-x-4 text-micro text-ink-3">
        <span>queue {duration(queue)}</span>
        {started !== null && <span className="text-ink-2">run {duration(run)}</span>}
        <span className="ml-auto">{outcome}</span>
      </p>
    </div>
  );
}

interface LanesProps {
  readonly lanes: readonly Lane[];
  readonly clock: Clock;
  readonly now: number;
}

function Lanes({ lanes, clock, now }: LanesProps): ReactElement {
  const isOver = lanes.every(({ ended, attempt }) => ended !== null || attempt.state === "cancelled");
  const times = lanes.flatMap(({ created, started, ended, due }) =>
    [created, started, ended, due].filter((at) => at !== null),
  );
  const scale = new TimeScale(Math.min(...times), Math.max(...times, isOver ? 0 : now), 7);
  const bottom = TOP + lanes.length * LANE;
  return (
    <div className="pl-7">
      <svg
        className="block w-full overflow-visible text-micro"
        height={bottom + 18}
        role="img"
        aria-label="The attempts on an axis of time; the table below has their times"
      >
        {scale.ticks().map((at) => (
          <g key={at}>
            <line x1={scale.x(at)} x2={scale.x(at)} y1={TOP - 4} y2={bottom} stroke="var(--chart-grid)" />
            <text
              x={scale.x(at)}
              y={bottom + 13}
              textAnchor={scale.share(at) > 0.96 ? "end" : "middle"}
              fill="var(--ink-3)"
            >
              {scale.name(at, clock)}
            </text>
          </g>
        ))}
        <line x1="0" x2="100%" y1={bottom} y2={bottom} stroke="var(--line)" />
        {lanes.map((lane, at) => (
          <Bar
            key={lane.attempt.record_id}
            lane={lane}
            next={lanes[at + 1]}
            y={TOP + at * LANE}
            scale={scale}
            now={now}
          />
        ))}
        {!isOver && <Now scale={scale} bottom={bottom} now={now} clock={clock} />}
      </svg>
    </div>
  );
}

interface BarProps {
  readonly lane: Lane;
  readonly next: Lane | undefined;
  readonly y: number;
  readonly scale: TimeScale;
  readonly now: number;
}

function Bar({ lane, next, y, scale, now }: BarProps): ReactElement {
  const { attempt, created, started, ended, due } = lane;
  const status = statusOf(attempt);
  const isEnded = ended !== null || attempt.state === "cancelled";
  const end = ended ?? (isEnded ? created : Math.max(now, created));
  const queued = started ?? end;
  const gap = next === undefined ? 0 : next.created - end;
  return (
    <g data-status={status}>
      <text x="-8" y={y + 12} textAnchor="end" fill="var(--ink-3)">
        {attempt.attempt + 1}
      </text>
      {due !== null ? (
        <Planned x={scale.x(due)} y={y} />
      ) : (
        <>
          <rect
            x={scale.x(created)}
            width={scale.width(created, Math.max(created, queued))}
            y={y + 3.5}
            height="11"
            rx="2"
            fill="var(--surface)"
            stroke="var(--waiting)"
          />
          {started !== null && (
            <Solid
              status={status}
              x={scale.x(started)}
              y={y + 3}
              width={scale.width(started, Math.max(started, end))}
              height={12}
            />
          )}
        </>
      )}
      {next !== undefined && gap > 0 && (
        <>
          <line
            x1={scale.x(end)}
            x2={scale.x(next.created)}
            y1={y + 9}
            y2={y + 9}
            stroke="var(--retrying)"
            strokeDasharray="2 3"
          />
          <line
            x1={scale.x(next.created)}
            x2={scale.x(next.created)}
            y1={y + 9}
            y2={y + LANE + 3}
            stroke="var(--retrying)"
            strokeDasharray="2 3"
          />
          {scale.share(next.created) - scale.share(end) > 0.12 && (
            <text x={scale.x((end + next.created) / 2)} y={y + 5} textAnchor="middle" fill="var(--ink-3)">
              {duration(gap)}
            </text>
          )}
        </>
      )}
    </g>
  );
}

interface SolidProps {
  readonly status: Status;
  readonly x: string;
  readonly y: number;
  readonly width: string;
  readonly height: number;
}

/** At work. Complete is quiet: a tint with a solid edge. However short, it is seen. */
function Solid({ status, x, y, width, height }: SolidProps): ReactElement {
  const isQuiet = status === "complete";
  return (
    <svg x={x} y={y} width={width} height={height} className="overflow-visible">
      <rect width="100%" height={height} rx="2" fill={isQuiet ? "var(--tint)" : "var(--mark)"} />
      {isQuiet && <rect width="100%" height="2" fill="var(--mark)" />}
      <rect width="3" height={height} rx="1" fill="var(--mark)" />
    </svg>
  );
}

/** Where it is to be sent. */
function Planned({ x, y }: { readonly x: string; readonly y: number }): ReactElement {
  return (
    <svg x={x} y={y + 3.5} width="12" height="12" className="overflow-visible">
      <rect width="10" height="11" rx="2" fill="none" stroke="var(--mark)" strokeDasharray="2 2" />
    </svg>
  );
}

interface NowProps {
  readonly scale: TimeScale;
  readonly bottom: number;
  readonly clock: Clock;
  readonly now: number;
}

function Now({ scale, bottom, clock, now }: NowProps): ReactElement {
  return (
    <>
      <line x1={scale.x(now)} x2={scale.x(now)} y1={TOP - 2} y2={bottom} stroke="var(--accent)" strokeWidth="1.5" />
      <text x={scale.x(now)} y={TOP - 6} textAnchor={scale.share(now) > 0.9 ? "end" : "middle"} fill="var(--accent)">
        now {clock.minutes(now)}
      </text>
    </>
  );
}
