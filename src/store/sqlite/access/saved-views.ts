import type { ViewContent, ViewQuery, ViewRow } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

const COLUMNS = "id, owner, name, is_shared, page, query, sort, columns, created_at, updated_at";

interface StoredView extends Omit<ViewRow, "is_shared" | "columns"> {
  readonly is_shared: 0 | 1;
  /** JSON. */
  readonly columns: string;
}

/** Writes `saved_views`. */
export class SavedViews {
  readonly #count: Statement<{ readonly views: number }>;
  readonly #found: Statement<StoredView>;
  readonly #add: Statement<StoredView>;
  readonly #change: Statement<StoredView>;
  readonly #remove: Statement;

  constructor(statements: Statements) {
    this.#count = statements.prepare("view.count", "SELECT count(*) AS views FROM saved_views WHERE owner = ?");
    this.#found = statements.prepare("view.found", `SELECT ${COLUMNS} FROM saved_views WHERE id = ?`);
    this.#add = statements.prepare(
      "view.add",
      `INSERT INTO saved_views (owner, name, is_shared, page, query, sort, columns, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
    );
    this.#change = statements.prepare(
      "view.change",
      `UPDATE OR IGNORE saved_views SET name = ?, is_shared = ?, page = ?, query = ?, sort = ?, columns = ?, updated_at = ?
       WHERE id = ? RETURNING ${COLUMNS}`,
    );
    this.#remove = statements.prepare("view.remove", "DELETE FROM saved_views WHERE id = ?");
  }

  count(owner: string): number {
    return this.#count.get(owner)?.views ?? 0;
  }

  found(id: number): ViewRow | null {
    return rowOf(this.#found.get(id));
  }

  /** Null: the owner has one of the name. */
  add(owner: string, view: ViewContent, now: number): ViewRow | null {
    return rowOf(this.#add.get(owner, ...valuesOf(view), now, now));
  }

  /** Null: its owner has another one of the name. */
  change(id: number, view: ViewContent, now: number): ViewRow | null {
    return rowOf(this.#change.get(...valuesOf(view), now, id));
  }

  remove(id: number): void {
    this.#remove.run(id);
  }
}

/** Reads `saved_views`. */
export class ViewReader {
  readonly #all: Statement<StoredView>;
  readonly #ofPage: Statement<StoredView>;

  constructor(statements: Statements) {
    this.#all = statements.prepare("views.saved", ownAndShared(""));
    this.#ofPage = statements.prepare("views.saved_of_page", ownAndShared("AND page = ?"));
  }

  list({ owner, page, after, limit }: ViewQuery): readonly ViewRow[] {
    const range = page === null ? [owner, after] : [owner, after, page];
    const rows = (page === null ? this.#all : this.#ofPage).all(...range, ...range, limit);
    return rows.flatMap((row) => rowOf(row) ?? []);
  }
}

/** Two ranges of an index that are merged by id, since one condition for both would need a sort. */
function ownAndShared(isOfPage: string): string {
  return `SELECT ${COLUMNS} FROM saved_views WHERE owner = ? AND id > ? ${isOfPage}
    UNION ALL SELECT ${COLUMNS} FROM saved_views WHERE is_shared = 1 AND owner <> ? AND id > ? ${isOfPage}
    ORDER BY id LIMIT ?`;
}

function valuesOf({ name, is_shared: isShared, page, query, sort, columns }: ViewContent): (string | number)[] {
  return [name, isShared ? 1 : 0, page, query, sort, JSON.stringify(columns)];
}

function rowOf(stored: StoredView | undefined): ViewRow | null {
  if (stored === undefined) return null;
  return { ...stored, is_shared: stored.is_shared === 1, columns: JSON.parse(stored.columns) as readonly string[] };
}
