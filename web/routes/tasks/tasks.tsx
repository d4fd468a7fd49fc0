import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { copy } from "../../components/copy-button.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Clock } from "../../services/format.ts";
import { hold } from "../../services/live.ts";
import { useNow } from "../../services/now.ts";
import { preferences, setPreferences, useZone } from "../../services/preferences.ts";
import { showToast } from "../../services/toasts.ts";
import { TopBar } from "../../shell/top-bar.tsx";
import { FailureSwitch } from "./failures/failure-switch.tsx";
import { Nothing } from "./nothing.tsx";
import { QueryField } from "./query/query-field.tsx";
import { Histogram } from "./range/histogram.tsx";
import { RangePicker } from "./range/range-picker.tsx";
import type { TasksSearch } from "./search.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { useSelected } from "./selection.ts";
import { Side, SideButton } from "./side/side.tsx";
import { knownColumns } from "./table/columns.ts";
import { ColumnChooser } from "./table/column-chooser.tsx";
import { TaskTable } from "./table/task-table.tsx";
import { useColumns } from "./table/use-columns.ts";
import { facetsQuery, runningQuery, type ShownTask, tasksQuery } from "./tasks-queries.ts";

/** Loaded when they are asked for, so that the list is there sooner. */
const FailureGroups = lazy(async () => ({ default: (await import("./failures/failure-groups.tsx")).FailureGroups }));
const NONE: ShownTask[] = [];

/** Search, look, select, act. */
export function Tasks(): ReactElement {
  const search = useSearch({ from: "/shell/tasks" });
  const { q: query = "", sort = "-created", columns: named, as } = search;
  const isGrouped = as === "groups";
  const navigate = useNavigate({ from: "/tasks" });
  const queries = useQueryClient();
  const tz = useZone();
  const clock = useMemo(() => new Clock(tz), [tz]);
  const now = useNow(1000);
  const minute = Math.floor(now / 10_000) * 10_000;
  const list = tasksQuery({ query, sort, tz });
  const found = useInfiniteQuery({ ...list, enabled: !isGrouped });
  const { data: facets } = useQuery(facetsQuery({ query, tz }));
  const tasks = useMemo(() => found.data?.pages.flatMap((page) => page.tasks) ?? NONE, [found.data]);
  const isRunning = tasks.some(({ state }) => state === "running" || state === "overdue");
  const { data: running } = useQuery({ ...runningQuery, enabled: isRunning });
  const selected = useSelected(tasks, query, tz);
  const page = useRef<HTMLElement>(null);
  const [at, setAt] = useState(0);
  const [isScrolled, setScrolled] = useState(false);
  useEffect(() => (isScrolled ? hold() : undefined), [isScrolled]);
  useEffect(() => {
    setPreferences({ lastSearch: { ...preferences().lastSearch, tasks: { ...search } } });
  }, [search]);
  const go = useCallback(
    (next: TasksSearch): void => {
      setAt(0);
      void navigate({ search: (old) => ({ ...old, ...next }) });
    },
    [navigate],
  );
  const onSearch = useCallback((q: string) => go({ q }), [go]);
  const names = useMemo(() => knownColumns(named), [named]);
  const inUse = useColumns({
    query,
    named: names,
    onNamed: (next) => go({ columns: next?.join(",") }),
  });
  const { hasNextPage, isFetching, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  /** To the top, where what is new is shown: only the first page is read again. */
  const showNew = (): void => {
    const { queryKey } = list;
    queries.setQueryData(queryKey, (old) =>
      old === undefined ? old : { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
    );
    document.querySelector('[role="grid"]')?.scrollTo({ top: 0 });
    page.current?.scrollTo({ top: 0 });
    void queries.invalidateQueries({ queryKey });
  };
  const open = useCallback(
    (record: number) => void navigate({ to: "/tasks/$id", params: { id: String(record) } }),
    [navigate],
  );
  const copyText = useCallback((text: string) => {
    void copy(text).then(
      (isCopied) => isCopied && showToast(`Copied ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`),
    );
  }, []);
  const pagination = found.data?.pages[0]?.pagination;
  const total =
    facets?.total_is === "exact"
      ? { count: facets.total, isExact: true }
      : pagination === undefined && facets === undefined
        ? null
        : {
            count: Math.max(pagination?.total ?? 0, facets?.total ?? 0),
            isExact: pagination?.total_is === "exact",
          };
  const range = { query, clock, now: minute, onSearch };
  return (
    <div className="flex h-dvh min-w-0 flex-col max-[720px]:pb-13 print:block print:h-auto">
      <TopBar title="Tasks" range={<RangePicker {...range} />} />
      <div className="flex min-h-0 flex-1 print:block">
        <Side search={search} tz={tz} onSearch={onSearch} />
        <main
          id="main"
          ref={page}
          data-scroll-restoration-id="tasks-page"
          className="relative flex min-h-0 min-w-0 flex-1 flex-col max-[720px]:block max-[720px]:overflow-y-auto print:block print:overflow-visible"
        >
          <div className="flex items-start gap-2 px-(--gutter) pt-2">
            <QueryField {...range} known={{ facets, tasks }} />
            <SideButton search={search} tz={tz} onSearch={onSearch} />
          </div>
          <Histogram {...range} total={total} />
          <SelectionBar
            isGrouped={isGrouped}
            query={query}
            tz={tz}
            tasks={tasks}
            selected={selected}
            isMore={hasNextPage}
            isHeld={isScrolled || selected.count > 0}
            onShowNew={showNew}
          >
            <FailureSwitch
              query={query}
              isGrouped={isGrouped}
              onChange={(next) => go({ as: next ? "groups" : undefined })}
            />
            {!isGrouped && <ColumnChooser inUse={inUse} />}
          </SelectionBar>
          {isGrouped ? (
            <Suspense fallback={<SkeletonRows rows={20} label="Failures are loaded" />}>
              <FailureGroups {...range} />
            </Suspense>
          ) : found.data === undefined ? (
            found.error === null ? (
              <SkeletonRows rows={20} label="Tasks are loaded" />
            ) : (
              <Problem what="The list" error={found.error} onRetry={() => void found.refetch()} />
            )
          ) : tasks.length === 0 && !hasNextPage ? (
            <Nothing {...range} />
          ) : (
            <TaskTable
              tasks={tasks}
              running={running}
              inUse={inUse}
              clock={clock}
              now={isRunning ? now : minute}
              sort={sort}
              onSort={(by) => go({ sort: by === "-created" ? undefined : by })}
              at={at}
              onPoint={setAt}
              isSelected={selected.has}
              onSelect={selected.toggle}
              isAllSelected={tasks.length > 0 && tasks.every((task) => selected.has(task.record_id))}
              onSelectAll={selected.toggleLoaded}
              onOpen={open}
              onCopy={copyText}
              page={page}
              onEnd={more}
              onScrolled={setScrolled}
            />
          )}
        </main>
      </div>
    </div>
  );
}
