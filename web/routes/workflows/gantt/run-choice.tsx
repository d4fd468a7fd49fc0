import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { statusOf } from "../../../services/task-status.ts";
import { FIELD } from "../../../acting/fields.tsx";
import { phaseTasksQuery } from "../durations/grid-queries.ts";
import { STEP_MS, type Step, floorTo, wallOfText, wallText } from "../durations/wall-times.ts";
import { namesOf } from "../grid/task-rows.ts";
import type { RunRecord } from "./run-model.ts";

/** Of a task time with several runs the one that is shown. */
export function RunChoice({ root, step }: { readonly root: RunRecord; readonly step: Step }): ReactElement | null {
  const navigate = useNavigate();
  const wall = floorTo(wallOfText(root.task_time ?? "1970-01-01"), step);
  const { data } = useQuery({
    ...phaseTasksQuery(root.phase_id, wallText(wall, "hour"), wallText(wall + STEP_MS[step], "hour")),
    enabled: root.phase_id !== 0 && root.task_time !== null,
  });
  const tasks = useMemo(() => data?.tasks ?? [], [data]);
  const names = useMemo(() => namesOf(tasks), [tasks]);
  if (data === undefined) return <span className="h-(--control) w-64" />;
  if (tasks.length < 2) return null;
  const own = tasks.find((task) => task.first_attempt_id === root.first_attempt_id);
  return (
    <label className="ml-auto flex items-center gap-1.5 py-2.5 pr-(--gutter) text-small text-ink-3 max-[720px]:ml-(--gutter)">
      Run
      <select
        className={`${FIELD} w-auto! max-w-60 text-small`}
        value={own?.record_id ?? ""}
        onChange={({ target }) =>
          void navigate({
            to: ".",
            search: (before) => ({ ...before, run: Number(target.value), row: undefined }),
            resetScroll: false,
          })
        }
      >
        {tasks.map((task) => (
          <option key={task.record_id} value={task.record_id}>
            {optionText(step === "day" ? task.time : "", names.get(task.record_id) ?? "", statusOf(task))}
          </option>
        ))}
      </select>
    </label>
  );
}

function optionText(time: string, name: string, status: string): string {
  return `${`${time} ${name}`.trim()}, ${status}`;
}
