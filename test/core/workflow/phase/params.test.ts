import assert from "node:assert/strict";
import { test } from "node:test";
import { paramText, paramValues, readParams } from "../../../../src/core/workflow/phase/params.ts";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

const SOURCE = `
[[phase]]
task = "export"
template = "?region={meta:region}&days={meta:days}"

[[phase.param]]
name = "region"
choices = ["eu", "us"]

[[phase.param]]
name = "days"
type = "integer"
default = 7

[[phase]]
task = "other"
cron = "@daily"
`;

function paramsOf(source: string) {
  const file = parseWorkflowFile("a.toml", source, { zone: "UTC", now: 0 });
  return { params: file.phases[0]?.params ?? [], codes: file.issues.map(({ code }) => code), file };
}

test("each [[phase.param]] belongs to the phase above it, with a type, a default and choices", () => {
  const { params, file } = paramsOf(SOURCE);
  assert.deepEqual(params.map(paramText), ["region  (string; one of eu, us; required)", "days  (integer; default 7)"]);
  assert.deepEqual(file.phases[1]?.params, []);
  assert.equal(file.phases[1]?.task, "other");
  assert.equal(file.accepted, true);
});

test("values are checked by type and choices, and defaults fill what is left out", () => {
  const { params } = paramsOf(SOURCE);
  const values = (given: Record<string, string>) => paramValues(params, (name) => given[name]);
  assert.deepEqual(
    [...values({ region: "eu" }).values],
    [
      ["region", "eu"],
      ["days", "7"],
    ],
  );
  assert.deepEqual(values({ region: "fr", days: "many" }).mistakes, [
    'region is one of eu, us, and "fr" is not',
    'days takes an integer, as 3, and "many" is not',
  ]);
  assert.deepEqual(values({}).mistakes, ["region is not given, and has no default: it takes a text"]);
});

test("what is wrong with a parameter keeps the file from being accepted", () => {
  for (const param of [
    "[[phase.param]]\ntype = 'integer'\n",
    "[[phase.param]]\nname = 'a b'\n",
    "[[phase.param]]\nname = 'a'\ntype = 'int'\n",
    "[[phase.param]]\nname = 'a'\nchoice = ['x']\n",
    "[[phase.param]]\nname = 'a'\nchoices = ['x']\ndefault = 'y'\n",
    "[[phase.param]]\nname = 'a'\n[[phase.param]]\nname = 'a'\n",
    "[phase.param]\nname = 'a'\n",
  ]) {
    const { codes, file } = paramsOf(`[[phase]]\ntask = "a"\ncron = "@daily"\ntemplate = "x"\n${param}`);
    assert.deepEqual([codes, file.accepted], [["bad_param"], false], param);
  }
});

test("a secret value is not repeated", () => {
  const { params } = readParams([{ name: "key", type: "integer", secret: true, default: 1 }]);
  assert.ok(!paramText(params[0] ?? assert.fail()).includes("1"));
  assert.deepEqual(paramValues(params, () => "hush").mistakes, ["key takes an integer, as 3, and its value is not"]);
});
