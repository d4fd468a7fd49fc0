import assert from "node:assert/strict";
import { currentUser } from "../../src/cli/alerts/current-user.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { jsonLines, Place } from "./harness.ts";

const DAILY = `
[[phase]]
task = "load:daily"
rule = "cron=0 5 * * *&offset=-24h"
template = "?day={yyyy}-{mm}-{dd}"

[[phase]]
task = "clean"
dependsOn = "load"
template = "{meta:file}"

[[phase]]
task = "hourly"
rule = "cron=30 * * * *&for=-2h&by=hour&paused=true"
`;

const FILES = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
  "flows/daily.toml": DAILY,
};

/** A bus with workers in other processes. */
const ELSEWHERE = { FLOWLORD_BUS__BUS: "file" };

test("check says nothing against good files, and 1 with every issue of bad ones", async (t) => {
  const location = new Place(t, FILES);
  location.env = ELSEWHERE;
  assert.deepEqual(await location.run(["check"]), { code: 0, out: "1 file, 0 errors, 0 warnings\n", err: "" });
  location.write("flows/sub/bad.toml", '[[phase]]\ntask = "a"\nrule = "cron=99 * * * *"\n');
  const { code, out } = await location.run(["check"]);
  assert.equal(code, 1);
  assert.match(out, /^flows\/sub\/bad\.toml:3:\d+: error bad_cron: .+ \(.+\)\n2 files, 1 error, 0 warnings\n$/);
  assert.equal((await location.run(["check", "flows/daily.toml"])).code, 0, "a path is checked alone");
  const json = await location.run(["check", "--json"]);
  assert.equal(json.code, 1);
  const [report] = jsonLines(json.out);
  assert.equal(report?.["errors"], 1);
  assert.equal(report?.["files"], 2);
});

test("a result that no worker reports is refused with the right word, in the flag and in a query", async (t) => {
  const location = new Place(t, FILES);
  for (const args of [
    ["--result", "failed"],
    ["-q", "result:failed"],
  ]) {
    const { code, err } = await location.run(["tasks", ...args]);
    assert.equal(code, 2);
    assert.match(err, /result is called error/);
  }
  assert.match((await location.run(["tasks", "-q", "result!=complete"])).err, /as in -result:value/);
});

test("check also says what is odd in the configuration", async (t) => {
  const location = new Place(t, { ...FILES, "flowlord.toml": `${FILES["flowlord.toml"]}refreh = "1m"\n` });
  const { code, out } = await location.run(["check"]);
  assert.equal(code, 0);
  assert.match(out, /^flowlord\.toml:3:1: warning unknown_key: .*\(did you mean `refresh`\?\)\n/);
});

test("check and the start say which keys have no effect yet; an unknown scheme is refused by both", async (t) => {
  const location = new Place(t, {
    ...FILES,
    "flowlord.toml": `${FILES["flowlord.toml"]}[file]\nfile_compression = "size"\n`,
  });
  location.env = ELSEWHERE;
  const warning = /flowlord\.toml:4:1: warning no_effect: `file\.file_compression`: without effect/;
  const checked = await location.run(["check"]);
  assert.equal(checked.code, 0);
  assert.match(checked.out, warning);
  assert.match(checked.out, /1 file, 0 errors, 1 warning\n$/);
  // It says so before anything else, here before it finds that there is nothing to run.
  assert.match((await location.run(["serve", "--set", "workflow=nowhere"])).err, warning);
  for (const command of ["check", "serve"]) {
    const { code, err } = await location.run([command, "--set", "workflow=ftp://bucket/flows"]);
    assert.equal(code, 1, command);
    assert.match(err, /error bad_value: `workflow` has the unknown scheme ftp:\/\//);
  }
});

test("a missing path is one sentence and 1", async (t) => {
  const location = new Place(t, FILES);
  for (const command of ["check", "schedule"]) {
    const { code, err } = await location.run([command, "nowhere/"]);
    assert.equal(code, 1);
    assert.match(err, /^flowlord: .*nowhere.*\n$/);
  }
});

test("config shows values with their sources and hides secrets", async (t) => {
  const location = new Place(t, {
    ...FILES,
    "flowlord.toml": `${FILES["flowlord.toml"]}[slack]\nurl = "http://x/hidden"\n`,
  });
  location.env = { DONE_TOPIC: "finished", FLOWLORD_FILE__SECRET_KEY: "hidden" };
  const { code, out } = await location.run(["config", "--set", "refresh=1m"]);
  assert.equal(code, 0);
  assert.match(out, /^workflow = "\.\/flows" +# file: flowlord\.toml:1$/m);
  assert.match(out, /^done_topic = "finished" +# environment: DONE_TOPIC$/m);
  assert.match(out, /^refresh = "1m" +# flag: --set refresh$/m);
  assert.match(out, /^status_port = 8080 +# default$/m);
  const json = await location.run(["config", "--json"]);
  const [shown] = jsonLines(json.out);
  assert.ok(Array.isArray(shown?.["settings"]));
  const legacy = await location.run(["-show"]);
  const template = await location.run(["-g", "toml"]);
  for (const text of [out, json.out, legacy.out, template.out]) assert.doesNotMatch(text, /hidden/);
  assert.equal((await location.run(["-g", "yaml"])).code, 2);
});

test("a bad configuration is 1 with its line, for every command that reads it", async (t) => {
  const location = new Place(t, { ...FILES, "flowlord.toml": 'refresh = "soon"\n' });
  for (const command of ["serve", "check", "config", "schedule", "tasks"]) {
    const { code, err } = await location.run([command]);
    assert.equal(code, 1, command);
    assert.match(err, /^flowlord\.toml:1:1: error wrong_type: `refresh` takes a duration/);
  }
});

test("without -c: FLOWLORD_CONFIG, then flowlord.toml, and -c before both", async (t) => {
  const location = new Place(t, { ...FILES, "a.toml": 'host = "a"\n', "b.toml": 'host = "b"\n' });
  const host = async (...args: string[]) => /^host = "(.*?)"/m.exec((await location.run(["config", ...args])).out)?.[1];
  assert.equal(await host(), "localhost");
  location.env = { FLOWLORD_CONFIG: "a.toml" };
  assert.equal(await host(), "a");
  assert.equal(await host("-c", "b.toml"), "b");
  const missing = await location.run(["config", "-c", "nowhere.toml"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /nowhere\.toml: error unreadable: there is no such file/);
});

test("in the clone's own folder the configuration is the quickstart's", async (t) => {
  const location = new Place(t, {});
  const clone = join(import.meta.dirname, "../..");
  const { code, out } = await location.run(["config"], "", clone);
  assert.equal(code, 0);
  assert.match(out, /examples\/quickstart\/flowlord\.toml/);
});

test("schedule lists coming ticks with the task time and info they will have, and one row for a paused phase", async (t) => {
  const location = new Place(t, FILES);
  location.write(
    "flows/other.toml",
    '[[phase]]\ntask = "tick"\nrule = "cron=0 4 * * *&for=-2h&by=hour"\ntemplate = "?h={hh}"\n',
  );
  const { code, out } = await location.run(["schedule", "-n", "4"]);
  assert.equal(code, 0);
  assert.deepEqual(
    out
      .split("\n")
      .slice(1)
      .map((line) => line.replaceAll(/ {2,}/g, " | ")),
    [
      "2026-03-01 12:30:00 | 2026-03-01T12 | daily.toml | hourly | no task: paused by its file",
      "2026-03-02 04:00:00 | 2026-03-02T04 | other.toml | tick | ?h=04 | (and 2 more)",
      "2026-03-02 05:00:00 | 2026-03-01T05 | daily.toml | load:daily | ?day=2026-03-01",
      "2026-03-03 04:00:00 | 2026-03-03T04 | other.toml | tick | ?h=04 | (and 2 more)",
      "",
    ],
  );
});

test("schedule shows times in any zone, and as JSON the instants", async (t) => {
  const location = new Place(t, FILES);
  const { out } = await location.run(["schedule", "-n", "2", "--zone", "America/New_York", "--json"]);
  assert.deepEqual(jsonLines(out).slice(1), [
    {
      scheduled_at: "2026-03-02T05:00:00Z",
      local_time: "2026-03-02 00:00:00",
      zone: "America/New_York",
      task_time: "2026-03-01T05:00:00Z",
      task_zone: "UTC",
      workflow: "daily.toml",
      type: "load",
      job: "daily",
      info: "?day=2026-03-01",
      tasks: 1,
      owner: "",
      description: "",
      runbook: "",
      links: [],
      notes: [],
    },
  ]);
  assert.equal((await location.run(["schedule", "--zone", "Mars/Base"])).code, 2);
});

test("schedule passes over a broken file and says so", async (t) => {
  const location = new Place(t, { ...FILES, "flows/bad.toml": "[[phase]\n" });
  const { code, out, err } = await location.run(["schedule"]);
  assert.equal(code, 1);
  assert.match(err, /bad\.toml has errors/);
  assert.match(out, /load:daily/);
});

test("trigger creates a task in the database while no instance runs, and tasks and task show it", async (t) => {
  const location = new Place(t, FILES);
  const made = await location.run(["trigger", "load:daily", "--at", "2026-01-31T05", "--meta", "region=eu", "--json"]);
  assert.equal(made.code, 0, made.err);
  assert.match(made.err, /No instance is running: it is sent at the next start/);
  const [task] = jsonLines(made.out);
  assert.equal(task?.["info"], "?day=2026-01-31");
  assert.match(String(task?.["meta"]), /region=eu/);

  const [row] = jsonLines((await location.run(["tasks", "--json"])).out);
  assert.equal(row?.["type"], "load");
  assert.equal(row?.["job"], "daily");
  assert.equal(row?.["state"], "queued");
  assert.equal(row?.["task_time"], "2026-01-31T05:00:00Z");
  assert.equal(row?.["id"], task?.["id"]);
  assert.match((await location.run(["tasks", "--type", "load"])).out, /load:daily +queued/);
  assert.equal((await location.run(["tasks", "--type", "other"])).out, "No task matches.\n");
  assert.equal((await location.run(["tasks", "--state", "finished", "--json"])).out, "");

  const story = await location.run(["task", String(task?.["id"])]);
  assert.equal(story.code, 0, story.err);
  assert.match(story.out, /^load:daily {2}queued {2}record 1 of run /);
  assert.ok(story.out.includes(`created by hand (${currentUser()})`), story.out);
  const [history] = jsonLines((await location.run(["task", "1", "--json"])).out);
  assert.match(JSON.stringify(history?.["decisions"]), /"code":"created_by_hand","sentence":"created by hand/);
  const nobody = await location.run(["task", "99"]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /No task has the record number or run id "99"/);
});

test("run without a phase needs the info; a bad time is wrong usage", async (t) => {
  const location = new Place(t, FILES);
  const refused = await location.run(["trigger", "adhoc"]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^flowlord: no phase adhoc; give the task's info with --info/);
  assert.equal((await location.run(["trigger", "adhoc", "--info", "?x=1"])).code, 0);
  const open = await location.run(["trigger", "adhoc", "--info", "?d={dd}&r={meta:region}", "--json"]);
  assert.deepEqual([open.code, open.out], [1, ""]);
  assert.match(
    open.err,
    /^flowlord: adhoc is not created: \{dd\}, \{meta:region\} stay open in its info: write the values/,
  );
  assert.equal((await location.run(["trigger", "clean", "--at", "noonish"])).code, 2);
  assert.equal((await location.run(["trigger", ":x"])).code, 2);
});

test("send takes the lines of standard input; what is no task lands in the dead letters and can be redriven", async (t) => {
  const location = new Place(t, FILES);
  const done = JSON.stringify({
    type: "load",
    job: "daily",
    info: "é€😀",
    result: "complete",
    id: "r1",
    meta: "workflow=daily.toml",
  });
  const sent = await location.run(["publish", "done"], `${done}\r\n\nno task\n[1]`);
  assert.equal(sent.code, 0, sent.err);
  assert.equal(sent.out, "3 messages to done\n");
  const rows = jsonLines((await location.run(["tasks", "--json"])).out);
  assert.deepEqual(
    new Map(rows.map((row) => [row["type"], row["result"]])),
    new Map([
      ["load", "complete"],
      ["clean", ""],
    ]),
  );
  assert.equal(rows.find((row) => row["type"] === "load")?.["info"], "é€😀");
  const deadLetters = jsonLines((await location.run(["dead-letters", "--json"])).out);
  assert.deepEqual(
    deadLetters.map((deadLetter) => deadLetter["payload"]),
    ["[1]", "no task"],
  );
  assert.match((await location.run(["dead-letters"])).out, /no task/);
  const id = String(deadLetters[1]?.["id"]);
  assert.equal((await location.run(["dead-letters", "redrive", id])).out, "1 dead letter redriven\n");
  const twice = await location.run(["dead-letters", "redrive", id]);
  assert.equal(twice.code, 1, "it was redriven before");
  assert.equal((await location.run(["dead-letters", "redrive"])).code, 2);
  assert.equal((await location.run(["dead-letters", "redrive", "x"])).code, 2);
  assert.equal((await location.run(["dead-letters", "redrive", "--all", "--payload", "x"])).code, 2);
  assert.match(
    (await location.run(["dead-letters", "redrive", "1", "--payload", "nowhere.json"])).err,
    /^flowlord: --payload: "nowhere.json" cannot be read: ENOENT/,
  );
  assert.deepEqual(jsonLines((await location.run(["dead-letters", "redrive", "--all", "--json"])).out), [
    { redriven: 2 },
  ]);
  assert.equal((await location.run(["dead-letters", "redrive", "-n", "3", id])).code, 2, "a flag of the list");
});

test("reading commands make no database", async (t) => {
  const location = new Place(t, FILES);
  for (const args of [["tasks"], ["task", "1"], ["dead-letters"]]) {
    const { code, err } = await location.run(args);
    assert.equal(code, 1);
    assert.match(err, /^flowlord: .*the file does not exist; start Flowlord once/);
  }
  assert.ok(!existsSync(join(location.dir, "tasks.db")));
});

test("wrong usage is 2 and one sentence; help and version are 0", async (t) => {
  const location = new Place(t, FILES);
  for (const args of [
    ["tsks"],
    ["tasks", "--nope"],
    ["tasks", "-n", "0"],
    ["task"],
    ["tasks", "--state", "x"],
    ["-nope"],
    ["trigger"],
  ]) {
    const { code, out, err } = await location.run(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(err, /^flowlord: /, args.join(" "));
    assert.equal(out, "");
  }
  for (const args of [["--help"], ["tasks", "--help"], ["-v"], ["dead-letters", "redrive", "--help"]]) {
    const { code, out, err } = await location.run(args);
    assert.equal(code, 0, args.join(" "));
    assert.notEqual(out, "");
    assert.equal(err, "");
  }
});

test("serve without a workflow is wrong usage", async (t) => {
  const location = new Place(t, { "flowlord.toml": "" });
  const { code, err } = await location.run(["serve"]);
  assert.equal(code, 2);
  assert.match(err, /^flowlord: No workflow is configured/);
});
