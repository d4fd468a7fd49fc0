import { connect, type Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { migrate, readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import { NOW } from "../../factories.ts";

/** They are of one program start to the next, or belong to the search, which fills them itself. */
const WITHOUT_ROWS = /^(?:schema_migrations|id_sequences|search_progress|task_search|task_blocks)/;

/** A file as the program of that schema left it, with `rows` rows in every table, and with values in every column. */
export function writeOldDatabase(path: string, version: number, rows = 3): void {
  const db = connect(path, { readonly: false, cacheKib: 1024 });
  try {
    migrate(db, readMigrations().slice(0, version), NOW);
    // Each row refers to those of its number, which may come later.
    db.pragma("foreign_keys = OFF");
    db.transaction(() => tablesOf(db).forEach((table) => fill(db, table, rows)))();
    if (has(db, "id_sequences")) db.prepare("UPDATE id_sequences SET high_id = max(high_id, ?)").run(rows);
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}

/** The tables that have rows, by name. */
export function contentOf(path: string): ReadonlyMap<string, readonly Record<string, unknown>[]> {
  const db = connect(path, { readonly: true, cacheKib: 1024 });
  try {
    return new Map(
      tablesOf(db).map((table) => [
        table,
        db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1, 2`).all(),
      ]),
    );
  } finally {
    db.close();
  }
}

function tablesOf(db: Connection): readonly string[] {
  return db
    .prepare<[], { name: string }>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
    .map(({ name }) => name)
    .filter((name) => !WITHOUT_ROWS.test(name));
}

function has(db: Connection, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) !== undefined;
}

function fill(db: Connection, table: string, rows: number): void {
  const { sql = "" } =
    db.prepare<[string], { sql: string }>("SELECT sql FROM sqlite_schema WHERE name = ?").get(table) ?? {};
  const columns = db
    .prepare<[string], { name: string; type: string }>("SELECT name, type FROM pragma_table_info(?)")
    .all(table);
  const insert = db.prepare(
    `INSERT INTO ${table} (${columns.map(({ name }) => `"${name}"`).join()}) VALUES (${columns.map(() => "?").join()})`,
  );
  for (let row = 1; row <= rows; row += 1) insert.run(columns.map(({ name, type }) => valueOf(name, type, sql, row)));
}

/** One that the CHECK constraints of the table allow; a text is also JSON. */
function valueOf(name: string, type: string, sql: string, row: number): unknown {
  // The first start after a restore changes what it holds.
  if (name === "state" && sql.startsWith("CREATE TABLE restores")) return "none";
  const [, first] = new RegExp(`\\b${name}(?: IN \\(| = )('\\w+'|0|FALSE)`).exec(sql) ?? [];
  if (first !== undefined) return first.startsWith("'") ? first.slice(1, -1) : 0;
  if (name === "ends_at") return row + 1;
  return type === "TEXT" ? `[${row}]` : type === "REAL" ? row / 2 : row;
}
