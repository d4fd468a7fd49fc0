import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

const FILES = {
  "flow.toml": '[[phase]]\ntask = "a"\ncron = "0 5 * * *"\ntemplate = "?d={yyyy}-{mm}-{dd}"\n',
  "flowlord.toml": 'workflow = "flow.toml"\ntimezone = "UTC"\n[bus]\nbus = "null"\n[sqlite]\nlocal_path = "tasks.db"\n',
};

/** A database with one task, of 2 January 2026, and no instance. */
async function place(t: TestContext): Promise<Place> {
  const location = new Place(t, FILES);
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
    about_at: "2026-01-01T05:00:00Z",
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
  assert.match(
    (await location.run(["backfill", "show", "1"])).out,
    /paused {2}0 % {2}0 of 2 done[^]*\n {2}reason: later\n/,
  );
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

test("backfill asks in a terminal, and does nothing without a yes", async (t) => {
  const location = await place(t);
  location.width = 120;
  const no = await location.run([...SPAN, "--execute"], "n\n");
  assert.deepEqual(no, { code: 1, out: "", err: `${SUMMARY}\nCreate 2 tasks? [y/N]\nNothing was done.\n` });
  assert.equal((await location.run([...SPAN, "--execute"], "y\n")).code, 0);
  assert.equal((await location.run(["backfill", "list", "--json"])).out.trim().split("\n").length, 1);
});

test("backfill with nothing to do says so, and creates nothing", async (t) => {
  const location = await place(t);
  const day = ["backfill", "a", "--from", "2026-01-02", "--execute"];
  const summary = "0 tasks of a out of 1 time (0 new, 0 exists, 0 failed, 1 running).";
  assert.deepEqual(await location.run(day), { code: 0, out: "", err: `${summary} Nothing to do.\n` });
  assert.equal((await location.run([...day, "--expect", "0"])).code, 0);
  assert.match((await location.run([...day, "--expect", "1"])).err, /it would be 0 tasks, and --expect says 1/);
  const listed = await location.run(["backfill", "a", "--from", "2026-01-02", "--csv"]);
  assert.deepEqual([listed.out, listed.err], ["task_time,class,type,job,info,meta\n", `${summary}\n`]);
});

test("a backfill is resumed, cancelled once, and followed", async (t) => {
  const location = await place(t);
  await location.run([...SPAN, "--execute", "--yes"]);
  await location.run(["backfill", "pause", "1"]);
  assert.match((await location.run(["backfill", "show", "1", "--follow"])).out, /^backfill 1 of a {2}paused/);
  assert.match((await location.run(["backfill", "list"])).out, /^ID +STATE.*\n1 +paused +a +2026-01-01 00:00/);
  const resumed = await location.run(["backfill", "resume", "1", "--json"]);
  assert.deepEqual(jsonLines(resumed.out), [{ slots: 2 }], "also before they are planned");
  assert.match((await location.run(["backfill", "resume", "1"])).err, /backfill 1 is running: it cannot be resumed/);
  assert.match((await location.run(["backfill", "retry-failed", "1"])).err, /backfill 1 has no failed slot/);
  assert.equal((await location.run(["backfill", "cancel", "1"])).out, "backfill 1: 2 slots cancelled\n");
  assert.match((await location.run(["backfill", "show", "1"])).out, /100 % {2}2 of 2 done \(.*, 2 cancelled\)/);
  const again = await location.run(["backfill", "cancel", "1"]);
  assert.deepEqual([again.code, again.out], [1, ""]);
  assert.match(again.err, /backfill 1 is cancelled: it cannot be cancelled/);
  for (const act of ["pause", "resume", "cancel", "retry-failed"]) {
    const unknown = await location.run(["backfill", act, "9"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /there is no backfill 9/);
    assert.equal((await location.run(["backfill", act, "x"])).code, 2);
    assert.equal((await location.run(["backfill", act])).code, 2);
  }
});

test("backfill says which flags do not go together", async (t) => {
  const location = await place(t);
  const from = ["backfill", "a", "--from", "2026-01-01"];
  for (const [args, text] of [
    [["backfill", ":x", "--from", "2026-01-01"], /TYPE or TYPE:JOB/],
    [[...from, "--json", "--csv"], /Choose one of --json and --csv/],
    [[...from, "--meta", "k=v", "--meta-file", "rows.csv"], /from --meta or from --meta-file/],
    [[...from, "--to", "soon"], /--to takes a time/],
    [[...from, "--only", "some"], /Allowed choices are/],
    [[...from, "--by", "year"], /Allowed choices are hour, day, week, month/],
    [[...from, "--order", "random"], /Allowed choices are oldest, newest/],
    [[...from, "--max-active", "0"], /--max-active/],
    [[...from, "--expect", "-1"], /--expect/],
  ] as const) {
    const { code, out, err } = await location.run(args);
    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, text);
  }
});

test("an hour that the clocks show twice is meant with both", async (t) => {
  const location = new Place(t, {
    ...FILES,
    "flow.toml": '[[phase]]\ntask = "a"\ncron = "0 * * * *"\ntimezone = "Europe/Berlin"\ntemplate = "?h={hh}"\n',
  });
  await location.run(["trigger", "a"]);
  const infos = async (...span: string[]): Promise<unknown[]> => {
    const { code, out, err } = await location.run(["backfill", "a", "--from", ...span, "--json"]);
    assert.equal(code, 0, err);
    return jsonLines(out).map(({ task_time: time }) => time);
  };
  assert.deepEqual(await infos("2025-10-26T02"), ["2025-10-26T02:00:00+02:00", "2025-10-26T02:00:00+02:00"]);
  assert.equal((await infos("2025-10-26T01", "--to", "2025-10-26T03")).length, 4);
  assert.deepEqual(await infos("2025-03-30T01", "--to", "2025-03-30T03"), [
    "2025-03-30T01:00:00+01:00",
    "2025-03-30T03:00:00+02:00",
  ]);
});
