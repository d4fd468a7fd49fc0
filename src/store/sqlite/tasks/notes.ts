import { MAX_NOTES, type NoteTarget } from "../../../contract/note-target.ts";
import type { NoteQueries, NoteRow } from "../../notes.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { TaskGenerations } from "../lineage/task-generations.ts";
import type { ChangeLog } from "../write/change-log.ts";

const COLUMNS = "id, target, target_id, text, author, at";

/** Writes `notes`. Those of a task are kept with its original first attempt. */
export class Notes {
  readonly #count: Statement<{ notes: number }>;
  readonly #add: Statement;
  readonly #remove: Statement<NoteRow>;
  readonly #generations: TaskGenerations;
  readonly #changes: ChangeLog;

  constructor(statements: Statements, generations: TaskGenerations, changes: ChangeLog) {
    this.#generations = generations;
    this.#changes = changes;
    this.#count = statements.prepare(
      "note.count",
      "SELECT count(*) AS notes FROM notes WHERE target = ? AND target_id = ?",
    );
    this.#add = statements.prepare(
      "note.add",
      "INSERT INTO notes (target, target_id, text, author, at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#remove = statements.prepare(
      "note.remove",
      `DELETE FROM notes WHERE id = ? AND target = ? AND target_id = ? RETURNING ${COLUMNS}`,
    );
  }

  /** Null: the target has as many as it may have. */
  add({ target, target_id: of, text, author, at }: Omit<NoteRow, "id">): number | null {
    const ids = idsOf(target, of, this.#generations);
    const count = ids.reduce((sum, one) => sum + (this.#count.get(target, one)?.notes ?? 0), 0);
    if (count >= MAX_NOTES) return null;
    const added = Number(this.#add.run(target, ids[0] ?? of, text, author, at).lastInsertRowid);
    this.#changes.note("notes", added);
    return added;
  }

  remove({ id, target, target_id: of }: Pick<NoteRow, "id" | "target" | "target_id">): NoteRow | null {
    for (const one of idsOf(target, of, this.#generations)) {
      const removed = this.#remove.get(id, target, one);
      if (removed === undefined) continue;
      this.#changes.note("notes", id);
      return removed;
    }
    return null;
  }
}

/** Reads `notes`. */
export class NoteReader {
  readonly #of: Statement<NoteRow>;
  readonly #any: Statement<{ found: number }>;
  readonly #generations: TaskGenerations;

  constructor(statements: Statements, generations: TaskGenerations) {
    this.#generations = generations;
    this.#any = statements.prepare("notes.any", "SELECT 1 AS found FROM notes WHERE target = ? LIMIT 1");
    this.#of = statements.prepare(
      "notes.of",
      `SELECT ${COLUMNS} FROM notes WHERE target = ? AND target_id IN (SELECT value FROM json_each(?))`,
    );
  }

  of(target: NoteTarget, ids: readonly number[]): readonly NoteRow[] {
    // Most lists have no note at all: nothing is looked up for each of their rows then.
    if (ids.length === 0 || this.#any.get(target) === undefined) return [];
    const kept = new Map([...new Set(ids)].map((id) => [id, idsOf(target, id, this.#generations)]));
    const rows = this.#of.all(target, JSON.stringify([...new Set([...kept.values()].flat())]));
    const notes = Map.groupBy(rows, (row) => row.target_id);
    // Each under the id that was named: two parts of one task have the same notes.
    const named = [...kept].flatMap(([id, own]) =>
      own.flatMap((one) => (notes.get(one) ?? []).map((row) => ({ ...row, target_id: id }))),
    );
    return named.toSorted((a, b) => a.id - b.id);
  }
}

/** Where the notes of a target are; of a task that began anew first where new ones go, then where older versions left them. */
function idsOf(target: NoteTarget, id: number, generations: TaskGenerations): readonly number[] {
  return target === "task" ? generations.all(id) : [id];
}

export function noteQueries(query: <T>(read: (reader: NoteReader) => T) => T): NoteQueries {
  return { of: async (target, ids) => query((reader) => reader.of(target, ids)) };
}
