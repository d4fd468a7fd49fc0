import { MAX_NOTES, type NoteTarget } from "../../../contract/note-target.ts";
import type { NoteQueries, NoteRow } from "../../notes.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { ChangeLog } from "../write/change-log.ts";

const COLUMNS = "id, target, target_id, text, author, at";

/** Writes `notes`. */
export class Notes {
  readonly #count: Statement<{ notes: number }>;
  readonly #add: Statement;
  readonly #remove: Statement<NoteRow>;
  readonly #changes: ChangeLog;

  constructor(statements: Statements, changes: ChangeLog) {
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
  add({ target, target_id: id, text, author, at }: Omit<NoteRow, "id">): number | null {
    if ((this.#count.get(target, id)?.notes ?? 0) >= MAX_NOTES) return null;
    const added = Number(this.#add.run(target, id, text, author, at).lastInsertRowid);
    this.#changes.note("notes", added);
    return added;
  }

  remove({ id, target, target_id: of }: Pick<NoteRow, "id" | "target" | "target_id">): NoteRow | null {
    const removed = this.#remove.get(id, target, of) ?? null;
    if (removed !== null) this.#changes.note("notes", id);
    return removed;
  }
}

/** Reads `notes`. */
export class NoteReader {
  readonly #of: Statement<NoteRow>;

  constructor(statements: Statements) {
    this.#of = statements.prepare(
      "notes.of",
      `SELECT ${COLUMNS} FROM notes WHERE target = ? AND target_id IN (SELECT value FROM json_each(?))`,
    );
  }

  of(target: NoteTarget, ids: readonly number[]): readonly NoteRow[] {
    if (ids.length === 0) return [];
    return this.#of.all(target, JSON.stringify([...new Set(ids)])).toSorted((a, b) => a.id - b.id);
  }
}

export function noteQueries(query: <T>(read: (reader: NoteReader) => T) => T): NoteQueries {
  return { of: async (target, ids) => query((reader) => reader.of(target, ids)) };
}
