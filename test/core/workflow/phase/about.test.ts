import assert from "node:assert/strict";
import test from "node:test";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

function read(keys: string) {
  return parseWorkflowFile("a.toml", `[[phase]]\ntask = "a"\ncron = "@daily"\n${keys}\n`, { zone: "UTC", now: 0 });
}

test("a phase says whom it belongs to, what it does and what to do", () => {
  const { phases, issues } = read('owner = " sales "\ndescription = "Loads it."\nrunbook = "https://x.example.com/a"');
  assert.deepEqual(issues, []);
  assert.deepEqual(phases[0]?.about, {
    owner: "sales",
    description: "Loads it.",
    runbook: "https://x.example.com/a",
  });
  assert.deepEqual(read("").phases[0]?.about, { owner: "", description: "", runbook: "" });
});

test("a mistake in them is a warning: earlier versions ignored these keys", () => {
  const told = (keys: string) => {
    const { accepted, issues, phases } = read(keys);
    assert.ok(accepted);
    return [issues.map(({ code, severity, line }) => `${severity} ${code} ${line}`), phases[0]?.about] as const;
  };
  assert.deepEqual(told("owner = 5"), [["warning wrong_type 4"], { owner: "", description: "", runbook: "" }]);
  const [long, about] = told(`owner = "${"x".repeat(201)}"`);
  assert.deepEqual([long, about?.owner.length], [["warning too_long 4"], 200]);
  assert.deepEqual(told('runbook = "javascript://alert"')[0], ["warning bad_value 4"]);
  assert.deepEqual(told('runbook = "restart it: see the wiki"')[0], []);
});

test("in a rule string they are no keys of the phase", () => {
  const rule = (text: string) =>
    parseWorkflowFile("a.toml", `[[phase]]\ntask = "a"\nrule = "${text}"\n`, { zone: "UTC", now: 0 });
  const files = rule("files=/in/*.csv&owner=sales&Owner=b");
  assert.deepEqual(
    files.issues.filter(({ code }) => code === "field_in_rule"),
    [],
  );
  assert.deepEqual(files.phases[0]?.rule.pairs.get("owner"), ["sales"], "it travels in the meta, as before");
  assert.equal(files.phases[0]?.about.owner, "");
  assert.deepEqual(
    rule("cron=@daily&owner=sales").issues.map(({ code }) => code),
    ["field_in_rule"],
  );
});

test("they do not change which phase it is", () => {
  assert.equal(read('owner = "a"').phases[0]?.key, read('owner = "b"\nrunbook = "c"').phases[0]?.key);
});
