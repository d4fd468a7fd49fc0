import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { count } from "../../../services/format.ts";
import { type FilesSearch, without } from "../search.ts";
import type { WaitingPhase } from "./waiting-phases.ts";

interface Props {
  readonly phases: readonly WaitingPhase[];
  readonly chosen: WaitingPhase | undefined;
}

/** Whose files: each with how many are missing. */
export function PhaseChoice({ phases, chosen }: Props): ReactElement {
  const navigate = useNavigate({ from: "/files" });
  const isTwice = (task: string): boolean => phases.filter((each) => each.task === task).length > 1;
  return (
    <label className="min-w-0">
      <span className="sr-only">Phase</span>
      <select
        value={chosen?.key ?? ""}
        className="h-(--control) w-full max-w-44 truncate rounded-control border border-line-control bg-surface px-1.5 text-small"
        onChange={({ target }) =>
          void navigate({
            // Of another phase other times and another pattern are meant.
            search: (before: FilesSearch) => ({
              ...without(before, "arrival", "pattern", "language"),
              arrivals: target.value,
            }),
          })
        }
      >
        {chosen === undefined && <option value="">Choose a phase</option>}
        {phases.map(({ key, id, task, workflow, gaps }) => (
          <option key={id} value={key}>
            {task}
            {isTwice(task) && ` in ${workflow}`}
            {gaps.length > 0 && ` · ${count(gaps.length)} missing`}
          </option>
        ))}
      </select>
    </label>
  );
}
