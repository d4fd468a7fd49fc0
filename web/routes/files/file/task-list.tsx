import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { StatusWord } from "../../../components/mark.tsx";
import { statusOf } from "../../../services/task-status.ts";
import type { FileHistory } from "../files-queries.ts";

type FileTask = FileHistory["tasks"][number];

/** Each with how it is now, and its run, which has all that came of it. */
export function TaskList({ tasks }: { readonly tasks: readonly FileTask[] }): ReactElement {
  return (
    <ul className="text-small">
      {tasks.map((task) => (
        <li
          key={task.record_id}
          className="flex min-h-(--row) flex-wrap items-center gap-x-2.5 gap-y-0.5 border-b border-line py-0.5 last:border-b-0 max-[720px]:min-h-(--row-touch)"
        >
          <span className="w-[92px]">
            <StatusWord status={statusOf(task)} />
          </span>
          <Link to="/tasks/$id" params={{ id: String(task.record_id) }} className="hover:underline">
            {task.job === "" ? task.type : `${task.type}:${task.job}`}
          </Link>
          {task.attempt > 0 && <span className="text-ink-2">attempt {task.attempt + 1}</span>}
          <span className="min-w-0 flex-1 basis-40 truncate-head font-mono text-ink-2" title={task.info}>
            <bdi dir="ltr">{task.info}</bdi>
          </span>
          <Link
            to="/tasks/$id"
            params={{ id: String(task.record_id) }}
            hash="run"
            className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
          >
            its run
          </Link>
        </li>
      ))}
    </ul>
  );
}
