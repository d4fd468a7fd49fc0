import type { Connection } from "../../src/store/sqlite/database/connection.ts";

interface Index {
  readonly name: string;
  readonly sql: string;
}

/**
 * Drop the indexes of the tables that are filled; returns the statements that create them again. To sort
 * once at the end costs less than finding each row's position. Those of few rows (a state, a result) stay: creating one again
 * reads the whole table. So do those that SQLite made for UNIQUE columns.
 */
export function dropIndexes(db: Connection, tables: readonly string[]): readonly Index[] {
  const found = db
    .prepare<unknown[], Index>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND (sql NOT LIKE '% WHERE %' OR sql LIKE '% IS NOT NULL%')
       AND tbl_name IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
    )
    .all(JSON.stringify(tables));
  for (const { name } of found) db.exec(`DROP INDEX "${name}"`);
  return found;
}

export function makeIndexes(db: Connection, indexes: readonly Index[], progress: (name: string) => void): void {
  for (const { name, sql } of indexes) {
    progress(name);
    db.exec(sql);
  }
}
