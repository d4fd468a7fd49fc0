/** How many tasks there were and how long they took, from counters: the cost does not grow with their number. */
export interface StatsQueries {
  /** All types and jobs in a time range. */
  summary(span: StatsSpan): Promise<StatsSummary>;
  /** How many there were of all types, without durations. */
  totals(span: StatsSpan): Promise<Outcomes>;
  /**
   * The same from each edge to the next: milliseconds since 1970, in order. Each hour (UTC) counts where its middle is; of hours
   * whose counters are deleted, each day (UTC).
   */
  series(edges: readonly number[]): Promise<readonly Outcomes[]>;
  /** The same by type and job; steps without a task are left out. */
  seriesOfKinds(edges: readonly number[]): Promise<readonly KindStep[]>;
  /**
   * How many tasks each hour of the day (UTC) usually has: the median of the full days before `until`, at most so many, and none
   * before the first task. Without those of the types and jobs `except`.
   */
  usualHours(request: UsualHoursRequest): Promise<readonly number[]>;
}

export interface KindStep extends Outcomes {
  readonly type: string;
  readonly job: string;
  /** Which one: the index of the edge that it begins at. */
  readonly step: number;
}

export interface UsualHoursRequest {
  readonly until: number;
  readonly days: number;
  readonly except: readonly { readonly type: string; readonly job: string }[];
}

/** Milliseconds since 1970, from (inclusive) until (exclusive); widened to full hours (UTC). */
export interface StatsSpan {
  readonly from: number;
  readonly until: number;
}

/** Records by how they ended. A record counts in the hour it was created in, however late its result comes. */
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
  /** Number of tasks whose duration is known. */
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface StatsOf extends Outcomes {
  /** From started to ended; null when unknown for all tasks. */
  readonly run: Durations | null;
  /** From created to started. */
  readonly queue: Durations | null;
}

export interface StatsSummary extends StatsSpan {
  readonly all: StatsOf;
  /** By type. */
  readonly types: readonly (StatsOf & { readonly type: string })[];
  /** The most frequent ones first, at most 1,000. */
  readonly kinds: readonly (StatsOf & { readonly type: string; readonly job: string })[];
  /** Number of types and jobs left out. */
  readonly more_kinds: number;
}
