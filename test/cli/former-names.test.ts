import assert from "node:assert/strict";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { newAlert } from "../../src/core/decide/new-alert.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { Place } from "./harness.ts";

const NOW = Date.UTC(2026, 2, 1, 12);

/** A folder with a schedule, and a database with an alert and a silence. */
async function placeOf(t: TestContext): Promise<Place> {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "./flows"\ntimezone = "UTC"\n',
    "flows/a.toml": '[[phase]]\ntask = "cut"\ncron = "@daily"\n',
  });
  const store = await openStore({ path: join(location.dir, "tasks.db"), now: () => NOW, newId: () => "test" });
  await store.record({ alerts: [newAlert("retry_exhausted", "no rows", { taskType: "cut" })], decisions: [] }, NOW);
  await store.close();
  location.now = Date.now();
  const { code } = await location.run(["silences", "add", "--everything", "--for", "3h"]);
  assert.equal(code, 0);
  location.now = NOW;
  return location;
}

/** What is drawn anew each time. */
function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
}

const NAMES: readonly (readonly [former: string, present: string, input?: string])[] = [
  ["run cut", "trigger cut"],
  ["run cut --at 2026-01-31 --json", "trigger cut --at 2026-01-31 --json"],
  ["run", "trigger"],
  ["-c flowlord.toml run cut", "-c flowlord.toml trigger cut"],
  ["runs 1", "lineage 1"],
  ["runs 1 --depth 0", "lineage 1 --depth 0"],
  ["send cut", "publish cut", '{"type":"cut"}\n'],
  ["next -n 5", "schedule -n 5"],
  ["next --json flows/a.toml", "schedule --json flows/a.toml"],
  ["run --help", "trigger --help"],
  ["help send", "help publish"],
  ["files --unmatched", "files list --unmatched"],
  ["dead-letters -n 3", "dead-letters list -n 3"],
  ["dead-letters --json redrive 1", "dead-letters redrive 1 --json"],
  ["alerts", "alerts list"],
  ["alerts -c flowlord.toml --json", "alerts list --json -c flowlord.toml"],
  ["alerts --json show 1", "alerts show 1 --json"],
  ["alerts --alert retry_exhausted", "alerts list --alert-type retry_exhausted"],
  ["alerts --alert nope", "alerts list --alert nope"],
  ["alerts test ops", "channels test ops"],
  ["alerts silence", "silences list"],
  ["alerts silence --ended --json", "silences list --ended --json"],
  ["alerts silence 1 --for 2h", "silences add 1 --for 2h"],
  ["alerts silence --alert incomplete --for 2h --json", "silences add --alert-type incomplete --for 2h --json"],
  ["alerts silence --type load --label a=b --for 2h", "silences add --type load --label a=b --for 2h"],
  ["alerts silence --everything", "silences add --everything"],
  ["alerts silence --for 2h", "silences add --for 2h"],
  ["alerts silence --end 1", "silences end 1"],
  ["alerts silence --end 1 --json -c flowlord.toml", "silences end 1 --json -c flowlord.toml"],
];

for (const [former, present, input] of NAMES) {
  test(`"flowlord ${former}" does what "flowlord ${present}" does`, async (t) => {
    const answers = [];
    for (const line of [former, present]) {
      const location = await placeOf(t);
      // What is written is dated by the system's clock.
      if (line.includes("--for")) location.now = Date.now();
      const { code, out, err } = await location.run(line.split(" "), input);
      const kept = await location.run(["silences", "list", "--ended"]);
      answers.push({ code, out: withoutIds(out), err, silences: withoutTimes(kept.out) });
    }
    const [before, now] = answers;
    assert.notEqual(`${before?.out}${before?.err}`, "");
    assert.deepEqual({ ...before, out: withoutTimes(before?.out) }, { ...now, out: withoutTimes(now?.out) });
  });
}

/** Up to the second: the two ran one after the other. */
function withoutTimes(text = ""): string {
  return text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "TIME");
}

test("--end of the former alerts silence takes nothing that says which alerts", async (t) => {
  const location = await placeOf(t);
  const { code, err } = await location.run(["alerts", "silence", "--end", "1", "--type", "load"]);
  assert.deepEqual(
    [code, err],
    [2, "flowlord: --end ends a silence; it cannot be combined with flags that select alerts.\n"],
  );
});

test("help shows no former name", async (t) => {
  const location = await placeOf(t);
  for (const line of ["--help", "alerts --help", "alerts list --help", "silences add --help", "trigger --help"]) {
    const { code, out } = await location.run(line.split(" "));
    assert.equal(code, 0);
    assert.doesNotMatch(out, /^ {2}(run|runs|send|next|silence|test) |--alert </m, line);
  }
});
