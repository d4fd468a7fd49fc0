import type { TaskState } from "../core/decide/effects.ts";

/** What finds and judges the logs of tasks, in the spelling of the JSON; times are milliseconds since 1970. */
export interface LogQueries {
  /** By record number, or by run id: then all records of the run, oldest first, at most 1,000. */
  tasks(id: string): Promise<readonly LoggedRecord[]>;
  /** All attempts of the task of which this record is the first attempt, or one with which it began anew; in their order. */
  attempts(firstAttemptId: number): Promise<readonly LoggedRecord[]>;
  /** Whether there is a record of that attempt. */
  isKnown(task: Pick<LoggedRecord, "id" | "type" | "job" | "info" | "attempt">): Promise<boolean>;
  /** What became of the records of these logs, in their order. */
  fates(logs: readonly Pick<LoggedRecord, "id" | "attempt">[]): Promise<readonly RecordFate[]>;
}

/** `gone`: there is no record of that run · `unfinished`: but not known to run. */
export type RecordFate = "gone" | "running" | "unfinished" | "finished";

/** A record, and what its worker said of its output. */
export interface LoggedRecord {
  readonly record_id: number;
  readonly first_attempt_id: number;
  /** Of the run. */
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  /** From 0. */
  readonly attempt: number;
  /** The `retry` of its phase as it is now; null when no phase is known. */
  readonly retries: number | null;
  readonly state: TaskState;
  readonly result: string;
  readonly created: number | null;
  readonly decided_at: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly finished_at: number | null;
  /** Where the worker ran that reported it last; null: none did. */
  readonly host: string | null;
  /** Path of its output on that host; null or empty: it named none. */
  readonly log: string | null;
}
