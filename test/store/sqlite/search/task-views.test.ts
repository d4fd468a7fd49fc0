import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { EVERY_TASK, type TaskQuery } from "../../../../src/contract/query/task-query.ts";
import { MAX_SCANNED } from "../../../../src/store/sqlite/search/scan-tasks.ts";
import { newTask, NOW, taskMessage } from "../../factories.ts";
import { openScratch, scratchFolder } from "../scratch.ts";

const LOADS: TaskQuery = { kind: "text", field: "type", values: [["load"]] };
const ODD: TaskQuery = { kind: "text", field: "type", values: [["lo", ""]] };

test("what is sorted or counted of very many records is their newest part, and says how far back it goes", async (t) => {
  const store = await openScratch(join(scratchFolder(), "views.db"));
  t.after(() => store.close());
  const count = MAX_SCANNED + 500;
  const add = (length: number, run: string) =>
    store.createTasks(
      Array.from({ length }, (_, n) =>
        newTask({ message: taskMessage({ id: `${run}-${n}`, type: "load", info: `?n=${n}` }) }),
      ),
      NOW,
    );
  await add(count, "run");
  const { views } = store.reads;
  const request = { query: ODD, by: "created", descending: false, limit: 3 } as const;
  const first = await views.sorted({ ...request, after: null });
  assert.ok(first.total <= MAX_SCANNED);
  assert.equal(first.searched_to, NOW);
  const from = count - first.total + 1;
  assert.deepEqual(
    first.rows.map(({ record_id: id }) => id),
    [from, from + 1, from + 2],
  );
  // New records and a slower machine change nothing about what is sorted.
  await add(10, "later");
  const second = await views.sorted({ ...request, after: first.next });
  assert.deepEqual(
    second.rows.map(({ record_id: id }) => id),
    [from + 3, from + 4, from + 5],
  );
  assert.deepEqual([second.total, second.searched_to], [first.total, NOW]);

  const facets = await views.facets(ODD);
  assert.equal(facets.searched_to, NOW);
  assert.deepEqual(facets.facets.type, [{ value: "load", count: facets.total }]);

  assert.equal(await views.total(EVERY_TASK), count + 10);
  assert.equal(await views.total(LOADS), count + 10);
  assert.equal(await views.total(ODD), null);
  const span = { from: NOW, until: NOW + 1, step: "hour", zone: "UTC" } as const;
  const counted = await views.histogram({ ...span, query: LOADS });
  assert.deepEqual([counted.buckets[0]?.total, counted.buckets[0]?.unfinished], [count + 10, count + 10]);
  assert.equal((await views.histogram({ ...span, query: ODD })).searched_to, NOW);
  assert.deepEqual(await views.attempts(count + 99), []);
  assert.deepEqual(
    (await views.attempts(7)).map(({ record_id: id }) => id),
    [7],
  );
});
