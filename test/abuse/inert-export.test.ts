import assert from "node:assert/strict";
import { test } from "node:test";
import { CORPUS, planted } from "./planted.ts";

/** The lines of CSV as a spreadsheet reads them that separates cells so: quotes count only at the beginning of a cell. */
function cells(text: string, separator: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    let cell = "";
    if (text[at] === '"') {
      at += 1;
      while (at < text.length && !(text[at] === '"' && text[at + 1] !== '"')) {
        cell += text[at];
        at += text[at] === '"' ? 2 : 1;
      }
      at += 1;
    }
    while (at < text.length && text[at] !== separator && text[at] !== "\n") {
      cell += text[at];
      at += 1;
    }
    found.push(cell);
  }
  return found;
}

test("no cell of an export is a formula, whatever separates them, and NDJSON has the exact text", async (t) => {
  const { url, asInstance, place } = await planted(t);
  const csv = await (await fetch(`${url}/api/tasks/export?format=csv`, { headers: asInstance })).text();
  const slots = await place.run([
    "backfill",
    "create",
    "shout",
    "--from",
    "2025-12-31",
    "--to",
    "2026-01-02",
    "--only",
    "all",
    "--csv",
  ]);
  for (const text of [csv, slots.out])
    for (const separator of [",", ";", "\t"])
      for (const cell of cells(text, separator)) {
        // Numbers are ours.
        if (/^-?\d+(?:\.\d+)?$/.test(cell)) continue;
        assert.doesNotMatch(
          cell,
          /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/,
          `${JSON.stringify(cell)} behind ${JSON.stringify(separator)}`,
        );
      }
  assert.ok(slots.out.includes("'=1+1"), slots.err);
  assert.ok(csv.includes("'=HYPERLINK("), "formulas are in it, as text");
  assert.deepEqual(cells('a,"b ""x"", c"\n"=1"', ","), ["a", 'b "x", c', "=1"], "and would be seen");

  const lines = (await (await fetch(`${url}/api/tasks/export?format=ndjson`, { headers: asInstance })).text()).split(
    "\n",
  );
  const infos = new Set(lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as { info: string }).info));
  for (const text of CORPUS) assert.ok(infos.has(text), JSON.stringify(text));
});
