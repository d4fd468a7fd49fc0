import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";

const OPTIONS = { zone: "UTC", now: Date.UTC(2026, 5, 1) };
const PHASE = '[[phase]]\ntask = "a"\ncron = "@daily"\n';

function issuesOf(source: string, name = "flow.toml"): string[] {
  return parseWorkflowFile(name, source, OPTIONS).issues.map((one) => `${one.line}:${one.column} ${one.code}`);
}

function told(source: string): string[] {
  return parseWorkflowFile("flow.toml", source, OPTIONS).issues.map(
    (one) => `${one.severity} ${one.code}: ${one.message} ${one.remedy}`,
  );
}

describe("mistakes of TOML", () => {
  it("are all told, phase by phase, with those of the other phases", () => {
    const source = [
      "# three of five phases are broken",
      '[[phase]]\ntask = "a\ncron = "@daily"',
      '[[phase]]\ntask = "b"\ncron = "0 5 * *"\nretries = 3',
      "[[ Phase ]]\ntask = c\n",
      '[[phase]]\ntask = "d"\ndependsOn = "a"\n',
      "[[phase]]\ntask = 'e'\ncron = @daily",
    ].join("\n");
    assert.deepEqual(issuesOf(source), [
      "3:10 toml_syntax",
      "7:1 bad_cron",
      "8:1 unknown_key",
      "10:8 toml_syntax",
      "18:8 toml_syntax",
    ]);
    const read = parseWorkflowFile("flow.toml", source, OPTIONS);
    assert.deepEqual([read.accepted, read.phases], [false, []]);
    assert.match(read.issues[0]?.message ?? "", /\. The rest of its phase was not checked\.$/);
  });

  it("that no header ends leave the rest unchecked, and the sentence says so", () => {
    for (const source of ["workflow = \n", `x = """\n${PHASE}`, `${PHASE}template = """\n[[phase]]\n"""\nx = y\n`]) {
      const issues = parseWorkflowFile("flow.toml", source, OPTIONS).issues.filter(
        ({ code }) => code === "toml_syntax",
      );
      assert.equal(issues.length, 1, source);
    }
    assert.match(told(`${PHASE}template = """\n[[phase]]\n"""\nx = y\n`)[0] ?? "", /rest of the file was not checked/);
  });

  it("in what is above the phases are one of them", () => {
    assert.deepEqual(issuesOf(`title = x\n${PHASE}zzz = 1\n`), ["1:9 toml_syntax", "5:1 unknown_key"]);
  });
});

describe("a bare number as a duration", () => {
  for (const line of [
    "timeout = 30",
    'timeout = "30"',
    "retry-delay = 30",
    'Retry_Delay = "1.5"',
    "catchupWindow = 1",
  ]) {
    it(`is an error in a key of the phase: ${line}`, () => {
      assert.match(told(`${PHASE}${line}\n`).join("\n"), /^error bad_value: .* without a unit: .*"30s"\.$/);
    });
  }
  for (const line of ["offset = -4", 'for = "48"']) {
    it(`is an error in ${line}`, () => {
      assert.match(told(`${PHASE}${line}\n`).join("\n"), /^error bad_duration: .* without a unit: .*"30s"\.$/);
    });
  }

  it("is no mistake where it is zero", () => {
    assert.deepEqual(told(`${PHASE}retry_delay = "0"\noffset = 0\n`), []);
  });

  it("keeps its meaning in a rule, with a warning", () => {
    const rule = (text: string): string[] => told(`[[phase]]\ntask = "a"\nrule = "cron=@daily&${text}"\n`);
    assert.match(
      rule("retry_delay=30").join(),
      /^warning bad_retry_delay: .* counts as 0\. Write a duration with its unit/,
    );
    assert.match(rule("timeout=30").join(), /^warning bad_value: /);
    assert.match(rule("offset=-4").join(), /^warning bare_number: offset is -4 without a unit/);
  });
});

describe("a key of another scheduler", () => {
  const words: Readonly<Record<string, RegExp>> = {
    schedule: /cron = /,
    retries: /retry = 3/,
    trigger_rule: /join = /,
    execution_timeout: /timeout = "1h"/,
    depends_on_past: /overlap = /,
    schedule_interval: /cron = /,
    env: /\[\[worker\]\]/,
    command: /\[\[worker\]\]/,
  };
  for (const [word, meant] of Object.entries(words)) {
    const spellings = [word, word.toUpperCase(), word.replaceAll("_", "-"), word.replaceAll("_", "")];
    for (const spelling of new Set(spellings)) {
      it(`${spelling} is a warning with the word meant, in a phase, above the phases and in a rule`, () => {
        for (const source of [
          `${PHASE}${spelling} = "x"\n`,
          `${spelling} = "x"\n${PHASE}`,
          `[[phase]]\ntask = "a"\nrule = "cron=@daily&${spelling}=x"\n`,
          `[[phase]]\ntask = "a"\ndependsOn = "b"\nrule = "${spelling}=x"\n[[phase]]\ntask = "b"\ncron = "@daily"\n`,
        ]) {
          const found = told(source);
          assert.equal(found.length, 1, source);
          assert.match(found[0] ?? "", /^warning unknown_(?:key|parameter): /);
          assert.match(found[0] ?? "", meant, source);
        }
      });
    }
  }

  it("is told in the rule of a file too, where nobody can have meant a parameter of their own", () => {
    const rule = (text: string): string[] => told(`[[phase]]\ntask = "a"\nrule = "files=/in/*.csv&${text}"\n`);
    assert.match(rule("retries=3").join(), /Unknown parameter retries: it only travels in the meta.* retry = 3/);
    assert.deepEqual(rule("env=prod&command=x&region=eu"), [], "these are the rule's own");
  });
});

it("a # in the cron of a rule is a bad cron at load, although the reader of the rule ends there", () => {
  assert.match(
    told('[[phase]]\ntask = "a"\nrule = "cron=0 5 * * *#&offset=-1h"\n').join(),
    /^warning bad_cron: Invalid cron 0 5 \* \* \*#: a # ends the rule, and 0 5 \* \* \* counts/,
  );
});

describe("lengths", () => {
  it("beyond those that requests and messages take are warnings", () => {
    const long = (key: string, length: number): string => `${PHASE}${key} = "${"x".repeat(length)}"\n`;
    assert.deepEqual(issuesOf(long("job", 201)), ["4:1 too_long"]);
    assert.deepEqual(issuesOf(`[[phase]]\ntask = "a:${"x".repeat(201)}"\ncron = "@daily"\n`), ["2:1 too_long"]);
    assert.deepEqual(issuesOf(long("template", 2 ** 20 + 1)), ["4:1 too_long"]);
    assert.deepEqual(issuesOf(PHASE, `${"x".repeat(1000)}.toml`), ["1:1 too_long"]);
    assert.deepEqual(issuesOf(long("job", 200)), []);
    assert.deepEqual(issuesOf(`[[phase]]\ntask = "${"x".repeat(65)}"\ncron = "@daily"\n`), ["2:1 odd_type"]);
  });
});
