/** What can be wrong with a workflow file: docs/workflow-files.md explains each code. */
export type IssueCode =
  // errors: the file is rejected
  | "toml_syntax"
  | "not_text"
  | "unreadable"
  | "wrong_type"
  | "key_twice"
  | "parameter_twice"
  | "bad_rule"
  | "bad_cron"
  | "bad_zone"
  | "bad_duration"
  | "bad_meta"
  | "bad_value"
  | "meta_and_meta_file"
  // warnings: the file is accepted, and `message` says what happens instead
  | "unknown_key"
  | "unknown_parameter"
  | "field_in_rule"
  | "pair_dropped"
  | "parameter_repeated"
  | "bad_glob"
  | "unequal_rows"
  | "bad_retry_delay"
  | "negative_retry"
  | "negative_delay"
  | "cycle"
  | "no_trigger"
  | "no_task"
  | "unknown_parent"
  | "parent_elsewhere"
  | "join_elsewhere"
  | "bad_param"
  | "third_part"
  | "odd_type"
  | "bus_refuses"
  | "too_long"
  | "idle_parameter"
  | "pattern_as_text"
  | "two_zones"
  | "odd_file_name"
  | "no_phases"
  | "no_meta_file"
  | "no_file_events"
  | "duplicate_phase"
  | "unknown_template_key"
  | "token_may_stay"
  | "unknown_token"
  | "month_for_minute"
  | "token_after_hash"
  | "batch_on_child"
  | "bad_step"
  | "span_ignored"
  | "bare_number"
  | "count_ignored"
  | "rows_ignored"
  | "without_files"
  | "without_date"
  | "by_reference"
  | "require_nothing"
  | "unknown_channel"
  | "own_topic"
  | "no_worker"
  | "cron_never"
  | "cron_step"
  | "cron_every"
  | "cron_skipped"
  | "cron_doubled"
  | "join_never_meets"
  | "offset_in_hours"
  | "batch_from_far_end";

/** A problem in a workflow file, and what to do about it. */
export interface Issue {
  readonly severity: "error" | "warning";
  readonly code: IssueCode;
  /** Name of the workflow as in meta. */
  readonly file: string;
  /** 1-based; column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** One sentence: what is wrong and, for a warning, what happens instead. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** An issue without its location: `parameter` says which part of the phase, null is the complete rule. */
export interface RuleIssue extends Pick<Issue, "severity" | "code" | "message" | "remedy"> {
  readonly parameter: string | null;
}

/** A location in a source text, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
