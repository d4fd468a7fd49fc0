import type { PhaseTaskRow, RunFileRow, RunRecordRow, UsualRow, WorkflowQueries } from "../../workflow-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** At most so many files that a record was made of. */
const MAX_FILES = 500;

type Asked<T extends keyof WorkflowQueries> = Parameters<WorkflowQueries[T]>[0];

/** The tasks of a phase by their times, and what a chart of a run wants of its records. */
export class RunFacts {
  readonly #tasks: Statement<PhaseTaskRow>;
  readonly #records: Statement<RunRecordRow>;
  readonly #files: Statement<RunFileRow>;
  readonly #usual: Statement<UsualRow>;

  constructor(statements: Statements) {
    this.#tasks = statements.prepare(
      "workflows.phase_tasks",
      `SELECT r.id AS record_id, r.task_id AS id, r.first_attempt_id, r.task_time, r.state, r.result, r.attempt,
         (SELECT f.retry FROM workflow_phases f WHERE f.id = r.phase_id) AS retries,
         substr(r.info, 1, 1000) AS info, substr(r.msg, 1, 200) AS msg, r.due_at, r.created, r.started, r.ended
       FROM task_records r WHERE r.phase_id = ? AND r.task_time >= ? AND r.task_time < ? AND r.task_time IS NOT NULL
       ORDER BY r.task_time, r.id LIMIT ?`,
    );
    this.#records = statements.prepare(
      "workflows.run_records",
      `SELECT r.id AS record_id, substr(r.info, 1, 1000) AS info, r.position
       FROM json_each(?) e CROSS JOIN task_records r ON r.id = e.value`,
    );
    this.#files = statements.prepare(
      "workflows.run_files",
      `SELECT d.record_id, m.id AS file_id, m.path, m.size, m.received_at, m.reported_by
       FROM json_each(?) e CROSS JOIN decisions d ON d.record_id = e.value AND d.record_id IS NOT NULL AND d.file_message_id IS NOT NULL
       CROSS JOIN file_messages m ON m.id = d.file_message_id LIMIT ${MAX_FILES}`,
    );
    this.#usual = statements.prepare(
      "workflows.usual_times",
      `SELECT position, created, started, ended FROM (
         SELECT position, created, started, ended, result, state FROM task_records
         WHERE phase_id = ? AND task_time < ? AND task_time IS NOT NULL ORDER BY task_time DESC, id DESC LIMIT ?)
       WHERE result = 'complete' AND created IS NOT NULL AND started IS NOT NULL AND ended IS NOT NULL`,
    );
  }

  phaseTasks({ phaseId, from, until, limit }: Asked<"phaseTasks">): {
    readonly tasks: readonly PhaseTaskRow[];
    readonly isCut: boolean;
  } {
    const records = this.#tasks.all(phaseId, from, until, limit + 1);
    const newest = new Map<number, PhaseTaskRow>();
    // By their ids: the latest attempt comes last.
    for (const record of records.slice(0, limit)) newest.set(record.first_attempt_id, record);
    return { tasks: [...newest.values()], isCut: records.length > limit };
  }

  records(recordIds: Asked<"runRecords">): readonly RunRecordRow[] {
    return this.#records.all(JSON.stringify(recordIds));
  }

  files(recordIds: Asked<"runFiles">): readonly RunFileRow[] {
    // Several decisions may be about the same file.
    const files = new Map<string, RunFileRow>();
    for (const file of this.#files.all(JSON.stringify(recordIds))) files.set(`${file.record_id} ${file.file_id}`, file);
    return [...files.values()];
  }

  usual({ phaseId, before, limit }: Asked<"usualTimes">): readonly UsualRow[] {
    return this.#usual.all(phaseId, before, limit);
  }
}
