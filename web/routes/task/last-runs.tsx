import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Mark, StatusWord } from "../../components/mark.tsx";
import { type Clock, duration, NOTHING } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { medianOf } from "./median.ts";
import { Section } from "./section.tsx";
import { type Attempt, type Run, RUNS, runsQuery } from "./task-queries.ts";
import { instant, isOpen, nameOf, pageOf, taskTimeOf } from "./task-text.ts";

const [TOP, HEIGHT] = [16, 76];

interface Props {
  readonly task: Attempt;
  readonly clock: Clock;
  readonly now: number;
}

/** How long the same work took before. */
export function LastRuns({ task, clock, now }: Props): ReactElement {
  const { data } = useQuery(runsQuery(task));
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const runs = data?.toReversed() ?? [];
  const median = medianOf(runs);
  const shown = runs[read ?? runs.length - 1];
  const note = median === null ? `of ${nameOf(task)}` : `of ${nameOf(task)}; dotted: median ${duration(median)}`;
  return (
    <Section
      title="Last 30 runs"
      id="runs"
      note={note}
      beside={
        <>
          {shown !== undefined && !isTable && (
            <span className="flex items-center gap-2 text-ink-2">
              <b className="font-medium text-ink">{whenOf(shown, clock, now)}</b>
              <StatusWord status={statusOf(shown)} />
              {textOf(ranOf(shown, now))}
            </span>
          )}
          <Button kind="bare" className="text-accent" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </>
      }
    >
      {isTable ? (
        <RunTable runs={runs} clock={clock} now={now} />
      ) : (
        <Bars
          runs={runs}
          median={median}
          current={task.record_id}
          read={read}
          onRead={setRead}
          clock={clock}
          now={now}
        />
      )}
    </Section>
  );
}

function whenOf(run: Run, clock: Clock, now: number): string {
  return taskTimeOf(run) ?? clock.moment(Date.parse(run.created ?? run.decided_at), now);
}

/** Milliseconds, so far of one that runs; null: it did not begin, or did not say. */
function ranOf(run: Run, now: number): number | null {
  if (run.task_seconds !== null) return run.task_seconds * 1000;
  const started = instant(run.started);
  return started === null || !isOpen(run) ? null : Math.max(0, now - started);
}

function textOf(ran: number | null): string {
  return ran === null ? NOTHING : duration(ran);
}

interface BarsProps {
  readonly runs: readonly Run[];
  readonly median: number | null;
  readonly current: number;
  readonly read: number | null;
  readonly onRead: (at: number | null) => void;
  readonly clock: Clock;
  readonly now: number;
}

function Bars({ runs, median, current, read, onRead, clock, now }: BarsProps): ReactElement {
  const navigate = useNavigate();
  const most = Math.max(1000, ...runs.map((run) => ranOf(run, now) ?? 0));
  // Few runs are no wider, and the newest stands at the right.
  const slot = 100 / RUNS;
  const x = (at: number): number => (at + RUNS - runs.length) * slot;
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

function RunTable({
  runs,
  clock,
  now,
}: {
  readonly runs: readonly Run[];
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  return (
    <div className="max-h-60 overflow-auto">
      <table className="w-full text-small">
        <thead>
          <tr className="text-left text-ink-3">
            <th scope="col">Task time</th>
            <th scope="col">Status</th>
            <th scope="col">Created</th>
            <th scope="col" className="text-right">
              Run
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.toReversed().map((run) => (
            <tr key={run.record_id} className="h-(--row) border-t border-line">
              <th scope="row" className="text-left font-mono font-normal">
                <a href={`/tasks/${run.record_id}`} className="hover:underline">
                  {taskTimeOf(run) ?? NOTHING}
                </a>
              </th>
              <td>
                <StatusWord status={statusOf(run)} />
              </td>
              <td>{run.created === null ? NOTHING : clock.moment(Date.parse(run.created), now)}</td>
              <td className="text-right">{textOf(ranOf(run, now))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
