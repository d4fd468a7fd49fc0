import assert from "node:assert/strict";
import test from "node:test";
import { jsonLines, Place } from "../harness.ts";

const FLOW = `
[[phase]]
task = "load:daily"
files = "/in/*/*/*/*.csv"
template = "{meta:file}?day={yyyy}-{mm}-{dd}"
`;
const CONFIG = 'workflow = "./flows"\ntimezone = "UTC"\nfile_topic = "files"\n';

function location(t: test.TestContext): Place {
  return new Place(t, { "flowlord.toml": CONFIG, "flows/daily.toml": FLOW });
}

/** Events as if they had come from the bus. */
async function arrive(at: Place, ...paths: readonly string[]): Promise<void> {
  const lines = paths.map((path) => JSON.stringify({ path, size: 1500, created: "2026-01-31T04:00:00Z" }));
  const { code, err } = await at.run(["publish", "files"], lines.join("\n"));
  assert.equal(code, 0, err);
}

const GOOD = "/in/2026/01/31/a.csv";
const BAD = "/in/2026/01/31/a.csx";

test("files lists events, newest first, by what they have in common", async (t) => {
  const at = location(t);
  await arrive(at, GOOD, BAD, GOOD);
  const { out } = await at.run(["files"]);
  assert.deepEqual(
    out
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/)),
    [
      ["ID", "RECEIVED (UTC)", "MATCH", "TASKS", "SIZE", "TASK TIME (UTC)", "PATH"],
      ...["3", "2", "1"].map((id, index) => {
        const cells = out.split("\n")[index + 1]?.split(/ {2,}/) ?? [];
        return [id, ...cells.slice(1)];
      }),
    ],
  );
  assert.match(out, /^3 .* 1 phase, again +1 +1\.50 kB +2026-01-31T00 +\/in\/2026\/01\/31\/a\.csv$/m);
  const ids = async (...flags: string[]): Promise<unknown[]> =>
    jsonLines((await at.run(["files", "--json", ...flags])).out).map((row) => row["id"]);
  assert.deepEqual(await ids(), [3, 2, 1]);
  assert.deepEqual(await ids("--unmatched"), [2]);
  assert.deepEqual(await ids("--matched", "-n", "1"), [3]);
  assert.deepEqual(await ids("--type", "load", "--job", "daily"), [3, 1]);
  assert.deepEqual(await ids("--type", "other"), []);
  assert.deepEqual(await ids("--path", "*.csx"), [2]);
  assert.deepEqual(await ids("--path", GOOD, "--before", "3"), [1]);
  assert.deepEqual(await ids("--since", "2100-01-01"), []);
  assert.deepEqual(await ids("--until", "2100-01-01", "--since", "2020-01-01"), [3, 2, 1]);
  assert.match((await at.run(["files", "-n", "2"])).err, /older ones: --before 2/);
  assert.equal((await at.run(["files", "--path", "/nowhere"])).out, "No file event matches.\n");
  for (const flags of [
    ["--matched", "--unmatched"],
    ["--job", "x"],
    ["--since", "soon"],
  ])
    assert.equal((await at.run(["files", ...flags])).code, 2, flags.join(" "));
});

test("files show tells all that is kept of an event", async (t) => {
  const at = location(t);
  await arrive(at, GOOD, GOOD);
  const { out, code } = await at.run(["files", "show", "2"]);
  assert.equal(code, 0);
  for (const text of [
    /^\/in\/2026\/01\/31\/a\.csv {2}event 2 {2}times in UTC$/m,
    /matched +load:daily of daily\.toml, record 2$/m,
    /task +load:daily, record 2: queued {2}\/in\/2026\/01\/31\/a\.csv\?day=2026-01-31$/m,
    /before +event 1 of the same file, .*: 1 phases, 1 tasks$/m,
    /started because \/in\/2026\/01\/31\/a\.csv matches `\/in\/\*\/\*\/\*\/\*\.csv` of load:daily$/m,
  ])
    assert.match(out, text);
  const [json] = jsonLines((await at.run(["files", "show", "1", "--json"])).out);
  assert.deepEqual(Object.keys(json ?? {}), [
    "event",
    "notes",
    "matches",
    "tasks",
    "near_misses",
    "decisions",
    "earlier",
    "later",
  ]);
  assert.equal((await at.run(["files", "show", "9"])).code, 1);
  assert.equal((await at.run(["files", "show", "x"])).code, 2);
});

test("files why shows letter by letter where an event and the nearest pattern parted", async (t) => {
  const at = location(t);
  await arrive(at, BAD);
  const { out, code } = await at.run(["files", "why", "1"]);
  assert.equal(code, 0);
  const [first = "", ...lines] = out.trimEnd().split("\n");
  assert.match(first, /^\/in\/2026\/01\/31\/a\.csx arrived as event 1, .*, and matched no phase\.$/);
  assert.deepEqual(lines, [
    "The nearest patterns at that time:",
    "",
    "load:daily of daily.toml, files",
    "  path     /in/2026/01/31/a.csx",
    "  pattern  /in/*   /* /* /*.csv",
    "                              ^",
    '  the pattern expects "v" here, the path has "x" (character 20 of the path, 15 of the pattern)',
  ]);
  at.write("flows/daily.toml", FLOW.replace("*.csv", "*.cs?"));
  const now = (await at.run(["files", "why", "1"])).out;
  assert.match(now, /The current workflow files match it; flowlord files redrive 1 creates the tasks:/);
  assert.match(now, /pattern {2}\/in\/\* {3}\/\* \/\* \/\*\.cs\?\n$/);
});

test("files why takes any path, before there is a database too", async (t) => {
  const at = location(t);
  const miss = await at.run(["files", "why", "/in/2026/01/31/x/a.csv"]);
  assert.equal(miss.code, 0);
  assert.match(miss.out, /matches no phase of the workflow files\. The nearest patterns:/);
  assert.match(miss.out, /the path has "\/"; `\*` does not take a slash/);
  assert.match((await at.run(["files", "why", GOOD])).out, /matches a phase of the workflow files/);
  const [json] = jsonLines((await at.run(["files", "why", GOOD, "--json"])).out);
  assert.equal(json?.["event"], null);
  assert.deepEqual(
    (json?.["matches"] as { task: string }[] | undefined)?.map(({ task }) => task),
    ["load:daily"],
  );
  await arrive(at, GOOD);
  assert.match(
    (await at.run(["files", "why", GOOD])).out,
    /arrived as event 1, .* matched load:daily of daily\.toml \(record 1\)/,
  );
  assert.equal((await at.run(["files", "why", "99"])).code, 1);
});

test("files redrive makes the tasks that the workflow of today wants, each once", async (t) => {
  const at = location(t);
  await arrive(at, GOOD, BAD, "/elsewhere");
  at.write("flows/daily.toml", FLOW.replace("*.csv", "*.cs?"));
  const dry = await at.run(["files", "redrive", "--unmatched", "--since", "2020-01-01", "--dry-run"]);
  assert.equal(
    dry.out,
    `event 2  ${BAD}: load:daily  ${BAD}?day=2026-01-31\n2 events scanned, 1 task would be created; 1 matches no phase\n`,
  );
  const made = await at.run(["files", "redrive", "--unmatched"]);
  assert.equal(made.code, 0, made.err);
  assert.match(
    made.out,
    /^event 2 {2}.*: load:daily \(record \d+\) .*\n2 events scanned, 1 task created; 1 matches no phase\n$/,
  );
  assert.match(made.err, /No instance is running: they are sent at the next start/);
  assert.match(
    (await at.run(["files", "redrive", "1", "2"])).out,
    /^2 events scanned, 0 tasks created; 2 matches had a task already \(--force creates another\)\n$/,
  );
  const [forced] = jsonLines((await at.run(["files", "redrive", "2", "--force", "--json"])).out);
  assert.equal((forced?.["tasks"] as unknown[] | undefined)?.length, 1);
  assert.equal(jsonLines((await at.run(["tasks", "--json"])).out).length, 3);
  const missing = await at.run(["files", "redrive", "77"]);
  assert.deepEqual([missing.code, missing.err], [1, "1 of the ids are not file events.\n"]);
  for (const args of [[], ["1", "--unmatched"], ["x"]])
    assert.equal((await at.run(["files", "redrive", ...args])).code, 2, args.join(" "));
});

test("files stats tells how many came, when they usually do, and what is missing", async (t) => {
  const at = location(t);
  const days = ["01", "02", "03", "04", "05", "06", "07", "08", "10"];
  await arrive(at, ...days.map((day) => `/in/2026/01/${day}/a.csv`), BAD);
  at.now = Date.now();
  const { out } = await at.run(["files", "stats"]);
  assert.match(out, /^all +10 +1 +9 +15\.0 kB +\d+ ms$/m);
  assert.match(out, /^load:daily +daily\.toml +10 +1 +9 +13\.5 kB +\d+ ms +\d+d \d+h after its time$/m);
  assert.match(out, /^missing for load:daily of daily\.toml: 2026-01-09T00 \(UTC\)$/m);
  const [all, phase] = jsonLines((await at.run(["files", "stats", "--hours", "--json"])).out);
  assert.deepEqual([all?.["events"], all?.["unmatched"], phase?.["matched"]], [10, 1, 9]);
  assert.deepEqual([phase?.["gaps"], phase?.["step_ms"]], [["2026-01-09T00:00:00Z"], 86_400_000]);
  const before = await at.run(["files", "stats", "--since", "2020-01-01", "--until", "2020-01-02"]);
  assert.match(before.out, /^all +0 +0 +0 +0 B$/m);
  assert.equal((await at.run(["files", "stats", "--since", "2026-02-01", "--until", "2026-01-01"])).code, 2);
});
