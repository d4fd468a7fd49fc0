import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useCallback, useEffect, useMemo } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask } from "../../../acting/ask.ts";
import { termOf } from "../../../components/filter/filter-terms.ts";
import { Icon } from "../../../components/icon.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { hold } from "../../../services/live.ts";
import { askedOf, countsQuery, type FileCounts, type FilesAsked, filesQuery } from "../files-queries.ts";
import { spanOf, spanText } from "../range.ts";
import { FILE_FILTERS, type FilesSearch, isState, without } from "../search.ts";
import { FileTable } from "./file-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { Nothing } from "./nothing.tsx";

interface Props {
  readonly clock: Clock;
  readonly now: number;
}

/** Files of the range, the newest first. */
export function List({ clock, now }: Props): ReactElement {
  const search = useSearch({ from: "/shell/files" });
  const navigate = useNavigate({ from: "/files" });
  const { open = null } = search;
  const { from, until } = spanOf(search, now, clock.zone);
  const span = useMemo(() => ({ from, until }), [from, until]);
  const asked = useMemo(() => askedOf(search, span), [search, span]);
  const found = useInfiniteQuery(filesQuery(asked));
  const { data: counts } = useQuery(countsQuery(asked));
  const files = useMemo(() => found.data?.pages.flatMap((page) => page.files) ?? [], [found.data]);
  const isHeld = open !== null;
  useEffect(() => (isHeld ? hold() : undefined), [isHeld]);
  const { hasNextPage, isFetching, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  // A page that had to read many others may be short.
  useEffect(() => {
    if (files.length < 50) more();
  }, [files.length, more]);
  const show = (next: FilesSearch): void => void navigate({ search: next });
  useKeys({ Escape: () => open !== null && show(without(search, "open")) });
  const name = spanText(search, span, clock, now, true);
  return (
    <section aria-label="Files received" className="min-w-0">
      <h2 className="sr-only">Files received</h2>
      <FilterBar search={search} counts={counts} onSearch={show} />
      {found.data === undefined ? (
        found.error === null ? (
          <SkeletonRows rows={20} label="The files are loaded" />
        ) : (
          <Problem what="The list" error={found.error} onRetry={() => void found.refetch()} />
        )
      ) : files.length === 0 && !hasNextPage ? (
        <Nothing search={search} span={span} spanName={name} clock={clock} now={now} onSearch={show} />
      ) : (
        <>
          <Summary
            search={search}
            asked={asked}
            total={totalText(counts, search.state, files.length, hasNextPage)}
            spanName={name}
            isHeld={isHeld}
          />
          <FileTable
            files={files}
            clock={clock}
            now={now}
            hasDays={from === null || search.day === "week"}
            open={open}
            onOpen={(id) => show(id === null ? without(search, "open") : { ...search, open: id })}
            onEnd={more}
          />
        </>
      )}
    </section>
  );
}

interface SummaryProps {
  readonly search: FilesSearch;
  readonly asked: FilesAsked;
  readonly total: string;
  readonly spanName: string;
  readonly isHeld: boolean;
}

/** How many are shown, and what can be done to all that match. */
function Summary({ search, asked, total, spanName, isHeld }: SummaryProps): ReactElement {
  const terms = [
    ...(search.state === undefined ? [] : [`state:${search.state}`]),
    ...FILE_FILTERS.flatMap((name) => (search[name] === undefined ? [] : [termOf(name, search[name])])),
    ...(asked.since === undefined ? [] : [spanName]),
  ];
  return (
    <div className="flex min-h-(--control) flex-wrap items-center gap-x-3 border-b border-line bg-surface px-(--gutter) py-1 text-small text-ink-2">
      <span>{total}</span>
      <span role="status" className="text-ink-3">
        {isHeld ? "Live is paused while a row is open" : ""}
      </span>
      <span className="ml-auto">
        {terms.length > 0 && (
          <ActButton
            of="everything"
            kind="bare"
            onClick={() => ask({ kind: "redrive", files: { filter: { ...asked }, terms } })}
          >
            <Icon name="retry" size={14} />
            Match all of these again…
          </ActButton>
        )}
      </span>
    </div>
  );
}

/** As many as were counted, or as many as are listed. */
function totalText(counts: FileCounts | undefined, state: string | undefined, listed: number, isMore: boolean): string {
  const of = isState(state) ? state : "all";
  const isExact = !isMore || counts?.total_is === "exact";
  const total = isMore && counts !== undefined ? Math.max(listed, counts[of]) : listed;
  return `${isExact ? "" : "at least "}${count(total)} ${total === 1 ? "file" : "files"}`;
}
