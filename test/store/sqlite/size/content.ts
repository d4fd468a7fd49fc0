import { createHash } from "node:crypto";
import { openBare } from "../scratch.ts";

/** A digest of everything in each table, with the row ids. */
export function contentOf(path: string): Readonly<Record<string, string>> {
  const db = openBare(path);
  const tables = db
    .prepare<[], { name: string; wr: number }>(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name",
    )
    .all();
  const content = tables.map(({ name, wr }): [string, string] => {
    const columns = name === "sqlite_schema" ? "name, sql" : wr === 1 ? "*" : "rowid AS row_id, *";
    const rows = db.prepare(`SELECT ${columns} FROM "${name}" ORDER BY 1, 2`).all();
    return [name, createHash("sha256").update(JSON.stringify(rows)).digest("hex")];
  });
  db.close();
  return Object.fromEntries(content);
}
