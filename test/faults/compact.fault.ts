import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { damageOf } from "../../src/store/sqlite/backup/snapshot.ts";
import { newTask, NOW, taskMessage } from "../store/factories.ts";
import { openBare, openScratch, scratchFolder } from "../store/sqlite/scratch.ts";
import { contentOf } from "../store/sqlite/size/content.ts";
import { randomFrom, SEED } from "../support/seed.ts";

const TURNS = 100;
const CHILD = new URL("./killed/compact-child.ts", import.meta.url);

test("a compaction killed at any moment leaves the old file or the new one", { timeout: 600_000 }, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const folder = scratchFolder();
  const [original, path] = [join(folder, "original.db"), join(folder, "tasks.db")];
  const store = await openScratch(original);
  const tasks = Array.from({ length: 1000 }, (_, n) => newTask({ message: taskMessage({ id: `run-${n}` }) }));
  await store.createTasks(tasks, NOW);
  await store.indexSearch(5000);
  await store.close();
  const db = openBare(original);
  db.exec("CREATE TABLE gone (data BLOB)");
  db.exec(
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO gone SELECT randomblob(3000) FROM n",
  );
  db.exec("DROP TABLE gone");
  db.close();
  const whole = contentOf(original);
  const { size } = statSync(original);

  const begin = async () => {
    for (const name of readdirSync(folder)) if (name.startsWith("tasks.db")) rmSync(join(folder, name));
    copyFileSync(original, path);
    const child = fork(CHILD, [path], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
    const exited = once(child, "exit");
    await once(child, "message");
    return { child, exited };
  };
  const unharmed = await begin();
  const begun = performance.now();
  await unharmed.exited;
  const all = performance.now() - begun;
  assert.ok(statSync(path).size < size, "it is complete when nobody kills it");
  let complete = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const { child, exited } = await begin();
    await setTimeout(random() * all);
    child.kill("SIGKILL");
    await exited;
    if (statSync(path).size < size) complete += 1;
    assert.deepEqual(contentOf(path), whole);
    assert.deepEqual(damageOf(path), []);
  }
  t.diagnostic(`${complete} of ${TURNS} were complete`);
});
