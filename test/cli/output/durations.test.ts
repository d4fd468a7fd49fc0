import assert from "node:assert/strict";
import { test } from "node:test";
import { Place } from "../harness.ts";

/** Units that the older program had, and those of ours. */
const HOURS = ["90s", "30m", "1h30m", "48h"];
const DAYS = ["1d", "2w", "1w2d12h"];
const MONTHS = ["1mo", "1mo2d"];
const ALL = [...HOURS, ...DAYS, ...MONTHS];

const CONFIG = 'workflow = "./flows"\ntimezone = "Europe/Berlin"\n';
const FLOW = '[[phase]]\ntask = "a"\ncron = "0 5 * * *"\ntemplate = "?t={TS}"\n';

/** Where a duration is written: how, and which are taken. */
type Row = readonly [place: string, takes: readonly string[], files: (text: string) => Record<string, string>];

const inPhase =
  (line: string): Row[2] =>
  (text) => ({ "flows/a.toml": FLOW + line.replace("%", text) });
const inConfig =
  (lines: string): Row[2] =>
  (text) => ({ "flowlord.toml": CONFIG + lines.replace("%", text) });
const inRule =
  (rule: string): Row[2] =>
  (text) => ({
    "flows/a.toml": `[[phase]]\ntask = "a"\nrule = "${rule.replace("%", text)}"\ntemplate = "?t={TS}"\n`,
  });

const PLACES: readonly Row[] = [
  ["offset", ALL, inPhase('offset = "-%"')],
  ["for", ALL, inPhase('for = "-%"\nby = "day"')],
  ["timeout", [...HOURS, ...DAYS], inPhase('timeout = "%"')],
  ["retry_delay", [...HOURS, ...DAYS], inPhase('retry_delay = "%"')],
  ["retry_max_delay", [...HOURS, ...DAYS], inPhase('retry_backoff = "exponential"\nretry_max_delay = "%"')],
  ["gather_timeout", [...HOURS, ...DAYS], inPhase('files = "/in/*"\ngather = 2\ngather_timeout = "%"')],
  ["offset in a rule", HOURS, inRule("cron=0 5 * * *&offset=-%")],
  ["for in a rule", HOURS, inRule("cron=0 5 * * *&for=-%")],
  ["@every", HOURS, (text) => ({ "flows/a.toml": FLOW.replace("0 5 * * *", `@every ${text}`) })],
  ["refresh", HOURS, inConfig('refresh = "%"\n')],
  ["task_ttl", HOURS, inConfig('[sqlite]\ntask_ttl = "%"\n')],
  ["min_frequency of slack", HOURS, inConfig('[slack]\nmin_frequency = "%"\n')],
  ["settle", [...HOURS, ...DAYS], inConfig('[[watch]]\npath = "."\nsettle = "%"\n')],
  ["timeout of a worker", [...HOURS, ...DAYS], inConfig('[[worker]]\ntype = "a"\nexec = ["true"]\ntimeout = "%"\n')],
];

test("days, weeks and months are taken wherever a duration is written, but where the older program refused them", async (t) => {
  for (const [place, takes, files] of PLACES) {
    for (const text of ALL) {
      const location = new Place(t, { "flowlord.toml": CONFIG, "flows/a.toml": FLOW, ...files(text) });
      location.env = { FLOWLORD_BUS__BUS: "file" };
      const { code, out, err } = await location.run(["check"]);
      // A delay that cannot be read counts as none, as in the older program, and is told.
      const isTaken = code === 0 && !out.includes("bad_retry_delay");
      assert.equal(isTaken, takes.includes(text), `${place} ${text}: ${out}${err}`);
    }
  }
});

test("flags take them too, by the calendar", async (t) => {
  const place = new Place(t, { "flowlord.toml": CONFIG, "flows/a.toml": FLOW });
  place.env = { FLOWLORD_BUS__BUS: "file" };
  // The clocks of Berlin change on the next day.
  const from = ["--from", "2030-03-30T13"];
  await place.run(["trigger", "a"]);
  for (const text of ALL) {
    for (const line of [
      ["files", "list", "--since", text],
      ["files", "stats", "--since", text],
      ["alerts", "list", "--since", text],
      ["stats", "--last", text],
      ["silences", "add", "--type", "a", ...from, "--for", text],
    ]) {
      const { code, err } = await place.run(line);
      assert.equal(code, 0, `${line.join(" ")}: ${err}`);
    }
  }
  for (const [text, end] of [
    ["1d", "2030-03-31 13:00:00"],
    ["24h", "2030-03-31 14:00:00"],
    ["1mo", "2030-04-30 13:00:00"],
  ]) {
    const { out } = await place.run(["silences", "add", "--type", "a", ...from, "--for", text ?? ""]);
    assert.match(out, new RegExp(`until ${end} \\(Europe/Berlin\\)`));
  }
  for (const text of ["0d", "-1d", "1y", "1.5mo"])
    assert.equal((await place.run(["silences", "add", "--type", "a", "--for", text])).code, 2, text);
});

test("what is refused says what to write", async (t) => {
  const flow = FLOW.replace("0 5 * * *", "@every 1d");
  const { out } = await new Place(t, { "flowlord.toml": CONFIG, "flows/a.toml": flow }).run(["check"]);
  assert.match(out, /"1d" is not a duration; write hours, like @every 24h, or a cron/);
});
