import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parseTaskQuery } from "../../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../../src/contract/query/task-query-values.ts";
import type { TaskQuery } from "../../../../src/contract/query/task-query.ts";
import type { TaskSearch } from "../../../../src/store/sqlite/search/task-search.ts";
import { NOW } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";
import { asked, plant, planted, searchOn, type Planted } from "./search-rows.ts";
import { fc, tries } from "../../../support/seed.ts";

function allPages(search: TaskSearch, query: TaskQuery, limit: number): number[] {
  const found: number[] = [];
  let before: number | null = null;
  for (;;) {
    const page = search.page({ query, before, limit });
    assert.ok(page.rows.length <= limit);
    assert.ok(before === null || page.next === null || page.next < before, "a page goes on further back");
    assert.equal(page.searched_to !== null, page.next !== null && page.rows.length < limit);
    found.push(...page.rows.map((row) => row.record_id));
    if (page.next === null) return found;
    before = page.next;
  }
}

describe("a search", async () => {
  const path = join(scratchFolder(), "search.db");
  const store = await openScratch(path);
  const db = openBare(path);
  after(async () => {
    db.close();
    await store.close();
  });

  function begin(rows: readonly Planted[]): void {
    for (const table of ["task_records", "task_failures", "task_search", "task_blocks", "search_pending"])
      db.exec(`DELETE FROM ${table}`);
    db.exec("UPDATE search_progress SET record_id = 0");
    plant(db, rows);
  }

  it("finds on all its pages what a filter finds, at any progress of the index", async () => {
    const given = fc.record({
      rows: planted,
      queries: fc.array(asked, { minLength: 4, maxLength: 8 }),
      steps: fc.integer({ min: 0, max: 6 }),
      changed: fc.array(fc.nat(), { maxLength: 6 }),
      limit: fc.integer({ min: 1, max: 12 }),
      isHurried: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ rows, queries, steps, changed, limit, isHurried }) => {
        begin(rows);
        for (let step = 0; step < steps; step++) await store.indexSearch(8);
        const now = changeSome(rows, changed);
        const search = searchOn(db, isHurried ? 0 : 60_000);
        for (const { text, holds } of queries) {
          const query = parseTaskQuery(text, utcClock(NOW));
          const wanted = now.filter(holds).map(({ id }) => id);
          assert.deepEqual(
            allPages(search, query, limit),
            wanted.toSorted((a, b) => b - a),
            text,
          );
        }
      }),
      tries(60),
    );
  });

  /** As the writer changes them: the index follows later. */
  function changeSome(rows: readonly Planted[], which: readonly number[]): readonly Planted[] {
    const chosen = new Set(which.map((index) => rows[index % rows.length]?.id));
    const update = db.prepare(
      `UPDATE task_records SET msg = ?, result = ?, state = ?, meta = ?, started = ?, ended = ?, finished_at = ${NOW} WHERE id = ?`,
    );
    const now = rows.map((row): Planted => {
      if (!chosen.has(row.id)) return row;
      const changed = {
        msg: "zzz",
        result: "error",
        state: "finished",
        meta: "",
        started: NOW,
        ended: NOW + 8_000_000,
      };
      update.run(...Object.values(changed), row.id);
      return { ...row, ...changed };
    });
    if (chosen.size > 0)
      db.prepare("INSERT INTO search_pending (record_ids) VALUES (?)").run(JSON.stringify([...chosen]));
    return now;
  }
});
