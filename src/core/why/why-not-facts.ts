/** What the history has about one task time of a phase, for the answer to "why not?". Plain data. */
import type { WallMs } from "../../contract/time/wall-ms.ts";
import type { DecisionRow } from "./explain.ts";
import type { LineageTask } from "./why-facts.ts";

/** What must be read to answer. */
export interface WhyNotNeeds {
  readonly phase_id: number;
  readonly task_time: WallMs;
  /** Task times of ticks whose batch covers that time, besides the time itself. */
  readonly tick_times: readonly WallMs[];
  /** Phases and tasks that `dependsOn` names, in its order. */
  readonly parents: readonly {
    readonly type: string;
    /** Null: any. */
    readonly job: string | null;
    readonly phase_ids: readonly number[];
  }[];
  /** Whether the phase waits for all of its parents. */
  readonly join: boolean;
  /** Whether files of that task time must be read. */
  readonly files: boolean;
}

/** A parent's task of the same task time, with what was decided about the phase in question when it reported. */
export interface WhyNotParent {
  readonly task: LineageTask;
  readonly decisions: readonly DecisionRow[];
  /** The next attempt of it, when there is one. */
  readonly retry: LineageTask | null;
}

export interface WhyNotFacts {
  /** Tasks of the phase at that time, newest first, at most 20. */
  readonly tasks: readonly LineageTask[];
  /** Decisions about the phase without a task, of that time or of a span that ends with it or later; at most 50. */
  readonly decisions: readonly DecisionRow[];
  /** In the order of the needs; the newest 20 of each. */
  readonly parents: readonly (readonly WhyNotParent[])[];
  /** What the join has of tasks that came of the same as the parents' tasks of that time; at most 20 of each state. */
  readonly arrivals: readonly JoinMember[];
  /** Last decided tick of its schedules; null when it has none, or was never loaded. */
  readonly cron_cursor: number | null;
  readonly expect_cursor: number | null;
  /** The file of the phase; null when the database does not know the phase. */
  readonly workflow: WorkflowStatus | null;
  /** Files that matched the phase for that time, at most 20. */
  readonly files: readonly { readonly path: string; readonly received_at: number; readonly record_id: number | null }[];
}

/** A task that a join waits for, or has. */
export interface JoinMember {
  /** Which instance of the join. */
  readonly join_key: string;
  /** Record of the child, once it was started. */
  readonly child_id: number | null;
  /** Name of the task. */
  readonly member: string;
  readonly state: "open" | "complete" | "failed";
  /** Of its record. */
  readonly record_state: LineageTask["state"];
  readonly record_id: number;
  readonly info: string;
}

/** The state of a workflow file in the database. */
export interface WorkflowStatus {
  readonly name: string;
  /** In force; 0 when the file was never valid. */
  readonly version_id: number;
  /** Whether the newest read of it was accepted; false: an earlier version is in force, or none. */
  readonly accepted: boolean;
  readonly loaded_at: number;
  readonly removed_at: number | null;
  /** First error of the newest read. */
  readonly fault: string | null;
}

/** A complete workflow file from the database. */
export interface StoredWorkflow extends WorkflowStatus {
  /** As it was accepted; null when the file was never valid, or is gone. */
  readonly source: string | null;
  /** With removed ones: `removed_at` says when. */
  readonly phases: readonly StoredPhase[];
}

export interface StoredPhase {
  readonly id: number;
  readonly key: string;
  readonly task: string;
  readonly type: string;
  readonly job: string;
  readonly removed_at: number | null;
}
