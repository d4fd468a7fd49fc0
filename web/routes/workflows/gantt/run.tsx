import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { Clock, count } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import type { Step } from "../durations/wall-times.ts";
import { Legend } from "./legend.tsx";
import { RowPanel } from "./row-panel.tsx";
import { RunChart } from "./run-chart.tsx";
import { type RunAnswer, type RunModel, type RunRecord, runModel } from "./run-model.ts";
import { type RunRow, runRows } from "./run-rows.ts";
import { RunChoice } from "./run-choice.tsx";
import { Sentence } from "./sentence.tsx";

/** So many rows are drawn. */
const MAX_ROWS = 500;

/** What the run took and why, and its tasks on one time axis. */
export function Run({ answer, step }: { readonly answer: RunAnswer; readonly step: Step }): ReactElement | null {
  const isOver = answer.bars.every(({ state }) => state === "finished" || state === "cancelled");
  const seconds = useNow(isOver ? 60_000 : 1000);
  // What is over does not change with the clock.
  const now = isOver ? 0 : seconds;
  const run = useMemo(() => runModel(answer, now), [answer, now]);
  const rows = useMemo(() => (run === null ? [] : runRows(run, answer.files)), [run, answer.files]);
  const [root] = answer.bars;
  return run === null || root === undefined ? null : (
    <Shown run={run} root={root} step={step} rows={rows} isCut={answer.truncated} now={seconds} />
  );
}

interface Props {
  readonly run: RunModel;
  readonly root: RunRecord;
  readonly step: Step;
  readonly rows: readonly RunRow[];
  readonly isCut: boolean;
  readonly now: number;
}

function Shown({ run, root, step, rows, isCut, now }: Props): ReactElement {
  const { row: at = null } = useSearch({ from: "/shell/workflows/gantt" });
  const navigate = useNavigate();
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const shown = useMemo(() => rows.slice(0, MAX_ROWS), [rows]);
  const tasks = shown.flatMap((row) => (row.kind === "task" ? [row.task] : []));
  const index = tasks.findIndex((task) => task.attempts.some(({ record }) => record.record_id === at));
  const move = (by: number): void => {
    const next = tasks[Math.min(tasks.length - 1, Math.max(0, index < 0 ? 0 : index + by))];
    if (next === undefined) return;
    const { record_id: record } = next.newest;
    void navigate({
      to: ".",
      search: (before) => ({ ...before, row: record }),
      replace: true,
      resetScroll: false,
    });
    document.querySelector<HTMLElement>(`[data-row="${record}"]`)?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  const chosen = tasks[index];
  const more = rows.length - shown.length;
  return (
    <>
      <div className="flex flex-wrap items-start gap-x-3">
        <Sentence run={run} clock={clock} now={now} />
        <RunChoice root={root} step={step} />
      </div>
      <RunChart run={run} rows={shown} at={at} clock={clock} now={now} />
      {(more > 0 || isCut) && (
        <p className="px-(--gutter) pt-2 text-small text-ink-2">
          {more > 0
            ? `The first ${count(shown.length)} of ${count(rows.length)} rows are shown.`
            : "The run has more tasks than are shown."}
        </p>
      )}
      <Legend />
      {chosen !== undefined && <RowPanel key={chosen.id} task={chosen} clock={clock} now={now} />}
    </>
  );
}
