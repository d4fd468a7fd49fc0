/** What the database needs now and then, beside what it is used for. */
import type { MaintenanceRun } from "./database-metrics.ts";
import type { HealthSample } from "./health-history.ts";

export interface FileSize {
  /** Bytes of the file. */
  readonly size: number;
  /** Of its `-wal`. */
  readonly wal: number;
  /** Of `size`: pages that hold nothing. */
  readonly free: number;
  readonly page_size: number;
}

export interface MaintenanceStore {
  /** Reads no page of a table. */
  fileSize(): Promise<FileSize>;
  /** How `table_sizes`, the statistics and the check were last done; null: never. */
  lastRun(kind: MaintenanceRun["kind"]): Promise<MaintenanceRun | null>;
  /** Measures each table in a process of its own, and keeps the result. Rejects when that was not possible. */
  measure(): Promise<MaintenanceRun>;
  /** Begins a check for damage in a process of its own; its result is in `health`, and that of a sound file in `lastRun`. */
  check(): Promise<void>;
  /** Bytes a day that the tables have grown of late; null: not measured for long enough. */
  growthPerDay(): Promise<number | null>;
  /** Gives up to so many free pages back to the file system. Returns the bytes of those that are left. */
  returnPages(max: number): Promise<number>;
  /** The tables whose statistics are too old for the query planner, and that were measured to be no larger. */
  staleStatistics(maxBytes: number): Promise<readonly string[]>;
  /** Refreshes those of one table from a sample of it. */
  analyze(table: string): Promise<void>;
  /** Keeps when the statistics were refreshed. */
  analyzed(run: MaintenanceRun): Promise<void>;
  /** Keeps it for 15 days. */
  sampled(sample: HealthSample): Promise<void>;
}
