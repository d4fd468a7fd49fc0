import assert from "node:assert/strict";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { secondsText } from "../../../src/contract/time/instant.ts";
import { openStore } from "../../../src/store/sqlite/open.ts";
import { doneDecider, doneMessage, newTask, NOW, taskMessage } from "../../store/factories.ts";
import { jsonLines, Place } from "../harness.ts";

/** A place whose database has three tasks, one of them failed. */
async function location(t: TestContext): Promise<Place> {
  const made = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\ntimezone = "Europe/Berlin"\n',
    "flows/a.toml": "",
  });
  made.now = NOW + 60_000;
  const store = await openStore({ path: join(made.dir, "tasks.db"), now: () => NOW, newId: () => "test" });
  const tasks = ["load", "clean", "send"].map((type, n) =>
    newTask({ message: taskMessage({ id: `run-${n}`, type, info: `file-${n}.gz`, created: secondsText(NOW + n) }) }),
  );
  await store.createTasks(tasks, NOW);
  const times = { started: secondsText(NOW + 1000), ended: secondsText(NOW + 3000) };
  const failed = { ...tasks[1]?.message, ...times, result: "error", msg: "connection refused" };
  await store.ingestDone([doneMessage(failed)], doneDecider(), NOW);
  await store.close();
  return made;
}

test("tasks -q finds what the query says, together with the other filters", async (t) => {
  const made = await location(t);
  const found = await made.run(["tasks", "-q", '"connection refused" created:today', "--json"]);
  assert.deepEqual(
    jsonLines(found.out).map((row) => [row["type"], row["task_seconds"], row["queue_seconds"]]),
    [["clean", 2, 1]],
  );
  assert.equal(found.err, "");
  assert.equal((await made.run(["tasks", "-q", "created:today", "--type", "load"])).out.split("\n").length, 3);
  assert.deepEqual(await made.run(["tasks", "-q", "boom"]), { code: 0, out: "No task matches.\n", err: "" });
});

test("tasks -q reads days in the configured zone, and goes on with --before", async (t) => {
  const made = await location(t);
  assert.match((await made.run(["tasks", "-q", "created:2026-03-01T13"])).out, /send/, "12 UTC is 13 in Berlin");
  const first = await made.run(["tasks", "-q", "file", "-n", "2", "--json"]);
  assert.deepEqual(
    jsonLines(first.out).map((row) => row["type"]),
    ["send", "clean"],
  );
  const before = /older ones: --before (\d+)\n/.exec(first.err)?.[1] ?? "";
  const rest = await made.run(["tasks", "-q", "file", "-n", "2", "--json", "--before", before]);
  assert.deepEqual(
    jsonLines(rest.out).map((row) => row["type"]),
    ["load"],
  );
  assert.equal(rest.err, "");
});

test("tasks -q points at what is wrong with a query, with exit code 2", async (t) => {
  const made = new Place(t, { "flowlord.toml": 'workflow = "./flows"\n', "flows/a.toml": "" });
  const { code, out, err } = await made.run(["tasks", "-q", "boom typ:load"]);
  assert.deepEqual([code, out], [2, ""]);
  assert.match(err, /^flowlord: Unknown field "typ"; did you mean type\? .*\n {2}boom typ:load\n {7}\^\^\^\n$/);
});

test("stats counts by type and job and tells percentiles", async (t) => {
  const made = await location(t);
  const { out } = await made.run(["stats", "--last", "1h"]);
  assert.match(out, /^From 2026-03-01 12:00:00 until 2026-03-01 14:00:00 \(Europe\/Berlin\)\nTASK +TOTAL/);
  assert.match(out, /\nclean +1 +1 +2s +2s +2s +1s\n/);
  assert.match(out, /\nall +3 +1 +2 /);
  const [json] = jsonLines((await made.run(["stats", "--json"])).out);
  const kinds = json?.["kinds"] as { readonly total: number }[] | undefined;
  assert.deepEqual(
    kinds?.map(({ total }) => total),
    [1, 1, 1],
  );
  made.now += 30 * 86_400_000;
  assert.equal((await made.run(["stats"])).out, "No task was created in that span.\n");
  const bad = await made.run(["stats", "--last", "soon"]);
  assert.equal(bad.code, 2);
  assert.match(bad.err, /is no duration/);
});
