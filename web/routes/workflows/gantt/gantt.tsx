import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { count } from "../../../services/format.ts";
import { barText } from "../durations/durations.ts";
import { DurationTable } from "../durations/duration-table.tsx";
import { RunStrip } from "../durations/run-strip.tsx";
import { TimesTools } from "../durations/times-tools.tsx";
import { type TaskTimes, useTaskTimes, WORST } from "../durations/use-task-times.ts";
import { floorTo, wallOfText, wallText } from "../durations/wall-times.ts";
import { Beside, useFile } from "../frame.tsx";
import { runQuery } from "./gantt-queries.ts";
import type { RunAnswer } from "./run-model.ts";
import { Run } from "./run.tsx";

/** One run in time, chosen from how long each task time took. */
export function Gantt(): ReactElement {
  const times = useTaskTimes();
  const { run: asked, row } = useSearch({ from: "/shell/workflows/gantt" });
  const [read, setRead] = useState<number | null>(null);
  const newest = times.bars.findLastIndex(({ ms }) => ms !== null);
  const shown = asked ?? recordOf(times, newest);
  const { data: run, error, refetch } = useQuery(runQuery(shown));
  return (
    <section aria-label="Gantt">
      <TimesTools times={times} />
      <Runs times={times} run={run} read={read} onRead={setRead} isOwn={asked !== undefined} newest={newest} />
      {row !== undefined && run === undefined && error === null && <PanelSkeleton />}
      {shown === null ? (
        times.data === undefined ? (
          <SkeletonRows rows={8} label="The run is loaded" />
        ) : (
          <NoRun times={times} />
        )
      ) : run === undefined ? (
        error === null ? (
          <div className="min-h-70">
            <SkeletonRows rows={8} label="The run is loaded" />
          </div>
        ) : (
          <Problem what="The run" error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Run answer={run} step={times.step} />
      )}
    </section>
  );
}

/** The place of the side panel, before it is known what stands in it. */
function PanelSkeleton(): ReactElement {
  return (
    <Beside>
      <section aria-label="Task">
        <SkeletonRows rows={8} label="The task is loaded" />
      </section>
    </Beside>
  );
}

function NoRun({ times }: { readonly times: TaskTimes }): ReactElement {
  const { path } = useFile();
  const navigate = useNavigate();
  return (
    <Empty
      action={
        times.days < 90 && (
          <Button
            onClick={() =>
              void navigate({ to: ".", search: (before) => ({ ...before, step: "day", days: 90 }), resetScroll: false })
            }
          >
            Show 90 days
          </Button>
        )
      }
    >
      Nothing of {path} ran for a task time of {times.days === 1 ? "this day" : `these ${times.days} days`}.
    </Empty>
  );
}

/** The record that stands for a task time: of its worst tasks. Null: it has none. */
function recordOf({ data, cellAt }: TaskTimes, column: number): number | null {
  const cells = (data?.phases ?? []).flatMap((phase) => cellAt(phase.phase_id, column) ?? []);
  const [worst] = cells.toSorted((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state));
  return worst?.record_id ?? null;
}

interface RunsProps {
  readonly times: TaskTimes;
  readonly run: RunAnswer | undefined;
  readonly read: number | null;
  readonly onRead: (column: number | null) => void;
  /** The run is that of the address. */
  readonly isOwn: boolean;
  readonly newest: number;
}

function Runs({ times, run, read, onRead, isOwn, newest }: RunsProps): ReactElement {
  const { path } = useFile();
  const navigate = useNavigate();
  const [isTable, setTable] = useState(false);
  const { columns, step, bars, usual } = times;
  const root = run?.bars[0];
  const wall = root === undefined || root.task_time === null ? null : floorTo(wallOfText(root.task_time), step);
  const own = wall === null ? -1 : columns.indexOf(wall);
  const chosen = isOwn ? own : newest;
  const column = read ?? (chosen >= 0 ? chosen : null);
  const bar = column === null ? undefined : bars[column];
  const choose = (at: number): void => {
    const record = recordOf(times, at);
    if (record === null) return;
    void navigate({
      to: ".",
      search: (before) => ({ ...before, run: record, row: undefined, slot: wallText(columns[at] ?? 0, step) }),
      resetScroll: false,
    });
  };
  return (
    <div className="border-b border-line px-(--gutter) pt-2 pb-1">
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3 text-small max-[720px]:min-h-20 max-[720px]:content-start">
        <h3 className="text-body font-semibold">Runs</h3>
        {bar === undefined || column === null ? (
          <span className="text-ink-3">
            {root?.task_time === undefined || root.task_time === null
              ? ""
              : `${root.task_time} is not among these days`}
          </span>
        ) : (
          <span className="flex flex-wrap items-center gap-x-3 text-ink-2" aria-live="polite">
            <b className="font-mono font-medium text-ink">{wallText(bar.wall, step)}</b>
            <span>{barText(bar, usual)}</span>
            {bar.worst !== "none" && bar.ms !== null && (
              <span data-status={bar.worst} className="inline-flex items-center gap-1">
                <Mark status={bar.worst} size={12} />
                {bar.worst === "complete" ? "complete" : `worst: ${bar.worst}`}
              </span>
            )}
          </span>
        )}
        <span className="ml-auto flex items-center gap-x-2">
          <span className="text-ink-3 max-[1180px]:hidden">by task time; choose one</span>
          <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </span>
      </div>
      {isTable ? (
        <DurationTable times={times} onChoose={choose} />
      ) : (
        <RunStrip
          label={`How long each task time of ${path} took, ${count(bars.filter(({ ms }) => ms !== null).length)} with runs. Arrows read one, Enter chooses it; Show as table has the numbers`}
          times={times}
          read={read}
          chosen={chosen >= 0 ? chosen : null}
          onRead={onRead}
          onChoose={choose}
        />
      )}
    </div>
  );
}
