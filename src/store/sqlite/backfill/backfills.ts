import type { FoundTask, SlotSelection } from "../../../core/backfill/slot-class.ts";
import type { BackfillSpec, Slot } from "../../../core/backfill/slots.ts";
import type {
  ActiveSlot,
  BackfillState,
  NewBackfill,
  OpenBackfill,
  OpenSlot,
  SlotState,
} from "../../backfill-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import type { ChangeLog } from "../write/change-log.ts";

interface OpenRaw {
  readonly id: number;
  readonly phaseId: number;
  readonly state: BackfillState;
  readonly spec: string;
  readonly selection: SlotSelection;
  readonly children: number;
  readonly stopOnFailure: number;
  readonly maxActive: number;
  readonly total: number;
  readonly planned: number;
  readonly cursorAt: number | null;
  readonly cursorRow: number | null;
  readonly createdBy: string;
  readonly waiting: number;
  readonly active: number;
  readonly complete: number;
  readonly failed: number;
  readonly cancelled: number;
}

const OPEN_COLUMNS = `id, phase_id AS phaseId, state, spec, selection, children, stop_on_failure AS stopOnFailure,
  max_active AS maxActive, total, planned, cursor_at AS cursorAt, cursor_row AS cursorRow, created_by AS createdBy,
  waiting, active, complete, failed, cancelled`;

const STATES: readonly SlotState[] = ["waiting", "active", "complete", "failed", "cancelled"];

/** Otherwise SQLite goes by the primary key, which has the order of `position` too, and passes over all that is complete. */
export const SLOTS_BY_STATE = "backfill_slots INDEXED BY backfill_slots_state";

/** `backfills` and `backfill_slots`. The counts of a backfill change with its slots, in the same transaction. */
export class Backfills {
  readonly #insert: Statement;
  readonly #open: Statement<OpenRaw>;
  readonly #one: Statement<OpenRaw>;
  readonly #addSlot: Statement;
  readonly #planned: Statement;
  readonly #inState: Statement<OpenSlot>;
  readonly #active: Statement<{ position: number; recordId: number } & Partial<FoundTask>>;
  readonly #lastAttempt: Statement<FoundTask & { readonly id: number }>;
  readonly #setSlot: Statement;
  readonly #setState: Statement;
  readonly #cancelUnplanned: Statement;
  readonly #end: Statement;
  readonly #behind: Statement<{ found: number }>;
  readonly #move: ReadonlyMap<SlotState, Statement>;
  readonly #ids: IdSequence;
  readonly #changes: ChangeLog;

  constructor(statements: Statements, ids: IdSequences, changes: ChangeLog) {
    this.#ids = ids.of("backfills", 16);
    this.#changes = changes;
    const prepare: Statements["prepare"] = (name, sql) => statements.prepare(name, sql);
    this.#insert = prepare(
      "backfill.insert",
      `INSERT INTO backfills (id, phase_id, type, job, workflow, state, spec, selection, children, stop_on_failure, max_active,
         total, created_by, created_at) VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#open = prepare(
      "backfill.open",
      `SELECT ${OPEN_COLUMNS} FROM backfills WHERE ended_at IS NULL ORDER BY id LIMIT 100`,
    );
    this.#one = prepare("backfill.one", `SELECT ${OPEN_COLUMNS} FROM backfills WHERE id = ?`);
    this.#addSlot = prepare(
      "backfill.add_slot",
      "INSERT INTO backfill_slots (backfill_id, position, about_at, row, state) VALUES (?, ?, ?, ?, 'waiting')",
    );
    this.#planned = prepare(
      "backfill.planned",
      `UPDATE backfills SET slots = slots + ?, waiting = waiting + ?, cursor_at = ifnull(?, cursor_at),
         cursor_row = ifnull(?, cursor_row), planned = ?, total = ifnull(?, total) WHERE id = ?`,
    );
    this.#inState = prepare(
      "backfill.in_state",
      `SELECT position, about_at AS at, row FROM ${SLOTS_BY_STATE} WHERE backfill_id = ? AND state = ? ORDER BY position LIMIT ?`,
    );
    this.#active = prepare(
      "backfill.active",
      `SELECT s.position, s.record_id AS recordId, r.state, r.result, r.info FROM backfill_slots AS s INDEXED BY backfill_slots_state
       LEFT JOIN task_records r ON r.id = s.record_id
       WHERE s.backfill_id = ? AND s.state = 'active' AND s.position > ? ORDER BY s.position LIMIT ?`,
    );
    // No ORDER BY: the attempts of a task are few, and the index has them in order.
    this.#lastAttempt = prepare(
      "backfill.last_attempt",
      `SELECT id, info, state, result FROM task_records INDEXED BY task_records_attempts
       WHERE first_attempt_id = ? AND attempt <> 0 ORDER BY attempt DESC LIMIT 1`,
    );
    this.#setSlot = prepare(
      "backfill.set_slot",
      "UPDATE backfill_slots SET state = ?, record_id = ? WHERE backfill_id = ? AND position = ? AND state = ?",
    );
    this.#setState = prepare(
      "backfill.set_state",
      "UPDATE backfills SET state = ?, note = ?, held = 0, ended_at = NULL WHERE id = ?",
    );
    this.#cancelUnplanned = prepare(
      "backfill.cancel_unplanned",
      "UPDATE backfills SET cancelled = cancelled + max(0, total - slots), total = max(total, slots), planned = 1 WHERE id = ? AND planned = 0",
    );
    this.#end = prepare(
      "backfill.end",
      "UPDATE backfills SET ended_at = ?, state = CASE state WHEN 'running' THEN 'finished' ELSE state END WHERE id = ? AND waiting = 0 AND active = 0",
    );
    this.#behind = prepare(
      "backfill.bus_behind",
      "SELECT 1 AS found FROM outbox WHERE topic = ? AND owner IS NULL AND due_at <= ? LIMIT 1",
    );
    this.#move = new Map(
      STATES.map((state) => [
        state,
        prepare(`backfill.count_${state}`, `UPDATE backfills SET ${state} = ${state} + ? WHERE id = ?`),
      ]),
    );
  }

  insert({ phaseId, spec, selection, ...backfill }: NewBackfill, now: number): number {
    const id = this.#ids.next();
    this.#insert.run(
      id,
      phaseId,
      spec.type,
      spec.job,
      spec.workflow,
      JSON.stringify(spec),
      selection,
      backfill.children ? 1 : 0,
      backfill.stopOnFailure ? 1 : 0,
      backfill.maxActive,
      backfill.total,
      backfill.createdBy,
      now,
    );
    this.#changes.note("backfills", id);
    return id;
  }

  open(): readonly OpenBackfill[] {
    return this.#open.all().map(openBackfill);
  }

  one(id: number): OpenBackfill | null {
    const row = this.#one.get(id);
    return row === undefined ? null : openBackfill(row);
  }

  addSlots(id: number, slots: readonly Slot[], cursor: Slot | null, isLast: boolean): void {
    const before = this.one(id);
    if (before === null || before.isPlanned) return;
    const { waiting, active, complete, failed, cancelled } = before.counts;
    const written = waiting + active + complete + failed + cancelled;
    slots.forEach(({ at, row }, index) => this.#addSlot.run(id, written + index + 1, at, row));
    const count = slots.length;
    const total = isLast ? written + count : null;
    this.#planned.run(count, count, cursor?.at ?? null, cursor?.row ?? null, isLast ? 1 : 0, total, id);
    this.#changes.note("backfills", id);
  }

  waiting(id: number, limit: number): readonly OpenSlot[] {
    return this.#inState.all(id, "waiting", limit);
  }

  active(id: number, after: number, limit: number): readonly ActiveSlot[] {
    return this.#active.all(id, after, limit).map(({ position, recordId, state, result, info }) => {
      if (typeof state !== "string") return { position, recordId, latestId: recordId, task: null };
      const later =
        state === "cancelled" || (state === "finished" && result !== "complete")
          ? this.#lastAttempt.get(recordId)
          : undefined;
      const task = later ?? { state, result: result ?? "", info: info ?? "" };
      return { position, recordId, latestId: later?.id ?? recordId, task };
    });
  }

  /** False when the slot is not in the state `from` any more. */
  moveSlot(id: number, position: number, from: SlotState, to: SlotState, recordId: number | null): boolean {
    if (this.#setSlot.run(to, recordId, id, position, from).changes !== 1) return false;
    this.#count(id, from, -1);
    this.#count(id, to, 1);
    return true;
  }

  moveSlots(id: number, from: SlotState, to: SlotState, limit: number): number {
    const slots = this.#inState.all(id, from, limit);
    for (const { position } of slots) this.#setSlot.run(to, null, id, position, from);
    this.#count(id, from, -slots.length);
    this.#count(id, to, slots.length);
    return slots.length;
  }

  setState(id: number, state: BackfillState, note: string): void {
    this.#setState.run(state, note, id);
    this.#changes.note("backfills", id);
  }

  /** Slots that are not written yet never will be: they count as cancelled. */
  cancelUnplanned(id: number): void {
    this.#cancelUnplanned.run(id);
  }

  end(id: number, now: number): void {
    if (this.#end.run(now, id).changes > 0) this.#changes.note("backfills", id);
  }

  isBusBehind(topic: string, now: number): boolean {
    return this.#behind.get(topic, now) !== undefined;
  }

  #count(id: number, state: SlotState, by: number): void {
    if (by === 0) return;
    this.#move.get(state)?.run(by, id);
    this.#changes.note("backfills", id);
  }
}

function openBackfill(row: OpenRaw): OpenBackfill {
  const { waiting, active, complete, failed, cancelled } = row;
  return {
    id: row.id,
    phaseId: row.phaseId,
    state: row.state,
    // As `insert` wrote it.
    spec: JSON.parse(row.spec) as BackfillSpec,
    selection: row.selection,
    children: row.children === 1,
    stopOnFailure: row.stopOnFailure === 1,
    maxActive: row.maxActive,
    total: row.total,
    isPlanned: row.planned === 1,
    cursor: row.cursorAt === null ? null : { at: row.cursorAt, row: row.cursorRow ?? 0 },
    counts: { waiting, active, complete, failed, cancelled },
    createdBy: row.createdBy,
  };
}
