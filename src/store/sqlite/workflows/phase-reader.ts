import type { PhaseAboutRow, PhaseQueries } from "../../workflow-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** Reads what phases say for people. */
export class PhaseReader {
  readonly #ofTasks: Statement<PhaseAboutRow>;
  readonly #ofAlerts: Statement<PhaseAboutRow>;

  constructor(statements: Statements) {
    const about = (table: string): string =>
      `SELECT r.id AS "of", p.id AS phase_id, p.task, f.name AS workflow, p.owner, p.description, p.runbook FROM ${table} r
       JOIN workflow_phases p ON p.id = r.phase_id JOIN workflow_files f ON f.id = p.file_id
       WHERE r.id IN (SELECT value FROM json_each(?))`;
    this.#ofTasks = statements.prepare("phases.of_tasks", about("task_records"));
    this.#ofAlerts = statements.prepare("phases.of_alerts", about("alert_records"));
  }

  ofTasks(ids: readonly number[]): readonly PhaseAboutRow[] {
    return this.#ofTasks.all(JSON.stringify(ids));
  }

  ofAlerts(ids: readonly number[]): readonly PhaseAboutRow[] {
    return this.#ofAlerts.all(JSON.stringify(ids));
  }
}

export function phaseQueries(query: <T>(read: (reader: PhaseReader) => T) => T): PhaseQueries {
  return {
    ofTasks: async (ids) => query((reader) => reader.ofTasks(ids)),
    ofAlerts: async (ids) => query((reader) => reader.ofAlerts(ids)),
  };
}
