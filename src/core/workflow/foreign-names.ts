import { foldKey } from "../text/near-name.ts";

/** Keys that people of other schedulers write, and what says the same here. */
const FOREIGN: readonly (readonly [names: string, meant: string])[] = [
  ["schedule schedule_interval crontab interval at when on_calendar timetable", 'cron = "0 5 * * *"'],
  ["tz time_zone cron_tz", 'timezone = "Europe/Berlin"'],
  ["retries max_retries max_retry attempts max_attempts restart_attempts backoff_limit", "retry = 3"],
  ["retry_interval retry_wait", 'retry_delay = "30s"'],
  ["retry_exponential_backoff backoff retry_strategy", 'retry_backoff = "exponential"'],
  ["max_retry_delay", 'retry_max_delay = "10m"'],
  ["trigger_rule", 'join = "all"'],
  ["execution_timeout run_timeout timeout_seconds active_deadline_seconds deadline sla max_duration", 'timeout = "1h"'],
  ["depends_on_past wait_for_downstream concurrency_policy allow_concurrent", 'overlap = "queue"'],
  ["max_active_runs max_active_tasks concurrency max_instances parallelism max_concurrency", "max_active = 1"],
  ["upstream needs after parents parent requires depends requires_task", 'dependsOn = "type:job"'],
  ["params parameters args arguments vars op_kwargs", 'template = "?key=value"'],
  ["backfill catch_up_policy misfire_grace_time starting_deadline_seconds", 'catchup = "all"'],
  ["suspend disabled is_paused pause", "paused = true"],
  ["file path glob pattern watch", 'files = "/in/*.csv"'],
  ["type topic task_id task_name job_id", 'task = "type:job"'],
  ["alert_on email on_failure on_failure_callback notification notifications alerts", 'notify = ["channel"]'],
];

/** What belongs to the worker: a phase only says when. */
const OF_THE_WORKER =
  "env environment command cmd run script exec shell bash image container working_dir cwd entrypoint";

const MEANT: ReadonlyMap<string, string> = new Map(
  FOREIGN.flatMap(([names, meant]) => names.split(" ").map((name) => [foldKey(name), meant] as const)),
);
const WORKER: ReadonlySet<string> = new Set(OF_THE_WORKER.split(" ").map(foldKey));

/** Names that no parameter of somebody's own has: what a file rule does not know travels in the meta of its tasks. */
const UNMISTAKABLE: ReadonlySet<string> = new Set(
  "schedule schedule_interval retries max_retries retry_interval trigger_rule execution_timeout depends_on_past max_active_runs max_active_tasks"
    .split(" ")
    .map(foldKey),
);

/** Whether the name is certainly a key of another scheduler. */
export function isForeign(name: string): boolean {
  return UNMISTAKABLE.has(foldKey(name));
}

const OF_THE_CONFIG: ReadonlySet<string> = new Set(
  "worker watch channel bus sqlite cache slack heartbeat alerts file workflow refresh done_topic file_topic failed_topic status_port host"
    .split(" ")
    .map(foldKey),
);

/** What to do with a key of the configuration that stands in a workflow file, as a sentence; null for any other name. */
export function configRemedy(name: string): string | null {
  return OF_THE_CONFIG.has(foldKey(name)) ? "That belongs to the configuration, flowlord.toml." : null;
}

/** What to write instead of a key of another scheduler, and where, as a sentence; null for any other name. */
export function foreignRemedy(name: string, where = ""): string | null {
  const folded = foldKey(name);
  const meant = MEANT.get(folded);
  if (meant !== undefined) return `Here that is ${meant}${where === "" ? "" : ` ${where}`}.`;
  return WORKER.has(folded) ? "That belongs to the [[worker]] of the config: a phase only says when." : null;
}
