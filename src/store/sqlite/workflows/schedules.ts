import type { ScheduleRow } from "../../store.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** `schedules`: the cursor of each. */
export class Schedules {
  readonly #all: Statement<ScheduleRow>;
  readonly #cursor: Statement<{ cursorAt: number }>;
  readonly #move: Statement;

  constructor(statements: Statements) {
    this.#all = statements.prepare(
      "schedule.all",
      "SELECT phase_id AS phaseId, kind, cursor_at AS cursorAt FROM schedules",
    );
    this.#cursor = statements.prepare(
      "schedule.cursor",
      "SELECT cursor_at AS cursorAt FROM schedules WHERE phase_id = ? AND kind = ?",
    );
    this.#move = statements.prepare(
      "schedule.move",
      `INSERT INTO schedules (phase_id, kind, cursor_at, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET cursor_at = excluded.cursor_at, updated_at = excluded.updated_at`,
    );
  }

  all(): readonly ScheduleRow[] {
    return this.#all.all();
  }

  cursor(phaseId: number, kind: ScheduleRow["kind"]): number | null {
    return this.#cursor.get(phaseId, kind)?.cursorAt ?? null;
  }

  move(row: ScheduleRow, now: number): void {
    this.#move.run(row.phaseId, row.kind, row.cursorAt, now);
  }
}
