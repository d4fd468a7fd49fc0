import { useQueries } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useCallback, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import type { SlotPlace } from "../../../components/slots/slot.ts";
import { SlotTable } from "../../../components/slots/slot-table.tsx";
import { phaseTasksQuery } from "../durations/grid-queries.ts";
import { TimesTools } from "../durations/times-tools.tsx";
import { type TaskTimes, useTaskTimes, WORST } from "../durations/use-task-times.ts";
import { STEP_MS, wallText } from "../durations/wall-times.ts";
import { useFile } from "../frame.tsx";
import { CellPanel } from "./cell-panel.tsx";
import { GridChart } from "./grid-chart.tsx";
import { gridRows } from "./grid-rows.ts";
import { Legend } from "./legend.tsx";
import { Readout } from "./readout.tsx";
import { MAX_TASK_ROWS, taskRows } from "./task-rows.ts";

const STATES = [...WORST.toReversed(), "planned" as const].map((state) => ({
  state,
  word: state === "planned" ? "not yet" : state,
}));
const NONE: readonly number[] = [];
const SIZE = { cell: 18, pitch: 20 } as const;

/** What became of the task times of the phases of a file. */
export function Grid(): ReactElement {
  const times = useTaskTimes();
  const { path } = useFile();
  const { phase, slot } = useSearch({ from: "/shell/workflows/grid" });
  const { data, error } = times;
  return (
    <section aria-label="Grid">
      <TimesTools times={times} />
      {phase !== undefined && slot !== undefined && (
        <CellPanel key={`${phase} ${slot}`} phase={phase} slot={slot} step={times.step} data={times.data} />
      )}
      {data === undefined ? (
        error === null ? (
          <div className="min-h-70">
            <SkeletonRows rows={10} label="The grid is loaded" />
          </div>
        ) : (
          <Problem what="The grid" error={error} onRetry={times.refetch} />
        )
      ) : data.phases.length === 0 ? (
        <Empty>{path} has no phase in force, so there is nothing to show.</Empty>
      ) : (
        <Shown times={times} />
      )}
    </section>
  );
}

function Shown({ times }: { readonly times: TaskTimes }): ReactElement {
  const { path } = useFile();
  const { phase, slot, folded = NONE } = useSearch({ from: "/shell/workflows/grid" });
  const navigate = useNavigate();
  const [read, setRead] = useState<SlotPlace | null>(null);
  const [isTable, setTable] = useState(false);
  const { data, slotAt } = times;
  const tasks = useTaskRows(times, folded);
  const rows = useMemo(() => gridRows(data, slotAt, folded, tasks, SIZE.pitch), [data, slotAt, folded, tasks]);
  const columns = useMemo(
    () => times.columns.map((wall) => ({ name: wallText(wall, times.step) })),
    [times.columns, times.step],
  );
  const chosen = useMemo(() => {
    const row = rows.findIndex((one) => one.phase.phase_id === phase && !one.isTask);
    const column = columns.findIndex(({ name }) => name === slot);
    return row >= 0 && column >= 0 ? { row, column } : null;
  }, [rows, columns, phase, slot]);
  const slotOf = useCallback((row: number, column: number) => rows[row]?.slotAt(column) ?? null, [rows]);
  const choose = ({ row, column }: SlotPlace): void => {
    const own = rows[row]?.phase.phase_id;
    const name = columns[column]?.name;
    void navigate({
      to: ".",
      search: (before) => ({ ...before, phase: own, slot: name }),
      resetScroll: false,
    });
  };
  const fold = (id: number): void => {
    const next = folded.includes(id) ? folded.filter((one) => one !== id) : [...folded, id];
    void navigate({
      to: ".",
      search: (before) => ({ ...before, folded: next.length === 0 ? undefined : next }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <>
      <div className="px-(--gutter) pt-2">
        <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3 text-small max-[720px]:min-h-20 max-[720px]:content-start">
          <h3 className="sr-only">Task times by phase</h3>
          <Readout times={times} rows={rows} read={read} />
          <Button
            kind="bare"
            className="ml-auto text-accent!"
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </div>
        {isTable ? (
          <SlotTable
            label={`Task times of ${path}, by state`}
            rowName="Phase"
            columns={columns}
            rows={rows}
            slotAt={slotOf}
            states={STATES}
          />
        ) : (
          <GridChart
            label={`Task times of ${path} by phase. Arrows read a cell, Enter opens it; Show as table has the numbers`}
            times={times}
            rows={rows}
            size={SIZE}
            read={read}
            chosen={chosen}
            onRead={setRead}
            onChoose={choose}
            onFold={fold}
          />
        )}
        <Legend />
      </div>
    </>
  );
}

/** Of the phases that are folded out, by their ids. */
function useTaskRows(
  { columns, step }: TaskTimes,
  folded: readonly number[],
): ReadonlyMap<number, ReturnType<typeof taskRows>> {
  const from = wallText(columns[0] ?? 0, step);
  const until = wallText((columns.at(-1) ?? 0) + STEP_MS[step], step);
  const found = useQueries({
    queries: folded.map((phase) => phaseTasksQuery(phase, from, until)),
    combine: (answers) => answers.map(({ data }) => data?.tasks),
  });
  return useMemo(
    () =>
      new Map(
        folded.map((phase, at) => [phase, taskRows(found[at] ?? [], columns, step).slice(0, MAX_TASK_ROWS)] as const),
      ),
    [folded, found, columns, step],
  );
}
