import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Clock, count } from "../../services/format.ts";
import { hold } from "../../services/live.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { TopBar } from "../../shell/top-bar.tsx";
import { FacetList } from "./facets.tsx";
import { QueryField } from "./query-field.tsx";
import { TaskTable } from "./task-table.tsx";
import { facetsQuery, tasksQuery } from "./tasks-queries.ts";

const VIEWS = [
  { name: "All", query: "" },
  { name: "Running", query: "state:running" },
  { name: "Today", query: "created:today" },
  { name: "Failures", query: "result:error" },
] as const;

/** Search, look, select, act. */
export function Tasks(): ReactElement {
  const { q: query = "", sort = "-created" } = useSearch({ from: "/shell/tasks" });
  const navigate = useNavigate({ from: "/tasks" });
  const tz = useZone();
  const clock = useMemo(() => new Clock(tz), [tz]);
  const now = useNow(10_000);
  const found = useInfiniteQuery(tasksQuery({ query, sort, tz }));
  const { data: facets } = useQuery(facetsQuery({ query, tz }));
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const isSelecting = selected.size > 0;
  useEffect(() => (isSelecting ? hold() : undefined), [isSelecting]);
  const tasks = useMemo(() => found.data?.pages.flatMap((page) => page.tasks) ?? [], [found.data]);
  const go = (next: { readonly q?: string; readonly sort?: string }): void => {
    setSelected(new Set());
    const { q = query, sort: by = sort } = next;
    void navigate({ search: { ...(q === "" ? {} : { q }), ...(by === "-created" ? {} : { sort: by }) } });
  };
  const select = (record: number): void => {
    const next = new Set(selected);
    if (!next.delete(record)) next.add(record);
    setSelected(next);
  };
  const { hasNextPage, isFetching, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const first = found.data?.pages[0]?.pagination;
  return (
    <div className="flex h-dvh min-w-0 flex-col max-[720px]:pb-13">
      <TopBar title="Tasks">
        <nav aria-label="Views" className="flex min-w-0 gap-1 overflow-x-auto">
          {VIEWS.map((view) => (
            <Button
              key={view.name}
              kind="bare"
              aria-pressed={view.query === query}
              className="aria-pressed:font-semibold aria-pressed:text-ink"
              onClick={() => go({ q: view.query })}
            >
              {view.name}
            </Button>
          ))}
        </nav>
      </TopBar>
      <main id="main" className="flex min-h-0 flex-1 flex-col">
        <QueryField query={query} onSearch={(q) => go({ q })} />
        <p
          role="status"
          className="flex h-8 items-center gap-3 border-b border-line px-(--gutter) text-small text-ink-2"
        >
          {first === undefined ? "" : `${first.total_is === "exact" ? "" : "at least "}${count(first.total)} tasks`}
          {selected.size > 0 && (
            <>
              <b className="font-medium text-ink">{count(selected.size)} selected</b>
              <Button kind="bare" onClick={() => setSelected(new Set())}>
                Clear
              </Button>
            </>
          )}
        </p>
        <div className="flex min-h-0 flex-1">
          <FacetList facets={facets} onAdd={(condition) => go({ q: `${query} ${condition}`.trim() })} />
          {found.data === undefined ? (
            <div className="flex-1">
              {found.error === null ? (
                <SkeletonRows rows={20} label="Tasks are loaded" />
              ) : (
                <Problem what="The list" error={found.error} onRetry={() => void found.refetch()} />
              )}
            </div>
          ) : tasks.length === 0 ? (
            <Nothing query={query} onClear={() => go({ q: "" })} />
          ) : (
            <TaskTable
              tasks={tasks}
              clock={clock}
              now={now}
              sort={sort}
              onSort={(by) => go({ sort: by })}
              selected={selected}
              onSelect={select}
              onOpen={() => undefined}
              onEnd={more}
            />
          )}
        </div>
      </main>
    </div>
  );
}

function Nothing({ query, onClear }: { readonly query: string; readonly onClear: () => void }): ReactElement {
  return (
    <div className="flex-1 px-(--gutter) py-6 text-ink-2">
      {query === "" ? (
        <p>No task was made yet.</p>
      ) : (
        <p className="flex items-center gap-2">
          No task matches.
          <Button onClick={onClear}>Show all tasks</Button>
        </p>
      )}
    </div>
  );
}
