import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { jsonLines, Place } from "../harness.ts";

const LINKS = `
[[link]]
name = "logs"
url = "https://logs.example.com/?run={id}"
[[link]]
name = "table"
url = "https://catalog.example.com/{meta:table}"
[[link]]
name = "phase"
url = "https://wiki.example.com/{workflow}/{type}"
`;
const ABOUT = { owner: "sales", description: "Loads the day.", runbook: "https://wiki.example.com/load" };
const PHASE = `[[phase]]
task = "load"
cron = "@daily"
owner = "sales"
description = "Loads the day."
runbook = "https://wiki.example.com/load"
`;

async function place(t: TestContext): Promise<Place> {
  const at = new Place(t, {
    "flowlord.toml": `workflow = "./flows"\ntimezone = "UTC"\n${LINKS}`,
    "flows/a.toml": PHASE,
    "flows/b.toml": '[[phase]]\ntask = "load"\ncron = "@hourly"\n',
  });
  await at.run(["trigger", "load", "--meta", "table=a%20b"]);
  await at.run(["trigger", "load", "--workflow", "b.toml"]);
  await at.run(["mark", "1", "error", "--reason", "no disk", "--yes"]);
  return at;
}

test("task, why and alerts show what the phase says, and links", async (t) => {
  const at = await place(t);
  const [json] = jsonLines((await at.run(["task", "1", "--json"])).out);
  const run = String((json?.["task"] as { readonly id?: unknown } | undefined)?.id);
  const links = [
    { name: "logs", url: `https://logs.example.com/?run=${run}` },
    { name: "table", url: "https://catalog.example.com/a%20b" },
    { name: "phase", url: "https://wiki.example.com/a.toml/load" },
  ];
  assert.deepEqual([json?.["phase"], json?.["links"]], [{ task: "load", workflow: "a.toml", ...ABOUT }, links]);
  const text = [
    "  phase      Loads the day.",
    "  owner      sales",
    "  runbook    https://wiki.example.com/load",
    ...links.map(({ name, url }) => `  link       ${name}: ${url}`),
  ].join("\n");
  const { out } = await at.run(["task", "1"]);
  assert.ok(out.includes(`${text}\n`), out);

  const [why] = jsonLines((await at.run(["why", "1", "--json"])).out);
  assert.partialDeepStrictEqual(why, { phase: { ...ABOUT, notes: [] }, links });
  assert.match((await at.run(["why", "1"])).out, /^ {2}owner +sales\n {2}runbook +https:\S+load\n {2}link +logs: /m);

  const [alert] = jsonLines((await at.run(["alerts", "show", "1", "--json"])).out);
  assert.deepEqual([alert?.["phase"], alert?.["links"]], [{ task: "load", workflow: "a.toml", ...ABOUT }, links]);
  assert.ok((await at.run(["alerts", "show", "1"])).out.includes(`${text}\n`));
});

test("a phase of the same name in another file says its own, and links without a value are left out", async (t) => {
  const at = await place(t);
  const [json] = jsonLines((await at.run(["task", "2", "--json"])).out);
  assert.deepEqual(json?.["phase"], { task: "load", workflow: "b.toml", owner: "", description: "", runbook: "" });
  assert.deepEqual(
    (json?.["links"] as { name: string }[] | undefined)?.map(({ name }) => name),
    ["logs", "phase"],
  );
  assert.doesNotMatch((await at.run(["task", "2"])).out, /owner|runbook/);
});

test("schedule and the help of trigger show them from the files", async (t) => {
  const at = await place(t);
  const ticks = jsonLines((await at.run(["schedule", "-n", "30", "--json"])).out);
  const own = ticks.find((tick) => tick["workflow"] === "a.toml");
  assert.partialDeepStrictEqual(own, ABOUT);
  assert.deepEqual(own?.["links"], [{ name: "phase", url: "https://wiki.example.com/a.toml/load" }]);
  const { out } = await at.run(["trigger", "load", "--help"]);
  assert.match(out, /^load in a\.toml:\n {2}phase {6}Loads the day\.\n {2}owner {6}sales\n/m);
  assert.match(out, /^load in b\.toml:\n {2}link {7}phase: https:\/\/wiki\.example\.com\/b\.toml\/load$/m);
});

test("an edit of them keeps the phase, and is shown after the next start", async (t) => {
  const at = await place(t);
  const [before] = jsonLines((await at.run(["why", "1", "--json"])).out);
  at.write("flows/a.toml", PHASE.replace('"sales"', '"finance"'));
  await at.run(["trigger", "load"]);
  const [after] = jsonLines((await at.run(["why", "1", "--json"])).out);
  const [old, now] = [before?.["phase"], after?.["phase"]] as { id: number; owner: string }[];
  assert.deepEqual([now?.id, now?.owner, old?.owner], [old?.id, "finance", "sales"]);
});

test("a configuration with a bad link is refused by every command", async (t) => {
  const at = await place(t);
  at.write("flowlord.toml", 'workflow = "./flows"\n[[link]]\nname = "x"\nurl = "https://x/{run}"\n');
  const { code, out, err } = await at.run(["tasks"]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /link\.0: `url` has the unknown token \{run\}/);
});
