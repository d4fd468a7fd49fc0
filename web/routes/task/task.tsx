import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { Empty } from "../../components/empty.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { ApiError } from "../../services/api.ts";
import { TopBar } from "../../shell/top-bar.tsx";
import { TaskParts } from "./task-parts.tsx";
import { attemptsQuery, recordsQuery } from "./task-queries.ts";
import { pageOf } from "../../components/runs/run-text.ts";
import { nameOf } from "./task-text.ts";

/** One task with all its attempts, by the number of any of its records, or by the id of its run. */
export function Task(): ReactElement {
  const { id } = useParams({ from: "/shell/tasks/$id" });
  return /^[1-9]\d{0,15}$/.test(id) ? <OfRecord key={id} record={Number(id)} /> : <OfRun run={id} />;
}

function OfRecord({ record }: { readonly record: number }): ReactElement {
  const { data: attempts, error, refetch } = useQuery(attemptsQuery(record));
  const newest = attempts?.at(-1);
  if (attempts === undefined || newest === undefined)
    return (
      <Frame name={`Record ${record}`}>
        {error instanceof ApiError && error.status === 404 ? (
          <Unknown id={String(record)} query={`record:${record}`} />
        ) : error === null ? (
          <SkeletonRows rows={16} label="The task is loaded" />
        ) : (
          <Problem what="The task" error={error} onRetry={() => void refetch()} />
        )}
      </Frame>
    );
  return (
    <Frame name={nameOf(newest)}>
      <TaskParts record={record} newest={newest} attempts={attempts} />
    </Frame>
  );
}

/** The first task of the run has the others in its tree. */
function OfRun({ run }: { readonly run: string }): ReactElement {
  const {
    data: records,
    error,
    refetch,
  } = useQuery({
    ...recordsQuery(run),
    enabled: /^[\w-]{1,100}$/.test(run),
  });
  const first = records?.at(-1);
  if (first !== undefined) return <Navigate {...pageOf(first.record_id)} replace />;
  return (
    <Frame name={run}>
      {error !== null ? (
        <Problem what="The run" error={error} onRetry={() => void refetch()} />
      ) : records === undefined && /^[\w-]{1,100}$/.test(run) ? (
        <SkeletonRows rows={16} label="The run is loaded" />
      ) : (
        <Unknown id={run} query={run} />
      )}
    </Frame>
  );
}

function Unknown({ id, query }: { readonly id: string; readonly query: string }): ReactElement {
  return (
    <Empty
      action={
        <Link to="/tasks" search={{ q: query }} className="text-accent underline">
          Search for it
        </Link>
      }
    >
      There is no task <code className="font-mono break-all">{id}</code>: it was never here, was deleted by retention,
      or is not yours to see.
    </Empty>
  );
}

function Frame({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="min-w-0">
      <TopBar
        title={
          <>
            <Link to="/tasks" className="font-normal text-ink-2 hover:underline">
              Tasks
            </Link>
            <span className="mx-1.5 font-normal text-ink-3">/</span>
            <span className="inline-block max-w-[50vw] truncate align-bottom max-[720px]:max-w-[34vw]">{name}</span>
          </>
        }
      />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {children}
      </main>
    </div>
  );
}
