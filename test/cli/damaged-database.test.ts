import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { newTask, NOW } from "../store/factories.ts";
import { Place } from "./harness.ts";

const COMMANDS = [
  "tasks",
  "tasks --json",
  "tasks -q x",
  "task 1",
  "why 1",
  "why-not test --at 2026-03-01T05",
  "trigger test",
];

test("a command on a damaged database says so in one sentence, and what to do", async (t) => {
  const place = new Place(t, { "flowlord.toml": 'workflow = "./flow.toml"\nstatus_port = 0\n', "flow.toml": "" });
  const path = join(place.dir, "tasks.db");
  const store = await openStore({ path, now: () => NOW, newId: () => "test" });
  await store.createTasks([newTask()], NOW);
  await store.close();
  const db = connect(path, { readonly: false, cacheKib: 64 });
  db.exec(`
    UPDATE task_records SET created = 9007199254740991, decided_at = 9007199254740991;
    UPDATE decisions SET data = '{';
    DELETE FROM search_progress`);
  db.close();
  const damaged: string[] = [];
  for (const command of COMMANDS) {
    const { code, err } = await place.run(command.split(" "));
    assert.doesNotMatch(err, /unexpected|^\s+at /m, command);
    if (
      /^flowlord: Database .*tasks\.db: a stored value cannot be read .*: stop Flowlord, then restore a backup/.test(
        err,
      )
    ) {
      assert.equal(code, 1);
      damaged.push(command);
    }
  }
  assert.deepEqual(damaged, ["tasks --json", "tasks -q x", "task 1", "why 1"]);
});
