import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { FoundTask } from "../../../core/backfill/slot-class.ts";
import type { BackfillQueries, BackfillRow, BackfillSlotRow, SlotState } from "../../backfill-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { SLOTS_BY_STATE } from "./backfills.ts";

const COLUMNS = `id, type, job, workflow, state, note, selection, max_active, total, waiting, active, complete, failed,
  cancelled, planned, spec, created_by, created_at, ended_at`;
/** Rows of one batch at one task time, with their attempts. */
const MAX_AT_ONCE = 20_000;

/** Backfills for people, and what a preview compares its slots with. */
export class BackfillReader {
  readonly #list: Statement<BackfillRow>;
  readonly #one: Statement<BackfillRow>;
  readonly #slots: Statement<BackfillSlotRow>;
  readonly #tasksAt: Statement<FoundTask>;

  constructor(statements: Statements) {
    this.#list = statements.prepare(
      "backfills.list",
      `SELECT ${COLUMNS} FROM backfills WHERE id < ? ORDER BY id DESC LIMIT ?`,
    );
    this.#one = statements.prepare("backfills.one", `SELECT ${COLUMNS} FROM backfills WHERE id = ?`);
    this.#slots = statements.prepare(
      "backfills.slots",
      `SELECT position, about_at, row, state, record_id FROM ${SLOTS_BY_STATE}
       WHERE backfill_id = ? AND state = ? AND position > ? ORDER BY position LIMIT ?`,
    );
    this.#tasksAt = statements.prepare(
      "backfills.tasks_at",
      `SELECT info, state, result FROM task_records WHERE phase_id = ? AND task_time = ? AND task_time IS NOT NULL
       ORDER BY id DESC LIMIT ${MAX_AT_ONCE}`,
    );
  }

  list(limit: number, before: number | null): readonly BackfillRow[] {
    return this.#list.all(before ?? Number.MAX_SAFE_INTEGER, limit);
  }

  one(id: number): BackfillRow | null {
    return this.#one.get(id) ?? null;
  }

  slots(id: number, state: SlotState, after: number, limit: number): readonly BackfillSlotRow[] {
    return this.#slots.all(id, state, after, limit);
  }

  tasksAt(phaseId: number, taskTimes: readonly (WallMs | null)[]): readonly (readonly FoundTask[])[] {
    return taskTimes.map((time) => (time === null ? [] : this.#tasksAt.all(phaseId, time)));
  }
}

export function backfillQueries(query: <T>(read: (reader: BackfillReader) => T) => T): BackfillQueries {
  return {
    list: async (limit, before) => query((reader) => reader.list(limit, before)),
    one: async (id) => query((reader) => reader.one(id)),
    slots: async (id, state, after, limit) => query((reader) => reader.slots(id, state, after, limit)),
    tasksAt: async (phaseId, taskTimes) => query((reader) => reader.tasksAt(phaseId, taskTimes)),
  };
}
