import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { writeLegacyHistory } from "../../bench/import/legacy-history.ts";
import { freePort, Place, rows } from "./flowlord.ts";

/** As users of the older program have it: its spellings, its paths, nothing of ours. */
const WORKFLOW = `
[[Phase]]
Task = "fetch"
Rule = "cron=0 0 3 * * *&offset=-4h"
Retry = 2
Template = "gs://bucket/fetch/{yyyy}/{mm}/{dd}/{hh}/rows.json.gz"

[[Phase]]
Task = "load:eu"
DependsOn = "fetch"
Template = "gs://bucket/load/{yyyy}/{mm}/{dd}/rows.json.gz"
`;

async function oldPlace(t: TestContext, shape: "a" | "b", tasks: number): Promise<Place> {
  const place = new Place(t, {
    "workflows/group/fetch.toml": WORKFLOW,
    "flowlord.toml": `
workflow = "./workflows"
refresh = "15m"
done_topic = "done"
status_port = ${await freePort()}
host = "localhost"

[slack]
MinFrequency = "5m"

[bus]
bus = "nop"

[sqlite]
local_path = "./tasks.db"
task-ttl = "4h"
`,
  });
  writeLegacyHistory(place.path("tasks.db"), shape, tasks);
  return place;
}

function copies(place: Place): readonly string[] {
  return readdirSync(place.dir).filter((name) => name.includes(".before-import-"));
}

function countOf(place: Place, sql: string): number {
  return rows<{ n: number }>(place.path("tasks.db"), `SELECT count(*) AS n FROM ${sql}`)[0]?.n ?? 0;
}

test("an old config with an old database just works", { timeout: 120_000 }, async (t) => {
  const place = await oldPlace(t, "b", 3000);
  const before = readFileSync(place.path("tasks.db"));

  const early = await place.run(["tasks", "-c", "flowlord.toml"]);
  assert.equal(early.code, 1);
  assert.match(early.err, /database of the older Flowlord that was not imported yet: start Flowlord once/);

  const first = place.flowlord(["-c", "flowlord.toml"]);
  await first.says("Ctrl-C");
  assert.match(
    first.said,
    /The older Flowlord's database was imported in [\d.]+ s\.\n {2}task_records, 3,000 rows: 3,000 tasks/,
  );
  const [copy = "", ...others] = copies(place);
  assert.deepEqual(others, []);
  assert.ok(first.said.includes(copy));
  assert.deepEqual(readFileSync(place.path(copy)), before);
  const list = await place.run(["tasks", "-c", "flowlord.toml", "-n", "5", "--json"]);
  assert.equal(list.code, 0, list.err);
  assert.equal(list.out.trim().split("\n").length, 5);
  assert.match(list.out, /"workflow":"group\/\w+\.toml"/);
  assert.equal((await first.interrupt()).code, 0);
  assert.equal(countOf(place, "task_records"), 3000);
  assert.equal(countOf(place, "tasks WHERE task_time = 'N/A'") > 0, true, "the view answers as before");
  assert.equal(countOf(place, "dead_letters"), 0);

  const second = place.flowlord(["-c", "flowlord.toml"]);
  await second.says("Ctrl-C");
  assert.doesNotMatch(second.said, /older Flowlord/);
  assert.equal((await second.interrupt()).code, 0);
  assert.equal(countOf(place, "task_records"), 3000);
  assert.deepEqual(copies(place), [copy]);
});

test("killed in the middle, the next start begins again", { timeout: 240_000 }, async (t) => {
  const place = await oldPlace(t, "a", 150_000);
  const before = readFileSync(place.path("tasks.db"));
  for (const moment of ["importing it", "imported 50,000 of 150,000"]) {
    const process = place.flowlord(["-c", "flowlord.toml"]);
    await process.says(moment);
    await process.kill();
    assert.deepEqual(readFileSync(place.path("tasks.db")), before, "the file is as it was");
    assert.equal(copies(place).length, 1);
    assert.doesNotMatch(process.err, /was imported/);
  }
  const stopped = place.flowlord(["-c", "flowlord.toml"]);
  await stopped.says("imported 50,000 of 150,000");
  const { code } = await stopped.interrupt();
  assert.equal(code, 1);
  assert.match(stopped.err, /the file is unchanged, and the next start begins again/);

  const last = place.flowlord(["-c", "flowlord.toml"]);
  await last.says("Ctrl-C");
  assert.match(last.said, /task_log, 150,000 rows: [\d,]+ tasks, [\d,]+ results and repeats of these\n/);
  assert.equal((await last.interrupt()).code, 0);
  const [copy = ""] = copies(place);
  assert.deepEqual(readFileSync(place.path(copy)), before);
  assert.deepEqual(copies(place), [copy]);
  assert.equal(countOf(place, "dead_letters"), 0);
  const total = rows<{ n: number }>(place.path("tasks.db"), "SELECT sum(total) AS n FROM task_counts_daily")[0]?.n;
  assert.equal(countOf(place, "task_records"), total);
});
