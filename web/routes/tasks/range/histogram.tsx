import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { type Bar, TimeBars } from "../../../components/time-bars.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { queryClock } from "../../../services/time/zone.ts";
import { histogramQuery } from "../tasks-queries.ts";
import { barsOf, PARTS } from "./bars.ts";
import { HistogramTable } from "./histogram-table.tsx";
import { drawnOf, zoomed, zoomedOut } from "./range.ts";

export interface Total {
  readonly count: number;
  readonly isExact: boolean;
}

interface Props {
  readonly query: string;
  /** How many match, as far as the list knows. */
  readonly total: Total | null;
  readonly clock: Clock;
  readonly now: number;
  readonly onSearch: (query: string) => void;
}

/** When the matches were created. Dragging, or Enter on a bar, makes it the time of the query. */
export function Histogram({ query, total, clock, now, onSearch }: Props): ReactElement {
  const tz = clock.zone;
  const drawn = useMemo(() => drawnOf(query, queryClock(now, tz)), [query, now, tz]);
  const { data, error, refetch } = useQuery({
    ...histogramQuery({ query: drawn.query, tz, from: drawn.from, until: drawn.until, by: drawn.by }),
    placeholderData: keepPreviousData,
  });
  const bars = useMemo(() => (data === undefined ? [] : barsOf(data.buckets, drawn, tz)), [data, drawn, tz]);
  // Counters know what a list has not read to its end.
  const isCounted = data !== undefined && drawn.isExact && data.total_is === "exact" && total?.isExact !== true;
  const known = isCounted ? { count: data.total, isExact: true } : total;
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const shown = read === null ? undefined : bars[read];
  const name = (bar: Bar): string => barName(bar, clock, now);
  return (
    <section aria-label="Tasks over time" className="px-(--gutter) pt-1 pb-1">
      <div className="mb-1 flex min-h-6 flex-wrap items-center gap-x-3 text-small">
        <h2 className="text-body font-semibold">{totalText(known)}</h2>
        {/* On a phone below the buttons, with room for two lines before it is known. */}
        <p className="flex flex-wrap items-center gap-x-3 text-ink-2 max-[720px]:order-last max-[720px]:min-h-10 max-[720px]:w-full max-[720px]:content-start">
          <b className="font-medium text-ink">{shown === undefined ? spanName(drawn, clock, now) : name(shown)}</b>
          <Readout parts={shown?.parts ?? sumOf(bars)} />
          {data?.total_is === "at_least" && data.searched_to !== null && (
            <span>counted back to {clock.moment(Date.parse(data.searched_to), now)}</span>
          )}
        </p>
        <span className="ml-auto flex">
          <Button kind="bare" className="text-accent!" onClick={() => onSearch(zoomedOut(query, drawn, now))}>
            Zoom out
          </Button>
          <Button kind="bare" className="text-accent!" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show as chart" : "Show as table"}
          </Button>
        </span>
      </div>
      {error !== null && data === undefined ? (
        <Problem what="The histogram" error={error} onRetry={() => void refetch()} />
      ) : isTable ? (
        <HistogramTable bars={bars} name={name} />
      ) : (
        <TimeBars
          label="Matching tasks over time, by result. Arrows read a bar, Shift and arrows draw a range, Enter shows it alone; Show as table has the numbers"
          span={drawn}
          bars={bars}
          zone={tz}
          now={now}
          knownFrom={data?.total_is === "at_least" && data.searched_to !== null ? Date.parse(data.searched_to) : null}
          read={read}
          onRead={setRead}
          onChoose={(span) => onSearch(zoomed(query, span))}
        />
      )}
    </section>
  );
}

function totalText(total: Total | null): string {
  if (total === null) return "Tasks";
  const tasks = total.count === 1 ? "1 task" : `${count(total.count)} tasks`;
  return total.isExact ? tasks : `${tasks} and more`;
}

function Readout({ parts }: Pick<Bar, "parts">): ReactElement {
  return (
    <>
      {parts
        .filter((part) => part.count > 0)
        .map(({ status, count: of }) => (
          <span key={status} className="inline-flex items-center gap-1">
            <Mark status={status} size={12} label={status} />
            {count(of)}
          </span>
        ))}
    </>
  );
}

function sumOf(bars: readonly Bar[]): Bar["parts"] {
  return PARTS.map(({ status }, index) => ({
    status,
    count: bars.reduce((sum, { parts }) => sum + (parts[index]?.count ?? 0), 0),
  }));
}

const DAY_MS = 86_400_000;

function barName({ from, until }: Bar, clock: Clock, now: number): string {
  if (until - from >= DAY_MS - 3_600_000) return clock.day(from, now);
  return `${clock.day(from, now)}, ${clock.minutes(from)}–${clock.minutes(until)}`;
}

function spanName(
  { from, until }: { readonly from: number; readonly until: number },
  clock: Clock,
  now: number,
): string {
  const [first, last] = [clock.day(from, now), clock.day(until - 1, now)];
  if (first !== last) return `${first} – ${last}`;
  return until - from >= DAY_MS - 3_600_000 ? first : `${first}, ${clock.minutes(from)}–${clock.minutes(until)}`;
}
