import { countedQuery } from "../../../../src/contract/query/counted-query.ts";
import { parseTaskQuery } from "../../../../src/contract/query/task-query-parser.ts";
import type { QueryClock } from "../../../../src/contract/query/task-query-values.ts";
import { DAY, HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import { createdBetween, type Span } from "../../../services/query-text.ts";
import { mistakeIn, withField } from "../query/terms.ts";

/** What is shown when the query does not say from when. */
const SHOWN_WITHOUT = 30 * DAY;
const COUNTED_RESULTS = new Set(["complete", "error", "warn", "alert"]);
const LONGEST = 61 * DAY;

/** The time that a query asks for, by when tasks were created; null: it does not say. */
export function createdIn(
  query: string,
  clock: QueryClock,
): { readonly from: number | null; readonly until: number | null } | null {
  if (mistakeIn(query) !== null) return null;
  const parsed = parseTaskQuery(query, clock);
  let from: number | null = null;
  let until: number | null = null;
  let isSaid = false;
  for (const term of parsed.kind === "and" ? parsed.terms : [parsed]) {
    if (term.kind !== "range" || term.field !== "created") continue;
    isSaid = true;
    const starts = term.ranges.map((range) => range.from);
    const ends = term.ranges.map((range) => range.until);
    if (!starts.includes(null)) from = Math.max(from ?? -Infinity, Math.min(...(starts as number[])));
    if (!ends.includes(null)) until = Math.min(until ?? Infinity, Math.max(...(ends as number[])));
  }
  return isSaid ? { from, until } : null;
}

export interface Drawn extends Span {
  readonly by: "minute" | "hour" | "day";
  /** What the histogram is asked for: without the time where hours are counted already. */
  readonly query: string;
  /** It comes from counters, which are quick and whole. */
  readonly isCounted: boolean;
  /** Its total is that of the query. */
  readonly isExact: boolean;
}

/** The axis of a query's histogram: ends that stay the same for a step, though `-2h` slides. */
export function drawnOf(query: string, clock: QueryClock): Drawn {
  const said = createdIn(query, clock);
  const until = said?.until ?? clock.now;
  const from = said?.from ?? until - SHOWN_WITHOUT;
  const length = until - from;
  const by = length <= 6 * HOUR ? "minute" : length <= 4 * DAY ? "hour" : "day";
  const step = by === "minute" ? MINUTE : HOUR;
  const end = Math.ceil(until / step) * step;
  const start = Math.max(Math.floor(from / step) * step, end - LONGEST);
  const rest = withField(query, "created", null);
  const isCounted = by !== "minute" && isCountedByHour(rest, clock);
  const isAligned = said !== null && start === from && end === until;
  return {
    from: start,
    until: end,
    by,
    query: isCounted ? rest : query,
    isCounted,
    isExact: isAligned || (said !== null && !isCounted),
  };
}

function isCountedByHour(query: string, clock: QueryClock): boolean {
  if (mistakeIn(query) !== null) return false;
  const filter = countedQuery(parseTaskQuery(query, clock));
  if (filter === null) return false;
  const { result, state } = filter;
  return result === null ? state === null : COUNTED_RESULTS.has(result) && (state === null || state === "finished");
}

/** The query of what was created in this time, to the minute. */
export function zoomed(query: string, span: Span): string {
  return withField(query, "created", createdBetween(span));
}

/** The range that is written in a term, where both ends are instants: as the histogram writes it. */
export function writtenSpan(term: string): Span | null {
  const match = /^created:(\d{4}-[\d:T-]+Z)\.\.(\d{4}-[\d:T-]+Z)$/.exec(term);
  if (match === null) return null;
  const [from, last] = [Date.parse(match[1] ?? ""), Date.parse(match[2] ?? "")];
  return Number.isNaN(from) || Number.isNaN(last) ? null : { from, until: last + 1000 };
}

/** The time before (-1) or after (1), as long; null: the query says no time, or one without an end. */
export function shifted(query: string, by: -1 | 1, clock: QueryClock): string | null {
  const said = createdIn(query, clock);
  if (said === null || said.from === null) return null;
  const until = said.until ?? clock.now;
  const length = until - said.from;
  return zoomed(query, { from: said.from + by * length, until: until + by * length });
}

/** Three times as long, around the same middle; not past now. */
export function zoomedOut(query: string, drawn: Span, now: number): string {
  const length = drawn.until - drawn.from;
  const until = Math.min(drawn.until + length, Math.max(drawn.until, Math.ceil(now / MINUTE) * MINUTE));
  return zoomed(query, { from: until - 3 * length, until });
}
