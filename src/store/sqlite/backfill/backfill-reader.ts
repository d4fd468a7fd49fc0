import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { FoundTask } from "../../../core/backfill/slot-class.ts";
import type {
  BackfillFilter,
  BackfillMinute,
  BackfillQueries,
  BackfillRow,
  BackfillSlotRow,
  SlotState,
} from "../../backfill-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { SLOTS_BY_STATE } from "./backfills.ts";

const COLUMNS = `id, type, job, workflow, state, note, selection, max_active, total, waiting, active, complete, failed,
  cancelled, planned, spec, created_by, created_at, ended_at`;
/** Rows of one batch at one task time, with their attempts. */
const MAX_AT_ONCE = 20_000;
/** After so many, other queries have their turn. */
const ENOUGH = 2000;
/** Slots end about in their order: those that ended of late are among the last. */
const NEWEST = 20_000;

/** Backfills for people, and what a preview compares its slots with. */
export class BackfillReader {
  readonly #list: Statement<BackfillRow>;
  readonly #ofState: Statement<BackfillRow>;
  readonly #one: Statement<BackfillRow>;
  readonly #allSlots: Statement<BackfillSlotRow>;
  readonly #slots: Statement<BackfillSlotRow>;
  readonly #pace: Statement<{ readonly minute: number }>;
  readonly #tasksAt: Statement<FoundTask>;

  constructor(statements: Statements) {
    this.#list = statements.prepare(
      "backfills.list",
      `SELECT ${COLUMNS} FROM backfills WHERE id < ? ORDER BY id DESC LIMIT ?`,
    );
    // Backfills are begun by people: they are never so many that their states need an index.
    this.#ofState = statements.prepare(
      "backfills.of_state",
      `SELECT ${COLUMNS} FROM backfills WHERE id < ? AND state = ? ORDER BY id DESC LIMIT ?`,
    );
    this.#one = statements.prepare("backfills.one", `SELECT ${COLUMNS} FROM backfills WHERE id = ?`);
    this.#allSlots = statements.prepare(
      "backfills.all_slots",
      `SELECT position, about_at, row, state, record_id FROM backfill_slots
       WHERE backfill_id = ? AND position > ? ORDER BY position LIMIT ?`,
    );
    this.#slots = statements.prepare(
      "backfills.slots",
      `SELECT position, about_at, row, state, record_id FROM ${SLOTS_BY_STATE}
       WHERE backfill_id = ? AND state = ? AND position > ? ORDER BY position LIMIT ?`,
    );
    this.#pace = statements.prepare(
      "backfills.pace",
      `SELECT r.finished_at / 60000 AS minute
       FROM (SELECT record_id FROM ${SLOTS_BY_STATE} WHERE backfill_id = ? AND state = ? AND record_id IS NOT NULL
             ORDER BY position DESC LIMIT ${NEWEST}) AS s
       CROSS JOIN task_records AS r ON r.id = s.record_id
       WHERE r.finished_at >= ?`,
    );
    this.#tasksAt = statements.prepare(
      "backfills.tasks_at",
      `SELECT info, state, result FROM task_records WHERE phase_id = ? AND task_time = ? AND task_time IS NOT NULL
       ORDER BY id DESC LIMIT ${MAX_AT_ONCE}`,
    );
  }

  list({ limit, before, state }: BackfillFilter): readonly BackfillRow[] {
    const last = before ?? Number.MAX_SAFE_INTEGER;
    return state === null ? this.#list.all(last, limit) : this.#ofState.all(last, state, limit);
  }

  one(id: number): BackfillRow | null {
    return this.#one.get(id) ?? null;
  }

  slots(id: number, state: SlotState | null, after: number, limit: number): readonly BackfillSlotRow[] {
    if (state === null) return this.#allSlots.all(id, after, limit);
    return this.#slots.all(id, state, after, limit);
  }

  pace(id: number, since: number): readonly BackfillMinute[] {
    return (["complete", "failed"] as const).flatMap((state) => {
      const slots = new Map<number, number>();
      for (const { minute } of this.#pace.all(id, state, since)) slots.set(minute, (slots.get(minute) ?? 0) + 1);
      return Array.from(slots, ([minute, count]) => ({ minute, state, slots: count }));
    });
  }

  tasksAt(phaseId: number, taskTimes: readonly (WallMs | null)[]): readonly (readonly FoundTask[])[] {
    const found: (readonly FoundTask[])[] = [];
    let rows = 0;
    for (const time of taskTimes) {
      if (rows >= ENOUGH) break;
      const tasks = time === null ? [] : this.#tasksAt.all(phaseId, time);
      rows += tasks.length;
      found.push(tasks);
    }
    return found;
  }
}

export function backfillQueries(query: <T>(read: (reader: BackfillReader) => T) => T): BackfillQueries {
  return {
    list: async (filter) => query((reader) => reader.list(filter)),
    one: async (id) => query((reader) => reader.one(id)),
    slots: async (id, state, after, limit) => query((reader) => reader.slots(id, state, after, limit)),
    pace: async (id, since) => query((reader) => reader.pace(id, since)),
    tasksAt: async (phaseId, taskTimes) => query((reader) => reader.tasksAt(phaseId, taskTimes)),
  };
}
