/**
 * The one definition of what a workflow file may contain. The loader checks against it, editors complete from the JSON
 * Schema made of it, and a test compares docs/workflow-files.md with it.
 */

/** How a value is written. In a rule string everything is text; as a plain key it has the TOML type of its kind. */
export type ValueKind =
  | "text"
  | "cron"
  | "zone"
  /** Go duration, positive or negative; a bare number counts as nanoseconds (in the rule string only). */
  | "span"
  /** Go duration above zero. */
  | "duration"
  /** Go duration; anything else counts as 0. */
  | "delay"
  | "count"
  | "flag"
  /** Any text but the empty one means yes. */
  | "silence"
  | "choice"
  | "names"
  | "meta-keys"
  | "columns"
  | "glob";

export interface KeyDefinition {
  readonly name: string;
  readonly kind: ValueKind;
  readonly choices?: readonly string[];
  /** As text, for people; null when there is no default. */
  readonly default: string | null;
  readonly meaning: string;
}

/** Parameters of a rule string; each may be a plain key of the phase instead. */
export interface ParameterDefinition extends KeyDefinition {
  /**
   * Which of the two readers of a rule string sees it. `strict`: `#` ends the rule, a bad `%` rejects it, `;` has no meaning.
   * `lenient`: a pair with `;` or a bad `%` is dropped, `#` has no meaning.
   */
  readonly reader: "strict" | "lenient";
}

export const PHASE_KEYS = [
  "task",
  "dependsOn",
  "rule",
  "retry",
  "template",
  "param",
  "owner",
  "description",
  "runbook",
] as const;
export type PhaseKey = (typeof PHASE_KEYS)[number];

/** Meaning and JSON type of the keys of a phase besides its parameters. */
export const PHASE_KEY_DEFINITIONS: Readonly<
  Record<
    PhaseKey,
    {
      readonly type: "string" | "integer" | "parents" | "params";
      readonly default: string | null;
      readonly meaning: string;
    }
  >
> = {
  task: { type: "string", default: null, meaning: "The type of the task to create, or type:job." },
  dependsOn: {
    type: "parents",
    default: null,
    meaning:
      "The parent whose completion starts this task: a type (any job) or type:job; several as a list or separated by commas.",
  },
  rule: {
    type: "string",
    default: null,
    meaning: "When to create a task, as a query string: cron=0 5 * * *&offset=-4h.",
  },
  retry: { type: "integer", default: "0", meaning: "How often a task that reports an error is sent again." },
  template: {
    type: "string",
    default: "",
    meaning: "The info of the task, with {yyyy}, {mm}, {dd}, {hh}, {meta:key} and the like.",
  },
  param: {
    type: "params",
    default: null,
    meaning: "Inputs of the phase for tasks by hand, each under its own [[phase.param]].",
  },
  owner: {
    type: "string",
    default: "",
    meaning: "Whom the phase belongs to: a team or a person, shown with its tasks and alerts.",
  },
  description: { type: "string", default: "", meaning: "What the phase does, for people." },
  runbook: {
    type: "string",
    default: "",
    meaning: "What to do when it fails: an http(s) URL or a text, shown with its tasks and alerts.",
  },
};

export const PARAMETERS: readonly ParameterDefinition[] = [
  {
    name: "cron",
    reader: "strict",
    kind: "cron",
    default: null,
    meaning: "When to create a task: five fields, six with seconds, @hourly and the like, or @every 5m.",
  },
  {
    name: "timezone",
    reader: "lenient",
    kind: "zone",
    default: "config timezone",
    meaning: "The IANA zone that cron, offset and template go by.",
  },
  { name: "offset", reader: "strict", kind: "span", default: "0", meaning: "Added to the tick to get the task time." },
  {
    name: "for",
    reader: "strict",
    kind: "span",
    default: "0",
    meaning:
      "A span of task times: one task for each step from the task time on; a negative span runs from last to first.",
  },
  { name: "by", reader: "strict", kind: "text", default: "day", meaning: "The step of for: hour, day, week or month." },
  {
    name: "meta",
    reader: "strict",
    kind: "columns",
    default: null,
    meaning: "Columns of meta values, one task a row: key:a,b|key2:1,2.",
  },
  {
    name: "meta-file",
    reader: "strict",
    kind: "text",
    default: null,
    meaning: "A file of JSON lines or CSV whose rows make one task each.",
  },
  {
    name: "catchup",
    reader: "lenient",
    kind: "choice",
    choices: ["none", "last", "all"],
    default: "none",
    meaning: "Which ticks that were missed while Flowlord was down are caught up.",
  },
  {
    name: "catchup_window",
    reader: "lenient",
    kind: "duration",
    default: "24h",
    meaning: "How far back catchup goes.",
  },
  {
    name: "overlap",
    reader: "lenient",
    kind: "choice",
    choices: ["allow", "skip", "queue"],
    default: "allow",
    meaning:
      "What follows from a tick, file, parent or trigger while an earlier task of the phase is unfinished: a task (allow), none (skip), or one that waits (queue).",
  },
  {
    name: "max_active",
    reader: "lenient",
    kind: "count",
    default: "0",
    meaning: "Cap of unfinished tasks of the phase, whatever makes them; 0 is no cap.",
  },
  {
    name: "files",
    reader: "lenient",
    kind: "glob",
    default: null,
    meaning: "Creates a task for each arrived file whose path matches; * and ? stop at a slash.",
  },
  {
    name: "files_glob",
    reader: "lenient",
    kind: "glob",
    default: null,
    meaning: "Like files, with ** for any folders and {a,b} for alternatives.",
  },
  {
    name: "gather",
    reader: "lenient",
    kind: "count",
    default: "0",
    meaning:
      "Wait for that many matching files of one task time, then create one task whose meta names them all, or above 64 KiB a file that lists them.",
  },
  {
    name: "gather_timeout",
    reader: "lenient",
    kind: "duration",
    default: null,
    meaning: "How long after the first gathered file the task is made of those that have come.",
  },
  {
    name: "task_time",
    reader: "lenient",
    kind: "choice",
    choices: ["path", "created", "received"],
    default: "path",
    meaning:
      "Where the task time of a file comes from: its path, the time it was created, or the arrival of its event.",
  },
  {
    name: "expect_by",
    reader: "lenient",
    kind: "cron",
    default: null,
    meaning: "A cron: if no file (with gather: too few) of that tick's task time has come by then, an alert is raised.",
  },
  {
    name: "require",
    reader: "lenient",
    kind: "meta-keys",
    default: null,
    meaning: "Meta keys the parent must carry for the child to start: {meta:key}.",
  },
  {
    name: "join",
    reader: "lenient",
    kind: "choice",
    choices: ["any", "all"],
    default: "any",
    meaning:
      "Start at each completed parent, or once when all tasks of every parent that belong together are complete.",
  },
  {
    name: "join_when",
    reader: "lenient",
    kind: "choice",
    choices: ["all_complete", "all_done"],
    default: "all_complete",
    meaning:
      "With join = all: a failed task holds the child, or the child starts all the same, with failed=n in its meta.",
  },
  {
    name: "on",
    reader: "lenient",
    kind: "choice",
    choices: ["complete", "error"],
    default: "complete",
    meaning: "Start the child when its parent completed, or when the parent failed and has no retry left.",
  },
  {
    name: "inherit_meta",
    reader: "lenient",
    kind: "flag",
    default: "false",
    meaning: "Children keep the meta keys of their parent.",
  },
  {
    name: "retry_delay",
    reader: "lenient",
    kind: "delay",
    default: "1s, without jitter",
    meaning: "How long a retry waits, plus 0 to 40 % jitter.",
  },
  {
    name: "retry_backoff",
    reader: "lenient",
    kind: "choice",
    choices: ["fixed", "exponential"],
    default: "fixed",
    meaning: "Whether each retry waits as long as the first or twice as long as the one before.",
  },
  {
    name: "retry_max_delay",
    reader: "lenient",
    kind: "duration",
    default: null,
    meaning: "The longest a retry waits.",
  },
  {
    name: "timeout",
    reader: "lenient",
    kind: "duration",
    default: "config task_ttl",
    meaning:
      "A task without a result this long after its creation raises the alert incomplete; `10m after last report`: this long after its creation and after each report of its worker.",
  },
  {
    name: "no_alert",
    reader: "lenient",
    kind: "silence",
    default: "false",
    meaning: "No alert when the retries are used up.",
  },
  {
    name: "severity",
    reader: "lenient",
    kind: "choice",
    choices: ["info", "warning", "critical"],
    default: null,
    meaning: "How severe the alerts of this phase are.",
  },
  {
    name: "notify",
    reader: "lenient",
    kind: "names",
    default: null,
    meaning: "Names of the channels that are notified of its alerts.",
  },
  { name: "job", reader: "lenient", kind: "text", default: null, meaning: "The job when task names none." },
  {
    name: "paused",
    reader: "lenient",
    kind: "flag",
    default: "false",
    meaning:
      "Nothing of the phase is started: ticks are skipped, and what files and finished parents ask for waits for the resume.",
  },
  {
    name: "on_removed",
    reader: "lenient",
    kind: "choice",
    choices: ["release", "cancel"],
    default: "release",
    meaning:
      "What becomes of the tasks that wait for a slot when the phase leaves its file: sent under the cap that it had, or cancelled.",
  },
];

export const PARAMETER_NAMES: readonly string[] = PARAMETERS.map((one) => one.name);

/** Keys of the file itself, besides `phase`. */
export const FILE_KEYS: readonly string[] = ["phase", "checksum", "on_removed"];
