/** How many tasks there were and how long they took, from counters: the cost does not grow with their number. */
export interface StatsQueries {
  /** All types and jobs of a span. */
  summary(span: StatsSpan): Promise<StatsSummary>;
  /** The same hour by hour or day by day. */
  series(span: StatsSpan & StatsFilter): Promise<StatsSeries>;
}

/** Milliseconds since 1970, from (with) until (without); widened to whole hours (UTC). */
export interface StatsSpan {
  readonly from: number;
  readonly until: number;
}

export interface StatsFilter {
  /** Null: all. */
  readonly type: string | null;
  readonly job: string | null;
}

/** Records by how they ended. A record counts in the hour it was made in, however late its result comes. */
export interface Outcomes {
  readonly total: number;
  readonly complete: number;
  readonly error: number;
  readonly warn: number;
  readonly alert: number;
  readonly unknown: number;
  readonly cancelled: number;
  readonly unfinished: number;
}

/** In milliseconds. The percentiles come from a histogram and are at most 9 % above the true ones. */
export interface Durations {
  /** How many tasks told theirs. */
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface StatsOf extends Outcomes {
  /** From started to ended; null when no task told it. */
  readonly run: Durations | null;
  /** From created to started. */
  readonly queue: Durations | null;
}

export interface StatsSummary extends StatsSpan {
  readonly all: StatsOf;
  /** The most frequent ones first, at most 1,000. */
  readonly kinds: readonly (StatsOf & { readonly type: string; readonly job: string })[];
  /** How many types and jobs are left out. */
  readonly more_kinds: number;
}

export interface StatsSeries extends StatsSpan {
  /** Spans of up to four days come by the hour, those of one type or job of up to eight. */
  readonly step: "hour" | "day";
  /** In order; steps without a record are left out. */
  readonly steps: readonly (StatsOf & { readonly at: number })[];
}
