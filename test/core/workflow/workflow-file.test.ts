import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";

const OPTIONS = { zone: "UTC", now: Date.UTC(2026, 5, 1) };

function parse(source: string, options: Partial<typeof OPTIONS> = {}) {
  return parseWorkflowFile("flow.toml", source, { ...OPTIONS, ...options });
}

/** `line:column severity code` of each issue. */
function issuesOf(source: string, options: Partial<typeof OPTIONS> = {}): string[] {
  return parse(source, options).issues.map((one) => `${one.line}:${one.column} ${one.severity} ${one.code}`);
}

test("a phase written as a rule equals the same phase in plain keys", () => {
  const [fromRule] = parse(
    `[[phase]]\ntask = "load"\nrule = "cron=0 5 * * *&offset=-4h&for=48h&by=day&meta=a:1,2&retry_delay=30s&no_alert=true&job=x&max_active=3&notify=ops,dev"`,
  ).phases;
  const keys = parse(`[[phase]]
task = "load"
cron = "0 5 * * *"
offset = "-4h"
for = "48h"
by = "day"
meta = { a = [1, "2"] }
retry-delay = "30s"
NoAlert = true
job = "x"
maxActive = 3
notify = ["ops", "dev"]`);
  assert.deepEqual(keys.issues, []);
  assert.equal(keys.phases[0]?.job, "x");
  const { cron: a, pairs: carried, countsFromTaskTime: inRule, ...rule } = fromRule?.rule ?? assert.fail();
  const { cron: b, pairs, countsFromTaskTime: asKey, ...plain } = keys.phases[0]?.rule ?? assert.fail();
  assert.deepEqual([inRule, asKey], [false, true], "only a rule string counts as the older program did");
  assert.deepEqual(plain, rule);
  assert.equal(a?.next(OPTIONS.now), b?.next(OPTIONS.now));
  assert.deepEqual(Object.fromEntries(pairs), Object.fromEntries(carried));
});

test("a parameter in both places is an error when the values differ, and only then", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&timeout=1h"\ntimeout = "60m"`), [
    "4:1 warning parameter_repeated",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily"\ncron = "@hourly"`), [
    "4:1 error parameter_twice",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&cron=@hourly"`), [
    "3:9 warning parameter_repeated",
  ]);
});

test("issues have the position of their cause", () => {
  const source = `# a workflow
title = "x"

[[phase]]
  task = "a"
  rule = "cron=0 5 * *&job=x"
[[phase]]
task = """b"""   # [[phase]] in a comment
template = '''
[[phase]]
task = 5'''
rule = "cron=@daily&ofset=1h"
retry = -2
[phase.meta]
k = ["1", "2"]
`;
  assert.deepEqual(issuesOf(source), [
    "6:11 error bad_cron",
    "12:21 warning unknown_parameter",
    "13:1 warning negative_retry",
  ]);
  const { phases } = parse(source);
  assert.deepEqual(
    phases.map(({ type, line }) => [type, line]),
    [
      ["a", 4],
      ["b", 7],
    ],
  );
  assert.deepEqual(phases[1]?.rule.meta, new Map([["k", ["1", "2"]]]));
});

test("phases written as inline tables have the position of their list", () => {
  assert.deepEqual(issuesOf(`\nphase = [{ task = "a", cron = "bad" }]`), ["2:1 error bad_cron"]);
});

test("broken TOML is reported with line and column", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask "a"`), ["2:6 error toml_syntax"]);
  assert.deepEqual(issuesOf(`\uFEFF[[phase]]`), ["1:1 error toml_syntax"]);
  assert.deepEqual(issuesOf(`n = 9223372036854775808`), ["1:1 error toml_syntax"]);
});

test("wrong types and keys that fold together are errors", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask = 5\nretry = 2.0\ndependsOn = [1]`), [
    "2:1 error wrong_type",
    "3:1 error wrong_type",
    "4:1 error wrong_type",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nTASK = "b"`), ["3:1 error key_twice"]);
  assert.deepEqual(issuesOf(`phase = "x"`), ["1:1 error wrong_type"]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\ncron = "@daily"\npaused = "yes"\nmax_active = -1`), [
    "4:1 error bad_value",
    "5:1 error bad_value",
  ]);
});

test("a parameter that the older program ignored is only a warning in a rule", () => {
  const child = `[[phase]]\ntask = "p"\nrule = "cron=@daily"\n[[phase]]\ntask = "a"\ndependsOn = "p"\nrule = `;
  assert.deepEqual(issuesOf(`${child}"offset=bad&meta=bad&join=left"`), [
    "7:9 warning bad_duration",
    "7:20 warning bad_meta",
    "7:29 warning bad_value",
  ]);
  assert.deepEqual(issuesOf(`${child}"x=%zz"`), ["7:1 warning bad_rule"]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&x=%zz"`), ["3:1 error bad_rule"]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&x=1;y=2"`), ["3:1 warning pair_dropped"]);
  assert.deepEqual(issuesOf(`${child}"for=3h&by=day"`), ["7:9 warning batch_on_child", "7:16 warning batch_on_child"]);
});

test("names near a known one are reported, a file rule's own parameters are not", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrules = "cron=@daily"`), [
    "1:1 warning no_trigger",
    "3:1 warning unknown_key",
  ]);
  assert.deepEqual(issuesOf(`[[phases]]\ntask = "a"`), ["1:1 warning unknown_key"]);
  assert.deepEqual(
    issuesOf(`[[phase]]\ntask = "a"\nrule = "files=/in/*&table=t&day=1&x=2&task=b"\ncomment = "fine"`),
    [],
  );
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "files=/in/*&count=3&Task=b"`), [
    "3:21 warning count_ignored",
    "3:29 warning field_in_rule",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "Files=/in/*"`), [
    "1:1 warning no_trigger",
    "3:9 warning unknown_parameter",
  ]);
});

test("parents: lists, unknown ones, circles and the require that ends one", () => {
  const { phases } = parse(
    `[[phase]]\ntask = "c"\ndependsOn = "a, b:j"\n[[phase]]\ntask = "d"\ndependsOn = ["a", "b:j"]\n`,
  );
  assert.deepEqual(phases[0]?.dependsOn, [
    { type: "a", job: null },
    { type: "b", job: "j" },
  ]);
  assert.deepEqual(phases[1]?.dependsOn, phases[0]?.dependsOn);
  const circle = (rule: string): string =>
    `[[phase]]\ntask = "a"\ndependsOn = "b"\n[[phase]]\ntask = "b"\ndependsOn = "a"\nrule = "${rule}"\n[[phase]]\ntask = "z"\ndependsOn = "a"`;
  assert.deepEqual(
    parse(circle("")).phases.map((one) => one.cyclic),
    [true, true, false],
  );
  assert.deepEqual(issuesOf(circle("")), ["3:1 warning cycle", "6:1 warning cycle"]);
  assert.deepEqual(issuesOf(circle("require={meta:again}")), []);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\ndependsOn = " b"`), ["3:1 warning unknown_parent"]);
});

test("template keys that nothing sets are reported where all keys are known", () => {
  const tick = (rule: string): string => `[[phase]]\ntask = "a"\nrule = "${rule}"\ntemplate = "?k={meta:k}"`;
  assert.deepEqual(issuesOf(tick("cron=@daily")), ["4:1 warning unknown_template_key"]);
  assert.deepEqual(issuesOf(tick("files=/in/*")), ["4:1 warning unknown_template_key"]);
  for (const rule of ["cron=@daily&meta=k:1", "cron=@daily&meta-file=rows.csv", "files=/in/*&k=1"])
    assert.deepEqual(issuesOf(tick(rule)), []);
});

test("a meta-file of object storage is a warning: the file is accepted, its rows cannot be read", () => {
  const phase = (file: string): string => `[[phase]]\ntask = "a"\nrule = "cron=@daily&meta-file=${file}"`;
  for (const file of ["s3://bucket/rows.csv", "GS://bucket/rows.json", "mcs://host/bucket/rows.csv"])
    assert.deepEqual(issuesOf(phase(file)), ["3:21 warning not_local"]);
  for (const file of ["/data/s3/rows.csv", "nop://rows.csv"]) assert.deepEqual(issuesOf(phase(file)), []);
});

test("schedules that never fire, or that a clock change skips or doubles, are reported", () => {
  const cron = (text: string, zone: string): string[] => issuesOf(`[[phase]]\ntask = "a"\ncron = "${text}"`, { zone });
  assert.deepEqual(cron("0 0 30 2 *", "UTC"), ["3:1 warning cron_never"]);
  assert.deepEqual(cron("30 2 28-31 3 *", "Europe/Berlin"), ["3:1 warning cron_skipped"]);
  assert.deepEqual(cron("30 1 * * *", "America/New_York"), ["3:1 warning cron_doubled"]);
  assert.deepEqual(cron("30 2 * * *", "Europe/Berlin"), ["3:1 warning cron_doubled"]);
  assert.deepEqual(cron("CRON_TZ=Europe/Berlin 30 2 * * *", "UTC"), ["3:1 warning cron_doubled"]);
  for (const frequent of ["0 * * * *", "*/5 * * * *", "@every 1h", "0 5 * * *"]) {
    assert.deepEqual(cron(frequent, "Europe/Berlin"), []);
    assert.deepEqual(cron(frequent, "Australia/Lord_Howe"), []);
  }
});

test("the key of a phase survives changes of template, rule and position", () => {
  const keys = (source: string): string[] => parse(source).phases.map((one) => one.key);
  const a = `[[phase]]\ntask = "a"\nrule = "cron=@daily"\n`;
  const b = `[[phase]]\ntask = "b:j"\ndependsOn = "a"\n`;
  assert.deepEqual(keys(a + b + b), ["a:<", "b:j<a", "b:j<a#2"]);
  assert.deepEqual(keys(`${b.replace('"a"\n', '"a"\ntemplate = "new"\n')}${a.replace("@daily", "@hourly")}`), [
    "b:j<a",
    "a:<",
  ]);
});

test("any source is parsed without throwing", () => {
  for (const source of [
    "",
    "   ",
    "[[phase]]\n__proto__ = 1",
    '[[phase]]\n"a.b"."c" = 1\n[phase.x.y]\nz = 1',
    "[phase]",
    "phase = [1]",
    "a = [ # [\n 1 ]\n[[phase]]\ntask='a'",
  ]) {
    assert.doesNotThrow(() => parse(source));
  }
});

test("an offset in hours that takes a tick to another day is a warning with the dates, one in days is not", () => {
  const source = (keys: string): string => `[[phase]]\ntask = "a"\ntimezone = "America/New_York"\n${keys}`;
  const now = Date.UTC(2026, 2, 1);
  const [issue, ...more] = parse(source(`cron = "30 0 * * *"\noffset = "-24h"`), { now }).issues;
  assert.deepEqual([issue?.code, issue?.line, more], ["offset_in_hours", 5, []]);
  assert.match(
    issue?.message ?? "",
    /the tick of 2026-03-09 00:30 is about 2026-03-07, and no tick is about 2026-03-08/,
  );
  for (const keys of [
    `cron = "30 0 * * *"\noffset = "-1d"`,
    `cron = "0 5 * * *"\noffset = "-24h"`,
    `cron = "0 * * * *"\noffset = "-24h"`,
    `cron = "30 0 * * *"\noffset = "-23h"`,
  ])
    assert.deepEqual(issuesOf(source(keys), { now }), [], keys);
});

test("days in a rule string are refused as by the older program, with the way to write them", () => {
  const [issue] = parse(`[[phase]]\ntask = "a"\nrule = "cron=@daily&offset=-1d"`).issues;
  assert.equal(issue?.code, "bad_duration");
  assert.match(issue?.message ?? "", /days, weeks and months are written as a key of the phase/);
  const [month] = parse(`[[phase]]\ntask = "a"\ncron = "@daily"\ntimeout = "1mo"`).issues;
  assert.match(month?.message ?? "", /a month has no length/);
  assert.equal(parse(`[[phase]]\ntask = "a"\ncron = "@daily"\ntimeout = "2d"`).phases[0]?.rule.timeout, 172_800_000);
});

test("a batch that can leave out its task time is a warning where it counts as the older program did", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&for=-240h&by=week"`), [
    "3:21 warning batch_from_far_end",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&for=-48h"`), []);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\ncron = "@daily"\nfor = "-240h"\nby = "week"`), []);
});
