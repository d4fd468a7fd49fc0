import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { parseTaskQuery } from "../../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../../src/contract/query/task-query-values.ts";
import { newTask, NOW, taskMessage } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";
import { searchOn } from "./search-rows.ts";

const QUERIES = [
  "",
  "type:load",
  "type:load job:eu,us",
  // As somebody with a part of the instance asks.
  "boom (workflow:sales/* OR type:load)",
  "type:load,copy state:running (workflow:sales/* OR type:l*)",
  "job:eu -type:load",
  "type:l* result:error",
  "result:error,alert created>-2h",
  "state:queued,overdue",
  "state:finished run>5m (queue>1m OR attempt>0)",
  "result:complete -result:error",
  "created:2026-03-01 OR started:2026-03-01",
  "ended:2026-03-01..2026-03-02",
  "task_time:2026-02 finished<now decided:today",
  "id:abc",
  "id:abc,def type:load",
  "id:a*",
  "record:1..1000 workflow:sales.toml",
  "note:boom",
  "note:* type:load -note:solved",
  "note:boom OR job:eu",
  "unresolved:true",
  "unresolved:true type:load created>-2h",
  "unresolved:false result:error",
  "-unresolved:true boom",
  "fingerprint:00a1,00b2 unresolved:true",
  "fingerprint:0* job:eu",
  "boom",
  "boom type:load created:today",
  "-boom origin:tick",
  "meta.file:*.gz attempt>=1",
  "(info:boom OR msg:bang) job:eu",
];

// A block is a row for 2,048 records: with only one of them, SQLite prefers a scan.
it("scans no table and sorts nothing, for any query", async () => {
  const path = join(scratchFolder(), "plan.db");
  const store = await openScratch(path);
  const tasks = Array.from({ length: 300 }, (_, n) =>
    newTask({ message: taskMessage({ id: `run-${n}`, type: `type-${n % 7}`, info: `${n} boom` }) }),
  );
  await store.createTasks(tasks, NOW);
  await store.indexSearch(200);
  const db = openBare(path);
  for (const isAnalyzed of [false, true]) {
    if (isAnalyzed) db.exec("ANALYZE");
    const asked = new Set<string>();
    for (const query of QUERIES) {
      const search = searchOn(db, 60_000);
      search.page({ query: parseTaskQuery(query, utcClock(NOW)), before: null, limit: 20 });
      for (const text of search.statements()) asked.add(text);
    }
    assert.ok(asked.size > 20, String(asked.size));
    for (const sql of asked) {
      const values = Array.from(sql.matchAll(/\?/g), () => 1);
      const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
      for (const { detail } of plan)
        assert.match(
          detail,
          /^SEARCH \w+ (EXISTS )?USING |^SCAN task_blocks$|^CORRELATED SCALAR SUBQUERY \d+$/,
          `${sql}: ${detail}`,
        );
    }
  }
  db.close();
  await store.close();
});
