import type { FileOutcome } from "../../file-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { FileTasks } from "./file-tasks.ts";

/** More phases of an event are counted, and not named. */
const MAX_PHASES = 5;

type PhaseName = NonNullable<FileOutcome["nearest"]>;

/** What lists show of events beside their own columns. */
export class FileOutcomes {
  readonly #tasks: FileTasks;
  readonly #matches: Statement<PhaseName & { readonly record_id: number | null }>;
  readonly #nearest: Statement<PhaseName>;

  constructor(statements: Statements, tasks: FileTasks) {
    this.#tasks = tasks;
    const phase = "ifnull(p.task, '') AS task, ifnull(f.name, '') AS workflow";
    const joins = "LEFT JOIN workflow_phases p ON p.id = m.phase_id LEFT JOIN workflow_files f ON f.id = p.file_id";
    this.#matches = statements.prepare(
      "files.outcome_matches",
      `SELECT ${phase}, m.record_id FROM file_pattern_matches m ${joins}
       WHERE m.file_message_id = ? ORDER BY m.phase_id LIMIT ${MAX_PHASES}`,
    );
    this.#nearest = statements.prepare(
      "files.outcome_nearest",
      `SELECT ${phase} FROM file_near_misses m ${joins} WHERE m.file_message_id = ? AND m.position = 0`,
    );
  }

  of(ids: readonly number[]): readonly FileOutcome[] {
    return ids.map((id) => {
      const matches = this.#matches.all(id);
      return {
        id,
        phases: matches.map(({ task, workflow }) => ({ task, workflow })),
        nearest: matches.length > 0 ? null : (this.#nearest.get(id) ?? null),
        made: matches.flatMap(({ record_id: first }) => (first === null ? [] : (this.#tasks.newest(first) ?? []))),
      };
    });
  }
}
