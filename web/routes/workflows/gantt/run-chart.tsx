import { Link } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { type Clock, duration, NOTHING } from "../../../services/format.ts";
import { useIsPhone } from "../../../services/media.ts";
import { ticksOf } from "../../../services/time/time-ticks.ts";
import { PathLine } from "./path-line.tsx";
import type { RunModel, RunTask } from "./run-model.ts";
import { isFarBeyond, toUsualText } from "./run-sentence.ts";
import type { RunRow } from "./run-rows.ts";
import { TaskBar } from "./task-bar.tsx";

const COLUMNS =
  "grid grid-cols-[minmax(0,230px)_minmax(0,1fr)_84px_84px] items-center max-[720px]:grid-cols-[minmax(0,1fr)_auto_auto]";
const NAME = "flex min-w-0 items-center gap-1.5 pr-2 pl-(--gutter)";

interface Props {
  readonly run: RunModel;
  readonly rows: readonly RunRow[];
  /** The record in the side panel. */
  readonly at: number | null;
  readonly clock: Clock;
  readonly now: number;
}

/** The tasks of a run on one time axis. */
export function RunChart({ run, rows, at, clock, now }: Props): ReactElement {
  const isPhone = useIsPhone();
  const heights = isPhone ? { group: 40, row: 48, chart: 18 } : { group: 28, row: 26, chart: 26 };
  const axis = useMemo(() => axisOf(run, now), [run, now]);
  const x = (moment: number): number =>
    Math.min(100, Math.max(0, ((moment - axis.from) / (axis.until - axis.from)) * 100));
  const ticks = ticksOf(axis, clock.zone, isPhone ? 4 : 7);
  const tops = new Map<number, number>();
  let top = 0;
  for (const row of rows) {
    if (row.kind === "task") tops.set(row.task.id, top + heights.row / 2);
    top += row.kind === "group" ? heights.group : heights.row;
  }
  return (
    <div
      role="table"
      aria-label="Tasks of the run, with their time and the difference to the usual"
      className="text-small"
    >
      <div role="row" className={`${COLUMNS} h-(--row-head) border-y border-line bg-surface-2 text-ink-3`}>
        <span role="columnheader" className={NAME}>
          Task
        </span>
        <span role="columnheader" className="relative h-full max-[720px]:hidden">
          <span className="sr-only">
            From {clock.time(axis.from)} to {clock.time(axis.until)}
          </span>
          {ticks.map((tick) => (
            <span
              key={tick.at}
              aria-hidden="true"
              className="absolute top-1.5 -translate-x-1/2 text-micro"
              style={{ left: `${x(tick.at)}%` }}
            >
              {tick.name}
            </span>
          ))}
        </span>
        <span role="columnheader" className="px-2 text-right">
          Took
        </span>
        <span role="columnheader" className="pr-(--gutter) text-right">
          To usual
        </span>
      </div>
      <div role="rowgroup" className="relative">
        <div
          className={`${COLUMNS} pointer-events-none absolute inset-0 items-start! max-[720px]:hidden`}
          aria-hidden="true"
        >
          <span />
          <svg width="100%" height={top} className="block overflow-visible">
            {ticks.map((tick) => (
              <line key={tick.at} x1={`${x(tick.at)}%`} x2={`${x(tick.at)}%`} y2={top} stroke="var(--chart-grid)" />
            ))}
            {!run.isOver && <line x1={`${x(now)}%`} x2={`${x(now)}%`} y2={top} stroke="var(--accent)" data-now="" />}
          </svg>
        </div>
        {rows.map((row) => (
          <Row
            key={row.key}
            row={row}
            heights={heights}
            isAt={row.kind === "task" && row.task.attempts.some(({ record }) => record.record_id === at)}
            clock={clock}
            now={now}
            x={x}
          />
        ))}
        <div className={`${COLUMNS} pointer-events-none absolute inset-0 items-start! max-[720px]:hidden`}>
          <span />
          <PathLine path={run.path} rowOf={(id) => tops.get(id) ?? null} x={x} height={top} />
        </div>
      </div>
    </div>
  );
}

/** A little more than the run: what is usual and still to come is in it too. */
function axisOf(run: RunModel, now: number): { readonly from: number; readonly until: number } {
  const expected = run.isOver
    ? run.end
    : Math.max(
        run.end,
        now,
        ...[...run.tasks.values()].map(({ begin, usual, end }) =>
          end !== null || usual === null ? 0 : begin + usual.queue + usual.run,
        ),
      );
  const pad = Math.max(500, (expected - run.begin) * 0.02);
  return { from: run.begin - pad, until: expected + pad };
}

interface RowProps {
  readonly row: RunRow;
  readonly heights: { readonly group: number; readonly row: number; readonly chart: number };
  readonly isAt: boolean;
  readonly clock: Clock;
  readonly now: number;
  readonly x: (at: number) => number;
}

function Row({ row, heights, isAt, clock, now, x }: RowProps): ReactElement {
  if (row.kind === "group")
    return (
      <div
        role="row"
        className="flex items-center gap-3 border-b border-line bg-surface-2 px-(--gutter)"
        style={{ height: heights.group }}
      >
        <span role="rowheader" className="shrink-0 font-mono">
          {row.workflow}
        </span>
        <span role="cell" className="truncate text-ink-3" title={row.about}>
          {row.about}
        </span>
      </div>
    );
  if (row.kind === "file")
    return (
      <div role="row" className={COLUMNS} style={{ height: heights.row }}>
        <span role="rowheader" className={NAME} title={row.title}>
          <Icon name="file" size={14} />
          {row.file === null ? (
            <span className="truncate">{row.name}</span>
          ) : (
            <span className="truncate-head min-w-0">
              <Link to="/files/$id" params={{ id: String(row.file) }} dir="ltr" className="hover:underline">
                {row.name}
              </Link>
            </span>
          )}
        </span>
        <span role="cell" className="max-[720px]:order-last max-[720px]:col-span-3 max-[720px]:px-(--gutter)">
          <svg width="100%" height={heights.chart} className="block" aria-hidden="true">
            <rect x={`${x(row.at)}%`} width="3" y={heights.chart / 2 - 6} height="11" fill="var(--complete)" />
          </svg>
          <span className="sr-only">came {clock.time(row.at)}</span>
        </span>
        <span role="cell" className="px-2 text-right">
          {sizeText(row.size)}
        </span>
        <span role="cell" className="pr-(--gutter) text-right text-ink-3">
          {NOTHING}
        </span>
      </div>
    );
  return <TaskLine row={row} heights={heights} isAt={isAt} clock={clock} now={now} x={x} />;
}

function TaskLine({
  row: { task, name, detail, isBelow },
  heights,
  isAt,
  clock,
  now,
  x,
}: RowProps & { readonly row: RunRow & { readonly kind: "task" } }): ReactElement {
  const { newest, status, took } = task;
  const usual = toUsualText(task);
  const isFar = isFarBeyond(task);
  return (
    <div
      role="row"
      aria-selected={isAt}
      className={`${COLUMNS} aria-selected:bg-accent-weak aria-selected:shadow-[inset_2px_0_var(--accent)] hover:bg-surface-3/50`}
      style={{ height: heights.row }}
    >
      <span role="rowheader" className={`${NAME} ${isBelow ? "pl-[calc(var(--gutter)+20px)]" : ""}`}>
        <Mark status={status} label={status} />
        <Link
          to="."
          search={(before) => ({ ...before, row: newest.record_id })}
          resetScroll={false}
          activeProps={{}}
          data-row={newest.record_id}
          className="min-w-0 truncate leading-6 hover:underline"
          title={newest.info === "" ? name : newest.info}
        >
          {isBelow && detail !== "" ? (
            <span className="text-ink-3">{detail}</span>
          ) : (
            <>
              {name}
              {detail !== "" && <span className="text-ink-3"> {detail}</span>}
            </>
          )}
        </Link>
      </span>
      <span role="cell" className="max-[720px]:order-last max-[720px]:col-span-3 max-[720px]:px-(--gutter)">
        <svg width="100%" height={heights.chart} className="block overflow-visible" aria-hidden="true">
          <TaskBar task={task} x={x} now={now} height={heights.chart} />
        </svg>
        <span className="sr-only">{timesText(task, clock)}</span>
      </span>
      <span role="cell" className={`px-2 text-right ${took === null ? "text-ink-3" : ""}`}>
        {took === null ? NOTHING : duration(took)}
      </span>
      <span
        role="cell"
        className={`pr-(--gutter) text-right ${isFar ? "text-error-text" : usual === "0" || usual === null ? "text-ink-3" : "text-ink-2"}`}
      >
        {usual ?? NOTHING}
      </span>
    </div>
  );
}

function timesText({ begin, attempts, end }: RunTask, clock: Clock): string {
  const started = attempts[0].started;
  const tries = attempts.length === 1 ? "" : `, ${attempts.length} attempts`;
  return `made ${clock.time(begin)}${started === null ? ", not started" : `, started ${clock.time(started)}`}${end === null ? "" : `, ended ${clock.time(end)}`}${tries}`;
}
