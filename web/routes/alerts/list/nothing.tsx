import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { alertCountQuery, daysQuery, newestQuery } from "../alerts-queries.ts";
import { dayOf, midnight, type Span, spanText } from "../range.ts";
import { FILTERS, type Filters, without } from "../search.ts";
import { termOf } from "../../../components/filter/filter-terms.ts";

const BACK_DAYS = 60;

interface Props {
  readonly filters: Filters;
  readonly span: Span;
  readonly clock: Clock;
  readonly now: number;
  readonly onFilters: (filters: Filters) => void;
  readonly onDay: (day: string) => void;
}

/** Which condition empties the list, or when the nearest alerts were. */
export function Nothing({ filters, span, clock, now, onFilters, onDay }: Props): ReactElement {
  const set = FILTERS.filter((name) => filters[name] !== undefined);
  const counts = useQueries({
    queries: set.map((name) => alertCountQuery({ filters: without(filters, name), span })),
  });
  return (
    <div className="grid justify-items-start gap-2 px-(--gutter) py-4 text-ink-2">
      <p>
        {set.length === 0
          ? `No alert was raised or seen: ${spanText(span, clock, now)}.`
          : `No alert matches: ${spanText(span, clock, now)}.`}
      </p>
      {set.map((name, index) => {
        const { data } = counts[index] ?? {};
        if (data === undefined || data.count === 0) return null;
        return (
          <p key={name} className="flex flex-wrap items-center gap-2">
            <span>
              {data.isMore ? "At least " : ""}
              {count(data.count)} match without <code className="font-mono">{termOf(name, filters[name] ?? "")}</code>.
            </span>
            <Button onClick={() => onFilters(without(filters, name))}>Remove it</Button>
          </p>
        );
      })}
      {set.length > 1 && <Button onClick={() => onFilters({})}>Remove all {set.length} conditions</Button>}
      {set.length === 0 ? (
        <Nearest span={span} clock={clock} now={now} onDay={onDay} />
      ) : (
        <Newest filters={filters} clock={clock} now={now} onDay={onDay} />
      )}
    </div>
  );
}

function Nearest({ span, clock, now, onDay }: Pick<Props, "span" | "clock" | "now" | "onDay">): ReactElement | null {
  const { zone } = clock;
  const { data: days = [] } = useQuery(
    daysQuery({ from: dayOf(midnight(now, zone, -BACK_DAYS), zone), to: dayOf(now, zone), tz: zone }),
  );
  const filled = days.filter(({ alerts, from }) => alerts > 0 && !isIn(Date.parse(from), span));
  const nearest = filled.toSorted(
    (a, b) => Math.abs(Date.parse(a.from) - span.from) - Math.abs(Date.parse(b.from) - span.from),
  )[0];
  if (nearest === undefined) return null;
  return (
    <p className="flex flex-wrap items-center gap-2">
      The nearest day with alerts is {clock.day(Date.parse(nearest.from), now)}: {count(nearest.alerts)} began then.
      <Button onClick={() => onDay(nearest.day)}>Show it</Button>
    </p>
  );
}

/** The day of the newest that matches, whenever it was. */
function Newest({ filters, clock, now, onDay }: Omit<Props, "span" | "onFilters">): ReactElement | null {
  const { data: newest } = useQuery(newestQuery(filters));
  if (newest === undefined || newest === null) return null;
  const at = Date.parse(newest.created_at);
  return (
    <p className="flex flex-wrap items-center gap-2">
      The newest that matches began {clock.day(at, now)}.
      <Button onClick={() => onDay(dayOf(at, clock.zone))}>Show that day</Button>
    </p>
  );
}

function isIn(at: number, { from, until }: Span): boolean {
  return at >= from && at < until;
}
