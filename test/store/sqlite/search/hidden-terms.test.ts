import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { DEFAULT_RULES } from "../../../../src/contract/redact/rules.ts";
import { parseTaskQuery } from "../../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../../src/contract/query/task-query-values.ts";
import { openSqliteStore } from "../../../../src/store/sqlite/open.ts";
import type { SqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import { decision, newTask, NOW, taskMessage } from "../../factories.ts";
import { scratchFolder } from "../scratch.ts";

const CANARY = "canary7f3a9";

async function storeWith(t: TestContext, readsInThread: boolean): Promise<SqliteStore> {
  const store = await openSqliteStore({
    path: `${scratchFolder()}/tasks.db`,
    now: () => NOW,
    newId: () => "test",
    readsInThread,
  });
  t.after(() => store.close());
  const meta = `db_password=${CANARY}&url=https%3A%2F%2Fu%3A${CANARY}%40h%2Fx&day=1&plain=word7&pin=envsecret9`;
  await store.createTasks(
    [
      newTask({ message: taskMessage({ id: "a", info: `Bearer ${CANARY}`, meta }) }),
      newTask({ message: taskMessage({ id: "b", meta: "day=1" }) }),
    ],
    NOW,
  );
  const note = { target: "task", target_id: 1, text: `the token: ${CANARY}x`, author: "ada" } as const;
  await store.notes.add(note, { recordId: 1, fileMessageId: null }, () => decision(), NOW);
  return store;
}

async function found(store: SqliteStore, text: string): Promise<readonly string[]> {
  const query = parseTaskQuery(text, utcClock(NOW));
  const { rows } = await store.reads.searchTasks({ query, before: null, limit: 10 });
  return rows.map(({ id }) => id);
}

for (const readsInThread of [false, true])
  test(`nothing is found by what is hidden, indexed or not, readsInThread: ${readsInThread}`, async (t) => {
    const store = await storeWith(t, readsInThread);
    for (const step of ["before", "after"]) {
      for (const query of [
        CANARY,
        `${CANARY.slice(0, 6)}*`,
        `info:${CANARY}`,
        `meta:${CANARY}`,
        `meta.db_password:${CANARY}`,
        "meta.db_password:c*",
        `meta.url:*${CANARY}*`,
        `note:${CANARY}x`,
      ])
        assert.deepEqual(await found(store, query), [], `${query}, ${step}`);
      assert.deepEqual(await found(store, `-${CANARY}`), ["b", "a"], "nor by what it has not");
      assert.deepEqual(await found(store, "word7"), ["a"]);
      assert.deepEqual(await found(store, "meta.day:1"), ["b", "a"]);
      assert.deepEqual(await found(store, "db_password"), ["a"], "the name is no secret");
      await store.indexSearch(100);
    }
  });

test("what new rules hide is not found from then on, also in records that are indexed", async (t) => {
  for (const readsInThread of [false, true]) {
    const store = await storeWith(t, readsInThread);
    await store.indexSearch(100);
    assert.deepEqual(await found(store, "envsecret9"), ["a"]);
    await store.useRedactRules({ ...DEFAULT_RULES, secrets: ["envsecret9"] });
    assert.deepEqual(await found(store, "envsecret9"), []);
    assert.deepEqual(await found(store, "meta.pin:envsecret9"), []);
  }
});
