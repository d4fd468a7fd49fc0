import type {
  ChangedAlert,
  ChangedBackfill,
  ChangedFile,
  ChangedIds,
  ChangedRows,
  ChangedTask,
  ChangedWorkflow,
} from "../../../contract/live/changes.ts";
import type { Statement, Statements } from "../database/connection.ts";

const GIVEN = "WHERE id IN (SELECT value FROM json_each(?))";

/** Rows by the ids that were announced. */
export class ChangedReader {
  readonly #tasks: Statement<ChangedTask>;
  readonly #alerts: Statement<ChangedAlert>;
  readonly #files: Statement<ChangedFile>;
  readonly #workflows: Statement<Omit<ChangedWorkflow, "present"> & { readonly present: number }>;
  readonly #backfills: Statement<ChangedBackfill>;

  constructor(statements: Statements) {
    this.#tasks = statements.prepare(
      "changed.tasks",
      `SELECT id AS record_id, task_id AS id, type, job, workflow, state, result, attempt FROM task_records ${GIVEN}`,
    );
    this.#alerts = statements.prepare(
      "changed.alerts",
      `SELECT id, type AS alert_type, severity, state, count, task_type AS type, job, workflow FROM alert_records ${GIVEN}`,
    );
    this.#files = statements.prepare("changed.files", `SELECT id, path, matched, tasks FROM file_messages ${GIVEN}`);
    this.#workflows = statements.prepare(
      "changed.workflows",
      `SELECT id, name, removed_at IS NULL AS present FROM workflow_files ${GIVEN}`,
    );
    this.#backfills = statements.prepare(
      "changed.backfills",
      `SELECT id, type, job, workflow, state, waiting, active, complete, failed, cancelled FROM backfills ${GIVEN}`,
    );
  }

  changed({ tasks, alerts, files, workflows, backfills }: ChangedIds): ChangedRows {
    return {
      tasks: rows(this.#tasks, tasks),
      alerts: rows(this.#alerts, alerts),
      files: rows(this.#files, files),
      workflows: rows(this.#workflows, workflows).map((row) => ({ ...row, present: row.present === 1 })),
      backfills: rows(this.#backfills, backfills),
    };
  }
}

function rows<T>(statement: Statement<T>, ids: readonly number[]): readonly T[] {
  return ids.length === 0 ? [] : statement.all(JSON.stringify(ids));
}
