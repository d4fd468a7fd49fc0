import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { run } from "../../../src/cli/main.ts";
import { paintFor } from "../../../src/cli/output/paint.ts";
import { wrap } from "../../../src/cli/output/wrap.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { fireAt, phase, report, rigWith, schedule, takeOne, takeSent } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { jsonLines, type Ran } from "../harness.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const FLOW =
  phase("load", { cron: "0 * * * *" }) +
  phase("clean:fine", { dependsOn: "load" }) +
  phase("clean:rough", { dependsOn: "load" }) +
  phase("report", { dependsOn: "clean:fine, clean:rough", join: "all" });

/** Everything up to the report, on a rig that stays open: the commands read beside a running instance. */
async function afternoon(t: TestContext): Promise<Rig> {
  const rig = await rigWith(t, FLOW);
  const [load] = await fireAt(rig, await schedule(rig), NOON + HOUR);
  assert.ok(load !== undefined);
  await report(rig, load, "complete");
  for (const task of takeSent(rig)) await report(rig, task, "complete", { msg: "x".repeat(400) });
  await report(rig, takeOne(rig), "complete");
  return rig;
}

async function type(rig: Rig, args: readonly string[], width: number | null = null): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await run([...args, "--set", `sqlite.local_path=${join(rig.dir, "tasks.db")}`], {
    out: (text) => void (out += `${text}\n`),
    write: async (bytes) => void (out += Buffer.from(bytes).toString("utf8")),
    redraw: () => undefined,
    serverOutput: () => assert.fail("no server runs here"),
    err: (text) => void (err += `${text}\n`),
    env: {},
    cwd: rig.dir,
    input: (async function* () {})(),
    now: () => rig.now,
    paint: paintFor(false, {}),
    width,
  });
  return { code, out, err };
}

test("lineage shows the tree of a run, by its id or a record, within the width of the terminal", async (t) => {
  const rig = await afternoon(t);
  const ran = await type(rig, ["lineage", "4", "--set", "timezone=UTC"], 80);
  assert.equal(ran.code, 0);
  const lines = ran.out.trimEnd().split("\n");
  assert.equal(lines[0], "run id-000002  4 tasks: 4 complete; 0 ms");
  assert.deepEqual(
    lines.slice(2).map((line) => line.slice(line.indexOf("complete") + 10).replace(/x+…?$/, "x")),
    ["load", "├─ clean:fine  x", "└─ clean:rough  x", "   └─ report  (joins 2 too)"],
  );
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.equal((await type(rig, ["lineage", "id-000002", "--set", "timezone=UTC"], 80)).out, ran.out);
});

test("lineage --json gives times as RFC 3339, and says what was cut", async (t) => {
  const rig = await afternoon(t);
  const [run] = jsonLines((await type(rig, ["lineage", "1", "--json"])).out);
  const tasks = run?.["tasks"] as Record<string, unknown>[];
  assert.deepEqual(
    tasks.map((task) => [task["record_id"], task["depth"], task["kind"], task["joined"], task["task_time"]]),
    [
      [1, 0, null, [], "2026-11-24T13:00:00Z"],
      [2, 1, "triggered", [], "2026-11-24T13:00:00Z"],
      [3, 1, "triggered", [], "2026-11-24T13:00:00Z"],
      [4, 2, "join", [2, 3], "2026-11-24T13:00:00Z"],
    ],
  );
  assert.deepEqual(run?.["truncated"], { depth: false, count: false });
  const cut = await type(rig, ["lineage", "1", "-n", "2", "--depth", "1"]);
  assert.match(cut.err, /there are more than 2 tasks; those nearest to the root are shown: --number 10000/);
  assert.match((await type(rig, ["lineage", "1", "--depth", "1"])).err, /the run is deeper than 1 steps: --depth 1000/);
});

test("an attempt shows as the second of three, in the list, the task, the run and why; JSON keeps the number", async (t) => {
  const rig = await rigWith(t, phase("load", { cron: "0 * * * *", retry: 2 }));
  const [load] = await fireAt(rig, await schedule(rig), NOON + HOUR);
  assert.ok(load !== undefined);
  await report(rig, load, "error", { msg: "no disk" });
  const utc = ["--set", "timezone=UTC"];
  const lines = (await type(rig, ["tasks", ...utc])).out.trimEnd().split("\n");
  assert.match(lines[0] ?? "", / STATUS +ATTEMPT +TASK TIME /);
  assert.match(lines[1] ?? "", /^2 .* load +waiting +2 of 3 /);
  assert.doesNotMatch(lines[2] ?? "", / of 3/);
  assert.match((await type(rig, ["task", "1", ...utc])).out, /\n {2}attempt +1 of 3\n/);
  assert.match((await type(rig, ["runs", "1", ...utc])).out, /load {2}\(attempt 2 of 3\)/);
  assert.match((await type(rig, ["why", "1", ...utc])).out, /attempt 2 of 3 is record 2: waiting/);
  const [newest] = jsonLines((await type(rig, ["tasks", "--json"])).out);
  assert.equal(newest?.["attempt"], 1);
});

test("why tells of a record, or of each record of a run", async (t) => {
  const rig = await afternoon(t);
  const ran = await type(rig, ["why", "2"], 80);
  assert.equal(ran.code, 0);
  assert.match(
    ran.out,
    /^clean:fine {2}complete {2}record 2 of run id-000002 {2}times in UTC\n {2}\S+ \S+ {2}for 2026-11-24T13 \(UTC\): started because/,
  );
  for (const line of ran.out.split("\n")) assert.ok(line.length <= 80, line);
  const all = jsonLines((await type(rig, ["why", "id-000002", "--json"])).out);
  assert.deepEqual(
    all.map(({ because }) => (because as { code: string }).code),
    ["tick_fired", "child_started", "child_started", "child_started"],
  );
  assert.deepEqual(Object.keys(all[0] ?? {}), [
    "task",
    "report",
    "notes",
    "links",
    "because",
    "events",
    "standing",
    "phase",
    "version",
    "parents",
    "children",
    "more_children",
    "file",
    "outbox",
    "log",
    "alerts",
    "dead_letters",
  ]);
  assert.match(JSON.stringify(all[3]), /"at":"2026-11-24T13:00:00Z"/);
});

test("why-not begins with the main reason, and exits with 1 when it does not know which phase is meant", async (t) => {
  const rig = await afternoon(t);
  const ran = await type(rig, ["why-not", "report", "--at", "2026-11-24T14"]);
  assert.equal(ran.code, 0);
  assert.match(
    ran.out,
    /^report for 2026-11-24T14 \(UTC\) {2}line \d+ of flow\.toml, version 1\n {2}its parent `clean:fine` has no task/,
  );
  const [answer] = jsonLines((await type(rig, ["why-not", "report", "--at", "2026-11-24T14", "--json"])).out);
  assert.equal(answer?.["task_time"], "2026-11-24T14:00:00Z");
  const either = await type(rig, ["why-not", "clean", "--at", "2026-11-24"]);
  assert.equal(either.code, 1);
  assert.match(either.out, /may be clean:fine of flow\.toml, clean:rough of flow\.toml: name the job/);
  const one = await type(rig, ["why-not", "clean:rough", "--workflow", "flow.toml", "--at", "2026-11-24T13:00:00Z"]);
  assert.match(one.out, /it did run: record 3 \(complete\)/);
});

test("why counts the attempts that people made beyond those of the phase, also with the children", async (t) => {
  const rig = await rigWith(t, phase("load", { cron: "0 * * * *", retry: 1 }));
  let [sent = assert.fail()] = await fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 24, 13));
  const options = { by: "ann", reason: "", edit: null };
  for (const withChildren of [false, true, false]) {
    await report(rig, sent, "complete");
    await retryTasks([1], { ...options, withChildren }, rig.context);
    sent = takeOne(rig);
  }
  await rig.store.flush();
  assert.match((await type(rig, ["why", "1"])).out, /attempt 2 of 4 is record 2: complete/);
  assert.match((await type(rig, ["why", "2"])).out, /attempt 2 of 4 for 2026-11-24T13/);
  assert.match((await type(rig, ["why", "4"])).out, /attempt 4 of 4 for 2026-11-24T13/);
});

test("why-not takes yesterday and today by the clock of the phase, as trigger does", async (t) => {
  const zoned = phase("east", { cron: "0 5 * * *", timezone: "Pacific/Kiritimati" });
  const rig = await rigWith(t, phase("west", { cron: "0 5 * * *" }) + zoned);
  rig.now = Date.UTC(2026, 10, 24, 12);
  const timeOf = async (type_: string, at: string): Promise<unknown> =>
    jsonLines((await type(rig, ["why-not", type_, "--at", at, "--json"])).out)[0]?.["task_time"];
  assert.equal(await timeOf("west", "yesterday"), "2026-11-23T05:00:00Z");
  assert.equal(await timeOf("west", "today"), "2026-11-24T05:00:00Z");
  assert.equal(await timeOf("east", "today"), "2026-11-25T05:00:00+14:00");
  assert.equal((await type(rig, ["why-not", "nobody", "--at", "yesterday"])).code, 1);
});

test("unknown ids and invalid usage are errors", async (t) => {
  const rig = await rigWith(t, FLOW);
  for (const command of ["why", "lineage"]) {
    const ran = await type(rig, [command, "77"]);
    assert.deepEqual([ran.code, ran.out], [1, ""]);
    assert.match(ran.err, /flowlord tasks lists the newest ones\.$/m);
  }
  const unknown = await type(rig, ["why-not", "x", "--at", "2026-11-24"]);
  assert.deepEqual([unknown.code, unknown.out], [1, "  no phase `x` is in force\n"]);
  for (const [args, said] of [
    [["why-not", "load", "--at", "tomorrow"], /--at takes a time as in 2026-01-31T05/],
    [["why-not", ":x", "--at", "2026-11-24"], /takes TYPE or TYPE:JOB/],
    [["why-not", "load"], /required option '--at <time>'/],
    [["lineage", "1", "--depth", "0"], /integer from 1 to 1000/],
  ] as const) {
    const ran = await type(rig, args);
    assert.equal(ran.code, 2);
    assert.match(ran.err, said);
  }
});

test("text is wrapped between its indentation and the width", () => {
  assert.equal(wrap("a b c", null, 4), "a b c");
  assert.equal(wrap(`${"one ".repeat(8)}end`, 24, 4), "one one one one one\n    one one one end");
  assert.equal(wrap("x".repeat(45), 20, 0), `${"x".repeat(20)}\n${"x".repeat(20)}\nxxxxx`);
});

test("why and why-not say that no worker would run the task, until it is done", async (t) => {
  const rig = await rigWith(t, phase("load", { cron: "0 * * * *" }));
  const [load] = await fireAt(rig, await schedule(rig), NOON + HOUR);
  assert.ok(load !== undefined);
  const embedded = ["--set", "bus.bus=memory"];
  const asked = ["why-not", "load", "--at", "2026-11-24T13"];
  for (const args of [["why", "1"], asked]) {
    const ran = await type(rig, [...args, ...embedded]);
    assert.match(ran.out, /no \[\[worker\]\] runs load, and the embedded bus has no other listeners/, args.join(" "));
    assert.doesNotMatch((await type(rig, [...args, "--set", "bus.bus=file"])).out, /worker\]\]/);
  }
  await report(rig, load, "complete");
  for (const args of [["why", "1"], asked]) assert.doesNotMatch((await type(rig, [...args, ...embedded])).out, /\]\]/);
});
