import type { Statement, Statements } from "../database/connection.ts";
import { BLOCK } from "../search/search-conditions.ts";
import { AS_CHILD, OF_TASK, RELATIONSHIPS } from "./belonging.ts";
import type { DeletedRows } from "./deleted-rows.ts";

interface DeletedRecord {
  readonly created: number | null;
  readonly parentId: number | null;
}

/**
 * Deletes a record with all that goes with it, so that no row of another table is left that is about it alone. `CountTask` counts the
 * same rows.
 */
export class DeleteTask {
  readonly #record: Statement<DeletedRecord>;
  readonly #delete: Statement;
  /** Tables, with a statement that deletes their rows of a record. */
  readonly #belonging: readonly (readonly [table: string, Statement])[];
  readonly #asChild: Statement;
  readonly #joins: Statement<{ phaseId: number; joinKey: string }>;
  readonly #leaveJoins: Statement;
  readonly #hasMember: Statement;
  readonly #forgetStart: Statement;
  readonly #hasRecord: Statement;
  readonly #deleteBlock: Statement;

  constructor(statements: Statements) {
    const prepare = (name: string, sql: string): Statement => statements.prepare(`retention.${name}`, sql);
    const belonging = (table: string, condition: string, name = table): readonly [string, Statement] => [
      table,
      prepare(`of_task.${name}`, `DELETE FROM ${table} WHERE ${condition}`),
    ];
    this.#record = statements.prepare(
      "retention.task",
      "SELECT created, parent_id AS parentId FROM task_records WHERE id = ?",
    );
    this.#delete = prepare("delete_task", "DELETE FROM task_records WHERE id = ?");
    this.#belonging = [
      ...RELATIONSHIPS.map(({ table, condition, name }) => belonging(table, condition, name)),
      ...OF_TASK.map(({ table, condition }) => belonging(table, condition)),
    ];
    this.#asChild = prepare("of_task.child", `DELETE FROM task_relationships WHERE ${AS_CHILD}`);
    this.#joins = statements.prepare(
      "retention.joins_of_task",
      "SELECT phase_id AS phaseId, join_key AS joinKey FROM join_members WHERE first_attempt_id = ?",
    );
    this.#leaveJoins = prepare("of_task.join_members", "DELETE FROM join_members WHERE first_attempt_id = ?");
    this.#hasMember = prepare("has_member", "SELECT 1 FROM join_members WHERE phase_id = ? AND join_key = ? LIMIT 1");
    this.#forgetStart = prepare("join_start", "DELETE FROM join_starts WHERE phase_id = ? AND join_key = ?");
    this.#hasRecord = prepare("has_record", "SELECT 1 FROM task_records WHERE id >= ? AND id < ? LIMIT 1");
    this.#deleteBlock = prepare("delete_block", "DELETE FROM task_blocks WHERE block = ?");
  }

  /** Returns when the task was created, as on the bus; null: unknown. */
  delete(id: number, deleted: DeletedRows): number | null {
    const record = this.#record.get(id);
    if (record === undefined) return null;
    for (const [table, statement] of this.#belonging) deleted.add(table, statement.run(id).changes);
    // Of the same run, but that has the record of its parent only while many tasks share one id.
    if (record.parentId !== null) deleted.add("task_relationships", this.#asChild.run(id, record.parentId).changes);
    this.#deleteJoins(id, deleted);
    deleted.add("task_records", this.#delete.run(id).changes);
    return record.created;
  }

  /** Blocks of these records of which none is left: a search need not look at them. */
  deleteBlocks(ids: readonly number[], deleted: DeletedRows): void {
    for (const block of new Set(ids.map((id) => Math.floor(id / BLOCK)))) {
      if (this.#hasRecord.get(block * BLOCK, (block + 1) * BLOCK) !== undefined) continue;
      deleted.add("task_blocks", this.#deleteBlock.run(block).changes);
    }
  }

  /** That a join has started its child is known as long as one of its tasks is: otherwise a repeated result would start it again. */
  #deleteJoins(id: number, deleted: DeletedRows): void {
    const joins = this.#joins.all(id);
    if (joins.length === 0) return;
    deleted.add("join_members", this.#leaveJoins.run(id).changes);
    for (const { phaseId, joinKey } of joins) {
      if (this.#hasMember.get(phaseId, joinKey) !== undefined) continue;
      deleted.add("join_starts", this.#forgetStart.run(phaseId, joinKey).changes);
    }
  }
}
