import type { Statement, Statements } from "../database/connection.ts";
import { BLOCK } from "../search/search-conditions.ts";
import { OF_TASK } from "./belonging.ts";
import type { DeletedRows } from "./deleted-rows.ts";
import type { IdSet } from "./id-set.ts";

/** Joins of which a member is remembered. */
const MAX_JOINS = 10_000;

/** Whether the search knows a record: the index has no rows of its own to count. */
const INDEXED = "SELECT count(*) AS rows FROM task_search_docsize WHERE id = ?";

interface OtherEnd {
  readonly other: number;
}

/**
 * Counts what `DeleteTask` deletes. Some rows are of two records, and go with the first of them that does: `gone` are the
 * records that were counted before.
 */
export class CountTask {
  readonly #parent: Statement<{ parentId: number | null }>;
  readonly #counts: readonly (readonly [table: string, Statement<{ rows: number }>])[];
  readonly #asOrigin: Statement<OtherEnd & { goesWithOther: number }>;
  readonly #asChild: readonly Statement<OtherEnd>[];
  readonly #ofParent: Statement<OtherEnd>;
  readonly #joins: Statement<{ phaseId: number; joinKey: string }>;
  readonly #members: Statement<{ id: number }>;
  readonly #started: Statement;
  readonly #inBlock: Statement<{ id: number }>;
  readonly #block: Statement;
  /** Of a join, a member that was left: while it is, the others are not read. */
  readonly #left = new Map<string, number>();

  constructor(statements: Statements) {
    this.#parent = statements.prepare("dry_run.task", "SELECT parent_id AS parentId FROM task_records WHERE id = ?");
    this.#counts = OF_TASK.map(({ table, condition }) => [
      table,
      statements.prepare(
        `dry_run.of_task.${table}`,
        table === "task_search" ? INDEXED : `SELECT count(*) AS rows FROM ${table} WHERE ${condition}`,
      ),
    ]);
    this.#asOrigin = statements.prepare(
      "dry_run.of_task.origin",
      `SELECT r.child_id AS other, r.kind IN ('join', 'file') OR r.origin_id IS (SELECT p.first_attempt_id FROM task_records c
         CROSS JOIN task_records p ON p.id = c.parent_id WHERE c.id = r.child_id) AS goesWithOther
       FROM task_relationships r WHERE r.origin_id = ?`,
    );
    this.#asChild = ["join", "file"].map((kind) =>
      statements.prepare(
        `dry_run.of_task.${kind}`,
        `SELECT origin_id AS other FROM task_relationships WHERE child_id = ? AND kind = '${kind}'`,
      ),
    );
    this.#ofParent = statements.prepare(
      "dry_run.of_task.parent",
      `SELECT origin_id AS other FROM task_relationships WHERE child_id = ? AND kind NOT IN ('join', 'file')
       AND origin_id = (SELECT first_attempt_id FROM task_records WHERE id = ?)`,
    );
    this.#joins = statements.prepare(
      "dry_run.joins",
      "SELECT phase_id AS phaseId, join_key AS joinKey FROM join_members WHERE first_attempt_id = ?",
    );
    this.#members = statements.prepare(
      "dry_run.members",
      "SELECT first_attempt_id AS id FROM join_members WHERE phase_id = ? AND join_key = ?",
    );
    this.#started = statements.prepare(
      "dry_run.join_start",
      "SELECT 1 FROM join_starts WHERE phase_id = ? AND join_key = ?",
    );
    this.#inBlock = statements.prepare("dry_run.in_block", "SELECT id FROM task_records WHERE id >= ? AND id < ?");
    this.#block = statements.prepare("dry_run.block", "SELECT 1 FROM task_blocks WHERE block = ?");
  }

  /** The record is one of `gone` then. */
  count(id: number, gone: IdSet, counted: DeletedRows): void {
    const record = this.#parent.get(id);
    if (record === undefined) return;
    const relationships = this.#asOrigin
      .all(id)
      .filter(({ other, goesWithOther }) => goesWithOther !== 1 || !gone.has(other));
    const others = this.#asChild.flatMap((kind) => kind.all(id));
    const { parentId } = record;
    if (parentId !== null && !gone.has(parentId)) others.push(...this.#ofParent.all(id, parentId));
    counted.add("task_relationships", relationships.length + others.filter(({ other }) => !gone.has(other)).length);
    for (const [table, count] of this.#counts) counted.add(table, count.get(id)?.rows ?? 0);
    gone.add(id);
    counted.add("task_records", 1);
    this.#countJoins(id, gone, counted);
  }

  /** Blocks of these records of which none is left. */
  countBlocks(ids: readonly number[], gone: IdSet, counted: DeletedRows): void {
    for (const block of new Set(ids.map((id) => Math.floor(id / BLOCK)))) {
      const left = this.#inBlock.all(block * BLOCK, (block + 1) * BLOCK).some(({ id }) => !gone.has(id));
      if (!left && this.#block.get(block) !== undefined) counted.add("task_blocks", 1);
    }
  }

  #countJoins(id: number, gone: IdSet, counted: DeletedRows): void {
    const joins = this.#joins.all(id);
    counted.add("join_members", joins.length);
    for (const { phaseId, joinKey } of joins) {
      if (this.#hasMember(phaseId, joinKey, gone)) continue;
      if (this.#started.get(phaseId, joinKey) !== undefined) counted.add("join_starts", 1);
    }
  }

  #hasMember(phaseId: number, joinKey: string, gone: IdSet): boolean {
    const join = `${phaseId} ${joinKey}`;
    const known = this.#left.get(join);
    if (known !== undefined && !gone.has(known)) return true;
    const left = this.#members.all(phaseId, joinKey).findLast(({ id }) => !gone.has(id));
    if (this.#left.size >= MAX_JOINS) this.#left.clear();
    if (left === undefined) this.#left.delete(join);
    else this.#left.set(join, left.id);
    return left !== undefined;
  }
}
