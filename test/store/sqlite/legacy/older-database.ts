import { rmSync } from "node:fs";
import Database from "better-sqlite3";

/** A database of the recorded cases. */
export interface DescribedDatabase {
  readonly user_version: number;
  readonly tables: Readonly<Record<string, DescribedTable>>;
  readonly views: Readonly<Record<string, unknown>>;
}

interface DescribedTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly primary_key: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Write it to `path`, which must not exist. The importer reads only the name of a view, so any view will do. */
export function writeLegacyDatabase(path: string, database: DescribedDatabase): void {
  rmSync(path, { force: true });
  const db = new Database(path);
  try {
    db.pragma(`user_version = ${database.user_version}`);
    db.exec("BEGIN");
    for (const [name, table] of Object.entries(database.tables)) writeTable(db, name, table);
    for (const name of Object.keys(database.views)) db.exec(`CREATE VIEW "${name}" AS SELECT 1`);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

function writeTable(db: Database.Database, name: string, table: DescribedTable): void {
  const isRowid = table.primary_key.length === 1;
  const columns = table.columns.map(({ name: column, type }) => {
    const isKey = isRowid && table.primary_key[0] === column;
    return `"${column}" ${type}${isKey ? " PRIMARY KEY" : ""}`;
  });
  if (table.primary_key.length > 1)
    columns.push(`PRIMARY KEY (${table.primary_key.map((key) => `"${key}"`).join(", ")})`);
  db.exec(`CREATE TABLE "${name}" (${columns.join(", ")})`);
  const insert = db.prepare(`INSERT INTO "${name}" VALUES (${table.columns.map(() => "?").join(", ")})`);
  for (const row of table.rows) insert.run(...row);
}
