import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

/** A database with one task, of 2 January 2026, and no instance. */
async function place(t: TestContext): Promise<Place> {
  const location = new Place(t, {
    "flow.toml": '[[phase]]\ntask = "a"\ncron = "0 5 * * *"\ntemplate = "?d={yyyy}-{mm}-{dd}"\n',
    "flowlord.toml":
      'workflow = "flow.toml"\ntimezone = "UTC"\n[bus]\nbus = "null"\n[sqlite]\nlocal_path = "tasks.db"\n',
  });
  assert.equal((await location.run(["trigger", "a", "--at", "2026-01-02"])).code, 0);
  return location;
}

const SPAN = ["backfill", "a", "--from", "2026-01-01", "--to", "2026-01-03"];
const SUMMARY = "2 tasks of a out of 3 times (2 new, 0 exists, 0 failed, 1 running).";

test("backfill lists the tasks that it would create, and creates none", async (t) => {
  const location = await place(t);
  const { code, out } = await location.run(SPAN);
  assert.equal(code, 0);
  assert.deepEqual(out.trimEnd().split("\n"), [
    "new      2026-01-01T05:00  ?d=2026-01-01",
    "new      2026-01-03T05:00  ?d=2026-01-03",
    `${SUMMARY} Nothing was created: --execute does.`,
  ]);
  const json = await location.run([...SPAN, "--json"]);
  assert.deepEqual(jsonLines(json.out)[0], {
    class: "new",
    task_time: "2026-01-01T05:00:00Z",
    task_zone: "UTC",
    type: "a",
    job: "",
    info: "?d=2026-01-01",
    meta: "cron=2026-01-01T05&workflow=flow.toml",
  });
  const csv = await location.run([...SPAN, "--csv"]);
  assert.equal(csv.out.split("\n")[1], "2026-01-01T05:00,new,a,,?d=2026-01-01,cron=2026-01-01T05&workflow=flow.toml");
  assert.equal(
    (await location.run(["backfill", "list"])).out.split("\n")[0]?.startsWith("There are no backfills."),
    true,
  );
});

test("backfill --execute wants to be sure, and its commands follow and change it", async (t) => {
  const location = await place(t);
  const unsure = await location.run([...SPAN, "--execute"]);
  assert.equal(unsure.code, 2);
  assert.ok(
    unsure.err.includes(`${SUMMARY} Nothing was done: create 2 tasks? Say --yes, or --yes --expect 2`),
    unsure.err,
  );
  const other = await location.run([...SPAN, "--execute", "--yes", "--expect", "3"]);
  assert.equal(other.code, 2);
  assert.match(other.err, /it would be 2 tasks, and --expect says 3/);
  const begun = await location.run([...SPAN, "--execute", "--yes", "--expect", "2", "--json"]);
  assert.deepEqual([begun.code, jsonLines(begun.out)], [0, [{ id: 1, total: 2 }]]);
  assert.match(begun.err, /goes on at the next start/);
  const shown = jsonLines((await location.run(["backfill", "show", "1", "--json"])).out)[0];
  assert.deepEqual([shown?.["state"], shown?.["step"], shown?.["total"]], ["running", "schedule", 2]);
  assert.equal((await location.run(["backfill", "pause", "1", "--reason", "later"])).code, 0);
  assert.match((await location.run(["backfill", "show", "1"])).out, /paused {2}0 % {2}0 of 2 done[^]*paused: later/);
  const again = await location.run(["backfill", "pause", "1"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /backfill 1 is paused: it cannot be paused/);
  assert.equal((await location.run(["backfill", "show", "7"])).code, 1);
});

test("backfill says what is wrong with a request", async (t) => {
  const location = await place(t);
  for (const [args, code, text] of [
    [["backfill", "a"], 2, /required option '--from/],
    [["backfill", "a", "--from", "yesterday"], 2, /--from takes a time/],
    [["backfill", "b", "--from", "2026-01-01"], 1, /no phase b; name one of: a/],
    [["backfill", "a", "--from", "2026-01-03", "--to", "2026-01-01"], 1, /ends before it begins/],
    [["backfill", "a", "--from", "2026-01-01", "--meta", "x"], 2, /"x" is not a pair/],
  ] as const) {
    const ran = await location.run(args);
    assert.equal(ran.code, code, ran.err);
    assert.match(ran.err, text);
  }
});
