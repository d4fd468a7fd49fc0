/** The database as a file, for those who run it. */
export interface TableSize {
  readonly name: string;
  /** From the ids of its first and last row: more than there are, where rows were deleted between; null: it has no such ids. */
  readonly rows: number | null;
  /** Of the table and of its indexes; null: nobody measured a file of this size. */
  readonly bytes: number | null;
  readonly index_bytes: number | null;
  /** Rows of a day, on average of the last seven full days; null: nobody counts them. */
  readonly growth_per_day: number | null;
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
  /** The largest first. */
  readonly tables: readonly TableSize[];
}

/** How long a query took in the thread that reads, by its name. */
export interface QueryTiming {
  readonly name: string;
  readonly count: number;
  readonly mean_ms: number;
  readonly max_ms: number;
}

export interface DatabaseQueries {
  databaseSize(now: number): Promise<DatabaseSize>;
  /** Since the start, those that took most time in all first; empty where queries run in the thread of the caller. */
  timings(): Promise<readonly QueryTiming[]>;
}
