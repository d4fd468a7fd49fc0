import type { DaySize, HealthSpan, HealthStep } from "./health-history.ts";

/** The database as a file, for those who run it. */
export interface TableSize {
  readonly name: string;
  /** As they were measured; null: nobody has yet, or its entries are no rows. */
  readonly rows: number | null;
  /** Of the table and of its indexes; null: nobody has measured them yet. */
  readonly bytes: number | null;
  readonly index_bytes: number | null;
  /** Bytes of both, and rows, that were added a day of late; null: not measured for long enough. */
  readonly growth_per_day: number | null;
  readonly rows_per_day: number | null;
}

export interface DatabaseSize {
  /** Of the file. */
  readonly size: number;
  /** Of its `-wal`. */
  readonly wal: number;
  /** Of `size`: pages that hold nothing. */
  readonly free: number;
  readonly page_size: number;
  /** Bytes that the connection which reads may keep in memory. */
  readonly cache: number;
  /** Bytes that all tables grow a day; null: not measured for long enough. */
  readonly growth_per_day: number | null;
  readonly measured: MaintenanceRun | null;
  readonly checked: MaintenanceRun | null;
  readonly analyzed: MaintenanceRun | null;
  /** The largest first. */
  readonly tables: readonly TableSize[];
}

/** When something was last done to the database (ms since 1970), and how long it took. */
export interface MaintenanceRun {
  readonly kind: "measure" | "check" | "analyze";
  readonly at: number;
  readonly ms: number;
}

/** How long a query took in a thread that reads, by its name. */
export interface QueryTiming {
  readonly name: string;
  readonly count: number;
  readonly mean_ms: number;
  readonly max_ms: number;
}

export interface DatabaseQueries {
  databaseSize(now: number): Promise<DatabaseSize>;
  /** The oldest first. */
  sizeHistory(since: number): Promise<readonly DaySize[]>;
  /** The oldest first; steps without samples are left out. */
  healthHistory(span: HealthSpan): Promise<readonly HealthStep[]>;
  /** Since the start, those that took most time in all first; empty where queries run in the thread of the caller. */
  timings(): Promise<readonly QueryTiming[]>;
}

/** Days until the tables fill the limit at their growth, free pages first; null: there is no limit, or no growth. */
export function daysUntilLimit(
  { size, free }: Pick<DatabaseSize, "size" | "free">,
  growthPerDay: number | null,
  limit: number,
): number | null {
  if (limit <= 0 || growthPerDay === null || growthPerDay <= 0) return null;
  return Math.max(0, Math.round(((limit - size + free) / growthPerDay) * 10) / 10);
}
