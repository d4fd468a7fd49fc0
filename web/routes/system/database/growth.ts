import type { SizeHistory } from "../history/history-queries.ts";

const DAY = 86_400_000;
/** Bars of the chart at most, past and expected together. */
const BARS = 44;
/** Without a limit, or with one that is far: how far to look ahead. */
const AHEAD_DAYS = 60;
const MOST_AHEAD_DAYS = 365;

export interface Bar {
  readonly at: number;
  /** From below, as `tables` names them, then the others together; empty: expected. */
  readonly parts: readonly number[];
  readonly total: number;
}

export interface Crossing {
  /** Bytes. */
  readonly of: number;
  readonly at: number;
  readonly days: number;
}

export interface GrowthChart {
  readonly bars: readonly Bar[];
  readonly from: number;
  readonly until: number;
  readonly stepMs: number;
  readonly most: number;
  readonly crossings: readonly Crossing[];
}

interface Facts {
  readonly history: SizeHistory;
  /** Of the file without its free pages, now. */
  readonly used: number;
  /** Null: not known yet. */
  readonly growthPerDay: number | null;
  /** Null: there is none. */
  readonly limit: number | null;
}

/** Size by table over time, and what is expected until the limit. */
export function growthChart({ history, used, growthPerDay, limit }: Facts, now: number): GrowthChart {
  const growth = growthPerDay === null || growthPerDay <= 0 ? null : growthPerDay;
  const [oldest] = history.days;
  const from = oldest === undefined ? now : Date.parse(oldest.at);
  const pastDays = Math.max(1, (now - from) / DAY);
  const untilLimit = growth === null || limit === null ? AHEAD_DAYS : Math.max(0, (limit - used) / growth);
  const ahead = growth === null ? 0 : Math.min(MOST_AHEAD_DAYS, Math.max(7, Math.min(untilLimit * 1.08, pastDays * 4)));
  const stepMs = Math.max(1, Math.ceil((pastDays + ahead) / BARS)) * DAY;
  const bars: Bar[] = [];
  for (const day of history.days) {
    const at = Date.parse(day.at);
    if (at - (bars.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < stepMs * 0.9) continue;
    const parts = [...day.bytes, day.other];
    bars.push({ at, parts, total: parts.reduce((sum, part) => sum + part, 0) });
  }
  const until = Math.max(now + ahead * DAY, from + stepMs * 2);
  if (growth !== null)
    for (let at = (bars.at(-1)?.at ?? now) + stepMs; at <= until; at += stepMs)
      bars.push({ at, parts: [], total: used + growth * Math.max(0, (at - now) / DAY) });
  const crossings = [0.8, 1].flatMap((share): Crossing[] => {
    if (growth === null || limit === null || used >= limit * share) return [];
    const days = (limit * share - used) / growth;
    return [{ of: limit * share, at: now + days * DAY, days }];
  });
  const most = Math.max(
    1,
    limit !== null && limit < used * 4 ? limit * 1.06 : 0,
    ...bars.map(({ total }) => total * 1.1),
  );
  return { bars, from, until: until + stepMs * 0.5, stepMs, most, crossings };
}
