import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleInput } from "../../../src/core/workflow/rule-input.ts";
import { parseRule } from "../../../src/core/workflow/rule.ts";
import { PARAMETERS } from "../../../src/core/workflow/workflow-schema.ts";
import { fc } from "../../support/seed.ts";

function parse(text: string, more: Partial<RuleInput> = {}) {
  return parseRule({ text, plain: new Map(), hasParents: false, zone: "UTC", ...more });
}

test("an empty rule has the defaults", () => {
  const { rule, job, issues } = parse("");
  assert.deepEqual(issues, []);
  assert.equal(job, "");
  assert.deepEqual(
    [rule.cron, rule.files, rule.filesGlob, rule.meta, rule.retryDelay, rule.timeout, rule.severity],
    Array(7).fill(null),
  );
  assert.deepEqual(
    [rule.catchUp, rule.catchUpWindow, rule.overlap, rule.maxActive, rule.join],
    ["none", 86_400_000, "allow", 0, "any"],
  );
});

test("the two readers differ in what ends a value, what they refuse and what they drop", () => {
  const { rule } = parse("files=/in/#1/*&job=a%23b&by=week#tail&require={meta:k}");
  assert.equal(rule.files, "/in/#1/*");
  assert.equal(rule.by, "");
  assert.deepEqual(rule.require, ["k"]);
  assert.equal(parse("cron=@daily&by=week;x&job=a;b").rule.by, "week;x");
  assert.equal(parse("cron=@daily&job=a;b").job, "");
  assert.equal(parse("files=/in/*&job=%zz&x=1").rule.pairs.get("x")?.[0], "1");
});

test("a # in a cron ends the rule, and is said to be no part of a cron", () => {
  const { rule, issues } = parse("cron=0 5 * * *#night");
  assert.equal(rule.cron?.text, "0 5 * * *");
  assert.deepEqual(
    issues.map(({ severity, code, parameter }) => [severity, code, parameter]),
    [["warning", "bad_cron", "cron"]],
  );
  assert.deepEqual(
    parse("cron=0 5 * * *&x=1#night").issues.map(({ code }) => code),
    ["unknown_parameter"],
  );
});

test("meta: an empty key is one", () => {
  assert.deepEqual(
    parse("cron=@daily&meta=:1,2|b:3,4").rule.meta,
    new Map([
      ["", ["1", "2"]],
      ["b", ["3", "4"]],
    ]),
  );
  assert.equal(parse("cron=@daily&meta=a").issues[0]?.code, "bad_meta");
});

test("retry_delay: an invalid duration counts as 0, and the sign is preserved for the retry", () => {
  assert.equal(parse("retry_delay=1500ms").rule.retryDelay, 1500);
  assert.equal(parse("retry_delay=30").rule.retryDelay, 0);
  assert.equal(parse("retry_delay=-5s").rule.retryDelay, -5000);
  assert.equal(parse("retry_delay=").rule.retryDelay, null);
  assert.deepEqual(
    parse("retry_delay=30").issues.map((one) => one.code),
    ["bad_retry_delay"],
  );
  assert.deepEqual(
    parse("retry_delay=-5s").issues.map((one) => one.code),
    ["negative_delay"],
  );
});

test("no_alert: any text silences in a rule, a plain key is true or false", () => {
  assert.equal(parse("no_alert=false").rule.noAlert, true);
  assert.equal(parse("no_alert").rule.noAlert, false);
  assert.equal(parse("", { plain: new Map([["no_alert", false]]) }).rule.noAlert, false);
  assert.equal(parse("", { plain: new Map([["no_alert", "yes"]]) }).issues[0]?.severity, "error");
});

test("require adds up over pairs and lists", () => {
  assert.deepEqual(parse("require={meta:a},{meta:b}&require={meta:c}").rule.require, ["a", "b", "c"]);
  assert.deepEqual(parse("", { plain: new Map([["require", ["a", "{meta:b}"]]]) }).rule.require, ["a", "b"]);
  assert.deepEqual(
    parse("require=file").issues.map((one) => one.code),
    ["require_nothing"],
  );
});

test("no rule text makes the parser throw, and issues always name a known parameter or none", () => {
  const names = fc.constantFrom(...PARAMETERS.map((one) => one.name), "count", "Task", "x");
  const values = fc.oneof(
    fc.string(),
    fc.constantFrom("", "@daily", "0 5 * * *", "-4h", "a:1,2|b:3", "{meta:k}", "Europe/Berlin", "[", "true", "7"),
  );
  const rules = fc
    .array(fc.tuple(names, values))
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));
  fc.assert(
    fc.property(fc.oneof(rules, fc.string()), fc.boolean(), (text, hasParents) => {
      const { rule, issues } = parse(text, { hasParents });
      assert.equal(rule.cron !== null && rule.cronText === null, false);
      for (const issue of issues) assert.match(issue.message, /\.$|\?$|!$/);
    }),
    { numRuns: 300 },
  );
});
