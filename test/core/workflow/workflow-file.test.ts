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
    `[[phase]]\ntask = "load"\nrule = "cron=0 5 * * *&offset=-4h&for=48h&by=day&meta=a:1,2&retry_delay=30s&no_alert=true&job=x&max_active=3&notify=ops,dev"\nretry = 1`,
  ).phases;
  const keys = parse(`[[phase]]
task = "load"
cron = "0 5 * * *"
offset = "-4h"
for = "48h"
by = "day"
meta = { a = [1, "2"] }
retry-delay = "30s"
retry = 1
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
    "2:1 warning unknown_key",
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
  assert.deepEqual(issuesOf(`phase = []\nchecksum = "x"\n[[x]]\nn = 1`), ["3:1 warning unknown_key"]);
  assert.deepEqual(issuesOf(`n = 9223372036854775808`), ["1:1 warning unknown_key", "1:1 error toml_syntax"]);
});

test("wrong types and keys that fold together are errors", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask = 5\nretry = 2.0\ndependsOn = [1]`), [
    "2:1 error wrong_type",
    "3:1 error wrong_type",
    "4:1 error wrong_type",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nTASK = "b"`), ["1:1 warning no_trigger", "3:1 error key_twice"]);
  assert.deepEqual(issuesOf(`phase = "x"`), ["1:1 error wrong_type"]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\ncron = "@daily"\npaused = "yes"\nmax_active = -1`), [
    "4:1 error bad_value",
    "5:1 error bad_value",
  ]);
});

test("every mistake of a file is reported at once, beside those of the types too", () => {
  assert.deepEqual(
    issuesOf(
      `checksum = 1\n[[phase]]\ntask = 5\ncron = "bad"\n[[phase]]\ntask = "b"\ndependsOn = 7\nretry = "x"\nretries = 3\n[[phase]]\ntask = "c"\ncron = "@daily"\ntimeout = 30\ntemplate = "{yyy}"`,
    ),
    [
      "1:1 error wrong_type",
      "3:1 error wrong_type",
      "4:1 error bad_cron",
      "7:1 error wrong_type",
      "8:1 error wrong_type",
      "9:1 warning unknown_key",
      "13:1 error bad_value",
      "14:1 warning unknown_token",
    ],
  );
  assert.deepEqual(issuesOf(`phase = [1, { task = "a", cron = "bad" }]`), [
    "1:1 error wrong_type",
    "1:1 error bad_cron",
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

test("what is behind the second colon of a name is dropped, as by the older program, and said", () => {
  const { phases, issues } = parse(
    `[[phase]]\ntask = "load:eu:daily"\ncron = "@daily"\n[[phase]]\ntask = "b"\ndependsOn = ["load:eu:daily"]\n[[phase]]\ntask = "c"\nrule = "cron=@daily&job=x:y"`,
  );
  assert.deepEqual(
    phases.map(({ type, job }) => [type, job]),
    [
      ["load", "eu"],
      ["b", ""],
      ["c", "x"],
    ],
  );
  assert.deepEqual(
    issues.map(({ code, line, message }) => [code, line, message.replace(/:? .*:daily" | .*":y" /, " … ")]),
    [
      ["third_part", 2, "load:eu:daily … is dropped, and the task is load:eu."],
      ["third_part", 6, "load:eu:daily … is dropped, and the parent is load:eu."],
      ["third_part", 9, "c:x:y … is dropped, and the task is c:x."],
    ],
  );
});

test("a plain require takes any key of meta", () => {
  const child = (require: string): readonly string[] | undefined =>
    parse(`[[phase]]\ntask = "a"\ncron = "@daily"\n[[phase]]\ntask = "b"\ndependsOn = "a"\n${require}`).phases[1]?.rule
      .require;
  assert.deepEqual(child('require = ["row-count", "{meta:a.b}", " word "]'), ["row-count", "a.b", "word"]);
  assert.deepEqual(child('rule = "require={meta:row-count}"'), ["row-count"]);
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

test("days in a rule string are refused as by the older program, with the way to write them", () => {
  const [issue] = parse(`[[phase]]\ntask = "a"\nrule = "cron=@daily&offset=-1d"`).issues;
  assert.equal(issue?.code, "bad_duration");
  assert.match(issue?.message ?? "", /days, weeks and months are written as a key of the phase/);
  const [month] = parse(`[[phase]]\ntask = "a"\ncron = "@daily"\ntimeout = "1mo"`).issues;
  assert.match(month?.message ?? "", /a month has no length/);
  assert.equal(parse(`[[phase]]\ntask = "a"\ncron = "@daily"\ntimeout = "2d"`).phases[0]?.rule.timeout, 172_800_000);
});
