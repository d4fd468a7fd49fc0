import type { CronSchedule } from "../cron/cron.ts";
import type { Values } from "../task/values.ts";
import type { CalendarSpan } from "../time/calendar-span.ts";

/** One parent named in `dependsOn`: `type` matches any job, `type:job` only that one. */
export interface ParentRef {
  readonly type: string;
  readonly job: string | null;
  /** The workflow file that makes it; left out: that of the child. */
  readonly workflow?: string;
}

/** Whether a phase makes tasks that this `dependsOn` names, when it is in the file that is meant. */
export function isMadeBy({ type, job }: ParentRef, phase: Pick<Phase, "type" | "job">): boolean {
  return phase.type === type && (job === null || phase.job === job);
}

export type Overlap = "allow" | "skip" | "queue";
export type OnRemoved = "release" | "cancel";
export type CatchUp = "none" | "last" | "all";
export type Severity = "info" | "warning" | "critical";

/** All parameters of a rule (or plain keys of the phase), parsed once at load. Durations are milliseconds unless noted. */
export interface Rule {
  /** The expression as written, or null when the phase has no schedule. */
  readonly cronText: string | null;
  readonly cron: CronSchedule | null;
  /** IANA zone of cron, offset and template; null = the process's default. */
  readonly timezone: string | null;
  /** Nanoseconds, as Go counts them: the older program accepts bare numbers. */
  readonly offsetNs: bigint;
  /** The days and months of `offset`, which only the zone makes hours. */
  readonly offsetDays: CalendarSpan;
  readonly forNs: bigint;
  readonly forDays: CalendarSpan;
  /** A batch back in time counts its steps from the task time. Otherwise as the older program did: from the older end. */
  readonly countsFromTaskTime: boolean;
  /** The `by` as written; the batch interprets it. */
  readonly by: string;
  /** `meta=` as columns (key to its values, one a row); null when absent. */
  readonly meta: Values | null;
  readonly metaFile: string;
  readonly catchUp: CatchUp;
  readonly catchUpWindow: number;
  readonly overlap: Overlap;
  /** Cap of unfinished tasks of this phase; 0 = no cap. */
  readonly maxActive: number;
  /** Go `filepath.Match` pattern, null when the phase does not wait for files. */
  readonly files: string | null;
  /** Pattern with `**` and `{a,b}`. */
  readonly filesGlob: string | null;
  /** Number of files to gather for one task; 0 = one task per file. */
  readonly gather: number;
  /** Milliseconds after the first gathered file; then the task is made of those that have come. Null: never. */
  readonly gatherTimeout: number | null;
  /** Where the task time of a file comes from. */
  readonly taskTime: "path" | "created" | "received";
  readonly expectBy: CronSchedule | null;
  readonly expectByText: string | null;
  /** Names of the meta keys that a parent must carry. */
  readonly require: readonly string[];
  readonly join: "any" | "all";
  /** Whether a failed task holds the join, or is only counted. */
  readonly joinWhen: "all_complete" | "all_done";
  /** Start the child when its parent completed, or when it gave up. */
  readonly on: "complete" | "error";
  readonly inheritMeta: boolean;
  /** Null when not given (then 1 s without jitter); 0 when it is not a duration. */
  readonly retryDelay: number | null;
  readonly retryBackoff: "fixed" | "exponential";
  readonly retryMaxDelay: number | null;
  /** Null = the configured `task_ttl`. */
  readonly timeout: number | null;
  /** The time-out begins anew with each report of the worker. */
  readonly timeoutAfterReport: boolean;
  readonly noAlert: boolean;
  readonly severity: Severity | null;
  readonly notify: readonly string[];
  readonly paused: boolean;
  /** What becomes of tasks that wait for a slot when the phase leaves its file. */
  readonly onRemoved: OnRemoved;
  /** All pairs of the rule string as its lenient reader sees them (rule-readers.ts): a file task carries them in its meta. */
  readonly pairs: Values;
}

/** An input of a phase for tasks by hand: a key of meta. */
export interface PhaseParam {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  /** Null: it must be given. */
  readonly default: string | null;
  /** Empty: any value of the type. */
  readonly choices: readonly string[];
  /** Its value is not shown by commands. */
  readonly secret: boolean;
  readonly description: string;
}

/** What a phase says for people; an empty text: nothing. It changes nothing that happens. */
export interface PhaseAbout {
  readonly owner: string;
  readonly description: string;
  /** An http(s) URL or a text. */
  readonly runbook: string;
}

/** What a phase is to a join that waits for its tasks. */
export interface JoinRole {
  /** Phase of the child. */
  readonly joinId: number;
  /** The nearest phase that all parents come of: its tasks tell one instance of the join from another. Null: the tick does. */
  readonly ancestorId: number | null;
  /** Without an ancestor, all begin with the same file event: that tells one instance from another. */
  readonly byEvent: boolean;
}

export interface JoinPlan extends Omit<JoinRole, "joinId"> {
  /** Name of the ancestor. */
  readonly ancestor: string | null;
  /** By index in `dependsOn`: names of the parent's tasks and of all that lead to it, below the ancestor. */
  readonly feeders: readonly ReadonlySet<string>[];
}

/** A phase of a workflow file, checked and immutable. */
export interface Phase {
  /** Row of `workflow_phases`; 0 before the file was stored. */
  readonly id: number;
  /** Stable name within its file: a reload finds the row by it. */
  readonly key: string;
  /** The workflow's name as in meta: path below the folder. */
  readonly workflow: string;
  /** Row of `workflow_versions`; 0 before the file was stored. */
  readonly versionId: number;
  /** `task` as written. */
  readonly task: string;
  readonly type: string;
  readonly job: string;
  readonly dependsOn: readonly ParentRef[];
  readonly dependsOnText: string;
  readonly ruleText: string;
  readonly template: string;
  /** 0 or more; a negative one counts as 0. */
  readonly retry: number;
  readonly rule: Rule;
  readonly params: readonly PhaseParam[];
  readonly about: PhaseAbout;
  /**
   * True when the phase can be among its own ancestors without a `require` on the way, so a child must check
   * them before it starts.
   */
  readonly cyclic: boolean;
  /** The joins that wait for tasks of this phase, those that feed another one before it. */
  readonly joins: readonly JoinRole[];
  /** Of a phase with `join = all`. */
  readonly joinPlan: JoinPlan | null;
  /** 1-based line of the phase in its file. */
  readonly line: number;
}

/** All phases in force, indexed for the lookups of the decisions. Replaced completely at a reload. */
export interface WorkflowGraph {
  readonly phases: readonly Phase[];
  readonly byId: ReadonlyMap<number, Phase>;
  /**
   * The phase of a task: in the workflow named in its meta when there is one, otherwise in the first
   * file in path order that has it. Null when it is unknown.
   */
  phaseOf(type: string, job: string, workflow: string): Phase | null;
  /**
   * Phases whose `dependsOn` names this parent: those of the same workflow, in the order of their task texts (with the job of
   * the rule), equal ones in file order, then those of other files. None when the workflow is unknown or not named.
   */
  childrenOf(type: string, job: string, workflow: string): readonly Phase[];
  readonly scheduled: readonly Phase[];
  readonly waitingForFiles: readonly Phase[];
}
