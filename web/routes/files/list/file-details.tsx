import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import type { Clock } from "../../../services/format.ts";
import { Actions } from "../file/actions.tsx";
import { Lead } from "../file/lead.tsx";
import { TaskList } from "../file/task-list.tsx";
import { Tries } from "../file/tries.tsx";
import { fileQuery } from "../files-queries.ts";

interface Props {
  readonly id: number;
  readonly clock: Clock;
  readonly now: number;
}

/** What came of it and why, below its row. */
export function FileDetails({ id }: Props): ReactElement {
  const { data, error, refetch } = useQuery(fileQuery(id));
  return (
    <div role="row" className="border-b border-line bg-surface">
      <div
        role="gridcell"
        className="min-w-0 py-3 pr-(--gutter) pl-[calc(var(--gutter)+20px)] max-[720px]:pl-(--gutter)"
      >
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={5} label="The file is loaded" />
          ) : (
            <Problem what="The file" error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <div className="grid gap-3">
            <Lead history={data} />
            <Tries path={data.file.path} misses={data.near_misses} />
            {data.tasks.length > 0 && <TaskList tasks={data.tasks} />}
            <div className="flex flex-wrap items-center gap-2">
              <Actions history={data} />
              <Link
                to="/files/$id"
                params={{ id: String(id) }}
                className="ml-auto text-small text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
              >
                All about event {id}
              </Link>
            </div>
          </div>
        )}
      </div>
    </div>
  );
}
