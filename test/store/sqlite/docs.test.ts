import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { openBare, openScratch, scratchFolder } from "./scratch.ts";

/** Tables and columns of `docs/database.md`: a heading for each table, a row that begins with the name for each column. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(new URL("../../../docs/database.md", import.meta.url), "utf8");
  const sections = page.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")),
      Array.from(section.matchAll(/^\| `(\w+)` \|/gm), (match) => match[1] ?? ""),
    ]),
  );
}

it("docs/database.md lists every table and column, in order, and no other", async () => {
  const path = join(scratchFolder(), "tasks.db");
  await (await openScratch(path)).close();
  const db = openBare(path);
  const tables = db
    .prepare<[], { name: string }>(
      // The internal tables of a virtual table are not documented.
      `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'
       AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid`,
    )
    .all();
  const columns = db.prepare<[string], { name: string }>("SELECT name FROM pragma_table_info(?)");
  const real = new Map(tables.map(({ name }) => [name, columns.all(name).map((column) => column.name)]));
  db.close();
  assert.deepEqual(documented(), real);
});
