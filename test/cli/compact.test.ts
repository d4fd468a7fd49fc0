import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { newTask, NOW, taskMessage } from "../store/factories.ts";
import { openScratch } from "../store/sqlite/scratch.ts";
import { Place } from "./harness.ts";

const CONFIG = '[sqlite]\nlocal_path = "{config_dir}/tasks.db"\n';

async function withTasks(t: TestContext): Promise<{ readonly place: Place; readonly path: string }> {
  const place = new Place(t, { "flowlord.toml": CONFIG });
  const path = join(place.dir, "tasks.db");
  const store = await openScratch(path);
  await store.createTasks([newTask({ message: taskMessage({ id: "run" }) })], NOW);
  await store.close();
  return { place, path };
}

test("flowlord compact says what became smaller, as text and as JSON", async (t) => {
  const { place, path } = await withTasks(t);
  const { code, out, err } = await place.run(["compact"]);
  assert.deepEqual([code, err.split("\n").length], [0, 3]);
  assert.match(err, /^Copying .*tasks\.db \(\d+ kB\) without its gaps …\nChecking the new file …\n$/);
  assert.match(out, /^compacted .*tasks\.db: \d+ kB → \d+ kB, \d+ rows checked\n$/);
  const json = await place.run(["compact", "--json"]);
  const done = JSON.parse(json.out) as Record<string, unknown>;
  assert.deepEqual(Object.keys(done), ["path", "before", "after", "rows"]);
  assert.equal(done["path"], path);
});

test("flowlord compact refuses with the reason: an instance runs, no database, a wrong flag", async (t) => {
  const { place, path } = await withTasks(t);
  const store = await openScratch(path);
  const running = await place.run(["compact"]);
  await store.close();
  assert.equal(running.code, 1);
  assert.match(running.err, /^flowlord: Database .*: another Flowlord is running on it; stop that one/);
  const missing = await place.run(["compact", "--set", "sqlite.local_path=none.db"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /none\.db: the file does not exist, so there is nothing to compact/);
  assert.equal(existsSync(join(place.dir, "none.db")), false);
  assert.equal((await place.run(["compact", "--now"])).code, 2);
});

test("flowlord compact leaves what is no database as it is", async (t) => {
  const place = new Place(t, { "flowlord.toml": CONFIG, "tasks.db": "text" });
  const { code, err } = await place.run(["compact"]);
  assert.equal(code, 1);
  assert.match(err, /the file is not an SQLite database/);
  assert.equal(readFileSync(join(place.dir, "tasks.db"), "utf8"), "text");
});
