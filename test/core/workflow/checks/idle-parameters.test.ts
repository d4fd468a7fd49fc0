import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

/** `code key` of each issue of one phase; `key` is that of the issue's line. */
function issuesOf(keys: readonly string[], zone = "UTC"): string[] {
  const source = ["[[phase]]", 'task = "a"', ...keys, "[[phase]]", 'task = "p"', 'cron = "@daily"'].join("\n");
  const lines = source.split("\n");
  const { issues } = parseWorkflowFile("flow.toml", source, { zone, now: Date.UTC(2026, 10, 30) });
  return issues.map(({ code, line }) => `${code} ${lines[line - 1]?.replace(/ =.*/, "")}`);
}

const TICK = 'cron = "@daily"';
const CHILD = 'dependsOn = "p"';
const FILE = 'files = "/in/*.csv"';

describe("a parameter that does nothing without another one is a warning, and none with it", () => {
  const cases: readonly (readonly [alone: readonly string[], missing: string])[] = [
    [[TICK, 'on = "error"'], CHILD],
    [[TICK, 'require = "file"'], CHILD],
    [[TICK, 'join = "all"'], CHILD],
    [[FILE, "inherit_meta = true"], CHILD],
    [[CHILD, 'join_when = "all_done"'], 'join = "all"'],
    [[CHILD, 'catchup = "all"'], TICK],
    [[TICK, 'catchup_window = "2h"'], 'catchup = "last"'],
    [[FILE, 'offset = "-1h"'], TICK],
    [[FILE, 'offset = "-1d"'], 'expect_by = "0 9 * * *"'],
    [[TICK, 'retry_delay = "30s"'], "retry = 1"],
    [[TICK, 'retry_backoff = "exponential"'], "retry = 1"],
    [[TICK, 'retry_max_delay = "1m"'], "retry = 1"],
    [[FILE, 'gather_timeout = "1h"'], "gather = 2"],
  ];
  for (const [alone, missing] of cases) {
    const name = (alone.at(-1) ?? "").replace(/ =.*/, "");
    it(`${alone.join(", ")} without ${missing}`, () => {
      assert.deepEqual(issuesOf(alone), [`idle_parameter ${name}`]);
      assert.deepEqual(issuesOf([...alone, missing]), []);
    });
  }

  it("a job beside that of the task", () => {
    const of = (task: string): string[] =>
      parseWorkflowFile("f.toml", `[[phase]]\ntask = "${task}"\ncron = "@daily"\njob = "x"\n`, {
        zone: "UTC",
        now: 0,
      }).issues.map(({ code }) => code);
    assert.deepEqual([of("a:y"), of("a:x"), of("a")], [["idle_parameter"], [], []]);
  });
});

describe("a pattern that reads otherwise elsewhere is a warning", () => {
  for (const line of [
    'files = "/in/**/*.csv"',
    'files = "/in/*.{csv,json}"',
    'files = "~/in/*.csv"',
    'files_glob = "~/in/**"',
  ])
    it(line, () => assert.deepEqual(issuesOf([line]), [`pattern_as_text ${line.replace(/ =.*/, "")}`]));
  for (const line of ['files_glob = "/in/**/*.{csv,json}"', 'files = "/in/*~"'])
    it(`but not ${line}`, () => assert.deepEqual(issuesOf([line]), []));
});

describe("a schedule in another zone than its task times is a warning", () => {
  it("where CRON_TZ is not the phase's zone", () => {
    const cron = 'cron = "CRON_TZ=Asia/Tokyo 0 5 * * *"';
    assert.deepEqual(issuesOf([cron]), ["two_zones cron"]);
    assert.deepEqual(issuesOf([cron, 'timezone = "UTC"']), ["two_zones cron"]);
    assert.deepEqual(issuesOf([cron, 'timezone = "Asia/Tokyo"']), []);
    assert.deepEqual(issuesOf([cron], "Asia/Tokyo"), []);
  });
});

describe("tokens of other templates are warnings", () => {
  for (const text of ["{{yyyy}}", "${yyyy}", "%Y-%m-%d", "{{ ds }}"])
    it(text, () => assert.deepEqual(issuesOf([TICK, `template = "?d=${text}"`]), ["unknown_token template"]));
  it("but not percent-encoded text", () => assert.deepEqual(issuesOf([TICK, 'template = "?d=%d0%2F{yyyy}"']), []));
});
