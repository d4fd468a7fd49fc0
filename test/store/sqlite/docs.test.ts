import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { openBare, openScratch, scratchFolder } from "./scratch.ts";

/** Tables and their columns, as `docs/database.md` tells them: a heading each, and a row that begins with the name. */
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

it("docs/database.md tells every table and column there is, in order, and no other", async () => {
  const path = join(scratchFolder(), "tasks.db");
  await (await openScratch(path)).close();
  const db = openBare(path);
  const tables = db
    .prepare<[], { name: string }>(
      // What a virtual table keeps its own data in is not for people.
      `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'
       AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid`,
    )
    .all();
  const columns = db.prepare<[string], { name: string }>("SELECT name FROM pragma_table_info(?)");
  const real = new Map(tables.map(({ name }) => [name, columns.all(name).map((column) => column.name)]));
  db.close();
  assert.deepEqual(documented(), real);
});
