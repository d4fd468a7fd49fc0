import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { alertApp, TOKEN } from "../../http/alert-app.ts";
import { jsonLines, Place } from "../harness.ts";

const ME = userInfo().username;
const CONFIG = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "Pacific/Auckland"\nfile_topic = "files"\n',
  "flows/a.toml":
    '[[phase]]\ntask = "a"\ncron = "@daily"\nretry = 1\n[[phase]]\ntask = "load:x"\nfiles = "/in/*"\n[[phase]]\ntask = "load:y"\ncron = "@daily"\n',
  "flows/b.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n',
};

/** Two tasks of `a`, of which record 1 has failed and was retried as record 3; a file event without a phase. */
async function place(t: TestContext): Promise<Place> {
  const at = new Place(t, CONFIG);
  await at.run(["trigger", "a"]);
  await at.run(["trigger", "a"]);
  await at.run(["mark", "1", "error", "--reason", "no disk", "--yes"]);
  await at.run(["publish", "files"], JSON.stringify({ path: "/out/a.csv", size: 1 }));
  return at;
}

async function added(at: Place, target: string, text: string, ...more: string[]): Promise<string> {
  const { code, out, err } = await at.run(["note", target, text, ...more]);
  assert.deepEqual([code, err], [0, ""]);
  return out;
}

test("a note on a task is shown with all its attempts, listed, and found by note:", async (t) => {
  const at = await place(t);
  assert.equal(await added(at, "1", "the disk\nwas   full"), "note 1 on a, record 1\n");
  assert.equal(await added(at, "task:3", "Größe 7"), "note 2 on a, record 3\n");
  for (const record of ["1", "3"]) {
    const { out } = await at.run(["task", record]);
    assert.match(
      out,
      new RegExp(`^ {2}note {7}1 by ${ME}, .*: the disk was full\n {2}note {7}2 by ${ME}, .*: Größe 7$`, "m"),
    );
    const [why] = jsonLines((await at.run(["why", record, "--json"])).out);
    assert.partialDeepStrictEqual(why?.["notes"], [{ id: 1, text: "the disk was full", author: ME }, { id: 2 }]);
  }
  assert.match((await at.run(["why", "1"])).out, new RegExp(`note 1 by ${ME}: the disk was full`));
  const listed = jsonLines((await at.run(["tasks", "--json"])).out);
  assert.deepEqual(
    listed.map((row) => [row["record_id"], (row["notes"] as object[]).length]),
    [
      [3, 2],
      [2, 0],
      [1, 2],
    ],
  );
  assert.match((await at.run(["tasks"])).out, /^RECORD .* NOTES {2}INFO\n3 .* 2\b/);
  const found = async (query: string): Promise<unknown[]> =>
    jsonLines((await at.run(["tasks", "-q", query, "--json"])).out).map((row) => row["record_id"]);
  assert.deepEqual(await found("note:DISK"), [3, 1]);
  assert.deepEqual(await found('note:"was full" result:error'), [1]);
  assert.deepEqual(await found('note:"full disk"'), []);
  assert.deepEqual(await found("note:grosse,gro* OR note:*7"), [3, 1]);
  assert.deepEqual(await found("note:*"), [3, 1]);
  assert.deepEqual(await found("-note:*"), [2]);
  assert.deepEqual(await found("type:a NOT note:disk"), [2]);
  assert.deepEqual(await found("full"), [], "words without a field are those of the task");
  const cancelled = await at.run(["cancel", "-q", "note:disk", "--yes"]);
  assert.equal(cancelled.out, "record 3 cancelled\n1 task cancelled\n");
});

test("a removed note is in no list, and why still has its text", async (t) => {
  const at = await place(t);
  await added(at, "1", "the disk was full");
  const removed = await at.run(["note", "1", "--remove", "1", "--reason", "it was not"]);
  assert.deepEqual(removed, { code: 0, out: "note 1 removed from a, record 1\n", err: "" });
  assert.equal((await at.run(["note", "1"])).out, "a, record 1 has no notes.\n");
  assert.equal((await at.run(["tasks", "-q", "note:*"])).out, "No task matches.\n");
  const { out } = await at.run(["why", "1"]);
  assert.match(out, new RegExp(`note 1 removed by hand \\(${ME}: it was not\\); ${ME} had written: the disk was full`));
  assert.equal(await added(at, "1", "another"), "note 2 on a, record 1\n", "a number does not come back");
  const [json] = jsonLines((await at.run(["note", "1", "--remove", "2", "--json"])).out);
  assert.deepEqual(json, { id: 2, target: "a, record 1" });
});

test("files, alerts, phases and days have notes, each shown with it", async (t) => {
  const at = await place(t);
  at.now = Date.now();
  assert.equal(await added(at, "file:1", "the supplier's test"), "note 1 on file 1, /out/a.csv\n");
  assert.match((await at.run(["files", "list"])).out, / NOTES {2}PATH\n.* 1 {6}\/out\/a\.csv/);
  assert.match((await at.run(["files", "show", "1"])).out, /note {7}1 by .*: the supplier's test/);
  assert.match((await at.run(["files", "show", "1"])).out, /note 1 by \S+: the supplier's test/);
  assert.match((await at.run(["files", "why", "1"])).out, /note {7}1 by .*: the supplier's test/);
  const [event] = jsonLines((await at.run(["files", "list", "--json"])).out);
  assert.partialDeepStrictEqual(event?.["notes"], [{ id: 1, text: "the supplier's test" }]);

  await at.run(["mark", "3", "error", "--reason", "no disk", "--yes"]);
  assert.equal(await added(at, "alert:1", "known"), "note 2 on alert 1\n");
  assert.match((await at.run(["alerts", "list"])).out, / NOTES {2}MESSAGE\n/);
  assert.match((await at.run(["alerts", "show", "1"])).out, /note {7}2 by .*: known/);
  const [alert] = jsonLines((await at.run(["alerts", "show", "1", "--json"])).out);
  assert.partialDeepStrictEqual(alert?.["notes"], [{ id: 2, text: "known" }]);

  assert.equal(await added(at, "phase:a", "ask first", "--workflow", "a.toml"), "note 3 on a of a.toml\n");
  assert.match((await at.run(["schedule"])).out, / NOTES {2}INFO\n/);
  const ticks = jsonLines((await at.run(["schedule", "-n", "3", "--json"])).out);
  assert.deepEqual(
    ticks.map((tick) => [tick["workflow"], tick["type"], (tick["notes"] as object[]).length]),
    [
      ["a.toml", "a", 1],
      ["a.toml", "load", 0],
      ["b.toml", "a", 0],
    ],
  );
  assert.match((await at.run(["why", "1"])).out, /note on its phase +3 by .*: ask first/);

  assert.equal(await added(at, "day:2026-11-30", "shops closed"), "note 4 on 2026-11-30\n");
  const whyNot = await at.run(["why-not", "a", "--workflow", "a.toml", "--at", "2026-11-30"]);
  assert.match(whyNot.out, /note {7}3 by .*: ask first\n {2}on the day +4 by .*: shops closed\n$/);
  const today = (await at.run(["note", "day:today", "quiet"])).out.replace(/^note 5 on (.*)\n$/, "$1");
  const here = new Intl.DateTimeFormat("en-CA", { timeZone: "Pacific/Auckland" }).format(Date.now());
  assert.equal(today, here, "by the clock of the configuration");
  assert.match((await at.run(["stats"])).out, new RegExp(`^${here}: note 5 by .*: quiet$`, "m"));
  const [stats] = jsonLines((await at.run(["stats", "--json"])).out);
  assert.partialDeepStrictEqual(stats?.["notes"], [{ day: here, id: 5, text: "quiet" }]);
  const [listed] = jsonLines((await at.run(["note", "phase:a", "--workflow", "a.toml", "--json"])).out);
  assert.partialDeepStrictEqual(listed, { target: "a of a.toml", notes: [{ id: 3, text: "ask first", author: ME }] });
});

test("what cannot be noted is refused with what there is", async (t) => {
  const at = await place(t);
  const refused: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["99", "x"], 1, /no task has the record number or run id 99; flowlord tasks lists/],
    [["file:9", "x"], 1, /no file event has the id 9; flowlord files list/],
    [["alert:9"], 1, /no alert has the id 9; flowlord alerts list/],
    [["phase:b", "x"], 1, /no phase `b` is in force/],
    [["phase:load", "x"], 1, /may be load:x of a\.toml, load:y of a\.toml: name the job .* --workflow/],
    [["phase:a", "x"], 1, /may be a of a\.toml, a of b\.toml/],
    [["day:2026-02-30", "x"], 1, /2026-02-30 is not a day; write it as in 2026-11-30/],
    [["1", ""], 2, /the note has no text/],
    [["1", " \u001b\n"], 1, /the note has no text/],
    [["1", "ü".repeat(2049)], 1, /the note has 4098 bytes, and at most 4096 are kept/],
    [["1", "--remove", "7"], 1, /a, record 1 has no note 7; it has none/],
    [["task", "x"], 1, /no task has the record number or run id task/],
    [["week:1", "x"], 2, /file:ID, alert:ID, phase:TYPE\[:JOB\] or day:2026-11-30, not "week:1"/],
    [["1", "x", "--remove", "1"], 2, /either a text, to add a note, or --remove/],
    [["1", "--remove", "x"], 2, /--remove/],
    [["1", "x", "--reason", "y"], 2, /--reason says why a note is removed/],
    [["1", "x", "--workflow", "a.toml"], 2, /--workflow names the file of a phase/],
    [[], 2, /target/],
  ];
  for (const [words, code, message] of refused) {
    const ran = await at.run(["note", ...words]);
    assert.deepEqual([ran.code, ran.out], [code, ""], words.join(" "));
    assert.match(ran.err, message);
  }
  assert.equal((await at.run(["tasks", "-q", "note:*"])).out, "No task matches.\n", "nothing was written");
});

test("a run of several tasks is refused, and one with several attempts is one task", async (t) => {
  const at = await place(t);
  const [first] = jsonLines((await at.run(["task", "1", "--json"])).out);
  const run = String((first?.["task"] as { readonly id?: unknown } | undefined)?.id);
  assert.equal(await added(at, run, "all of it"), "note 1 on a, record 3\n");
  at.write("flows/b.toml", '[[phase]]\ntask = "b"\ndependsOn = "a.toml: a"\n');
  await at.run(["mark", "3", "complete", "--reason", "done", "--yes"]);
  const ran = await at.run(["note", run, "x"]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /^flowlord: run \S+ has 2 tasks, a \(record 3\), b \(record \d\): name one by the number/);
});

test("a target has at most 100 notes", async (t) => {
  const at = await place(t);
  for (let n = 1; n <= 100; n++) await added(at, "2", `note ${n}`);
  const ran = await at.run(["note", "2", "one more"]);
  assert.deepEqual([ran.code, ran.out], [1, ""]);
  assert.match(ran.err, /a, record 2 has 100 notes already, and no more are kept; remove one first/);
});

test("notes go through the running instance, in the user's name", async (t) => {
  const { app, asked } = alertApp(t);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const at = new Place(t, {
    "flowlord.toml": 'timezone = "UTC"\n',
    "tasks.db.instance": JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}`, token: TOKEN }),
  });
  assert.deepEqual(await at.run(["note", "phase:load:daily", "ask first", "--workflow", "a.toml"]), {
    code: 0,
    out: "note 3 on load:daily\n",
    err: "",
  });
  assert.equal((await at.run(["note", "12", "--remove", "3", "--reason", "solved"])).code, 0);
  const phase = { kind: "phase", key: "load:daily", workflow: "a.toml" };
  assert.deepEqual(asked, [
    ["note", { target: phase, text: "ask first", by: ME }],
    ["removeNote", { target: { kind: "task", key: "12", workflow: null }, id: 3, by: ME, reason: "solved" }],
  ]);
  assert.ok(!existsSync(join(at.dir, "tasks.db")), "the command itself opens no database");
});
