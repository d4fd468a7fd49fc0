import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { newTask, NOW, taskMessage } from "../../store/factories.ts";
import { openBare, openScratch } from "../../store/sqlite/scratch.ts";
import { jsonLines, Place } from "../harness.ts";

const CONFIG = '[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n';

async function withTask(t: TestContext) {
  const place = new Place(t, { "flowlord.toml": CONFIG });
  const store = await openScratch(join(place.dir, "tasks.db"));
  t.after(() => store.close());
  await store.createTasks([newTask({ message: taskMessage({ id: "run" }) })], NOW);
  return { place, store };
}

function tasksIn(path: string): number {
  const db = openBare(path);
  try {
    return (db.prepare("SELECT count(*) AS tasks FROM task_records").get() as { tasks: number }).tasks;
  } finally {
    db.close();
  }
}

test("copies the database beside whoever has it open, as text and as JSON", async (t) => {
  const { place, store } = await withTask(t);
  const { code, out, err } = await place.run(["copy", "copy.db"]);
  assert.equal(code, 0, err);
  assert.match(out, /copy\.db: a copy of .*tasks\.db, \d+ kB, checked\n$/);
  await store.createTasks([newTask({ message: taskMessage({ id: "later" }) })], NOW);
  assert.equal(tasksIn(join(place.dir, "copy.db")), 1);
  const [json] = jsonLines((await place.run(["copy", "next.db", "--json"])).out);
  assert.deepEqual(Object.keys(json ?? {}), ["file", "database", "bytes"]);
  assert.equal(tasksIn(join(place.dir, "next.db")), 2);
  assert.deepEqual(
    readdirSync(place.dir).filter((name) => name.startsWith(".copying")),
    [],
  );
});

test("never writes over a file, and says what else is wrong", async (t) => {
  const { place } = await withTask(t);
  place.write("there.db", "mine");
  place.write("foreign.db", "no database");
  for (const [args, code, message] of [
    [["copy", "there.db"], 1, /there\.db is there already, and stays as it is/],
    [["copy", "tasks.db"], 1, /tasks\.db is there already/],
    [["copy", "nowhere/copy.db"], 1, /The folder .*nowhere does not exist/],
    [["copy", "gs://bucket/copy.db"], 2, /takes the path of a file on this machine/],
    [["copy"], 2, /missing required argument/],
    [["copy", "a.db", "--server", "http://localhost:1"], 2, /is about this machine/],
    [["copy", "a.db", "--set", "sqlite.local_path=missing.db"], 1, /missing\.db: the file does not exist/],
    [["copy", "a.db", "--set", "sqlite.local_path=foreign.db"], 1, /foreign\.db: the file is not an SQLite database/],
  ] as const) {
    const ran = await place.run(args);
    assert.deepEqual([ran.code, ran.out], [code, ""], args.join(" "));
    assert.match(ran.err, message);
  }
  assert.equal(readFileSync(join(place.dir, "there.db"), "utf8"), "mine");
  assert.equal(existsSync(join(place.dir, "a.db")), false);
});

test("a damaged database leaves no copy", async (t) => {
  const { place, store } = await withTask(t);
  for (let at = 0; at < 300; at += 1)
    await store.createTasks([newTask({ message: taskMessage({ id: `run-${at}`, info: "x".repeat(400) }) })], NOW);
  await store.close();
  const path = join(place.dir, "tasks.db");
  const bytes = readFileSync(path);
  // The pages of a table; the schema stays readable.
  bytes.fill(0xff, bytes.length - 60 * 4096, bytes.length - 20 * 4096);
  writeFileSync(path, bytes);
  const { code, err } = await place.run(["copy", "copy.db"]);
  assert.equal(code, 1);
  assert.match(err, /damaged/);
  assert.equal(existsSync(join(place.dir, "copy.db")), false);
});
