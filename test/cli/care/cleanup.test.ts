import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

const CONFIG = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "Pacific/Auckland"\n[retention]\nalert_records_days = 365\n',
  "flows/a.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n',
};

async function place(t: TestContext): Promise<Place> {
  const at = new Place(t, CONFIG);
  await at.run(["trigger", "a"]);
  return at;
}

test("cleanup counts, and deletes only with --yes", async (t) => {
  const at = await place(t);
  const dry = await at.run(["cleanup"]);
  assert.deepEqual([dry.code, dry.err], [0, ""]);
  assert.match(
    dry.out,
    /^TABLE +WOULD DELETE +BELONGING +WHAT \(Pacific\/Auckland\)\ntask_records +0 +0 +ended before \d{4}-/,
  );
  assert.match(dry.out, /Nothing is old enough\.\n$/);
  const one = await at.run(["cleanup", "--table", "task_records", "--older-than", "2h", "--yes", "--json"]);
  assert.equal(one.code, 0);
  const [cleanup] = jsonLines(one.out);
  assert.partialDeepStrictEqual(cleanup, {
    state: "done",
    dry_run: false,
    tables: [{ table: "task_records", deleted: 0, belonging: {} }],
  });
  const [also] = jsonLines((await at.run(["cleanup", "--no-dry-run", "--json"])).out);
  assert.equal(also?.["dry_run"], false);
  const audit = jsonLines((await at.run(["audit", "--json"])).out).map((row) => row["act"]);
  assert.deepEqual(audit, ["retention.start", "retention.start", "run"], "a dry run leaves no entry");
});

test("cleanup refuses what it cannot do, with exit code 1", async (t) => {
  const at = await place(t);
  for (const [args, sentence] of [
    [["--table", "users"], /"users" is no table with a retention of its own: those are task_records, /],
    [["--older-than", "soon"], /"soon" is not an age: write days or hours, as in 30d or 36h\./],
    [["--older-than", "1m", "--yes"], /older_than is less than an hour/],
  ] as const) {
    const { code, out, err } = await at.run(["cleanup", ...args]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, sentence);
  }
});

test("retention lists the policies, and sets and resets one", async (t) => {
  const at = await place(t);
  const listed = async () => jsonLines((await at.run(["retention", "--json"])).out);
  const of = async (name: string) => (await listed()).find(({ table }) => table === name);
  assert.partialDeepStrictEqual(await of("task_records"), { days: 90, source: "default" });
  assert.partialDeepStrictEqual(await of("alert_records"), { days: 365, source: "config" });
  assert.match(
    (await at.run(["retention"])).out,
    /^TABLE +KEPT +ROWS +ARCHIVED +SOURCE +CLEANED UP \(Pacific\/Auckland\) +SINCE\ntask_records +90 days +any +no +default +never/,
  );
  const set = async (...args: string[]) => await at.run(["retention", "set", "task_records", ...args]);
  assert.match((await set("--days", "30")).out, /task_records +30 days +any +no +set by /);
  assert.match((await set("--max-rows", "5")).out, /task_records +30 days +5 /, "the days stay");
  assert.match((await set("--off")).out, /task_records +off +5 /);
  assert.match((await set("--reset")).out, /task_records +90 days +any +no +default/);
  for (const args of [[], ["--on", "--off"], ["--reset", "--days", "3"], ["--days", "0"]])
    assert.equal((await set(...args)).code, 2, args.join(" "));
  const { code, err } = await at.run(["retention", "set", "users", "--days", "3"]);
  assert.equal(code, 1);
  assert.match(err, /"users" is no table/);
});
