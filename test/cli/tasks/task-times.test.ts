import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

const ZONES = {
  berlin: "Europe/Berlin",
  howe: "Australia/Lord_Howe",
  kolkata: "Asia/Kolkata",
  newyork: "America/New_York",
} as const;

function flow(zones: Readonly<Record<string, string>>): string {
  return Object.entries(zones)
    .map(
      ([type, zone]) => `[[phase]]\ntask = "${type}"\ncron = "0 * * * *"\ntimezone = "${zone}"\ntemplate = "?t={TS}"\n`,
    )
    .join("\n");
}

const CONFIG = 'workflow = "./flows"\ntimezone = "UTC"\n';

function placeWith(t: TestContext): Place {
  return on(new Place(t, { "flowlord.toml": CONFIG, "flows/a.toml": flow(ZONES) }));
}

/** A bus with workers in other processes. */
function on(place: Place): Place {
  place.env = { FLOWLORD_BUS__BUS: "file" };
  return place;
}

/** What is typed, and what is shown for it: in a table, and in JSON. */
const TIMES: readonly [type: string, typed: string, cell: string, iso: string][] = [
  ["berlin", "2026-03-29T01", "2026-03-29T01", "2026-03-29T01:00:00+01:00"],
  ["berlin", "2026-03-29T03", "2026-03-29T03", "2026-03-29T03:00:00+02:00"],
  ["berlin", "2026-10-25T02:00:00+02:00", "2026-10-25T02", "2026-10-25T02:00:00+02:00"],
  ["berlin", "2026-10-25T03", "2026-10-25T03", "2026-10-25T03:00:00+01:00"],
  ["howe", "2026-04-05T01", "2026-04-05T01", "2026-04-05T01:00:00+11:00"],
  ["howe", "2026-04-05T03", "2026-04-05T03", "2026-04-05T03:00:00+10:30"],
  ["howe", "2026-10-04T01", "2026-10-04T01", "2026-10-04T01:00:00+10:30"],
  ["kolkata", "2026-07-01T05", "2026-07-01T05", "2026-07-01T05:00:00+05:30"],
  ["kolkata", "2026-06-30T23:30:00Z", "2026-07-01T05", "2026-07-01T05:00:00+05:30"],
  ["newyork", "2026-07-01T00:00:00-04:00", "2026-07-01T00", "2026-07-01T00:00:00-04:00"],
];

test("what a table or JSON shows as task time finds it in -q and --at", async (t) => {
  for (const [type, typed, cell, iso] of TIMES) {
    const place = placeWith(t);
    const made = await place.run(["trigger", type, "--at", typed]);
    assert.equal(made.code, 0, made.err);
    const [row] = jsonLines((await place.run(["tasks", "--json"])).out);
    assert.deepEqual([row?.["task_time"], row?.["task_zone"]], [iso, ZONES[type as keyof typeof ZONES]], typed);
    const { out } = await place.run(["tasks"]);
    assert.match(out, new RegExp(`TASK TIME \\(${ZONES[type as keyof typeof ZONES]}\\)`));
    assert.ok(out.includes(`  ${cell} `), out);
    for (const shown of [cell, iso]) {
      const found = await place.run(["tasks", "--json", "-q", `task_time:"${shown}"`]);
      assert.equal(jsonLines(found.out).length, 1, `${shown}: ${found.err}`);
      const why = await place.run(["why-not", type, "--at", shown, "--json"]);
      const [answer] = jsonLines(why.out);
      assert.match(String(answer?.["reason"]), /^it did run/, shown);
      assert.equal(answer?.["task_time"], iso, shown);
    }
  }
});

test("where zones differ each row names its own, and a task keeps the zone that its phase had", async (t) => {
  const place = placeWith(t);
  await place.run(["trigger", "berlin", "--at", "2026-07-01T05"]);
  await place.run(["trigger", "kolkata", "--at", "2026-07-01T05"]);
  const { out } = await place.run(["tasks"]);
  assert.match(out, / TASK TIME {2}/);
  assert.match(out, / 2026-07-01T05 \(Europe\/Berlin\) /);
  assert.match(out, / 2026-07-01T05 \(Asia\/Kolkata\) /);
  place.now += 3_600_000;
  place.write("flows/a.toml", flow({ ...ZONES, berlin: "America/New_York" }));
  await place.run(["trigger", "berlin", "--at", "2026-07-01T06"]);
  const rows = jsonLines((await place.run(["tasks", "--type", "berlin", "--json"])).out);
  assert.deepEqual(
    rows.map((row) => row["task_time"]),
    ["2026-07-01T06:00:00-04:00", "2026-07-01T05:00:00+02:00"],
  );
});

test("a child has the zone of its root, whatever its own says", async (t) => {
  const child = '[[phase]]\ntask = "child"\ndependsOn = "berlin"\ntimezone = "Asia/Tokyo"\ntemplate = "?t={TS}"\n';
  const place = on(new Place(t, { "flowlord.toml": CONFIG, "flows/a.toml": `${flow(ZONES)}\n${child}` }));
  await place.run(["trigger", "berlin", "--at", "2026-07-01T05"]);
  const [root] = jsonLines((await place.run(["tasks", "--json"])).out);
  const done = { ...root, result: "complete", created: root?.["created"], msg: "", task_time: undefined };
  const sent = await place.run(["publish", "done"], `${JSON.stringify(done)}\n`);
  assert.equal(sent.code, 0, sent.err);
  const [row] = jsonLines((await place.run(["tasks", "--type", "child", "--json"])).out);
  assert.deepEqual([row?.["task_time"], row?.["task_zone"]], ["2026-07-01T05:00:00+02:00", "Europe/Berlin"]);
});
