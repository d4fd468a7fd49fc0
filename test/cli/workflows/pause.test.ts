import assert from "node:assert/strict";
import test from "node:test";
import { jsonLines, Place } from "../harness.ts";

const FILES = {
  "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
  "flows/a.toml":
    '[[phase]]\ntask = "load"\nrule = "cron=0 5 * * *"\n\n[[phase]]\ntask = "sum"\nrule = "cron=0 6 * * *&paused=true"\n',
  "flows/b.toml": '[[phase]]\ntask = "load"\nrule = "cron=0 7 * * *"\n',
};

/** The rows of the schedule, without their spaces. */
async function scheduled(location: Place): Promise<readonly string[]> {
  const { out } = await location.run(["schedule", "-n", "4"]);
  return out
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.replaceAll(/ {2,}/g, " | ").replaceAll(/ by (?!its)\w+/g, " by ann"));
}

test("a phase is paused and resumed without an instance, and the schedule shows it", async (t) => {
  const location = new Place(t, FILES);
  assert.deepEqual(
    await scheduled(location),
    [
      "2026-03-02 05:00:00 | 2026-03-02T05 | a.toml | load | ?",
      "2026-03-02 06:00:00 | 2026-03-02T06 | a.toml | sum | no task: paused by its file",
      "2026-03-02 07:00:00 | 2026-03-02T07 | b.toml | load | ?",
      "2026-03-03 05:00:00 | 2026-03-03T05 | a.toml | load | ?",
    ].map((line) => line.replace(/ \| \?$/, "")),
  );
  const pause = ["pause", "load", "--workflow", "a.toml", "--reason", "new disk"];
  assert.deepEqual(await location.run([...pause, "--until", "2999-01-01T18"]), {
    code: 0,
    out: "paused load of a.toml until 2999-01-01 18:00:00 (UTC)\n",
    err: "",
  });
  assert.deepEqual(
    (await scheduled(location))[0],
    "2026-03-02 05:00:00 | 2026-03-02T05 | a.toml | load | no task: paused by ann until 2999-01-01 18:00:00: new disk",
  );
  const [again] = jsonLines((await location.run([...pause, "--json"])).out);
  assert.deepEqual(again, { paused: [{ phase_id: 1, task: "load", workflow: "a.toml" }], until: null });
  assert.match(
    (await location.run(["why-not", "load", "--workflow", "a.toml", "--at", "2026-03-02T05"])).out,
    /new disk/,
  );
  assert.deepEqual(await location.run(["resume", "load", "--workflow", "a.toml", "--drop", "--reason", "moved"]), {
    code: 0,
    out: "resumed load of a.toml\n0 tasks that waited cancelled\n",
    err: "",
  });
  assert.equal((await scheduled(location))[0], "2026-03-02 05:00:00 | 2026-03-02T05 | a.toml | load");
});

test("all phases are paused, and one that its file pauses stays so", async (t) => {
  const location = new Place(t, FILES);
  assert.equal(
    (await location.run(["pause", "--all", "--reason", "new disk"])).out,
    "paused all phases until flowlord resume\n",
  );
  assert.deepEqual(
    (await scheduled(location)).map((line) => line.split(" | ").slice(2)),
    [
      ["a.toml", "load", "no task: paused by ann: new disk"],
      ["a.toml", "sum", "no task: paused by its file"],
      ["b.toml", "load", "no task: paused by ann: new disk"],
    ],
  );
  assert.equal((await location.run(["pause", "sum", "--reason", "x"])).code, 0);
  assert.equal((await location.run(["resume", "--all"])).out, "resumed all phases\n");
  assert.match(
    (await location.run(["resume", "sum"])).err,
    /^sum of a\.toml stays paused: take `paused` out of the phase in line 5 of a\.toml\n$/,
  );
});

test("what cannot be meant is refused with what to do", async (t) => {
  const location = new Place(t, FILES);
  const fails = async (args: readonly string[], code: number, message: RegExp): Promise<void> => {
    const { code: got, err } = await location.run([...args]);
    assert.equal(got, code, err);
    assert.match(err, message);
  };
  await fails(["pause", "--reason", "x"], 2, /takes either TYPE\[:JOB\].* or --all/);
  await fails(["pause", "load", "--all", "--reason", "x"], 2, /takes either/);
  await fails(["pause", "load", "--workflow", "a.toml"], 2, /--reason/);
  await fails(["pause", "--all", "--workflow", "a.toml", "--reason", "x"], 2, /--all has no phase/);
  await fails(["pause", ":x", "--reason", "x"], 2, /TYPE or TYPE:JOB/);
  await fails(["pause", "load", "--workflow", "a.toml", "--reason", "x", "--until", "noon"], 2, /--until: "noon"/);
  await fails(["pause", "load", "--workflow", "a.toml", "--reason", "x", "--until", "2001-01-01"], 1, /is over/);
  await fails(["pause", "load", "--reason", "x"], 1, /load of a\.toml.*load of b\.toml.*--workflow/);
  await fails(["pause", "loads", "--reason", "x"], 1, /did you mean `load`/);
  await fails(["pause", "load", "--all"], 2, /--reason/);
  await fails(["pause", "load:eu", "--reason", "x"], 1, /load:eu/);
  await fails(["pause", "load", "--workflow", "c.toml", "--reason", "x"], 1, /c\.toml/);
  await fails(["resume"], 2, /resume takes either TYPE\[:JOB\].* or --all/);
  await fails(["resume", "load", "--all"], 2, /takes either/);
  await fails(["resume", "--all", "--workflow", "a.toml"], 2, /--all has no phase/);
  await fails(["resume", ":x"], 2, /TYPE or TYPE:JOB/);
  await fails(["resume", "load"], 1, /load of a\.toml.*load of b\.toml.*--workflow/);
  await fails(["resume", "loads"], 1, /did you mean `load`/);
  await fails(["resume", "--all"], 1, /no pause of all phases is in force/);
  await fails(["resume", "load", "--workflow", "b.toml"], 1, /load of b\.toml is not paused/);
  await fails(["resume", "sum"], 1, /take `paused` out of the phase in line 5/);
});

test("the end of a pause is of the zone's clock, also where it is changed", async (t) => {
  const location = new Place(t, { ...FILES, "flowlord.toml": 'workflow = "./flows"\ntimezone = "Europe/Berlin"\n' });
  const ends = async (until: string): Promise<unknown> => {
    const args = ["pause", "load", "--workflow", "a.toml", "--reason", "x", "--until", until, "--json"];
    return jsonLines((await location.run(args)).out)[0]?.["until"];
  };
  assert.equal(await ends("2050-03-26T02:30"), "2050-03-26T01:30:00Z");
  assert.equal(await ends("2050-03-27T02:30"), "2050-03-27T01:30:00Z", "skipped: that much later");
  assert.equal(await ends("2050-10-30T02:30"), "2050-10-30T00:30:00Z", "shown twice: the first");
  assert.equal(await ends("2050-10-30T02:30:00+01:00"), "2050-10-30T01:30:00Z");
});

test("of two files with the same phases, and of all and one, each pause is its own", async (t) => {
  const location = new Place(t, FILES);
  await location.run(["pause", "--all", "--reason", "new disk"]);
  await location.run(["pause", "load", "--workflow", "b.toml", "--reason", "other"]);
  const resumed = await location.run(["resume", "load", "--workflow", "b.toml"]);
  assert.deepEqual(resumed, {
    code: 0,
    out: "resumed load of b.toml\n",
    err: "load of b.toml stays paused: all phases are paused: flowlord resume --all\n",
  });
  assert.match(
    (await location.run(["resume", "load", "--workflow", "b.toml"])).err,
    /load of b\.toml is paused with all phases: flowlord resume --all/,
  );
  const all = await location.run(["resume", "--all", "--json"]);
  assert.deepEqual(jsonLines(all.out), [
    { resumed: [{ phase_id: 0, task: "", workflow: "" }], dropped: 0, still_paused: [] },
  ]);
});
