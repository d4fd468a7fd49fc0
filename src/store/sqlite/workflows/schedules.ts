import type { ScheduleCursor, ScheduleRow } from "../../schedule-rows.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** `schedules`: the cursor of each. */
export class Schedules {
  readonly #all: Statement<ScheduleRow>;
  readonly #cursor: Statement<{ cursorAt: number }>;
  readonly #move: Statement;
  readonly #put: Statement;

  constructor(statements: Statements) {
    this.#all = statements.prepare(
      "schedule.all",
      "SELECT phase_id AS phaseId, kind, cursor_at AS cursorAt, spec, removed_at AS removedAt, paused_from AS pausedFrom FROM schedules",
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
    this.#put = statements.prepare(
      "schedule.put",
      `INSERT INTO schedules (phase_id, kind, cursor_at, spec, removed_at, paused_from, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET cursor_at = excluded.cursor_at, spec = excluded.spec, removed_at = excluded.removed_at,
         paused_from = excluded.paused_from, updated_at = excluded.updated_at`,
    );
  }

  all(): readonly ScheduleRow[] {
    return this.#all.all();
  }

  cursor(phaseId: number, kind: ScheduleCursor["kind"]): number | null {
    return this.#cursor.get(phaseId, kind)?.cursorAt ?? null;
  }

  move(row: ScheduleCursor, now: number): void {
    this.#move.run(row.phaseId, row.kind, row.cursorAt, now);
  }

  /** The cursor with the schedule that it belongs to. */
  put({ phaseId, kind, cursorAt, spec, removedAt, pausedFrom }: ScheduleRow, now: number): void {
    this.#put.run(phaseId, kind, cursorAt, spec, removedAt, pausedFrom, now);
  }
}
