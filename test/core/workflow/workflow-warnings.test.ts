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
  assert.deepEqual(issuesOf(`title = "x"\ncron = "@daily"\n[[phase]]\ntask = "a"\ncron = "@daily"\nteam = "me"`), [
    "1:1 warning unknown_key",
    "2:1 warning unknown_key",
    "6:1 warning unknown_key",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&team=me"`), ["3:21 warning unknown_parameter"]);
  assert.deepEqual(issuesOf(`[[phases]]\ntask = "a"`), ["1:1 warning unknown_key"]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "files=/in/*&table=t&day=1&x=2&task=b"`), []);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "files=/in/*&count=3&Task=b"`), [
    "3:21 warning count_ignored",
    "3:29 warning field_in_rule",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nfiles = "/in/*"\nmeta = "k:1,2"`), ["4:1 warning rows_ignored"]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nfiles = "/in/*"\nmeta = "k:1,2"\ncron = "@daily"`), []);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "Files=/in/*"`), [
    "1:1 warning no_trigger",
    "3:9 warning unknown_parameter",
  ]);
});

test("a key of another scheduler gets the name that it has here", () => {
  const remedies = (keys: readonly string[]): string[] =>
    parse(`[[phase]]\ntask = "a"\ncron = "@daily"\n${keys.map((key) => `${key} = "x"`).join("\n")}`).issues.map(
      ({ code, remedy }) => `${code}: ${remedy}`,
    );
  const cron = 'unknown_key: Here that is cron = "0 5 * * *".';
  const worker = "unknown_key: That belongs to the [[worker]] of the config: a phase only says when.";
  assert.deepEqual(
    remedies([
      "schedule",
      "schedule_interval",
      "retries",
      "trigger_rule",
      "execution_timeout",
      "depends_on_past",
      "env",
      "command",
      "no_such",
    ]),
    [
      cron,
      cron,
      "unknown_key: Here that is retry = 3.",
      'unknown_key: Here that is join = "all".',
      'unknown_key: Here that is timeout = "1h".',
      'unknown_key: Here that is overlap = "queue".',
      worker,
      worker,
      "unknown_key: Remove it, or make it a comment.",
    ],
  );
  const [inRule] = parse(`[[phase]]\ntask = "a"\nrule = "cron=@daily&retries=3"`).issues;
  assert.equal(inRule?.remedy, "Here that is retry = 3.");
});

test("by and for that change nothing are reported", () => {
  const tick = (keys: string): string[] => issuesOf(`[[phase]]\ntask = "a"\ncron = "@daily"\n${keys}`);
  assert.deepEqual(tick(`for = "-48h"\nby = "days"`), ["5:1 warning bad_step"]);
  assert.deepEqual(tick(`for = "-48h"\nby = "minute"`), ["5:1 warning bad_step"]);
  assert.deepEqual(tick(`by = "hour"`), ["4:1 warning span_ignored"]);
  assert.deepEqual(tick(`for = "-12h"`), ["4:1 warning span_ignored"]);
  for (const good of [`for = "-12h"\nby = "Hourly"`, `for = "24h"`, `for = "0"`, ""]) assert.deepEqual(tick(good), []);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nfiles = "/in/*"\nfor = "48h"`), ["4:1 warning span_ignored"]);
});

test("a duration that is a bare number is reported wherever it stands", () => {
  const rule = (text: string): string[] => issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&${text}"`);
  assert.deepEqual(rule("offset=-4"), ["3:21 warning bare_number"]);
  assert.deepEqual(rule("for=172800000000000"), ["3:21 warning bare_number"]);
  assert.deepEqual(rule("offset=0"), []);
  assert.deepEqual(rule("timeout=30"), ["3:21 warning bad_value"]);
  assert.deepEqual(rule("retry_delay=30"), ["3:21 warning bad_retry_delay"]);
  for (const name of ["offset", "for", "timeout", "retry_delay", "retry_max_delay", "catchup_window"]) {
    const [issue, ...others] = parse(`[[phase]]\ntask = "a"\ncron = "@daily"\n${name} = 30`).issues;
    assert.equal(issue?.severity, "error", name);
    assert.deepEqual(others, []);
  }
});

test("tokens that nothing fills, and a month where a minute is meant, are reported", () => {
  const codes = (template: string): string[] =>
    parse(`[[phase]]\ntask = "a"\ncron = "@daily"\ntemplate = '${template}'`).issues.map(
      ({ code, remedy }) => `${code}: ${remedy}`,
    );
  assert.deepEqual(codes("?d={yyy}-{mm}"), ["unknown_token: Did you mean {yyyy}?"]);
  assert.deepEqual(codes("{Yyyy}{M}{MIN}{ yyyy }{{ ds }}{ts}"), [
    "unknown_token: Did you mean {mm}?",
    "unknown_token: Did you mean {min}?",
    "unknown_token: Did you mean {yyyy}?",
    "unknown_token: Did you mean {yyyy}-{mm}-{dd}?",
    "unknown_token: Did you mean {TS}?",
  ]);
  assert.deepEqual(codes("?t={hh}:{MM}"), ["month_for_minute: Write the minute as {min}."]);
  assert.deepEqual(codes("?d={dd}#{hh}"), ["token_after_hash: Put it before the #."]);
  assert.deepEqual(codes("{unheard_of_thing}"), ["unknown_token: docs/workflow-files.md lists the tokens."]);
  for (const good of ["#{dd}", '{"day": "{yyyy}-{mm}-{dd}T{hh}:{min}"}', "x{1,2}{a,b}", "{HOUR_SLUG}/{POD}/{uuid}"])
    assert.deepEqual(codes(good), [], good);
  const child = (key: string): string[] =>
    issuesOf(
      `[[phase]]\ntask = "a"\ncron = "@daily"\n[[phase]]\ntask = "b"\ndependsOn = "a"\nrequire = ["row-count"]\ntemplate = "{meta:${key}}"`,
    );
  assert.deepEqual(child("row-count"), []);
  assert.deepEqual(child("rows"), []);
  assert.deepEqual(child("other-count"), ["8:1 warning token_may_stay"]);
});

test("steps beyond their range and odd spans of @every are reported", () => {
  const cron = (text: string): string[] =>
    parse(`[[phase]]\ntask = "a"\ncron = "${text}"`).issues.map(({ code, message }) => `${code}: ${message}`);
  assert.deepEqual(cron("*/90 * * * *"), ["cron_step: */90 is only minute 0: a step does not go beyond its range."]);
  assert.deepEqual(cron("0 8-18/12,20 * * *"), [
    "cron_step: 8-18/12 is only hour 8: a step does not go beyond its range.",
  ]);
  assert.deepEqual(cron("CRON_TZ=UTC */60 0 0 * * *"), [
    "cron_step: */60 is only second 0: a step does not go beyond its range.",
  ]);
  assert.deepEqual(cron("@every -5m"), ["cron_every: @every -5m is not above zero: it counts as every second."]);
  assert.deepEqual(cron("@every 1500ms"), [
    "cron_every: @every 1500ms is not a number of full seconds: it counts as every 1 s.",
  ]);
  assert.match(cron("0 5 * * 7")[0] ?? "", /^bad_cron: .* write Sunday as 0 or sun\.$/);
  for (const good of ["*/59 * * * *", "*/45 */23 1/30 * *", "0 0 */15 * *", "@every 5m", "@hourly"])
    assert.deepEqual(cron(good), [], good);
});

test("a type that not every bus takes as a topic is reported", () => {
  const type = (task: string): string[] => issuesOf(`[[phase]]\ntask = "${task}"\ncron = "@daily"`);
  assert.deepEqual(type("a".repeat(65)), ["2:1 warning odd_type"]);
  assert.deepEqual(type("a b"), ["2:1 warning odd_type"]);
  assert.deepEqual(type(`${"a".repeat(64)}:any job`), []);
});

test("template keys that nothing sets are reported where all keys are known", () => {
  const tick = (rule: string): string => `[[phase]]\ntask = "a"\nrule = "${rule}"\ntemplate = "?k={meta:k}"`;
  assert.deepEqual(issuesOf(tick("cron=@daily")), ["4:1 warning unknown_template_key"]);
  assert.deepEqual(issuesOf(tick("files=/in/*")), ["4:1 warning unknown_template_key"]);
  for (const rule of ["cron=@daily&meta=k:1", "cron=@daily&meta-file=rows.csv", "files=/in/*&k=1"])
    assert.deepEqual(issuesOf(tick(rule)), []);
});

test("schedules that never fire, or that a clock change skips or doubles, are reported", () => {
  const cron = (text: string, zone: string): string[] => issuesOf(`[[phase]]\ntask = "a"\ncron = "${text}"`, { zone });
  assert.deepEqual(cron("0 0 30 2 *", "UTC"), ["3:1 warning cron_never"]);
  assert.deepEqual(cron("30 2 28-31 3 *", "Europe/Berlin"), ["3:1 warning cron_skipped"]);
  assert.deepEqual(cron("30 1 * * *", "America/New_York"), ["3:1 warning cron_doubled"]);
  assert.deepEqual(cron("30 2 * * *", "Europe/Berlin"), ["3:1 warning cron_doubled"]);
  assert.deepEqual(cron("CRON_TZ=Europe/Berlin 30 2 * * *", "UTC"), [
    "3:1 warning two_zones",
    "3:1 warning cron_doubled",
  ]);
  for (const frequent of ["0 * * * *", "*/5 * * * *", "@every 1h", "0 5 * * *"]) {
    assert.deepEqual(cron(frequent, "Europe/Berlin"), []);
    const howe = frequent === "0 5 * * *" ? ["3:1 warning cron_skipped"] : [];
    assert.deepEqual(cron(frequent, "Australia/Lord_Howe"), howe, "the older program lost that day");
    assert.deepEqual(cron(`${frequent}"\ntimezone = "Australia/Lord_Howe`, "UTC"), [], "ours does not");
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

test("a batch that can leave out its task time is a warning where it counts as the older program did", () => {
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&for=-240h&by=week"`), [
    "3:21 warning batch_from_far_end",
  ]);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\nrule = "cron=@daily&for=-48h"`), []);
  assert.deepEqual(issuesOf(`[[phase]]\ntask = "a"\ncron = "@daily"\nfor = "-240h"\nby = "week"`), []);
});
