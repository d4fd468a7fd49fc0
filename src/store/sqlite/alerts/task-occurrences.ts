import type { CompletedTask } from "../../../core/decide/effects.ts";
import { isSameWork, type WorkItem } from "./same-work.ts";
import { infoHash } from "../tasks/info-hash.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** An open occurrence, and the record of attempt 0 of its task. */
interface OpenOccurrence {
  readonly id: number;
  readonly alertId: number;
  readonly weight: number;
}

interface SimilarOccurrence extends OpenOccurrence {
  readonly firstAttemptId: number;
  readonly position: number;
}

/** Open occurrences that look like the completed task; each is compared with it. */
const MAX_SIMILAR = 1000;
const TASK_TYPES = "'retry_exhausted', 'alert_result', 'incomplete'";
/** A run by hand stands for the file that did not come. */
const BY_HAND: ReadonlySet<string> = new Set(["manual", "backfill", "external"]);

const MADE_ONCE: ReadonlySet<string> = new Set(["tick", "file"]);

/** Types of alerts that are made of tasks; `send_failed` is, where a task's message is refused. */
export const ABOUT_TASKS: ReadonlySet<string> = new Set([
  "retry_exhausted",
  "alert_result",
  "incomplete",
  "send_failed",
]);

/** Which occurrences of `alert_occurrences` the completion of a task resolves. */
export class TaskOccurrences {
  readonly #identify: Statement;
  readonly #ofTask: Statement<OpenOccurrence>;
  readonly #ofType: Statement;
  readonly #similar: Statement<SimilarOccurrence>;
  readonly #groups: Statement<{ id: number }>;
  readonly #missingFiles: Statement<{ id: number }>;
  readonly #ofRun: Statement<OpenOccurrence>;
  readonly #workflow: Statement<{ workflow: string }>;
  readonly #item: Statement<WorkItem>;
  readonly #first: Statement<{ id: number; position: number }>;
  readonly #types: Statement<{ taskType: string; bytes: Buffer }>;
  readonly #hasType: Statement;
  /** Types of task with an unresolved alert; may contain others, so that a rollback does no harm. */
  #taskTypes: Set<string>;
  readonly #stale = new Set<string>();

  constructor(statements: Statements) {
    const prepare: Statements["prepare"] = (name, sql) => statements.prepare(name, sql);
    this.#identify = prepare(
      "occurrence.identify",
      `UPDATE alert_occurrences SET (first_attempt_id, phase_id, task_time, info_hash, position) =
         (SELECT f.id, f.phase_id, f.task_time, f.info_hash, f.position
          FROM task_records r JOIN task_records f ON f.id = r.first_attempt_id WHERE r.id = ?)
       WHERE id = ?`,
    );
    this.#ofTask = prepare(
      "occurrence.of_task",
      `SELECT id, alert_id AS alertId, weight FROM alert_occurrences
       WHERE first_attempt_id = ? AND resolved_at IS NULL AND first_attempt_id IS NOT NULL`,
    );
    this.#ofType = prepare(
      "occurrence.of_type",
      `SELECT 1 FROM task_records r
       JOIN alert_occurrences o ON o.first_attempt_id = r.first_attempt_id AND o.record_id = r.id
         AND o.resolved_at IS NULL AND o.first_attempt_id IS NOT NULL
       JOIN alert_records a ON a.id = o.alert_id AND a.type = ?
       WHERE r.id = ?`,
    );
    this.#similar = prepare(
      "occurrence.similar",
      `SELECT id, alert_id AS alertId, weight, first_attempt_id AS firstAttemptId, position FROM alert_occurrences
       WHERE phase_id = ? AND ifnull(task_time, -1) = ? AND info_hash = ? AND (? IS NULL OR position = ?) AND at <= ?
         AND resolved_at IS NULL AND first_attempt_id IS NOT NULL LIMIT ${MAX_SIMILAR}`,
    );
    const group = "SELECT id FROM alert_records WHERE task_type = ? AND job = ? AND ifnull(task_time, -1) = ?";
    this.#groups = prepare(
      "occurrence.groups",
      `${group} AND type IN (${TASK_TYPES}) AND workflow = ? AND state <> 'resolved'`,
    );
    this.#missingFiles = prepare(
      "occurrence.missing_files",
      `${group} AND type = 'file_missing' AND phase_id = ? AND state <> 'resolved'`,
    );
    this.#ofRun = prepare(
      "occurrence.of_run",
      `SELECT id, alert_id AS alertId, weight FROM alert_occurrences
       WHERE alert_id = ? AND task_id = ? AND resolved_at IS NULL AND first_attempt_id IS NULL`,
    );
    this.#workflow = prepare("occurrence.workflow", "SELECT workflow FROM alert_records WHERE id = ?");
    this.#item = prepare(
      "occurrence.task",
      `SELECT f.id, f.phase_id AS phaseId, f.type, f.job, f.task_time AS taskTime, f.info, f.position, f.origin,
         f.scheduled_at AS scheduledAt, f.decided_at AS decidedAt, f.parent_id AS parentId,
         EXISTS (SELECT 1 FROM task_relationships t WHERE t.child_id = f.id AND t.kind = 'join') AS isJoined,
         (SELECT m.path FROM decisions d JOIN file_messages m ON m.id = d.file_message_id
          WHERE d.record_id = f.id LIMIT 1) AS path
       FROM task_records r JOIN task_records f ON f.id = r.first_attempt_id WHERE r.id = ?`,
    );
    this.#first = prepare("occurrence.first", "SELECT first_attempt_id AS id, position FROM task_records WHERE id = ?");
    this.#types = prepare(
      "occurrence.types",
      `SELECT task_type AS taskType, CAST(task_type AS BLOB) AS bytes FROM alert_records
       WHERE task_type > CAST(? AS TEXT) AND state <> 'resolved' ORDER BY task_type LIMIT 1`,
    );
    this.#hasType = prepare(
      "occurrence.has_type",
      "SELECT 1 FROM alert_records WHERE task_type = ? AND state <> 'resolved' LIMIT 1",
    );
    this.#taskTypes = this.#unresolvedTypes();
  }

  /** Before a transaction: forgets types whose last alert was resolved. */
  refresh(): void {
    for (const type of this.#stale) if (this.#hasType.get(type) === undefined) this.#taskTypes.delete(type);
    this.#stale.clear();
  }

  raised(taskType: string): void {
    this.#taskTypes.add(taskType);
  }

  resolved(taskType: string): void {
    this.#stale.add(taskType);
  }

  /** Stores which task the occurrence is about. */
  identify(occurrence: number, recordId: number): void {
    this.#identify.run(recordId, occurrence);
  }

  isOpen(type: string, recordId: number): boolean {
    return this.#ofType.get(type, recordId) !== undefined;
  }

  /** False for nearly all tasks, without a query. */
  mayResolve(taskType: string): boolean {
    return this.#taskTypes.has(taskType);
  }

  /** Alerts about a missing file that a run by hand resolves, and open occurrences of this task. */
  endedBy(
    recordId: number,
    completed: CompletedTask,
  ): { readonly occurrences: readonly OpenOccurrence[]; readonly alerts: readonly number[] } {
    const { taskType, job, taskId, workflow } = completed;
    const time = completed.taskTime ?? -1;
    const first = this.#first.get(recordId);
    const task = first === undefined ? undefined : this.#item.get(recordId);
    const found = new Map<number, OpenOccurrence>();
    const add = (one: OpenOccurrence): unknown => found.set(one.id, one);
    if (first !== undefined) this.#ofTask.all(first.id).forEach(add);
    if (task !== undefined) this.#madeAgain(task, workflow).forEach(add);
    for (const { id } of this.#groups.all(taskType, job, time, workflow)) this.#ofRun.all(id, taskId).forEach(add);
    const alerts =
      task !== undefined && task.phaseId !== 0 && BY_HAND.has(task.origin)
        ? this.#missingFiles.all(taskType, job, time, task.phaseId).map(({ id }) => id)
        : [];
    return { occurrences: [...found.values()], alerts };
  }

  /** Occurrences of a task with the same phase, task time, info and row. */
  #madeAgain(task: WorkItem, workflow: string): readonly OpenOccurrence[] {
    // A task from outside does not say which row it is.
    const position = task.origin === "external" ? null : task.position;
    // What a tick or a file makes is made again only later; what is made on request may have been made before the alert.
    const until = MADE_ONCE.has(task.origin) ? task.decidedAt : Number.MAX_SAFE_INTEGER;
    const similar = this.#similar
      .all(task.phaseId, task.taskTime ?? -1, infoHash(task.info), position, position, until)
      .filter(({ alertId, firstAttemptId }) => {
        const other = this.#item.get(firstAttemptId);
        if (other === undefined || !isSameWork(task, other, (id) => this.#item.get(id) ?? null)) return false;
        return task.phaseId !== 0 || this.#workflow.get(alertId)?.workflow === workflow;
      });
    return new Set(similar.map((one) => one.position)).size > 1 ? [] : similar;
  }

  /** A skip scan over the index, by bytes: text that is not valid UTF-8 is another text once it was read. */
  #unresolvedTypes(): Set<string> {
    const types = new Set<string>();
    let row = this.#types.get("");
    while (row !== undefined) {
      types.add(row.taskType);
      row = this.#types.get(row.bytes);
    }
    return types;
  }
}
