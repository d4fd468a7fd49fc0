import { isInScope, type Scope } from "../../../contract/api/access/scope.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import type {
  LongestTask,
  OpenTasks,
  RunningRequest,
  RunningTask,
  WorkerActivity,
  WorkerInstance,
} from "../../running-tasks.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { TaskKind } from "../search/search-plan.ts";
import type { TaskLists } from "./task-lists.ts";

/** Running tasks of one type and job whose workers are told apart. */
const MAX_RUNNING = 1000;
const MAX_COUNTED = 100_000;
const OPEN_STATES = ["waiting", "queued", "sent", "running", "overdue"] as const satisfies (keyof OpenTasks)[];

/** All unfinished tasks of a type and job in one state, in the order of their ids. */
const OF_KIND = "r.type = ? AND r.job = ? AND r.state = ? AND r.state <> 'finished'";
const RECORDS = "task_records AS r INDEXED BY task_records_open";

/** Tasks that run, by type and job, and what is known of their workers. */
export class RunningReader {
  readonly #lists: TaskLists;
  readonly #tasks: Statement<RunningTask>;
  readonly #overdue: Statement<RunningTask>;
  readonly #count: Statement<{ count: number }>;
  readonly #today: Statement<{ done: number; failed: number }>;
  readonly #lastResult: Statement<{ at: number | null }>;

  constructor(statements: Statements, lists: TaskLists) {
    this.#lists = lists;
    const columns = `r.id AS record_id, r.task_id AS id, r.type, r.job, r.info, r.state, r.attempt,
      (SELECT p.retry FROM workflow_phases p WHERE p.id = r.phase_id) AS retries, r.workflow, t.began_at,
      ifnull(r.due_at, r.decided_at) AS due_at, r.deadline_at, t.worker, t.host, t.pid, t.log, t.progress, t.msg, t.reported_at`;
    this.#tasks = statements.prepare(
      "running.tasks",
      `SELECT ${columns} FROM ${RECORDS} LEFT JOIN task_reports t ON t.record_id = r.id AND r.state <> 'sent'
       WHERE ${OF_KIND} ORDER BY r.id LIMIT ?`,
    );
    this.#overdue = statements.prepare(
      "running.overdue",
      `SELECT ${columns} FROM ${RECORDS} CROSS JOIN task_reports t ON t.record_id = r.id
       WHERE ${OF_KIND} ORDER BY r.id LIMIT ?`,
    );
    this.#count = statements.prepare(
      "running.count",
      `SELECT count(*) AS count FROM (SELECT 1 FROM ${RECORDS} WHERE ${OF_KIND} LIMIT ${MAX_COUNTED})`,
    );
    this.#today = statements.prepare(
      "running.today",
      `SELECT complete + warn AS done, error + alert + unknown AS failed FROM task_counts_daily
       WHERE day = ? AND type = ? AND job = ?`,
    );
    this.#lastResult = statements.prepare(
      "running.last_result",
      `SELECT max(finished_at) AS at FROM (SELECT finished_at FROM task_records WHERE type = ? AND job = ? ORDER BY id DESC LIMIT 50)`,
    );
  }

  tasks({ type, job, limit, scope = null }: RunningRequest): readonly RunningTask[] {
    const ofKind = (statement: Statement<RunningTask>, kind: TaskKind, state: string): readonly RunningTask[] =>
      scope === null
        ? statement.all(kind.type, kind.job, state, limit)
        : firstWithin(statement.iterate(kind.type, kind.job, state, MAX_COUNTED), limit, scope);
    return this.#lists
      .kinds(type, job)
      .flatMap((kind) => [
        ...ofKind(this.#tasks, kind, "running"),
        ...ofKind(this.#overdue, kind, "overdue"),
        ...ofKind(this.#tasks, kind, "sent"),
      ]);
  }

  longest(limit: number): readonly LongestTask[] {
    return this.#lists
      .kinds(null, null)
      .flatMap(({ type, job }) => this.#tasks.all(type, job, "running", limit))
      .toSorted((a, b) => (a.began_at ?? Infinity) - (b.began_at ?? Infinity))
      .slice(0, limit)
      .map(({ record_id, type, job, workflow, began_at, progress }) => {
        return { record_id, type, job, workflow, began_at, progress };
      });
  }

  /** How many tasks are in each state that is no end; of each type and job at most 100,000 are counted. */
  open(): OpenTasks {
    const counts = { waiting: 0, queued: 0, sent: 0, running: 0, overdue: 0 };
    for (const { type, job } of this.#lists.kinds(null, null))
      for (const state of OPEN_STATES) counts[state] += this.#count.get(type, job, state)?.count ?? 0;
    return counts;
  }

  /** Of types and jobs that have a task under way, or got a result of one that was made on this day (UTC) or later. */
  workers(since: number): readonly WorkerActivity[] {
    const day = Math.floor(since / DAY) * DAY;
    return this.#lists.kinds(null, null).flatMap(({ type, job }): WorkerActivity[] => {
      const count = (state: string): number => this.#count.get(type, job, state)?.count ?? 0;
      const [sent, running] = [count("sent"), count("running")];
      const { done, failed } = this.#today.get(day, type, job) ?? { done: 0, failed: 0 };
      if (sent + running + done + failed === 0) return [];
      const instances = instancesOf(this.#tasks.all(type, job, "running", MAX_RUNNING));
      const heard = [this.#lastResult.get(type, job)?.at ?? null, ...instances.map((one) => one.last_heard)];
      const last = Math.max(...heard.map((at) => at ?? 0));
      return [{ type, job, sent, running, done, failed, last_heard: last === 0 ? null : last, instances }];
    });
  }
}

function instancesOf(tasks: readonly RunningTask[]): readonly WorkerInstance[] {
  const found = new Map<string, WorkerInstance>();
  for (const { worker, host, pid, reported_at: at } of tasks) {
    if (worker === null || host === null || at === null) continue;
    const key = JSON.stringify([worker, host, pid]);
    const before = found.get(key);
    const heard = Math.max(at, before?.last_heard ?? 0);
    found.set(key, { worker, host, pid, running: (before?.running ?? 0) + 1, last_heard: heard });
  }
  return [...found.values()];
}

function firstWithin(rows: Iterable<RunningTask>, limit: number, scope: Scope): readonly RunningTask[] {
  const found: RunningTask[] = [];
  for (const row of rows) {
    if (isInScope(scope, row)) found.push(row);
    if (found.length === limit) break;
  }
  return found;
}
