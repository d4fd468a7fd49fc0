import { readMigrations } from "../../../../src/store/sqlite/database/migrate.ts";
import { childTask, doneDecider, doneMessage, newTask, NOW, taskMessage } from "../../factories.ts";
import { openScratch } from "../scratch.ts";

const [, , task, path = ""] = process.argv;

/** Works until it is killed. */
async function write(): Promise<void> {
  const store = await openScratch(path);
  const run = `run-${process.pid}`;
  const decider = doneDecider((message) => ({
    tasks: [0, 1].map((position) =>
      childTask({ position, message: taskMessage({ id: message.task.id, type: "clean" }) }),
    ),
  }));
  process.stdout.write("writing");
  for (let group = 0; ; group++) {
    const roots = Array.from({ length: 10 }, (_, n) => taskMessage({ id: `${run}-${group}-${n}` }));
    await store.createTasks(
      roots.map((message) => newTask({ message })),
      NOW,
    );
    const { outbox } = await store.ingestDone(
      roots.map((message) => doneMessage({ ...message, result: "complete" })),
      decider,
      NOW,
    );
    store.outboxSent(outbox);
    // Fall behind, so that records are found by their changes as well as by their ids.
    await store.indexSearch(15);
  }
}

/** A slow migration. */
async function migrate(): Promise<void> {
  const sql = `
    CREATE TABLE later (id INTEGER PRIMARY KEY, text TEXT);
    INSERT INTO later (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT hex(i) FROM n;
    CREATE TABLE later_still (id INTEGER PRIMARY KEY);`;
  process.stdout.write("migrating");
  const known = readMigrations();
  await openScratch(path, { known: [...known, { version: known.length + 1, name: "later.sql", sql }] });
}

await (task === "write" ? write() : migrate());
