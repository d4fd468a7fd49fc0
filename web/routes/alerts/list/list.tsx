import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { hold } from "../../../services/live.ts";
import { useMay } from "../../../services/may.ts";
import { alertsQuery, channelsQuery, groupsQuery, type ShownAlert } from "../alerts-queries.ts";
import { Calendar } from "../calendar.tsx";
import { drawn, spanOf } from "../range.ts";
import { type AlertsSearch, FILTERS, type Filters, without } from "../search.ts";
import { draftOfAlerts } from "../silences/scope.ts";
import { SilencePanel } from "../silences/silence-panel.tsx";
import { Strip } from "../strip/strip.tsx";
import { AlertTable } from "./alert-table.tsx";
import { FilterField } from "./filter-field.tsx";
import { News } from "./news.tsx";
import { Nothing } from "./nothing.tsx";
import { OpenSummary } from "./open-summary.tsx";
import { SelectionBar } from "./selection-bar.tsx";

/** Of a range that has more, the strip shows so many. */
const STRIP_MOST = 2000;

interface Props {
  readonly clock: Clock;
  readonly now: number;
}

/** What is open, when it was, and each alert of the range. */
export function List({ clock, now }: Props): ReactElement {
  const search = useSearch({ from: "/shell/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const { day, open = null, silence } = search;
  const zone = clock.zone;
  const { from, until } = spanOf(search, now, zone);
  const span = useMemo(() => ({ from, until }), [from, until]);
  const filters = filtersOf(search);
  const found = useInfiniteQuery(alertsQuery({ filters, span }));
  const alerts = useMemo(() => found.data?.pages.flatMap((page) => page.alerts) ?? [], [found.data]);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const isHeld = selected.size > 0;
  useEffect(() => (isHeld ? hold() : undefined), [isHeld]);
  const { hasNextPage, isFetching, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  useEffect(() => {
    if (alerts.length < STRIP_MOST) more();
  }, [alerts.length, more]);

  const go = (change: (before: AlertsSearch) => AlertsSearch): void => void navigate({ search: change });
  const filter = (next: Filters): void => {
    setSelected(new Set());
    go((before) => ({ ...others(before), ...next }));
  };
  const show = (next: Pick<AlertsSearch, "day" | "from" | "to">): void =>
    go((before) => ({ ...without(before, "day", "from", "to", "open"), ...next }));
  const select = (ids: readonly number[], isOn: boolean): void => {
    const next = new Set(selected);
    for (const id of ids)
      if (isOn) next.add(id);
      else next.delete(id);
    setSelected(next);
  };
  const maySilence = useMay("operator", "everything");
  const silenceThese = (these: readonly ShownAlert[]): void => {
    if (maySilence) go((before) => ({ ...before, silence: draftOfAlerts(these) }));
  };
  const endSilence = (): void => go((before) => without(before, "silence"));
  useKeys({
    Escape: () => {
      if (silence !== undefined) endSilence();
      else if (open !== null) go((before) => without(before, "open"));
      else setSelected(new Set());
    },
  });
  // All at once: what comes later would push down what is read already. What was refused once is waited for no more.
  const isLoading = [useQuery(groupsQuery), useQuery(channelsQuery), found].some(
    ({ isPending, errorUpdateCount }) => isPending && errorUpdateCount === 0,
  );
  if (isLoading) return <SkeletonRows rows={20} label="Alerts are loaded" />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_324px] max-[1100px]:grid-cols-1">
      <div className="min-w-0">
        <OpenSummary clock={clock} now={now} onGroup={(group) => filter({ ...aboutOf(group), state: "open" })} />
        <Strip
          alerts={alerts}
          isMore={hasNextPage}
          span={span}
          clock={clock}
          now={now}
          onSpan={(next) => show(drawn(next))}
          onLane={(alert) => filter({ ...filters, ...aboutOf(alert) })}
        />
        <div className="px-(--gutter) pt-3">
          <FilterField filters={filters} alerts={alerts} onFilters={filter} />
        </div>
        <SelectionBar
          listed={listedText(alerts.length, hasNextPage)}
          selected={[...selected]}
          alerts={alerts.filter(({ id }) => selected.has(id))}
          onSilence={silenceThese}
          onClear={() => setSelected(new Set())}
        >
          <News asked={{ filters, span }} shown={{ alerts, isMore: hasNextPage }} />
        </SelectionBar>
        {found.data === undefined ? (
          found.error !== null && <Problem what="The list" error={found.error} onRetry={() => void found.refetch()} />
        ) : alerts.length === 0 && !hasNextPage ? (
          <Nothing
            filters={filters}
            span={span}
            clock={clock}
            now={now}
            onFilters={filter}
            onDay={(next) => show({ day: next })}
          />
        ) : (
          <AlertTable
            alerts={alerts}
            clock={clock}
            now={now}
            open={open}
            onOpen={(id) => go((before) => (id === null ? without(before, "open") : { ...before, open: id }))}
            selected={selected}
            onSelect={select}
            onSilence={silenceThese}
            onEnd={more}
          />
        )}
      </div>
      <aside aria-label="Silence and calendar" className="border-l border-line max-[1100px]:contents">
        {silence !== undefined && (
          <SilencePanel key={JSON.stringify(silence)} draft={silence} clock={clock} now={now} onClose={endSilence} />
        )}
        <Calendar day={day === undefined ? from : Math.min(until - 1, now)} span={span} clock={clock} now={now} />
      </aside>
    </div>
  );
}

function filtersOf(search: AlertsSearch): Filters {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What the address says besides filters. */
function others({ day, from, to, silence }: AlertsSearch): AlertsSearch {
  return {
    ...(day === undefined ? {} : { day }),
    ...(from === undefined || to === undefined ? {} : { from, to }),
    ...(silence === undefined ? {} : { silence }),
  };
}

function aboutOf({
  type,
  job,
  workflow,
  alert_type: alert,
}: Pick<ShownAlert, "type" | "job" | "workflow" | "alert_type">): Filters {
  if (type === "") return workflow === "" ? { alert } : { workflow };
  return job === "" ? { type } : { type, job };
}

function listedText(loaded: number, isMore: boolean): string {
  return `${isMore ? "at least " : ""}${count(loaded)} ${loaded === 1 ? "alert" : "alerts"}`;
}
